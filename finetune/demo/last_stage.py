"""Writes the last part of training, which follows the curriculum of `mix.py`: same seed, same bytes.

    python finetune/demo/last_stage.py --out DIR --tickets 60000 --invoices 45000 --seed 2 --evaluated DIR/seen-*.jsonl DIR/heldout-*.jsonl

`gold-last-ticket.jsonl`, `gold-last-invoice.jsonl`: {"id","text","gold"} from seen forms.
`train-last.jsonl`: their training lines in random order with a trickle of copying exercises.
"""

import argparse
import json
import random
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from demo.copying import copying  # noqa: E402
from demo.generate import read_texts, write_gold  # noqa: E402
from demo.render import INSTRUCTIONS, to_training_line  # noqa: E402

COPYING_SHARE = 0.02


def to_lines(path: Path, task: str) -> list[str]:
    with path.open(encoding="utf-8") as file:
        documents = (json.loads(line) for line in file)
        return [to_training_line(document["id"], INSTRUCTIONS[task], document["text"], document["gold"]) + "\n" for document in documents]


def write_mixed(path: Path, lines: list[str], rng: random.Random) -> None:
    rng.shuffle(lines)
    exercises = 0
    with path.open("w", encoding="utf-8") as file:
        for line in lines:
            if rng.random() < COPYING_SHARE / (1 - COPYING_SHARE):
                file.write(to_training_line(f"last-copy-{exercises:06}", *copying(rng)) + "\n")
                exercises += 1
            file.write(line)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--tickets", type=int, default=60_000)
    parser.add_argument("--invoices", type=int, default=45_000)
    parser.add_argument("--seed", type=int, default=2)
    parser.add_argument("--evaluated", type=Path, nargs="+", required=True, help="gold files whose texts must not occur")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    evaluated = frozenset().union(*map(read_texts, options.evaluated))
    lines = []
    for task, count in (("ticket", options.tickets), ("invoice", options.invoices)):
        path = options.out / f"gold-last-{task}.jsonl"
        write_gold(path, f"last-{task}", count, f"{options.seed} train last-{task}", excluded=evaluated)
        lines += to_lines(path, task)
    write_mixed(options.out / "train-last.jsonl", lines, random.Random(f"{options.seed} last mix"))


if __name__ == "__main__":
    main()
