"""Writes a trained folder as a GGUF file, after proving that it says the same there; see `export.py --help`.

1. The folder is made whole and, if asked for, its vocabulary pruned.
2. llama.cpp's own converter writes it as F32; gguf-py's arithmetic makes the smaller types of that.
3. Parity: the same token ids by all tokenizers, the same most probable tokens and log-probabilities as
   Hugging Face, no more exact matches lost than the type may cost.
4. Canaries: a few of the compared texts go into the file, so that whoever loads it can see that it is this one.
"""

import argparse
import signal
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path

from lines import read_training_lines
from parity.answers import Expected, compare_answers, read_hugging_face
from parity.canaries import describe_canaries, find_canaries, write_canaries
from parity.limits import LIMITS, describe_limits, find_failures, limits_of
from parity.report import check_writable, describe_effort, describe_file, to_text, write_result
from parity.tokens import MIN_DOCUMENTS, check_tokens
from problem import Problem, run_program
from pruning.vocabulary import compare_exactness, compare_vocabularies, prune_vocabulary
from to_gguf.convert import convert, find_converter
from to_gguf.folder import prepare_folder
from to_gguf.options import parse_options
from to_gguf.quantize import Types, find_weight_error, write_quantized

MODEL_PROBLEM = 78
TERMINATED = 143
# The conversion to F32 is right or wrong everywhere: a few documents show it.
CONVERTED_DOCUMENTS = 20


def main() -> None:
    began = time.monotonic()
    # Or gigabytes would stay in the temporary folder.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(TERMINATED))
    options = parse_options()
    lines = read_parity_lines(options.lines)
    check_writable(options.out)
    with tempfile.TemporaryDirectory(prefix="docmill-export-") as scratch:
        report, gguf = export(options, lines, Path(scratch))
        report |= describe_effort(began)
        sys.stdout.write(to_text(report))
        if report["failures"]:
            raise Problem(f"`{options.out}` is not written, because parity failed: {'; '.join(report['failures'])}", MODEL_PROBLEM)
        write_result(gguf, options.out, report)
    say(f"wrote {options.out}")


def read_parity_lines(paths: list[Path]) -> list[str]:
    """The training lines of all files; raises a Problem unless they are enough."""
    lines = read_training_lines(paths)
    if len(lines) < MIN_DOCUMENTS:
        raise Problem(f"Expected at least {MIN_DOCUMENTS} training lines to compare on, got {len(lines)}; give more files with `--lines`")
    return lines


def export(options: argparse.Namespace, lines: list[str], scratch: Path) -> tuple[dict, Path]:
    """Makes the file that the options ask for; returns the report on it, and where it is."""
    types = Types(options.type, options.embedding_type or options.type, options.output_type)
    limits = limits_of(types.used())
    report: dict = {"types": asdict(types), "limits": describe_limits(limits)}
    model = prepare_folder(options.model, scratch / "model")
    converter = find_converter(options.llama_cpp, scratch)
    set_up_libraries(options.threads)
    compared = spread(lines, options.compare)
    if options.prune_vocabulary:
        report["pruned"], expected = prune(options, model, scratch / "pruned", lines)
        model = scratch / "pruned"
    else:
        say(f"asking Hugging Face about the answers of {len(compared)} documents")
        expected = read_hugging_face(model, compared)
    say("converting to F32")
    source, gguf = scratch / "f32.gguf", scratch / "out.gguf"
    convert(converter, model, source, options.name)
    say(f"comparing the tokens of {len(lines)} documents, and the answers of {len(compared)}")
    report["tokens"] = check_tokens(model, source, lines)
    report["conversion"] = compare_answers(spread(expected, CONVERTED_DOCUMENTS), source, LIMITS["f32"].margin)
    report["written"] = measure(source, gguf, types, expected)
    report["measured"] = {kind: measure(source, scratch / "measured.gguf", Types(kind, kind), expected) for kind in options.measure}
    if not options.no_canaries:
        canaries, gguf = add_canaries(expected, gguf, scratch / "with-canaries.gguf")
        report["canaries"] = describe_canaries(canaries)
    return {"file": describe_file(gguf, options.out.name), "failures": find_failures(report, limits), **report}, gguf


def prune(options: argparse.Namespace, model: Path, pruned: Path, lines: list[str]) -> tuple[dict, list[Expected]]:
    """Makes the folder `pruned`; returns what that does to lines and answers, and what Hugging Face says with it."""
    say("pruning the vocabulary")
    report = prune_vocabulary(model, pruned, options.prune_vocabulary, options.pieces)
    report["lines"] = compare_vocabularies(model, pruned, lines)
    compared = spread(lines, options.compare)
    say(f"asking Hugging Face about the answers of {len(compared)} documents, before and after")
    expected = read_hugging_face(pruned, compared)
    report["exactMatch"] = compare_exactness(read_hugging_face(model, compared), expected)
    return report, expected


def measure(source: Path, gguf: Path, types: Types, expected: list[Expected]) -> dict:
    """Writes the file with these types; returns how it differs."""
    write_quantized(source, gguf, types)
    return {"bytes": gguf.stat().st_size, **compare_answers(expected, gguf, limits_of(types.used()).margin), "weightError": find_weight_error(source, gguf)}


def add_canaries(expected: list[Expected], gguf: Path, out: Path) -> tuple[list[dict], Path]:
    """The canaries, and the file that has them."""
    canaries = find_canaries(expected, gguf)
    if not canaries:
        say("the model is sure of too little for canaries: the file has none")
        return canaries, gguf
    write_canaries(gguf, out, canaries)
    return canaries, out


def spread(entries: list, count: int) -> list:
    """That many of them at most, from the whole list."""
    return [entries[index * len(entries) // count] for index in range(count)] if count < len(entries) else entries


def set_up_libraries(threads: int) -> None:
    """Loading them takes seconds: after options and folder have been checked."""
    import torch
    from transformers.utils import logging

    torch.set_num_threads(threads)
    logging.disable_progress_bar()


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    run_program(main)
