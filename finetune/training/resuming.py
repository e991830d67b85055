"""Goes on with a run only if it is the same one."""

import hashlib
import json
import os
import re
import shutil
from pathlib import Path

from problem import CANNOT_WRITE, Problem

IDENTITY = "run.json"
# The last file of a checkpoint that the trainer writes, and it removes older ones only afterwards.
LAST_WRITTEN = "trainer_state.json"
# What decides which documents are in which batch, what the weights and the optimiser's state mean, and which weights
# are the best. Budgets, the decay of the rate, patience and the machine may change.
SAME = (
    "model", "config", "lora", "held_out", "max_tokens", "batch_tokens", "accumulate", "keep_order", "seed", "optimizer",
    "lr", "lr_matrix", "weight_decay", "evaluate_documents",
)  # fmt: skip


def find_checkpoint(options, figures: dict) -> Path | None:
    """The last whole checkpoint in `--out`, without what a killed process left half-written; raises a Problem if it
    belongs to another run, and notes which one this is."""
    identity = _identity(options, figures)
    found = _checkpoints(options.out)
    if found:
        _check_same(options.out, identity)
    for checkpoint in found:
        if not _is_whole(checkpoint):
            shutil.rmtree(checkpoint)
    new = options.out / f"{IDENTITY}.new"
    new.write_text(json.dumps(identity, indent=1) + "\n", encoding="utf-8")
    os.replace(new, options.out / IDENTITY)
    return next((checkpoint for checkpoint in reversed(found) if checkpoint.exists()), None)


def _identity(options, figures: dict) -> dict:
    scored = {name: figure.get("sha256") for name, figure in figures["sets"].items()}
    tokenizer = None if options.tokenizer is None else hashlib.sha256(options.tokenizer.read_bytes()).hexdigest()
    return {"data": figures["sha256"], "evaluate": scored, "tokenizer": tokenizer, **{name: getattr(options, name) for name in SAME}}


def _checkpoints(out: Path) -> list[Path]:
    """In the order of their steps."""
    numbered = [(int(match[1]), path) for path in out.glob("checkpoint-*") if (match := re.fullmatch(r"checkpoint-(\d+)", path.name))]
    return [path for _, path in sorted(numbered)]


def _check_same(out: Path, identity: dict) -> None:
    path = out / IDENTITY
    if not path.exists():
        raise Problem(f"`{out}` holds checkpoints of no run of train.py; give another `--out`, or remove them", CANNOT_WRITE)
    before = json.loads(path.read_text(encoding="utf-8"))
    differs = ", ".join(f"`--{name.replace('_', '-')}`" for name in identity if before.get(name) != identity[name])
    if differs:
        raise Problem(f"`{out}` holds a run with another {differs}; give another `--out`, or remove it", CANNOT_WRITE)


def _is_whole(checkpoint: Path) -> bool:
    try:
        json.loads((checkpoint / LAST_WRITTEN).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return True
