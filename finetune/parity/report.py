"""What an export says about itself, and how file and report come into being together."""

import hashlib
import json
import os
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from problem import CANNOT_WRITE, Problem


def check_writable(out: Path) -> None:
    """Finds out before an hour of work whether the file can be written; makes its folder."""
    if out.is_dir():
        raise Problem(f"Cannot write `{out}`: it is a folder; give the path of a file", CANNOT_WRITE)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=out.parent):
            pass
    except OSError as error:
        raise Problem(f"Cannot write `{out}`: {error.strerror}; give another `--out`", CANNOT_WRITE) from error


def describe_file(gguf: Path, name: str) -> dict:
    """Name, size and hash."""
    with gguf.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    return {"name": name, "bytes": gguf.stat().st_size, "sha256": sha256}


def describe_effort(began: float) -> dict:
    """Seconds since `began` and of computing; bytes of the largest process, this one or one that it started."""
    own, children = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    unit = 1 if sys.platform == "darwin" else 1024
    cpu = sum(usage.ru_utime + usage.ru_stime for usage in (own, children))
    return {"seconds": round(time.monotonic() - began, 1), "cpuSeconds": round(cpu, 1), "peakMemoryBytes": max(own.ru_maxrss, children.ru_maxrss) * unit}


def write_result(gguf: Path, out: Path, report: dict) -> None:
    """Puts the file at `out` and the report beside it, each as a whole or not at all."""
    beside = out.with_name(f"{out.name}.parity.json")
    put_whole(out, {beside: lambda new: new.write_text(to_text(report), encoding="utf-8"), out: lambda new: shutil.copyfile(gguf, new)})


def put_whole(out: Path, writers: dict[Path, Callable[[Path], object]]) -> None:
    """Writes each file under another name and renames it; raises a Problem about `out` where that fails."""
    new = {path: path.with_name(f"{path.name}.new") for path in writers}
    try:
        for path, write in writers.items():
            write(new[path])
            _sync(new[path])
        for path in writers:
            os.replace(new[path], path)
    except OSError as error:
        for path in new.values():
            path.unlink(missing_ok=True)
        raise Problem(f"Cannot write `{out}`: {error.strerror}; free some space or give another `--out`", CANNOT_WRITE) from error


def to_text(report: dict) -> str:
    """The report as it is printed and stored."""
    return json.dumps(report, indent=1, allow_nan=False) + "\n"


def _sync(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())
