"""Checks of the demo model's later invoices; `python3 check_demo_invoices.py CHECK` exits 0 or shows what is wrong."""

import random
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "finetune"))

from demo.forms import Forms, name_of, split  # noqa: E402
from demo.invoices import invoice, verbatim_values  # noqa: E402
from demo.later_captions import CAPTIONS  # noqa: E402
from demo.later_invoices import LENGTHS, later_invoice  # noqa: E402

DOCUMENTS = 1500


class RecordingForms(Forms):
    """Keeps every list that was drawn from and every entry that was drawn."""

    def __init__(self, seed: int, held_out_share: float = 0.0):
        super().__init__(random.Random(seed), held_out_share)
        self.lists: dict[tuple[str, ...], tuple] = {}
        self.drawn: set[str] = set()

    def pick(self, entries):
        self.lists[tuple(map(name_of, entries))] = split(entries)
        entry = super().pick(entries)
        self.drawn.add(name_of(entry))
        return entry


def to_words(name: str) -> str:
    """A caption without case and punctuation: `Invoice No.` is no other caption than `INVOICE NO`."""
    return re.sub(r"[^\w#]+", " ", name).strip().casefold()


def earlier_lists() -> tuple[set[str], set[str]]:
    """Names of the seen and of the held-out entries that evaluation documents are made of."""
    forms = RecordingForms(1, 0.35)
    for _ in range(DOCUMENTS):
        invoice(forms)
    seen = {name_of(entry) for part, _ in forms.lists.values() for entry in part}
    held_out = {name_of(entry) for _, part in forms.lists.values() for entry in part}
    return seen, held_out


def verbatim_values_stand_in_the_text() -> None:
    forms = Forms(random.Random(1))
    for _ in range(DOCUMENTS):
        text, gold = later_invoice(forms)
        assert all(value is None or value in text for value in verbatim_values(gold)), text
        assert len(text) <= max(LENGTHS)


def held_out_entries_do_not_occur() -> None:
    seen, held_out = earlier_lists()
    forms = RecordingForms(2)
    for _ in range(DOCUMENTS):
        later_invoice(forms)
    only_held_out = held_out - seen
    assert not forms.drawn & only_held_out, forms.drawn & only_held_out
    captions = {to_words(name_of(caption)) for languages in CAPTIONS.values() for entries in languages.values() for caption in entries}
    repeated = captions & {to_words(name) for name in held_out if re.search(r"[^\W\d]", name)}
    assert not repeated, repeated


def captions_repeat_none() -> None:
    for name, languages in CAPTIONS.items():
        for language, entries in languages.items():
            assert len(entries) == len(set(entries)) >= 4, (name, language)


def the_same_seed_gives_the_same_documents() -> None:
    first, second = Forms(random.Random("a")), Forms(random.Random("a"))
    assert [later_invoice(first) for _ in range(50)] == [later_invoice(second) for _ in range(50)]


if __name__ == "__main__":
    {check.__name__: check for check in (verbatim_values_stand_in_the_text, held_out_entries_do_not_occur, captions_repeat_none, the_same_seed_gives_the_same_documents)}[sys.argv[1]]()
