"""What is allowed and what is refused. Each function is one check; export.test.ts runs them."""

import copy

import support  # noqa: F401  (finds finetune)

from export import spread
from parity.limits import LIMITS, find_failures, limits_of
from parity.tokens import HARD_TEXTS

GOOD = {
    "tokens": {"documents": 200, "different": {"sentencepiece": [], "node-llama-cpp": []}},
    "conversion": {
        "mostProbable": {"positions": 900, "same": 899, "decided": {"positions": 890, "same": 890}},
        "logProbability": {"best": {"largest": 0.006, "mean": 0.0001}, "any": {"largest": 0.025, "mean": 0.001}},
        "exactMatch": {"documents": 20, "before": 14, "after": 14, "lost": 0, "gained": 0},
    },
    "written": {
        "mostProbable": {"positions": 900, "same": 899, "decided": {"positions": 890, "same": 889}},
        "logProbability": {"best": {"largest": 0.1, "mean": 0.002}, "any": {"largest": 0.4, "mean": 0.02}},
        "exactMatch": {"documents": 100, "before": 70, "after": 69, "lost": 2, "gained": 1},
        "weightError": {"share": 0.007, "tensor": "blk.0.attn_q.weight"},
    },
    "pruned": {"corpus": {"different": 0}, "exactMatch": {"documents": 100, "before": 70, "after": 68, "lost": 3, "gained": 1}},
}
# A place in the report, a value there that no limit allows, and a word of what is said about it.
BROKEN = (
    (("tokens", "different", "node-llama-cpp"), ["a", "b"], "token ids of node-llama-cpp differ on 2 documents, first on `a`"),
    (("tokens", "different", "sentencepiece"), ["a"], "token ids of sentencepiece"),
    (("conversion", "mostProbable", "decided", "same"), 889, "converted to F32, only 99.89%"),
    (("conversion", "logProbability", "any", "largest"), 0.2, "converted to F32, a log-probability differs by 0.2"),
    (("conversion", "exactMatch", "lost"), 2, "2 of 20 documents"),
    (("written", "mostProbable", "decided", "same"), 800, "most probable tokens agree"),
    (("written", "logProbability", "best", "mean"), 0.1, "on average"),
    (("written", "logProbability", "best", "mean"), None, "an infinity on average"),
    (("written", "exactMatch", "lost"), 6, "5 of 100 documents are no longer exactly right"),
    (("written", "weightError", "share"), 0.05, "weights of a tensor"),
    (("pruned", "corpus", "different"), 1, "cut differently"),
    (("pruned", "exactMatch", "lost"), 8, "pruning loses 7 of 100"),
)  # fmt: skip


def a_good_report_has_no_failure():
    assert find_failures(GOOD, LIMITS["q8_0"]) == []


def each_broken_limit_is_said_by_itself():
    for place, value, words in BROKEN:
        report = copy.deepcopy(GOOD)
        member = report
        for name in place[:-1]:
            member = member[name]
        member[place[-1]] = value
        failures = find_failures(report, LIMITS["q8_0"])
        assert len(failures) == 1 and words in failures[0], (place, failures)


def one_document_may_always_be_lost():
    report = copy.deepcopy(GOOD)
    report["written"]["exactMatch"] = {"documents": 10, "before": 7, "after": 6, "lost": 1, "gained": 0}
    assert find_failures(report, LIMITS["q8_0"]) == []


def the_coarsest_type_decides_what_is_allowed():
    assert limits_of(["q8_0", "q4_0", "f16"]) is LIMITS["q4_0"]
    assert limits_of(["f16", "q8_0"]) is LIMITS["q8_0"]


def compared_documents_come_from_the_whole_list():
    assert spread(list(range(100)), 4) == [0, 25, 50, 75]
    assert spread(list(range(3)), 4) == [0, 1, 2]
    assert len(set(spread(list(range(101)), 100))) == 100


def hard_texts_have_what_a_corpus_rarely_has():
    text = "".join(HARD_TEXTS)
    for sign in "é中ע👩\t\r\u2581\u200d\ufeff𝔘":
        assert sign in text, sign
    assert "<end_of_turn>" in text
