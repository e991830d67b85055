"""All figures of a run, as `training.json`."""

import json
import os
import platform
import resource
import sys
from importlib.metadata import version
from pathlib import Path

import torch

PACKAGES = ("torch", "transformers", "trl", "peft", "datasets", "accelerate", "tokenizers", "sentencepiece", "numpy")
MOST_POINTS = 400


def to_report(options, run, ended: str) -> dict:
    """What was run, on what, with which data, how fast, how large and how well."""
    state, progress = run.trainer.state, run.progress
    return {
        "ended": ended,
        "options": {name: _to_json(value) for name, value in sorted(vars(options).items())},
        "versions": {"python": platform.python_version(), **{name: version(name) for name in PACKAGES}},
        "machine": {"device": run.device, "name": _device_name(run.device), "cores": os.cpu_count(), "threads": torch.get_num_threads(), "precision": run.precision},
        "model": {"start": options.model or options.config, **run.parameters},
        "data": run.data.figures,
        "steps": state.global_step,
        "tokens": progress.tokens(state.global_step),
        "passes": round(run.passes, 3),
        "seconds": round(progress.seconds, 2),
        # Says more than the seconds on a machine that others use too.
        "cpuSeconds": round(progress.cpu_seconds, 2),
        "secondsPerStep": round(progress.seconds / max(1, state.global_step), 4),
        "tokensPerSecond": round(progress.tokens(state.global_step) / max(progress.seconds, 1e-9), 1),
        "peakMemoryBytes": _peak_memory(run.device),
        "best": _best(state, run.progress),
        "loss": _thinned(_losses(state.log_history, progress)),
        "scores": _scores(state.log_history, progress),
    }


def write_report(report: dict, out: Path) -> None:
    """Replaces `training.json`."""
    new = out / "training.json.new"
    new.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    os.replace(new, out / "training.json")


def _to_json(value: object) -> object:
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, list):
        return [_to_json(entry) for entry in value]
    return value


def _device_name(device: str) -> str:
    if device == "cuda":
        return torch.cuda.get_device_name()
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.machine())


def _peak_memory(device: str) -> dict:
    """Of this process; of the one that ended it, after an interruption."""
    unit = 1 if sys.platform == "darwin" else 1024
    peak = {"process": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit}
    return peak if device == "cpu" else {**peak, "gpu": torch.cuda.max_memory_allocated()}


def _losses(history: list[dict], progress) -> list[dict]:
    return [{"step": entry["step"], "tokens": progress.tokens(entry["step"]), "loss": round(entry["loss"], 5), "rate": entry["learning_rate"]} for entry in history if "loss" in entry]


def _scores(history: list[dict], progress) -> list[dict]:
    return [_score(entry, progress) for entry in history if "eval_exact" in entry]


def _score(entry: dict, progress) -> dict:
    sets: dict[str, dict] = {}
    for key, value in entry.items():
        name, _, figure = key.removeprefix("eval_").rpartition("_")
        if key.startswith("eval_") and name and figure in ("exact", "token", "loss"):
            sets.setdefault(name, {})[figure] = round(value, 5)
    return {"step": entry["step"], "tokens": progress.tokens(entry["step"]), "exact": round(entry["eval_exact"], 5), "sets": sets}


def _best(state, progress) -> dict | None:
    scores = [entry for entry in state.log_history if "eval_rank" in entry and entry["step"] > 0]
    return _score(max(scores, key=lambda entry: entry["eval_rank"]), progress) if scores else None


def _thinned(points: list[dict]) -> list[dict]:
    every = -(-len(points) // MOST_POINTS)
    return points[:: max(1, every)]
