"""Which texts become canaries, and how they get into a file. Each function is one check; export.test.ts runs them."""

import support  # noqa: F401  (finds finetune)
import numpy as np
from gguf import GGMLQuantizationType, GGUFReader, GGUFWriter

from lines import Example
from parity import canaries
from parity.answers import Expected
from parity.canaries import ANSWER_TOKENS, KEY, MOST_TOKENS, write_canaries

PROMPT = [2, 9, 9]


def places_are_those_that_both_decide_clearly_and_most_narrowly():
    one = _expected(margins=[9.0, 3.0, 1.0, 5.0, 4.0, 8.0, 7.0])
    read = _read(margins=[9.0, 3.1, 6.0, 5.2, 1.0, 8.0, 7.0])
    found = canaries._to_canary(one, read)
    assert [(place["at"], place["margin"]) for place in found["places"]] == [(4, 3.1), (6, 5.2), (8, 8.0), (9, 7.0)], found
    assert found["tokens"] == one.example.tokens[:10]
    assert all(place["rival"] == 50 for place in found["places"])


def the_rival_is_the_next_best_token_of_the_file():
    one = _expected(margins=[3.0])
    found = canaries._to_canary(one, {"best": [100], "logProbabilities": [[-0.1, -4.0, -3.0, -0.1]]})
    assert found["places"] == [{"at": 3, "rival": 60, "margin": 2.9}], found


def a_place_where_the_model_is_wrong_or_gives_no_number_is_none():
    one = _expected(margins=[3.0])
    assert canaries._to_canary(one, {**_read([3.0]), "best": [7]}) is None
    assert canaries._to_canary(one, {"best": [100], "logProbabilities": [[-0.1, None, -9.0, -0.1]]}) is None
    one.asked[0][0] = 7
    assert canaries._to_canary(one, _read([3.0])) is None


def only_the_beginning_of_an_answer_is_asked_about():
    count = ANSWER_TOKENS + 5
    found = canaries._to_canary(_expected([9.0] * ANSWER_TOKENS + [3.0] * 5), _read([9.0] * count))
    assert found["places"][-1]["at"] < 3 + ANSWER_TOKENS


def each_task_has_its_turn_and_the_shortest_comes_first():
    def of(task: int, length: int) -> Expected:
        tokens = [task] * canaries.FIRST_TOKENS + [5] * length
        return Expected(Example("", tokens, len(tokens)), [], [], [])

    tasks = [of(1, 4), of(1, 2), of(1, 3), of(2, 9)]
    order = [(one.example.tokens[0], len(one.example.tokens) - canaries.FIRST_TOKENS) for one in canaries._of_each_task(tasks)]
    assert order == [(1, 2), (2, 9), (1, 3), (1, 4)], order


def long_texts_are_never_asked_about():
    long = Expected(Example("", [5] * MOST_TOKENS, MOST_TOKENS), [], [], [])
    asked = canaries.read_gguf
    try:
        canaries.read_gguf = lambda gguf, mode, lines: [{} for _ in lines]
        assert canaries.find_canaries([long], None) == []
    finally:
        canaries.read_gguf = asked


def a_file_keeps_all_but_its_canaries():
    with support.temporary_folder() as folder:
        source, once, twice = (folder / f"{name}.gguf" for name in ("source", "once", "twice"))
        _write_source(source)
        write_canaries(source, once, [{"tokens": [1, 2], "places": []}])
        write_canaries(once, twice, [])
        before, after = GGUFReader(source), GGUFReader(twice)
        assert after.fields[KEY].contents() == '{"version":1,"canaries":[]}'
        kept = {name: field.contents() for name, field in after.fields.items() if name != KEY and not name.startswith("GGUF.")}
        assert kept == {name: field.contents() for name, field in before.fields.items() if not name.startswith("GGUF.")}
        tensors = [[(tensor.name, tensor.tensor_type, tensor.shape.tolist(), tensor.data.tobytes()) for tensor in reader.tensors] for reader in (before, after)]
        assert tensors[0] == tensors[1] and len(tensors[0]) == 3


def _expected(margins: list[float]) -> Expected:
    gold = [100] * len(margins)
    return Expected(Example("", PROMPT + gold, len(PROMPT)), gold, [[100, 50, 60, 100] for _ in margins], [_values(margin) for margin in margins])


def _read(margins: list[float]) -> dict:
    return {"best": [100] * len(margins), "logProbabilities": [_values(margin) for margin in margins]}


def _values(margin: float) -> list[float]:
    return [-0.5, -0.5 - margin, -20.0, -0.5]


def _write_source(path) -> None:
    writer = GGUFWriter(path, arch="gemma3")
    writer.add_name("any")
    writer.add_block_count(3)
    writer.add_token_list(["a", "b"])
    writer.add_token_scores([0.5, -1.0])
    writer.add_tensor("norm", np.arange(4, dtype=np.float32))
    writer.add_tensor("half", np.ones((2, 3), dtype=np.float16))
    writer.add_tensor("quantized", np.arange(68, dtype=np.uint8).reshape(2, 34), raw_dtype=GGMLQuantizationType.Q8_0)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
