"""The command line of train.py."""

import argparse
import os
from pathlib import Path

from problem import Parser, Problem

DESCRIPTION = """Trains a Gemma 3 text model on training lines that `docmill export` wrote.

  fine-tuning:   train.py --model google/gemma-3-270m-it --data train.jsonl --out run
  with adapters: train.py --model google/gemma-3-270m-it --lora --data train.jsonl --out run
  from scratch:  train.py --config tiny --tokenizer tokenizer.model --data train.jsonl --out run --tokens 25e6
  smoke test:    train.py --smoke

Writes OUT/model, a Hugging Face folder for export.py, OUT/training.json and OUT/curves.svg and .png.
The same command again goes on where an interrupted run stopped."""


def parse_options(arguments: list[str] | None = None) -> argparse.Namespace:
    """The options with their defaults; raises a Problem for what does not fit together."""
    parser = Parser(description=DESCRIPTION, formatter_class=argparse.RawDescriptionHelpFormatter)
    _add_start(parser)
    _add_data(parser)
    _add_budget(parser)
    _add_learning(parser)
    _add_machine(parser)
    options = parser.parse_args(arguments)
    if not options.smoke:
        _check(options)
    fill_defaults(options)
    return options


def _add_start(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("what to start from")
    group.add_argument("--model", help="folder, name on the hub, or GGUF file of a Gemma 3 text model")
    group.add_argument("--lora", type=_whole, nargs="?", const=16, metavar="RANK", help="train adapters of this rank (16) instead of all weights; they are merged at the end")
    group.add_argument("--config", choices=("tiny", "full"), help="random weights instead: tiny has 4 million parameters, full is the shape of Gemma 3 270M")
    group.add_argument("--tokenizer", type=Path, help="SentencePiece model for --config")
    group.add_argument("--smoke", action="store_true", help="two steps on a few made-up lines in a temporary folder")


def _add_data(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("what to learn from")
    group.add_argument("--data", type=Path, nargs="+", help="files of training lines")
    group.add_argument("--keep-order", action="store_true", help="read them in order, but for a window (a curriculum), instead of shuffled")
    group.add_argument("--max-tokens", type=_whole, help="documents with more, prompt and answer, are left out (1024; 512 with --config)")
    group.add_argument("--held-out", type=_share, help="share of the documents to score instead of learning from (0.1 with --model and without --evaluate)")
    group.add_argument("--evaluate", type=Path, nargs="+", default=[], help="files of training lines to score; those with `held` in their names decide which model is best, or else all")
    group.add_argument("--evaluate-documents", type=_whole, default=96, help="the first of each set at most (96)")
    group.add_argument("--out", type=Path, help="folder to write")


def _add_budget(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("how long", "The first limit that is reached ends the run; the learning rate falls to 0 towards it.")
    group.add_argument("--epochs", type=_positive, help="passes over the documents (5 if no other limit is given)")
    group.add_argument("--tokens", type=_positive, help="learned tokens, padding included")
    group.add_argument("--minutes", type=_positive, help="of training, scoring not counted")
    group.add_argument("--steps", type=_whole)
    group.add_argument("--evaluations", type=_whole, default=10, help="how often in the run to score and to write a checkpoint (10)")
    group.add_argument("--patience", type=_from_zero, help="stop after so many scores in a row without a better exact match; 0: never (3 with --model, 0 with --config)")


def _add_learning(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("how to learn")
    group.add_argument("--optimizer", choices=("adamw", "muon"), help="muon takes Muon for the matrices and AdamW for the rest (muon with --config tiny, else adamw)")
    group.add_argument("--lr", type=_positive, help="rate of AdamW (5e-5; 2e-4 with --lora, 1.5e-3 beside Muon)")
    group.add_argument("--lr-matrix", type=_positive, default=3e-3, help="rate of Muon (3e-3)")
    group.add_argument("--decay", type=_share, default=0.35, help="last share of the budget in which the rate falls to 0")
    group.add_argument("--weight-decay", type=_not_negative, default=0.01)
    group.add_argument("--batch-tokens", type=_whole, help="tokens of a batch, padding included (2048; 4096 with --config tiny)")
    group.add_argument("--accumulate", type=_whole, default=1, help="batches of a step")
    group.add_argument("--seed", type=_seed, default=1)


def _add_machine(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("where")
    group.add_argument("--device", choices=("auto", "cpu", "cuda"), default="auto")
    group.add_argument("--precision", choices=("auto", "bf16", "fp32"), default="auto", help="of the computation; weights always have 32 bits")
    group.add_argument("--threads", type=_whole, default=_usual_threads(), help="of the computation on a CPU (`OMP_NUM_THREADS`, or all cores)")
    group.add_argument("--compile", action="store_true", help="half a minute of compilation, then about a third faster on a CPU")


def _check(options: argparse.Namespace) -> None:
    for name in ("data", "out"):
        if not getattr(options, name):
            raise Problem(f"Expected `--{name}`; see `train.py --help`")
    for path in [*options.data, *options.evaluate, *([options.tokenizer] if options.tokenizer else [])]:
        if not path.is_file():
            raise Problem(f"Expected a file, got `{path}`, which is none")
    if bool(options.config) == bool(options.model):
        raise Problem("Expected one of `--model` and `--config`; see `train.py --help`")
    if options.config and options.tokenizer is None:
        raise Problem("Expected `--tokenizer`, a SentencePiece model, with `--config`")
    if options.optimizer == "muon" and options.lora:
        raise Problem("Expected `--lora` without `--optimizer muon`")
    if options.config and options.lora:
        raise Problem("Expected `--lora` only with `--model`: adapters of random weights cannot learn")


def fill_defaults(options: argparse.Namespace) -> None:
    """What depends on other options."""
    tiny, scratch = options.config == "tiny", options.config is not None
    options.optimizer = options.optimizer or ("muon" if tiny else "adamw")
    defaults = {
        "lr": 1.5e-3 if options.optimizer == "muon" else 2e-4 if options.lora else 5e-5,
        "batch_tokens": 4096 if tiny else 2048,
        "max_tokens": 512 if scratch else 1024,
        "patience": 0 if scratch else 3,
        "held_out": 0.0 if scratch or options.evaluate else 0.1,
    }
    for name, value in defaults.items():
        if getattr(options, name) is None:
            setattr(options, name, value)
    for name in ("epochs", "tokens", "minutes"):
        if getattr(options, name) == float("inf"):
            setattr(options, name, None)
    if options.epochs is options.tokens is options.minutes is options.steps is None:
        options.epochs = 5.0


def _usual_threads() -> int:
    if os.environ.get("OMP_NUM_THREADS", "").isdecimal():
        return int(os.environ["OMP_NUM_THREADS"])
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _whole(text: str) -> int:
    value = int(text) if text.isdecimal() else 0
    if value < 1:
        raise argparse.ArgumentTypeError(f"expected a whole number from 1, got `{text}`")
    return value


def _from_zero(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"expected a whole number from 0, got `{text}`")
    return int(text)


def _seed(text: str) -> int:
    value = int(text) if text.isdecimal() else -1
    if not 0 <= value < 2**32:
        raise argparse.ArgumentTypeError(f"expected a whole number from 0 to {2**32 - 1}, got `{text}`")
    return value


def _not_negative(text: str) -> float:
    value = _number(text)
    if not 0 <= value < float("inf"):
        raise argparse.ArgumentTypeError(f"expected a number from 0, got `{text}`")
    return value


def _positive(text: str) -> float:
    value = _number(text)
    if not value > 0:
        raise argparse.ArgumentTypeError(f"expected a number above 0, got `{text}`")
    return value


def _share(text: str) -> float:
    value = _number(text)
    if not 0 <= value < 1:
        raise argparse.ArgumentTypeError(f"expected a share from 0 to below 1, got `{text}`")
    return value


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"expected a number, got `{text}`") from error
