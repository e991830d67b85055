"""What export.test.ts works with: a trained folder, lines to compare on, and converters that make mistakes.

    python write_export_case.py FOLDER
"""

import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "finetune"))

from demo.render import INSTRUCTIONS, to_prompt  # noqa: E402
from node_gguf import read_gguf  # noqa: E402
from training.unpack_gguf import unpack_gguf  # noqa: E402

DEMO = ROOT / "models" / "demo.gguf"
REMARKS = ("", "Thanks, {n} times over.", "My number is {n}.", "PS: order {n}", "{n} people wait for this.", "Ticket {n}, again.", "(case {n})", "Grüße, Kunde {n}")


def main() -> None:
    folder = Path(sys.argv[1])
    unpack_gguf(DEMO, folder / "model")
    lines = [json.loads(line) for line in write_questions()]
    # Gold is what the model says anyway, so that exactness means something whatever the model has learned.
    for line, read in zip(lines, read_gguf(DEMO, "greedy", [json.dumps(line) for line in lines]), strict=True):
        line["answer"] = read["text"]
    (folder / "lines.jsonl").write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")
    for mistake in ("tensor", "token"):
        write_converter(folder / f"wrong-{mistake}", mistake)


def write_questions() -> list[str]:
    texts = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "examples" / "tickets").glob("*.txt"))]
    asked = [f"{text}\n{remark.format(n=number)}" for remark in REMARKS for number, text in enumerate(texts)]
    return [json.dumps({"id": f"{number}", "prompt": to_prompt(INSTRUCTIONS["ticket"], text), "answer": "{}"}) for number, text in enumerate(asked)]


def write_converter(folder: Path, mistake: str) -> None:
    folder.mkdir()
    here = str(Path(__file__).resolve().parent)
    (folder / "convert_hf_to_gguf.py").write_text(f"import sys\nsys.path.insert(0, {here!r})\nfrom wrong_converter import main\nmain({mistake!r})\n", encoding="utf-8")


if __name__ == "__main__":
    main()
