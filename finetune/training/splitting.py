"""Keeps what a model is scored on apart from what it learns from."""

from hashlib import sha256

from training.reading import Document, Lines
from problem import Problem

# Not the rule of `docmill export --held-out`: what that one left would all fall on the same side here.
SALT = "training"


def split_off(found: Lines, share: float) -> tuple[list[Document], list[Document]]:
    """Training and held-out documents. The text decides, so no text is on both sides, and a document stays
    on its side when others are added."""
    held_out = [document for document in found.documents if _position(document) < share]
    training = [document for document in found.documents if _position(document) >= share]
    if not held_out or not training:
        raise Problem(f"`--held-out {share:g}` leaves {len(training)} documents to learn from and {len(held_out)} to score; give more documents, another share, or a file with `--evaluate`")
    return training, held_out


def _position(document: Document) -> float:
    """Spreads the texts evenly over [0, 1)."""
    return int.from_bytes(sha256(f"{SALT} {document.key}".encode()).digest()[:6]) / 2**48


def check_leakage(training: list[Document], sets: dict[str, list[Document]]) -> dict:
    """Raises a Problem when a text is learned from and scored; otherwise says what was compared."""
    learned = {document.key: document.example.id for document in training}
    for name, documents in sets.items():
        shared = [document for document in documents if document.key in learned]
        if shared:
            first = shared[0]
            raise Problem(
                f"{len(shared)} of the {len(documents)} documents of `{name}` are also learned from (the first is `{first.example.id}`,"
                f" in the training lines `{learned[first.key]}`), so its scores would say nothing; take them out of one of the two"
            )
    return {"comparedTexts": len(learned), "scored": sum(map(len, sets.values())), "shared": 0}
