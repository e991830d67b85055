"""TF-IDF of words and pairs of words, and a logistic regression on them, as scikit-learn has them.

    python tfidf.py < {"texts": [...], "labels": [...], "asked": [...]} > [label, ...]
"""

import json
import sys

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline


def main() -> None:
    given = json.load(sys.stdin)
    model = make_pipeline(TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True), LogisticRegression(C=10, max_iter=1000))
    model.fit(given["texts"], given["labels"])
    json.dump(model.predict(given["asked"]).tolist(), sys.stdout)


if __name__ == "__main__":
    main()
