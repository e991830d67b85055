"""Writes a model folder with a smaller vocabulary, to start a training from; see `prune.py --help`."""

import argparse
import os
import sys
import tempfile
from pathlib import Path

from parity.report import check_writable, to_text
from problem import Parser, Problem, run_program
from pruning.vocabulary import prune_vocabulary
from to_gguf.folder import prepare_folder
from to_gguf.options import add_pieces

DESCRIPTION = """Writes a model folder with a smaller vocabulary, to start a training from.

  prune.py --model PATH/gemma-3-270m-it --corpus train.jsonl --out pruned
  train.py --model pruned --data train.jsonl --out run

Of Gemma's 262,144 pieces a task needs a few thousand, and they are two thirds of its weights. The texts of the
corpus keep exactly their tokens; others still work and may take more. Prints what was kept as JSON."""


def main() -> None:
    options = parse_options()
    if options.out.exists():
        raise Problem(f"`{options.out}` exists already; remove it, or give another `--out`", 73)
    check_writable(options.out)
    with tempfile.TemporaryDirectory(prefix=".prune-", dir=options.out.parent) as scratch:
        model, pruned = prepare_folder(options.model, Path(scratch) / "model"), Path(scratch) / "pruned"
        report = prune_vocabulary(model, pruned, options.corpus, options.pieces)
        os.replace(pruned, options.out)
    sys.stdout.write(to_text(report))


def parse_options() -> argparse.Namespace:
    parser = Parser(description=DESCRIPTION, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, required=True, help="folder of a Gemma 3 text model")
    parser.add_argument("--corpus", type=Path, nargs="+", required=True, metavar="CORPUS.jsonl", help="training lines, or lines with a `text`")
    parser.add_argument("--out", type=Path, required=True, help="the folder to write")
    add_pieces(parser)
    return parser.parse_args()


if __name__ == "__main__":
    run_program(main)
