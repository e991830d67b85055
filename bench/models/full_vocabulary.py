"""The 262,144 pieces of the Gemma family, as Gemma 3 has them, and fewer of them."""

from dataclasses import dataclass
from pathlib import Path

from gguf import GGUFReader, TokenType

# The vocabulary file is of a younger Gemma, which calls the same two ids otherwise.
TURNS = {105: "<start_of_turn>", 106: "<end_of_turn>"}
# Line breaks, runs of spaces and tags: whole pieces that no merge makes.
DEFINED = range(107, 238)


@dataclass(frozen=True)
class Vocabulary:
    pieces: list[str]
    scores: list[float]
    types: list[int]


def read_vocabulary(path: Path) -> Vocabulary:
    """Pieces of a vocabulary file; their order is the order of merges, so each one's id is its score."""
    fields = GGUFReader(path).fields
    pieces = [TURNS.get(token, piece) for token, piece in enumerate(fields["tokenizer.ggml.tokens"].contents())]
    given = fields["tokenizer.ggml.token_type"].contents()
    types = [to_type(token, kind) for token, kind in enumerate(given)]
    return Vocabulary(pieces, [-float(token) for token in range(len(pieces))], types)


def to_type(token: int, given: int) -> int:
    if token in TURNS:
        return TokenType.CONTROL
    return TokenType.USER_DEFINED if given == TokenType.NORMAL and token in DEFINED else given


def prune(whole: Vocabulary, size: int) -> Vocabulary:
    """The first pieces, that is the most frequent ones, and every single character of Latin script."""
    latin = [token for token, piece in enumerate(whole.pieces) if len(piece) == 1 and ord(piece) < 0x250]
    kept = set(latin)
    for token, kind in enumerate(whole.types):
        if kind in (TokenType.BYTE, TokenType.CONTROL) and token < 2**17:
            kept.add(token)
    kept.update(token for token in range(len(whole.pieces)) if token < size - len(kept))
    rest = (token for token in range(len(whole.pieces)) if token not in kept)
    while len(kept) < size:
        kept.add(next(rest))
    chosen = sorted(kept)
    return Vocabulary(
        [whole.pieces[token] for token in chosen],
        [whole.scores[token] for token in chosen],
        [whole.types[token] for token in chosen],
    )
