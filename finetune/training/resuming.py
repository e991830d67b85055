"""Goes on with a run only if it is the same one."""

import json
from pathlib import Path

from transformers.trainer_utils import get_last_checkpoint

from problem import CANNOT_WRITE, Problem

IDENTITY = "run.json"
# What decides which documents are in which batch and what the weights mean. Budgets, rates and scoring may change.
SAME = ("model", "config", "lora", "held_out", "max_tokens", "batch_tokens", "accumulate", "keep_order", "seed")


def find_checkpoint(options, data_sha256: str) -> Path | None:
    """The last checkpoint in `--out`; raises a Problem if it belongs to another run, and notes which one this is."""
    identity = {"data": data_sha256, **{name: getattr(options, name) for name in SAME}}
    path = options.out / IDENTITY
    last = get_last_checkpoint(str(options.out))
    if last is not None and path.exists():
        differs = _differences(json.loads(path.read_text(encoding="utf-8")), identity)
        if differs:
            raise Problem(f"`{options.out}` holds a run with another {differs}; give another `--out`, or remove it", CANNOT_WRITE)
    path.write_text(json.dumps(identity, indent=1) + "\n", encoding="utf-8")
    return None if last is None else Path(last)


def _differences(before: dict, now: dict) -> str:
    return ", ".join(f"`--{name.replace('_', '-')}`" for name in now if before.get(name) != now[name])
