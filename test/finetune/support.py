"""What the checks of train.py share."""

import sys
import tempfile
from collections.abc import Callable
from contextlib import contextmanager
from functools import cache
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "finetune"))

from lines import HubTokens  # noqa: E402
from problem import Problem  # noqa: E402
from training.smoke import write_smoke_data  # noqa: E402
from vocabulary import write_vocabulary  # noqa: E402

PROMPT = [
    {"control": "<bos>"}, {"control": "<start_of_turn>"}, {"text": "user\nCopy.\n\n"}, {"text": "key 42"},
    {"control": "<end_of_turn>"}, {"text": "\n"}, {"control": "<start_of_turn>"}, {"text": "model\n"},
]  # fmt: skip


@contextmanager
def temporary_folder():
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


@cache
def vocabulary() -> HubTokens:
    """A small one with byte fallback."""
    with temporary_folder() as folder:
        write_vocabulary(write_smoke_data(folder)[1], folder / "vocabulary")
        return HubTokens(str(folder / "vocabulary"))


def write_lines(path: Path, lines: list[str]) -> Path:
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def raises(act: Callable[[], object]) -> str:
    """The sentence of the Problem that `act` raises."""
    try:
        act()
    except Problem as problem:
        return str(problem)
    raise AssertionError("Expected a Problem")
