"""Compares what Hugging Face and a GGUF file say at every position of the gold answers."""

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lines import Example, HubTokens, to_example
from node_gguf import read_gguf

MOST_PROBABLE = 8
POSITIONS_AT_ONCE = 64


@dataclass(frozen=True)
class Expected:
    """What Hugging Face says about one document; one entry for each position of the answer."""

    example: Example
    gold: list[int]
    asked: list[list[int]]  # the most probable tokens, the best first, and then the gold one
    log_probabilities: list[list[float]]

    @property
    def exact(self) -> bool:
        return all(tokens[0] == gold for tokens, gold in zip(self.asked, self.gold, strict=True))


def read_hugging_face(model: Path, lines: list[str]) -> list[Expected]:
    """The answers of the folder in F32, computed by transformers with its own attention."""
    import torch
    from transformers import Gemma3ForCausalLM

    loaded = Gemma3ForCausalLM.from_pretrained(model, dtype=torch.float32).eval()
    vocabulary = HubTokens(str(model))
    with torch.inference_mode():
        return [_expect(loaded, to_example(line, vocabulary)) for line in lines]


def _expect(model, example: Example) -> Expected:
    gold = example.tokens[example.prompt_length :]
    asked, values = [], []
    for position, row in enumerate(_log_probabilities(model, example)):
        tokens = [*row.topk(MOST_PROBABLE).indices.tolist(), gold[position]]
        asked.append(tokens)
        values.append(row[tokens].tolist())
    return Expected(example, gold, asked, values)


def _log_probabilities(model, example: Example) -> Iterator:
    """Row by row, some positions at a time: those of a whole answer over 262,144 tokens take gigabytes."""
    import torch

    hidden = model.model(input_ids=torch.tensor([example.tokens[:-1]]), use_cache=False).last_hidden_state[0]
    for rows in hidden[example.prompt_length - 1 :].split(POSITIONS_AT_ONCE):
        yield from model.lm_head(rows).log_softmax(-1)


def compare_answers(expected: list[Expected], gguf: Path, margin: float) -> dict:
    """Agreement of the most probable tokens, all and those with this margin, differences of log-probabilities in
    nats, and exact matches gained and lost."""
    pairs = list(zip(expected, read_gguf(gguf, "predict", to_questions(expected)), strict=True))
    return {"mostProbable": _count_agreement(pairs, margin), "logProbability": _measure_differences(pairs), "exactMatch": _count_exact(pairs)}


def to_questions(expected: list[Expected]) -> list[str]:
    """What read-gguf.mjs is asked about these documents."""
    return [json.dumps({"id": one.example.id, "tokens": one.example.tokens, "start": one.example.prompt_length, "asked": one.asked}) for one in expected]


def _count_agreement(pairs: list[tuple[Expected, dict]], margin: float) -> dict:
    positions = same = decided = decided_same = 0
    for one, read in pairs:
        for tokens, values, best in zip(one.asked, one.log_probabilities, read["best"], strict=True):
            equal = tokens[0] == best
            clear = values[0] - values[1] >= margin
            positions, same, decided, decided_same = positions + 1, same + equal, decided + clear, decided_same + (equal and clear)
    return {"positions": positions, "same": same, "decided": {"margin": margin, "positions": decided, "same": decided_same}}


def _measure_differences(pairs: list[tuple[Expected, dict]]) -> dict:
    """`best` of the tokens that Hugging Face finds most probable, `gold` of the gold ones, `any` of all that were asked."""
    differences = [
        [abs(value - read_value) if read_value is not None else float("inf") for value, read_value in zip(values, read_values, strict=True)]
        for one, read in pairs
        for values, read_values in zip(one.log_probabilities, read["logProbabilities"], strict=True)
    ]
    best, gold = [row[0] for row in differences], [row[-1] for row in differences]
    every = [value for row in differences for value in row]
    return {name: {"largest": _figure(max(values), 5), "mean": _figure(sum(values) / len(values), 6)} for name, values in (("best", best), ("gold", gold), ("any", every))}


def _figure(value: float, digits: int) -> float | None:
    """None for what JSON has no number for: the file gave no number where Hugging Face has one."""
    return round(value, digits) if math.isfinite(value) else None


def _count_exact(pairs: list[tuple[Expected, dict]]) -> dict:
    """Teacher-forced: every token of the gold answer is the most probable one, which is when greedy decoding writes it."""
    outcomes = [(one.exact, read["best"] == one.gold) for one, read in pairs]
    return count_changes(outcomes)


def count_changes(outcomes: list[tuple[bool, bool]]) -> dict:
    """Of (right before, right after)."""
    lost, gained = sum(before and not after for before, after in outcomes), sum(after and not before for before, after in outcomes)
    return {"documents": len(outcomes), "before": sum(before for before, _ in outcomes), "after": sum(after for _, after in outcomes), "lost": lost, "gained": gained}
