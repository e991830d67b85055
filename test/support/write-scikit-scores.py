"""Scores of random predictions as scikit-learn computes them: `write-scikit-scores.py SEED > scikit-scores.json`.

The tests compare docmill's own scores with these numbers. Needs scikit-learn; same seed, same numbers.
"""

import json
import random
import sys

from sklearn.metrics import accuracy_score, confusion_matrix, f1_score, precision_recall_fscore_support

NO_ANSWER = "no answer"


def per_label(labels, scores):
    return [
        {"label": label, "precision": float(precision), "recall": float(recall), "f1": float(f1), "support": int(support)}
        for label, precision, recall, f1, support in zip(labels, *scores, strict=True)
    ]


def single_label(rng):
    known = [f"label {index}" for index in range(rng.randint(1, 6))]
    weights = [rng.random() ** 2 + 0.01 for _ in known]
    count = rng.randint(1, 80)
    gold = rng.choices(known, weights, k=count)
    predicted = [rng.choice([label, rng.choice(known), rng.choice([*known, NO_ANSWER])]) for label in gold]
    labels = [label for label in known if label in gold or label in predicted]
    return {
        "known": known,
        "pairs": [[one, None if other == NO_ANSWER else other] for one, other in zip(gold, predicted, strict=True)],
        "accuracy": accuracy_score(gold, predicted),
        "macroF1": f1_score(gold, predicted, labels=labels, average="macro", zero_division=0),
        "labels": per_label(labels, precision_recall_fscore_support(gold, predicted, labels=labels, zero_division=0)),
        "confusion": confusion_matrix(gold, predicted, labels=[*labels, NO_ANSWER]).tolist(),
    }


def multi_label(rng):
    known = [f"label {index}" for index in range(rng.randint(2, 6))]
    count = rng.randint(1, 60)
    gold = [[int(rng.random() < 0.4) for _ in known] for _ in range(count)]
    predicted = [[bit if rng.random() < 0.7 else int(rng.random() < 0.4) for bit in row] for row in gold]
    # Labels that occur nowhere say nothing: docmill leaves them out of the mean.
    columns = [index for index in range(len(known)) if any(row[index] for row in gold + predicted)]
    if len(columns) < 2:
        return multi_label(rng)
    gold_columns = [[row[index] for index in columns] for row in gold]
    predicted_columns = [[row[index] for index in columns] for row in predicted]
    micro = precision_recall_fscore_support(gold_columns, predicted_columns, average="micro", zero_division=0)
    scores = precision_recall_fscore_support(gold_columns, predicted_columns, zero_division=0)

    def names(row):
        return [label for label, bit in zip(known, row, strict=True) if bit]

    return {
        "known": known,
        "pairs": [[names(one), names(other)] for one, other in zip(gold, predicted, strict=True)],
        "exact": accuracy_score(gold_columns, predicted_columns),
        "precision": micro[0],
        "recall": micro[1],
        "f1": micro[2],
        "macroF1": f1_score(gold_columns, predicted_columns, average="macro", zero_division=0),
        "labels": per_label([known[index] for index in columns], scores),
    }


def main():
    rng = random.Random(int(sys.argv[1]))
    cases = {"single": [single_label(rng) for _ in range(8)], "multi": [multi_label(rng) for _ in range(5)]}
    print(json.dumps(cases, separators=(",", ":")))


if __name__ == "__main__":
    main()
