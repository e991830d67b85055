"""The documents of a run: what is learned, what is scored, and that they are not the same."""

import sys
from dataclasses import dataclass
from pathlib import Path

from lines import Example, Vocabulary
from problem import Problem
from training.reading import Document, Lines, count_repeats, read_documents
from training.splitting import check_leakage, split_off

HELD_OUT = "held-out"


@dataclass(frozen=True)
class RunData:
    training: list[Example]
    sets: dict[str, list[Example]]
    # The sets that say which model is best.
    watched: list[str]
    figures: dict


def read_run_data(options, vocabulary: Vocabulary) -> RunData:
    """Reads, splits and compares; says on stderr what is left out, raises a Problem for what cannot be used."""
    found = read_documents(options.data, vocabulary, options.max_tokens)
    _tell_too_long(found, options.max_tokens)
    training, sets = found.documents, {}
    if options.held_out:
        training, sets[HELD_OUT] = split_off(found, options.held_out)
    evaluated = _read_sets(options, vocabulary)
    sets |= {name: lines.documents for name, lines in evaluated.items()}
    leakage = check_leakage(training, sets)
    scored = {name: [document.example for document in documents[: options.evaluate_documents]] for name, documents in sets.items()}
    counts = {name: {**_counts(documents), "scored": len(scored[name])} for name, documents in sets.items()}
    figures = {
        "files": [str(path) for path in found.paths],
        "sha256": found.sha256,
        "training": _counts(training),
        "sets": {name: {**count, "sha256": evaluated[name].sha256} if name in evaluated else count for name, count in counts.items()},
        "repeatedTexts": count_repeats(training),
        "tooLong": len(found.too_long) + sum(len(lines.too_long) for lines in evaluated.values()),
        "leakage": leakage,
    }
    return RunData([document.example for document in training], scored, [name for name in sets if "held" in name] or list(sets), figures)


def _read_sets(options, vocabulary: Vocabulary) -> dict[str, Lines]:
    names = [path.stem.removeprefix("eval-") for path in options.evaluate]
    taken = {HELD_OUT} if options.held_out else set()
    for name, path in zip(names, options.evaluate):
        if name in taken:
            raise Problem(f"Expected files of different names with `--evaluate`, got `{path}` beside another `{name}`")
        taken.add(name)
    return {name: _read_set(path, vocabulary, options) for name, path in zip(names, options.evaluate)}


def _read_set(path: Path, vocabulary: Vocabulary, options) -> Lines:
    found = read_documents([path], vocabulary, options.max_tokens)
    _tell_too_long(found, options.max_tokens)
    return found


def _tell_too_long(found: Lines, max_tokens: int) -> None:
    if found.too_long:
        names = ", ".join(f"`{path}`" for path in found.paths)
        print(f"{len(found.too_long)} documents of {names} are left out: more than {max_tokens} tokens (`--max-tokens`), the longest has {max(found.too_long)}", file=sys.stderr)


def _counts(documents: list[Document]) -> dict:
    tokens = sum(len(document.example.tokens) for document in documents)
    answers = sum(len(document.example.tokens) - document.example.prompt_length for document in documents)
    return {"documents": len(documents), "tokens": tokens, "answerTokens": answers}
