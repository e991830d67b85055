"""Reads files of training lines as examples: what is broken, too long or twice is said, never trained on in silence."""

import hashlib
import unicodedata
from array import array
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from lines import Example, Vocabulary, document_text, parse_line, read_lines, to_tokens
from problem import Problem


@dataclass(frozen=True)
class Document:
    example: Example
    # Of its text, so that the same text under two names is known to be the same.
    key: str


@dataclass
class Lines:
    """What files of training lines held."""

    paths: list[Path]
    documents: list[Document] = field(default_factory=list)
    too_long: list[int] = field(default_factory=list)  # their lengths
    sha256: str = ""


def read_documents(paths: list[Path], vocabulary: Vocabulary, max_tokens: int, limit: int | None = None) -> Lines:
    """All documents of the files in order, the first `limit` at most; those of more than `max_tokens` are left out and counted."""
    found = Lines(paths)
    digest = hashlib.sha256()
    for path in paths:
        for number, line in read_lines(path):
            if limit is not None and len(found.documents) == limit:
                break
            digest.update(line.encode())
            document = _read_document(line, vocabulary, f"Line {number} of `{path}`")
            if len(document.example.tokens) > max_tokens:
                found.too_long.append(len(document.example.tokens))
            else:
                found.documents.append(document)
    found.sha256 = digest.hexdigest()
    _check_not_empty(found, max_tokens)
    return found


def _read_document(line: str, vocabulary: Vocabulary, place: str) -> Document:
    try:
        members = parse_line(line)
        key = text_key(document_text(members))
    except ValueError as error:
        raise Problem(f"{place} cannot be learned from: {error}; training lines are what `docmill export` writes") from error
    example = to_tokens(members, vocabulary)
    # An array of C integers: a list would need nine times the memory.
    return Document(Example(example.id, array("i", example.tokens), example.prompt_length), key)  # type: ignore[arg-type]


def _check_not_empty(found: Lines, max_tokens: int) -> None:
    if found.documents:
        return
    names = ", ".join(f"`{path}`" for path in found.paths)
    if not found.too_long:
        raise Problem(f"There is no training line in {names}")
    raise Problem(
        f"All {len(found.too_long)} documents of {names} are left out because they are too long: more than {max_tokens} tokens with prompt and answer,"
        f" the shortest has {min(found.too_long)}; give a larger `--max-tokens` or cut the documents"
    )


def text_key(text: str) -> str:
    """Equal for texts that differ only in case, white space or the form of their characters."""
    normalised = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
    return hashlib.sha256(normalised.encode("utf-8", "surrogatepass")).hexdigest()


def count_repeats(documents: Iterable[Document]) -> int:
    """How many documents have a text that came before."""
    keys = [document.key for document in documents]
    return len(keys) - len(set(keys))
