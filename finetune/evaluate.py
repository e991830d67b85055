"""Scores a GGUF file by unconstrained greedy decoding, whole answers and fields.

    python finetune/evaluate.py --gguf models/demo.gguf --lines eval-*.jsonl

Unconstrained: the model writes whatever it wants, and what is no JSON counts as wrong everywhere.
docmill's own decoding only allows what the schema allows and `docmill eval` scores that.
"""

import argparse
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from export import read_gguf  # noqa: E402


def parse_answer(text: str) -> dict:
    try:
        answer = json.loads(text)
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}


def to_scores(pairs: list[tuple[dict, str, str]]) -> dict:
    """Shares over (gold, answer text, gold text): whole answers, answers that are JSON, each field."""
    fields = {name: sum(parse_answer(text).get(name) == gold[name] for gold, text, _ in pairs) / len(pairs) for name in pairs[0][0]}
    return {
        "documents": len(pairs),
        "exact": round(sum(text == wanted for _, text, wanted in pairs) / len(pairs), 4),
        "json": round(sum(bool(parse_answer(text)) for _, text, _ in pairs) / len(pairs), 4),
        "fields": {name: round(value, 4) for name, value in fields.items()},
    }


def score_file(gguf: Path, path: Path, limit: int | None) -> dict:
    lines = path.read_text(encoding="utf-8").splitlines()[:limit]
    golds = [json.loads(line)["answer"] for line in lines]
    reads = read_gguf(gguf, "greedy", lines)
    return to_scores([(json.loads(gold), read["text"], gold) for gold, read in zip(golds, reads, strict=True)])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gguf", type=Path, required=True)
    parser.add_argument("--lines", type=Path, nargs="+", required=True)
    parser.add_argument("--limit", type=int)
    options = parser.parse_args()
    print(json.dumps({path.stem.removeprefix("eval-"): score_file(options.gguf, path, options.limit) for path in options.lines}, indent=1))


if __name__ == "__main__":
    main()
