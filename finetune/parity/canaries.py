"""Chooses canaries: texts that the file continues in one way, by far, here and in Hugging Face.

They travel in the file (`docmill.canaries`), and whoever loads it asks the model again: another answer means that the
weights are damaged, were rounded wrongly or are not those that were exported.
"""

import json
from pathlib import Path

from node_gguf import read_gguf
from parity.answers import Expected, to_questions
from to_gguf.metadata import write_with_value

KEY = "docmill.canaries"
MOST_CANARIES = 5
# Reading takes a worker time whenever it starts.
MOST_TOKENS = 512
ANSWER_TOKENS = 32
PLACES = 4
# Far more than other processors and batches change.
CLEAR = 2.0
# Of a prompt: they tell tasks apart.
FIRST_TOKENS = 32


def find_canaries(expected: list[Expected], gguf: Path) -> list[dict]:
    """Short ones, of each task in turn; fewer or none where the model is sure of little."""
    asked = _of_each_task([one for one in expected if one.example.prompt_length + ANSWER_TOKENS <= MOST_TOKENS])[: 2 * MOST_CANARIES]
    found = (_to_canary(one, read) for one, read in zip(asked, read_gguf(gguf, "predict", to_questions(asked)), strict=True))
    return [canary for canary in found if canary is not None][:MOST_CANARIES]


def describe_canaries(canaries: list[dict]) -> dict:
    """For the report."""
    return {"count": len(canaries), "places": sum(len(canary["places"]) for canary in canaries)}


def write_canaries(source: Path, out: Path, canaries: list[dict]) -> None:
    """Writes the file again with them in its header, where `src/engine/llama/model-file.ts` reads them."""
    write_with_value(source, out, KEY, json.dumps({"version": 1, "canaries": canaries}, separators=(",", ":")))


def _of_each_task(expected: list[Expected]) -> list[Expected]:
    """The shortest of each task, then the next shortest of each."""
    tasks: dict[tuple[int, ...], list[Expected]] = {}
    for one in sorted(expected, key=lambda one: one.example.prompt_length):
        tasks.setdefault(tuple(one.example.tokens[:FIRST_TOKENS]), []).append(one)
    rounds = range(max(map(len, tasks.values()), default=0))
    return [task[turn] for turn in rounds for task in tasks.values() if turn < len(task)]


def _to_canary(one: Expected, read: dict) -> dict | None:
    """With the places of the answer that are decided most narrowly, but still clearly: they are the first to change."""
    places = []
    for index, gold in enumerate(one.gold[:ANSWER_TOKENS]):
        _, margin = _find_rival(one.asked[index], one.log_probabilities[index])
        rival, read_margin = _find_rival(one.asked[index], read["logProbabilities"][index])
        if one.asked[index][0] == gold == read["best"][index] and min(margin, read_margin) >= CLEAR:
            places.append({"at": one.example.prompt_length + index, "rival": rival, "margin": round(read_margin, 3)})
    if not places:
        return None
    narrowest = sorted(sorted(places, key=lambda place: place["margin"])[:PLACES], key=lambda place: place["at"])
    return {"tokens": one.example.tokens[: narrowest[-1]["at"] + 1], "places": narrowest}


def _find_rival(tokens: list[int], values: list[float | None]) -> tuple[int, float]:
    """The most probable token but the first one, and how much less probable it is; not at all where some value is no number."""
    if None in values:
        return tokens[0], 0.0
    value, rival = max((value, token) for token, value in zip(tokens, values, strict=True) if token != tokens[0])
    return rival, values[0] - value
