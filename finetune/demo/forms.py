"""Choices that are split into seen and held-out forms.

Every list of layouts or wordings is split by a hash of its entries: about one entry in seven is
held out and never occurs in training. A `Forms` draws from the seen part only, or (held-out
evaluation) mixes held-out entries in and counts how many it used.
"""

import random
import re
import zlib

HELD_OUT_ONE_IN = 7
MIN_SPLIT = 4  # shorter lists are not split: nothing would be left to learn from
_ALTERNATIVES = re.compile(r"\[([^\[\]]*)\]")
_splits: dict[int, tuple] = {}
_inline: dict[str, list] = {}


def name_of(entry) -> str:
    return getattr(entry, "__name__", None) or repr(entry)


def split(entries) -> tuple[list, list]:
    """The (seen, held-out) parts of a list; the same on every machine and in every run."""
    known = _splits.get(id(entries))
    if known is not None and known[0] is entries:
        return known[1], known[2]
    seen, held_out = [], []
    for entry in entries:
        (held_out if _is_held_out(entry) else seen).append(entry)
    if len(entries) < MIN_SPLIT or not seen:
        seen, held_out = list(entries), []
    _splits[id(entries)] = (entries, seen, held_out)
    return seen, held_out


def _is_held_out(entry) -> bool:
    return zlib.crc32(("docmill " + name_of(entry)).encode()) % HELD_OUT_ONE_IN == 0


class Forms:
    """A seeded source of choices; `unseen` counts the held-out entries used since `reset`."""

    def __init__(self, rng: random.Random, held_out_share: float = 0.0):
        self.rng = rng
        self.held_out_share = held_out_share
        self.unseen = 0

    def chance(self, probability: float) -> bool:
        return self.rng.random() < probability

    def pick(self, entries):
        seen, held_out = split(entries)
        if held_out and self.held_out_share and self.rng.random() < self.held_out_share:
            self.unseen += 1
            return self.rng.choice(held_out)
        return self.rng.choice(seen)

    def fill(self, template: str, slots: dict | None = None) -> str:
        """Expands `[a|b|c]` (nested too) by a choice and `{name}` by a slot's value or function."""
        text = template
        while True:
            match = _ALTERNATIVES.search(text)
            if match is None:
                break
            text = text[: match.start()] + self.pick(self._options(match.group(1))) + text[match.end():]
        if slots and "{" in text:
            text = re.sub(r"\{(\w+)\}", lambda m: self._slot(slots, m.group(1)), text)
        return re.sub(r"(?<=\S)  +", " ", text) if "\n" not in text else text

    def say(self, templates, slots: dict | None = None) -> str:
        return self.fill(self.pick(templates), slots)

    def _options(self, inner: str) -> list:
        options = _inline.get(inner)
        if options is None:
            options = _inline[inner] = inner.split("|")
        return options

    @staticmethod
    def _slot(slots: dict, name: str) -> str:
        value = slots[name]
        return value() if callable(value) else value
