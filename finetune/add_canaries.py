"""Writes canaries into a GGUF file that has none; see `add_canaries.py --help`."""

import argparse
import signal
import sys
import tempfile
from pathlib import Path

from export import set_up_libraries
from lines import read_training_lines
from parity.answers import read_hugging_face
from parity.canaries import describe_canaries, find_canaries, write_canaries
from parity.report import check_writable, describe_file, put_whole, to_text
from problem import Parser, Problem, run_program
from training.unpack_gguf import unpack_gguf

MODEL_PROBLEM = 78
DESCRIPTION = """Writes canaries into a GGUF file that was exported without.

  add_canaries.py --model models/invoice.gguf --lines heldout.jsonl --out models/invoice-2.gguf

Canaries are a few of the lines, as token ids, which the model must continue in one way whenever it is loaded. What is
written into the file is what it says today: whether that is right is for export.py, or eval, to say."""


def main() -> None:
    # Or gigabytes would stay in the temporary folder.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    options = parse_options()
    check_writable(options.out)
    lines = read_training_lines(options.lines)
    set_up_libraries(threads=1)
    with tempfile.TemporaryDirectory(prefix="docmill-canaries-") as scratch:
        unpack_gguf(options.model, Path(scratch) / "model")
        canaries = find_canaries(read_hugging_face(Path(scratch) / "model", lines), options.model)
        if not canaries:
            raise Problem(f"`{options.out}` is not written, because `{options.model}` is not sure enough of the answer to any of these lines", MODEL_PROBLEM)
        put_whole(options.out, {options.out: lambda new: write_canaries(options.model, new, canaries)})
    sys.stdout.write(to_text({"file": describe_file(options.out, options.out.name), "canaries": describe_canaries(canaries)}))


def parse_options() -> argparse.Namespace:
    parser = Parser(description=DESCRIPTION, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, required=True, help="the GGUF file")
    parser.add_argument("--lines", type=Path, nargs="+", required=True, help="training lines to choose from, best a few dozen")
    parser.add_argument("--out", type=Path, required=True, help="the GGUF file to write")
    return parser.parse_args()


if __name__ == "__main__":
    run_program(main)
