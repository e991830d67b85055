"""What a model says at the positions of the answer: logits, loss and teacher-forced scores.

"Exact match" is teacher-forced: every answer token is the most probable one given the gold answer so
far, which is the case exactly when greedy decoding writes the gold answer.
"""

from contextlib import AbstractContextManager
from dataclasses import dataclass

import torch
import torch.nn.functional as F

from lines import Example

# Lengths in steps of this: bf16 kernels on a CPU are slow for shapes they have not seen.
PAD_TO = 16
IGNORED = -100


@dataclass(frozen=True)
class Batch:
    inputs: torch.Tensor
    rows: torch.Tensor  # of the logits that are needed
    columns: torch.Tensor
    targets: torch.Tensor
    documents: int


@dataclass(frozen=True)
class Score:
    exact: float
    token: float
    loss: float


def padded(length: int) -> int:
    """`length` rounded up to what batches are padded to."""
    return -(-length // PAD_TO) * PAD_TO


def to_batch(examples: list[Example], pad: int = 0, device: str | torch.device = "cpu") -> Batch:
    """Padded on the right: with causal attention no mask is needed, padding is never looked at."""
    width = padded(max(len(example.tokens) for example in examples) - 1)
    inputs = torch.full((len(examples), width), pad, dtype=torch.long)
    rows, columns, targets = [], [], []
    for row, example in enumerate(examples):
        inputs[row, : len(example.tokens) - 1] = torch.tensor(example.tokens[:-1])
        answer = range(example.prompt_length, len(example.tokens))
        rows.extend([row] * len(answer))
        columns.extend(position - 1 for position in answer)
        targets.extend(example.tokens[position] for position in answer)
    return Batch(inputs.to(device), torch.tensor(rows, device=device), torch.tensor(columns, device=device), torch.tensor(targets, device=device), len(examples))


def logits_of(model, batch: Batch) -> torch.Tensor:
    """Logits of the answer's positions only: the head is a third of a tiny model's work, and most of a large vocabulary's memory."""
    hidden = model.model(input_ids=batch.inputs, use_cache=False).last_hidden_state
    return F.linear(hidden[batch.rows, batch.columns], model.lm_head.weight)


def loss_of(model, inputs: torch.Tensor, labels: torch.Tensor, tokens: torch.Tensor | int | None) -> torch.Tensor:
    """Cross entropy of the labels that are not ignored, over `tokens` (all answer tokens of a step that has several batches)."""
    rows, columns = (labels[:, 1:] != IGNORED).nonzero(as_tuple=True)
    targets = labels[rows, columns + 1]
    logits = logits_of(model, Batch(inputs, rows, columns, targets, len(inputs)))
    return F.cross_entropy(logits.float(), targets, reduction="sum") / (len(targets) if tokens is None else tokens)


@torch.no_grad()
def score(model, examples: list[Example], autocast: AbstractContextManager, batch_tokens: int = 4096) -> Score:
    """Shares of documents that are exactly right and of answer tokens that are right, and the loss per answer token."""
    was_training = model.training
    model.eval()
    device = model.lm_head.weight.device
    exact = right = tokens = 0
    loss = 0.0
    with autocast:
        for group in _groups(examples, batch_tokens):
            batch = to_batch(group, device=device)
            logits = logits_of(model, batch).float()
            hits = logits.argmax(-1) == batch.targets
            loss += F.cross_entropy(logits, batch.targets, reduction="sum").item()
            right += int(hits.sum())
            tokens += hits.numel()
            misses = torch.zeros(batch.documents, device=device).index_add_(0, batch.rows, (~hits).float())
            exact += int((misses == 0).sum())
    model.train(was_training)
    return Score(exact / len(examples), right / tokens, loss / tokens)


def _groups(examples: list[Example], batch_tokens: int) -> list[list[Example]]:
    groups: list[list[Example]] = []
    for example in sorted(examples, key=lambda example: len(example.tokens)):
        if not groups or (len(groups[-1]) + 1) * padded(len(example.tokens)) > batch_tokens:
            groups.append([])
        groups[-1].append(example)
    return groups
