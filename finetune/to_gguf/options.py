"""The command line of export.py."""

import argparse
import os
from pathlib import Path

from problem import Parser

TYPES = ("f16", "q8_0", "q4_0")
DESCRIPTION = """Writes a trained folder as a GGUF file, after proving that it says the same there.

  export.py --model run/model --lines heldout.jsonl --out models/invoice.gguf
  export.py --model run/model --lines heldout.jsonl --out models/invoice.gguf --type q4_0 --measure f16 q8_0
  export.py --model run/model --lines heldout.jsonl --out models/invoice.gguf --prune-vocabulary train.jsonl

The report goes to stdout and, beside the file, to OUT.parity.json. Nothing is written when parity fails."""


def parse_options(arguments: list[str] | None = None) -> argparse.Namespace:
    """The options with their defaults; raises a Problem for what cannot be."""
    parser = Parser(description=DESCRIPTION, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, required=True, help="folder that train.py wrote, or a download of a Gemma 3 text model")
    parser.add_argument("--lines", type=Path, nargs="+", required=True, help="training lines to compare on, best held-out ones; 200 at least in all")
    parser.add_argument("--out", type=Path, required=True, help="the GGUF file to write")
    parser.add_argument("--name", default="docmill model", help="general.name of the file")
    _add_types(parser)
    _add_pruning(parser)
    parser.add_argument("--compare", type=_count, default=100, metavar="N", help="compare the answers of this many of the lines, evenly spread (default 100)")
    parser.add_argument("--no-canaries", action="store_true", help="write none of the compared texts into the file; default: up to five, as token ids")
    parser.add_argument("--threads", type=_count, default=1, help="of PyTorch (default 1)")
    parser.add_argument("--llama-cpp", type=Path, default=os.environ.get("DOCMILL_LLAMA_CPP"), help="a checkout of llama.cpp; default: the source inside node-llama-cpp")
    options = parser.parse_args(arguments)
    options.llama_cpp = None if options.llama_cpp is None else Path(options.llama_cpp)
    return options


def _add_types(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("types of the weights")
    group.add_argument("--type", choices=TYPES, default="q8_0", help="of the matrices (default q8_0); norms stay F32")
    group.add_argument("--embedding-type", choices=TYPES, help="of the token embedding, which is the output matrix too (default: as --type)")
    group.add_argument("--output-type", choices=TYPES, help="give the file an output matrix of its own, of this type (default: the embedding serves)")
    group.add_argument("--measure", choices=TYPES, nargs="+", default=[], help="report on these types too, without writing them")


def _add_pruning(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("smaller vocabulary")
    group.add_argument("--prune-vocabulary", type=Path, nargs="+", metavar="CORPUS.jsonl", help="keep only the tokens that these lines need, and bytes for everything else")
    add_pieces(group)


def add_pieces(parser) -> None:
    """The option that export.py and prune.py share."""
    parser.add_argument("--pieces", type=_count, default=0, metavar="N", help="keep at least so many, filled up with the most frequent ones (default: what the corpus needs)")


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"expected a whole number from 1, got `{text}`")
    return int(text)
