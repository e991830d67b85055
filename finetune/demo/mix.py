"""Mixes training lines into one file in the order of the curriculum.

    python finetune/demo/mix.py --copying copying.jsonl --tasks ticket.jsonl invoice.jsonl --later later-ticket.jsonl --seed 1 --out train.jsonl

Copying exercises are most of the first tenth and fade to a trickle; training reads the file from
its start, so a run that ends early has seen the same mixture up to there.
"""

import argparse
import random
from itertools import cycle
from pathlib import Path

COPYING_SHARE = ((0.0, 0.85), (0.08, 0.6), (0.2, 0.2), (0.4, 0.06), (1.0, 0.03))
LAST_COPYING_SHARE = 0.02
# From this share of the documents on copying works: the exercises end, and documents of the short
# task come twice as often as those of the long one (each teaches less, and costs a third).
SECOND_PART = 0.1148
SHORT_PER_LONG = 2
# From this share on, tickets come from a second file with more wordings.
THIRD_PART = 0.2291


def copying_share(progress: float) -> float:
    for (start, high), (end, low) in zip(COPYING_SHARE, COPYING_SHARE[1:]):
        if progress <= end:
            return high + (low - high) * (progress - start) / (end - start)
    return COPYING_SHARE[-1][1]


def is_short(line: str) -> bool:
    return line.startswith('{"id":"ticket')


def more_of_the_short(lines: list[str]) -> list[str]:
    """Interleaves the two tasks, as far as both last."""
    short = [line for line in lines if is_short(line)]
    long = [line for line in lines if not is_short(line)]
    mixed: list[str] = []
    for index in range(min(len(short) // SHORT_PER_LONG, len(long))):
        mixed.extend((*short[index * SHORT_PER_LONG : (index + 1) * SHORT_PER_LONG], long[index]))
    return mixed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--copying", type=Path, required=True)
    parser.add_argument("--tasks", type=Path, nargs="+", required=True)
    parser.add_argument("--later", type=Path, required=True, help="tickets of the last part")
    parser.add_argument("--first-part-only", action="store_true", help="all documents in the order of the first part (the vocabulary is learned from them)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    rng = random.Random(f"{options.seed} mix")
    exercises = cycle(options.copying.read_text(encoding="utf-8").splitlines(keepends=True))
    lines = [line for path in options.tasks for line in path.read_text(encoding="utf-8").splitlines(keepends=True)]
    rng.shuffle(lines)
    planned = len(lines)
    second, third = (planned, planned) if options.first_part_only else (int(planned * SECOND_PART), int(planned * THIRD_PART))
    lines = lines[:second] + more_of_the_short(lines[second:])
    later = iter(options.later.read_text(encoding="utf-8").splitlines(keepends=True))
    lines[third:] = [next(later) if is_short(line) else line for line in lines[third:]]
    with options.out.open("w", encoding="utf-8") as file:
        for index, line in enumerate(lines):
            share = copying_share(index / planned) if index <= second else LAST_COPYING_SHARE
            wanted = share / (1 - share)  # exercises for each document of a task
            while wanted > 0 and rng.random() < wanted:
                file.write(next(exercises))
                wanted -= 1
            file.write(line)


if __name__ == "__main__":
    main()
