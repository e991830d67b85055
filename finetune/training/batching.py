"""Plans which documents are learned from together, and when: the same plan for the same seed, so that a run can go on."""

import random
from collections.abc import Iterator
from dataclasses import dataclass

import numpy

from answers import padded

# Documents of similar length are gathered from this many.
WINDOW = 3000


@dataclass(frozen=True)
class Budget:
    """How much is learned; the first limit that is reached ends the run."""

    epochs: float | None = None
    tokens: float | None = None
    steps: int | None = None
    minutes: float | None = None


@dataclass(frozen=True)
class Plan:
    batches: list[list[int]]
    # Padding included, up to the end of each step.
    tokens_after_step: numpy.ndarray
    # The tokens after which the rate has fallen to 0; None when only the clock says so.
    tokens: float | None
    per_step: int
    # After so many steps every document has been learned from, if the plan goes so far.
    first_pass: int

    @property
    def steps(self) -> int:
        return len(self.tokens_after_step)


def plan_batches(lengths: list[int], budget: Budget, *, batch_tokens: int, per_step: int, seed: int, keep_order: bool, tokens_per_second: float) -> Plan:
    """Groups of documents (their numbers) of at most `batch_tokens` tokens each, padding included.

    `keep_order` keeps the order of `lengths` but for a window. `tokens_per_second` is more than this machine
    can do: it bounds the plan of a run that only the clock ends.
    """
    most = _most_tokens(budget, tokens_per_second)
    batches: list[list[int]] = []
    sizes: list[int] = []
    total = first_pass = 0
    for number, epoch in enumerate(_epochs(lengths, batch_tokens, seed, keep_order)):
        first_pass = first_pass or -(-len(epoch) // per_step)
        last = budget.epochs is not None and number + 1 >= budget.epochs
        share = budget.epochs - number if last and budget.epochs is not None else 1
        for batch in epoch[: max(1, round(share * len(epoch)))]:
            if total >= most or (budget.steps is not None and len(batches) == budget.steps * per_step):
                return _to_plan(batches, sizes, per_step, first_pass, budget)
            batches.append(batch)
            sizes.append(len(batch) * padded(max(lengths[index] for index in batch)))
            total += sizes[-1]
        if last:
            break
    return _to_plan(batches, sizes, per_step, first_pass, budget)


def _most_tokens(budget: Budget, tokens_per_second: float) -> float:
    by_clock = float("inf") if budget.minutes is None else budget.minutes * 60 * tokens_per_second
    return min(by_clock, float("inf") if budget.tokens is None else budget.tokens)


def _epochs(lengths: list[int], batch_tokens: int, seed: int, keep_order: bool) -> Iterator[list[list[int]]]:
    window = 0
    epoch = 0
    while True:
        order = list(range(len(lengths)))
        if not keep_order:
            random.Random(f"{seed} epoch {epoch}").shuffle(order)
        batches: list[list[int]] = []
        for start in range(0, len(order), WINDOW):
            batches.extend(_window(order[start : start + WINDOW], lengths, batch_tokens, random.Random(f"{seed} window {window}")))
            window += 1
        yield batches
        epoch += 1


def _window(indices: list[int], lengths: list[int], batch_tokens: int, rng: random.Random) -> list[list[int]]:
    rng.shuffle(indices)
    indices.sort(key=lambda index: padded(lengths[index]))
    groups: list[list[int]] = []
    for index in indices:
        if not groups or (len(groups[-1]) + 1) * padded(lengths[index]) > batch_tokens:
            groups.append([])
        groups[-1].append(index)
    rng.shuffle(groups)
    return groups


def _to_plan(batches: list[list[int]], sizes: list[int], per_step: int, first_pass: int, budget: Budget) -> Plan:
    after_batch = numpy.cumsum(numpy.array(sizes, dtype=numpy.int64))
    ends = [min(end, len(batches)) - 1 for end in range(per_step, len(batches) + per_step, per_step)]
    after_step = after_batch[ends]
    only_clock = budget.minutes is not None and budget.epochs is budget.tokens is budget.steps is None
    return Plan(batches, after_step, None if only_clock else float(after_step[-1]), per_step, first_pass)
