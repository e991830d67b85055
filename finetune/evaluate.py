"""Scores a GGUF file by unconstrained greedy decoding, whole answers and fields.

    python finetune/evaluate.py --gguf models/demo.gguf --lines eval-*.jsonl

Unconstrained: the model writes whatever it wants, and what is no JSON counts as wrong everywhere.
docmill's own decoding only allows what the schema allows and `docmill eval` scores that.
"""

import argparse
import json
from pathlib import Path

from lines import parse_line, read_lines
from node_gguf import read_gguf
from problem import Parser, Problem, run_program


def main() -> None:
    parser = Parser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gguf", type=Path, required=True)
    parser.add_argument("--lines", type=Path, nargs="+", required=True, help="training lines, which hold the right answers")
    parser.add_argument("--limit", type=int, help="the first ones of each file only")
    options = parser.parse_args()
    if not options.gguf.is_file():
        raise Problem(f"Expected a GGUF file as `--gguf`, got `{options.gguf}`, which is none")
    print(json.dumps({path.stem.removeprefix("eval-"): score_file(options.gguf, path, options.limit) for path in options.lines}, indent=1))


def score_file(gguf: Path, path: Path, limit: int | None) -> dict:
    """The scores of a GGUF file on one file of training lines."""
    lines, golds = [], []
    for number, line in read_lines(path):
        try:
            golds.append(parse_line(line)["answer"])
        except ValueError as error:
            raise Problem(f"Line {number} of `{path}` cannot be scored: {error}") from error
        lines.append(line)
    if not lines:
        raise Problem(f"There is no training line in `{path}`")
    reads = read_gguf(gguf, "greedy", lines[:limit])
    return to_scores([(read["text"], gold) for gold, read in zip(golds[:limit], reads, strict=True)])


def to_scores(pairs: list[tuple[str, str]]) -> dict:
    """Shares over (answer, gold answer): whole answers, answers that are JSON, each field."""
    answers = [(parse_answer(text), parse_answer(gold)) for text, gold in pairs]
    names = dict.fromkeys(name for _, gold in answers for name in gold)
    return {
        "documents": len(pairs),
        "exact": _share([text == gold for text, gold in pairs]),
        "json": _share([bool(answer) for answer, _ in answers]),
        "fields": {name: _share([answer.get(name) == gold[name] for answer, gold in answers if name in gold]) for name in names},
    }


def parse_answer(text: str) -> dict:
    """The members of an answer; none of what is no JSON object."""
    try:
        answer = json.loads(text)
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}


def _share(hits: list[bool]) -> float:
    return round(sum(hits) / len(hits), 4)


if __name__ == "__main__":
    run_program(main)
