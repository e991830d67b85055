"""How far a file may be from the folder that it was made from."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil


@dataclass(frozen=True)
class Limits:
    """What a type may cost; measured on trained models and on random weights, with room to spare."""

    margin: float  # a position is decided where the two most probable tokens are further apart than rounding moves them
    agreement: float  # share of the decided positions with the same most probable token, at least
    best_mean: float  # difference of the log-probability of the most probable token, in nats
    any_largest: float | None  # the same for every token that was asked about
    exact_loss: float  # share of documents that are no longer exactly right, less those that became so; always one
    weights: float  # error of the worst tensor, relative to its size


# Keys and values are F16 whatever the weights are, so F32 differs too. With random weights rounding is worst, and
# no position is decided for Q4_0: there the differences and the weights speak alone.
LIMITS = {
    "f32": Limits(margin=0.25, agreement=1.0, best_mean=0.005, any_largest=0.1, exact_loss=0.01, weights=0.0),
    "f16": Limits(margin=0.25, agreement=0.999, best_mean=0.005, any_largest=0.2, exact_loss=0.01, weights=0.001),
    "q8_0": Limits(margin=0.5, agreement=0.995, best_mean=0.05, any_largest=4.0, exact_loss=0.02, weights=0.02),
    "q4_0": Limits(margin=2.0, agreement=0.97, best_mean=0.5, any_largest=None, exact_loss=0.05, weights=0.25),
}
PRUNING_EXACT_LOSS = 0.05
COARSENESS = list(LIMITS)


def limits_of(types: list[str]) -> Limits:
    """Those of the coarsest type."""
    return LIMITS[max(types, key=COARSENESS.index)]


def describe_limits(limits: Limits) -> dict:
    """As the report shows them."""
    return {"margin": limits.margin, "agreement": limits.agreement, "bestMean": limits.best_mean, "anyLargest": limits.any_largest, "exactLoss": limits.exact_loss, "weights": limits.weights}


def find_failures(report: dict, limits: Limits) -> list[str]:
    """Says in words what is broken according to the report; nothing if the file may be written."""
    failures = [f"the token ids of {reader} differ on {len(ids)} documents, first on `{ids[0]}`" for reader, ids in report["tokens"]["different"].items() if ids]
    if "pruned" in report:
        failures += _find_pruning_failures(report["pruned"])
    failures += [f"converted to F32, {text}" for text in _find_answer_failures(LIMITS["f32"], report["conversion"])]
    return failures + list(_find_answer_failures(limits, report["written"]))


def _find_pruning_failures(pruned: dict) -> Iterator[str]:
    if pruned["corpus"]["different"]:
        yield f"{pruned['corpus']['different']} documents of the corpus are cut differently with the pruned vocabulary"
    if _loses_too_many(pruned["exactMatch"], PRUNING_EXACT_LOSS):
        yield f"pruning loses {_loss(pruned['exactMatch'])} exact matches, {PRUNING_EXACT_LOSS:.0%} of the documents allowed; give a corpus of all kinds of documents, or keep more with `--pieces`"


def _find_answer_failures(limits: Limits, measured: dict) -> Iterator[str]:
    decided, differences = measured["mostProbable"]["decided"], measured["logProbability"]
    agreement = decided["same"] / decided["positions"] if decided["positions"] else 1.0
    if agreement < limits.agreement:
        yield f"only {agreement:.2%} of the most probable tokens agree, {limits.agreement:.1%} needed"
    for name, value, limit in (
        ("log-probabilities of the most probable tokens differ by {} on average", differences["best"]["mean"], limits.best_mean),
        ("a log-probability differs by {}", differences["any"]["largest"], limits.any_largest),
        ("the weights of a tensor are off by {} of their size", measured.get("weightError", {"share": 0.0})["share"], limits.weights),
    ):
        if limit is not None and (value is None or value > limit):
            yield f"{name.format('an infinity' if value is None else f'{value:.4g}')}, {limit:g} allowed"
    if _loses_too_many(measured["exactMatch"], limits.exact_loss):
        yield f"{_loss(measured['exactMatch'])} documents are no longer exactly right, {limits.exact_loss:.0%} allowed"


def _loses_too_many(exact: dict, share: float) -> bool:
    return exact["lost"] - exact["gained"] > ceil(share * exact["documents"])


def _loss(exact: dict) -> str:
    return f"{exact['lost'] - exact['gained']} of {exact['documents']}"
