"""Writes the gold files of the demo model: same seed, same bytes.

    python finetune/demo/generate.py --out DIR --documents 200000 --seed 1

`gold-ticket.jsonl`, `gold-invoice.jsonl`: {"id","text","gold"} from seen forms, for training.
`gold-later-ticket.jsonl`: tickets with more wordings, for the last part of training.
`seen-*.jsonl`: 300 each from seen forms, another seed; never trained on.
`heldout-*.jsonl`: 300 each with layouts and wordings that never occur in training.
`copying.jsonl`: training lines of the copying exercises (no task of docmill).
"""

import argparse
import json
import random
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from demo.copying import copying  # noqa: E402
from demo.forms import Forms  # noqa: E402
from demo.invoices import invoice  # noqa: E402
from demo.last_tickets import last_ticket  # noqa: E402
from demo.later_invoices import last_invoice  # noqa: E402
from demo.render import to_training_line  # noqa: E402
from demo.tickets import later_ticket, ticket  # noqa: E402

GENERATORS = {"ticket": ticket, "invoice": invoice, "later-ticket": later_ticket, "last-ticket": last_ticket, "last-invoice": last_invoice}
EVALUATION_DOCUMENTS = 300
HELD_OUT_SHARE = 0.35  # chance that a choice takes a held-out entry, in held-out documents


def to_line(document_id: str, text: str, gold: dict) -> str:
    return json.dumps({"id": document_id, "text": text, "gold": gold}, ensure_ascii=False, separators=(",", ":")) + "\n"


def write_gold(path: Path, task: str, count: int, seed: str, held_out: bool = False, excluded: frozenset = frozenset()) -> None:
    forms = Forms(random.Random(seed), HELD_OUT_SHARE if held_out else 0.0)
    with path.open("w", encoding="utf-8") as file:
        written = 0
        while written < count:
            forms.unseen = 0
            text, gold = GENERATORS[task](forms)
            if (held_out and forms.unseen == 0) or text in excluded:
                continue
            file.write(to_line(f"{task}-{written:06}", text, gold))
            written += 1


def read_texts(path: Path) -> set[str]:
    with path.open(encoding="utf-8") as file:
        return {json.loads(line)["text"] for line in file}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--documents", type=int, default=200_000, help="training documents in all, copying exercises included")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    for task, share in (("ticket", 0.3), ("invoice", 0.4)):
        excluded = set()
        for name, held_out in (("seen", False), ("heldout", True)):
            path = options.out / f"{name}-{task}.jsonl"
            write_gold(path, task, EVALUATION_DOCUMENTS, f"{options.seed} {name} {task}", held_out)
            excluded |= read_texts(path)
        write_gold(options.out / f"gold-{task}.jsonl", task, int(options.documents * share), f"{options.seed} train {task}", excluded=frozenset(excluded))
    tickets = frozenset(read_texts(options.out / "seen-ticket.jsonl") | read_texts(options.out / "heldout-ticket.jsonl"))
    write_gold(options.out / "gold-later-ticket.jsonl", "later-ticket", int(options.documents * 0.3), f"{options.seed} train later-ticket", excluded=tickets)
    rng = random.Random(f"{options.seed} copying")
    with (options.out / "copying.jsonl").open("w", encoding="utf-8") as file:
        for index in range(int(options.documents * 0.3)):
            instructions, text, answer = copying(rng)
            file.write(to_training_line(f"copy-{index:06}", instructions, text, answer) + "\n")


if __name__ == "__main__":
    main()
