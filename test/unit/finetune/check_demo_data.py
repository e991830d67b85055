"""Checks of the demo model's generator; `python3 check_demo_data.py CHECK` exits 0 or shows what is wrong."""

import hashlib
import json
import random
import re
import subprocess
import sys
import tempfile
from pathlib import Path

FINETUNE = Path(__file__).resolve().parents[3] / "finetune"
sys.path.insert(0, str(FINETUNE))

from demo import last_tickets, more_wordings, tickets  # noqa: E402
from demo.forms import Forms, split  # noqa: E402
from demo.wording_files import FOLDER  # noqa: E402

# The documents of the published scores.
EVALUATED = {
    "heldout-ticket.jsonl": "744db94ba255876204a89288b2808617bbca8b7295308f3026b4970ef88d1432",
    "heldout-invoice.jsonl": "ce703b25942c44ad4b253c01639df3e75c85e9f49926b355d241ac110e7321b6",
}


def new_lines() -> list[str]:
    return [line for path in sorted(FOLDER.glob("*.txt")) for line in path.read_text(encoding="utf-8").splitlines()]


def lists_of_all_stages() -> list[list[str]]:
    stages = (last_tickets.CORE, last_tickets.MORE, last_tickets.NEW)
    labels = (by_language for stage in stages for labels in stage.values() for by_language in labels.values())
    return [entries for by_language in labels if by_language for entries in by_language.values()]


def earlier_lines() -> set[str]:
    lines = {*tickets.DETAILS, *(line for lines in tickets.DISTRACTORS.values() for line in lines)}
    for module in (tickets, more_wordings):
        for entries in (*module.STORIES.values(), module.HIGH, module.LOW, module.NEGATIVE, module.POSITIVE):
            lines.update(entries)
    return lines


def run(script: str, *arguments: object) -> None:
    subprocess.run([sys.executable, str(FINETUNE / "demo" / script), *map(str, arguments)], check=True)


def new_wordings_repeat_none() -> None:
    lines = new_lines()
    assert len(lines) == len(set(lines))
    assert not set(lines) & earlier_lines()


def each_label_has_many_wordings() -> None:
    for label, least in (("category", 120), ("urgency", 80), ("sentiment", 80)):
        for name, by_language in last_tickets.NEW[label].items():
            assert sum(map(len, by_language.values())) >= least, name
            assert all(by_language.values()), name


def templates_are_well_formed() -> None:
    forms = Forms(random.Random(1))
    slots = last_tickets.more_slots(forms)
    for line in new_lines():
        assert line == line.strip() and line, line
        assert not re.search(r"[\[\]|{}]", forms.fill(line, slots).replace("{}", "")), line


def held_out_wordings_do_not_occur() -> None:
    forms = Forms(random.Random(2))
    for _ in range(2000):
        labels = {"category": forms.rng.choice(tickets.CATEGORIES), "urgency": forms.rng.choice(("low", "high")), "sentiment": forms.rng.choice(("negative", "positive"))}
        slots = last_tickets.more_slots(forms)
        for label in labels:
            sentence = last_tickets.say(forms, slots, labels, label)
            assert not last_tickets.HELD_OUT.fullmatch(sentence), sentence


def held_out_sentences_are_recognised() -> None:
    forms = Forms(random.Random(3))
    held_out = [line for entries in lists_of_all_stages() for line in split(entries)[1]]
    assert len(held_out) > 100
    for template in held_out:
        sentence = forms.fill(template, last_tickets.more_slots(forms))
        assert last_tickets.HELD_OUT.fullmatch(sentence), sentence


def evaluated_documents_stay() -> None:
    with tempfile.TemporaryDirectory() as folder:
        run("generate.py", "--out", folder, "--documents", 10, "--seed", 1)
        for name, expected in EVALUATED.items():
            assert hashlib.sha256((Path(folder) / name).read_bytes()).hexdigest() == expected, name


def last_stage_is_reproducible() -> None:
    with tempfile.TemporaryDirectory() as folder:
        gold, once, twice = (Path(folder) / name for name in ("gold.jsonl", "once", "twice"))
        gold.write_text("", encoding="utf-8")
        for out in (once, twice):
            run("last_stage.py", "--out", out, "--tickets", 40, "--invoices", 30, "--seed", 2, "--evaluated", gold)
        data = (once / "train-last.jsonl").read_bytes()
        assert data == (twice / "train-last.jsonl").read_bytes()
        ids = [json.loads(line)["id"] for line in data.decode().splitlines()]
        assert sum("ticket" in name for name in ids) == 40 and sum("invoice" in name for name in ids) == 30


if __name__ == "__main__":
    globals()[sys.argv[1]]()
