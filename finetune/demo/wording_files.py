"""The wordings of the last part of training: text files, one template a line.

`wordings/<label>.<language>.txt`; `besides-<category>` mentions a category that the ticket is not
about. Same rules as in `tickets.py`: a story says nothing about urgency or mood, and cues say
nothing about the category. Held-out lines are split off by `forms.py` like those of every list.
"""

from pathlib import Path

FOLDER = Path(__file__).resolve().parent / "wordings"
LANGUAGES = ("en", "de")


def read_wordings(label: str) -> dict[str, list[str]]:
    """The templates of a label by language; a language without a file has none."""
    return {language: _read_lines(FOLDER / f"{label}.{language}.txt") for language in LANGUAGES}


def _read_lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []
