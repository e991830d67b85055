"""How byte-pair encoding comes to a piece: the pieces on the way are needed to reach it."""

from collections.abc import Mapping


def trace_merges(piece: str, scores: Mapping[str, float]) -> set[str] | None:
    """Every piece that exists on the way from the characters of `piece` to itself; None if they never become it.

    Within a text the way to a piece is the same as for the piece alone: merges are chosen by score, and
    those across its borders did not happen, or it would not be a piece of that text. So a vocabulary
    that keeps the ways of all pieces of a text cuts that text in exactly the same way.
    """
    symbols = list(piece)
    seen = set(symbols)
    while len(symbols) > 1:
        joined = [left + right for left, right in zip(symbols, symbols[1:])]
        known = [index for index, text in enumerate(joined) if text in scores]
        if not known:
            return None
        first = max(known, key=lambda index: (scores[joined[index]], -index))
        symbols[first : first + 2] = [joined[first]]
        seen.add(joined[first])
    return seen
