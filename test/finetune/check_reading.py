"""What train.py makes of files of training lines. Each function is one check; training.test.ts runs them."""

import json
from functools import partial

from support import PROMPT, raises, temporary_folder, vocabulary, write_lines

from training.answer_trainer import to_dataset
from training.batching import WINDOW, Budget, plan_batches
from lines import SentencePieceTokens, document_text, to_example
from training.options import parse_options
from training.reading import read_documents, text_key
from training.run_data import read_run_data
from training.smoke import write_smoke_data
from training.splitting import check_leakage, split_off


def text_never_becomes_a_control_token():
    tokens = vocabulary()
    look_alike = to_example(json.dumps({"id": "a", "prompt": [{"text": "<end_of_turn><bos>"}], "answer": "<end_of_turn>"}), tokens)
    assert look_alike.tokens.count(tokens.control("<end_of_turn>")) == 1, "only the end of the answer"
    assert look_alike.tokens[-1] == tokens.control("<end_of_turn>")
    assert tokens.control("<bos>") not in look_alike.tokens


def both_vocabularies_give_the_same_ids():
    import random

    with temporary_folder() as folder:
        _, model = write_smoke_data(folder)
        own = SentencePieceTokens(model)
    rng = random.Random(1)
    alphabet = list("aeinot thevoicd \n\t{}\":,<>0123é漢😀▁\u0301\u200d")
    for _ in range(3000):
        text = "".join(rng.choices(alphabet, k=rng.randint(0, 40)))
        assert vocabulary().text(text) == own.text(text), repr(text)


def half_a_character_is_read_as_node_writes_it():
    with temporary_folder() as folder:
        _, model = write_smoke_data(folder)
        own = SentencePieceTokens(model)
    for tokens in (vocabulary(), own):
        assert tokens.text("a\ud83d b\udc4d") == tokens.text("a\ufffd b\ufffd")


def a_byte_order_mark_and_windows_line_ends_change_nothing():
    line = json.dumps({"id": "a", "prompt": PROMPT, "answer": "1"})
    with temporary_folder() as folder:
        plain, marked = folder / "plain.jsonl", folder / "marked.jsonl"
        plain.write_bytes(f"{line}\n{line}\n".encode())
        marked.write_bytes(f"\ufeff{line}\r\n{line}\r\n".encode())
        read = [[document.example.tokens for document in read_documents([path], vocabulary(), 1000).documents] for path in (plain, marked)]
        assert read[0] == read[1] and len(read[0]) == 2


def only_the_answer_and_its_end_are_learned():
    example = to_example(json.dumps({"id": "a", "prompt": PROMPT, "answer": "42"}), vocabulary())
    row = to_dataset([example, example])[1]
    answer = [token for token, mask in zip(row["input_ids"], row["completion_mask"]) if mask]
    assert row["input_ids"] == example.tokens
    assert answer == [*vocabulary().text("42"), vocabulary().control("<end_of_turn>")]


def a_broken_line_is_named():
    good = json.dumps({"id": "a", "prompt": PROMPT, "answer": "1"})
    broken = {
        "{": "it is no JSON",
        "[]": "it is no JSON object",
        json.dumps({"id": "b", "text": "x", "gold": {}}): "it is a gold line, not a training line",
        json.dumps({"id": "b", "prompt": PROMPT}): "it has no `answer`",
        json.dumps({"id": "b", "prompt": PROMPT, "answer": ""}): "it has no `answer`",
        json.dumps({"id": "b", "prompt": "text", "answer": "1"}): "its `prompt` is no list of segments",
        json.dumps({"id": "b", "prompt": [{"control": "<bos>"}], "answer": "1"}): "its `prompt` has no text",
    }
    for line, reason in broken.items():
        with temporary_folder() as folder:
            path = write_lines(folder / "train.jsonl", [good, "", line])
            sentence = raises(partial(read_documents, [path], vocabulary(), 100))
            assert f"Line 3 of `{path}`" in sentence and reason in sentence, sentence


def too_long_documents_are_left_out_and_counted():
    with temporary_folder() as folder:
        lines = [json.dumps({"id": str(length), "prompt": [{"text": "9" * length}], "answer": "1"}) for length in (5, 50, 60)]
        path = write_lines(folder / "train.jsonl", lines)
        found = read_documents([path], vocabulary(), 20)
        assert [document.example.id for document in found.documents] == ["5"]
        assert len(found.too_long) == 2
        sentence = raises(lambda: read_documents([path], vocabulary(), 3))
        assert "All 3 documents" in sentence and "--max-tokens" in sentence, sentence


def the_text_decides_on_which_side_a_document_is():
    with temporary_folder() as folder:
        texts = [f"Document {number}" for number in range(400)]
        lines = [_line(f"{number}", text) for number, text in enumerate(texts)]
        lines += [_line(f"again-{number}", f"  {text.upper()}\n") for number, text in enumerate(texts)]
        found = read_documents([write_lines(folder / "train.jsonl", lines)], vocabulary(), 200)
    training, held_out = split_off(found, 0.2)
    assert len(training) + len(held_out) == 800
    assert 100 < len(held_out) < 220, len(held_out)
    assert not {document.key for document in training} & {document.key for document in held_out}
    found.documents = found.documents[:500]
    assert {document.example.id for document in split_off(found, 0.2)[1]} <= {document.example.id for document in held_out}
    assert "leaves 2 documents to learn from and 0 to score" in raises(lambda: split_off(_first(found, 2), 1e-9))


def a_text_that_is_learned_and_scored_is_refused():
    with temporary_folder() as folder:
        train = write_lines(folder / "train.jsonl", [_line("a", "One  text"), _line("b", "Another")])
        held_out = write_lines(folder / "heldout.jsonl", [_line("c", "one\nTEXT"), _line("d", "A third")])
        options = parse_options(["--model", "m", "--data", str(train), "--evaluate", str(held_out), "--out", str(folder)])
        sentence = raises(lambda: read_run_data(options, vocabulary()))
        assert "1 of the 2 documents of `heldout`" in sentence and "`c`" in sentence and "`a`" in sentence, sentence
        both = read_documents([train], vocabulary(), 100).documents
        assert check_leakage(both[:1], {"other": both[1:]})["shared"] == 0


def the_same_text_has_the_same_key_in_any_form():
    assert text_key("Ａ  b\u00a0C\n") == text_key("a b c")
    assert text_key("a b") != text_key("ab")


def the_document_is_the_text_before_the_models_turn():
    turns = [*PROMPT[:-3], {"text": "\n"}, {"control": "<start_of_turn>"}, {"text": "user\nDo.\n\n"}, {"text": "asked"}, *PROMPT[-4:]]
    assert document_text({"prompt": turns}) == "asked"


def every_document_comes_once_in_a_pass():
    lengths = _lengths(7000)
    for keep_order in (True, False):
        plan = _plan(lengths, Budget(epochs=2), keep_order=keep_order)
        seen = [index for batch in plan.batches for index in batch]
        assert sorted(seen) == sorted([*range(7000), *range(7000)])
        assert sorted(seen[:7000]) == list(range(7000)), "the second pass begins after the first"
        assert max(len(batch) * max(lengths[index] for index in batch) for batch in plan.batches) <= 2048


def the_order_is_kept_but_for_a_window():
    seen = [index for batch in _plan(_lengths(7000), Budget(epochs=1), keep_order=True).batches for index in batch]
    assert max(abs(place - index) for place, index in enumerate(seen)) < WINDOW
    assert seen != sorted(seen)


def a_plan_is_the_same_for_the_same_seed():
    lengths = _lengths(500)
    assert _plan(lengths, Budget(epochs=3)).batches == _plan(lengths, Budget(epochs=3)).batches
    assert _plan(lengths, Budget(epochs=3)).batches != _plan(lengths, Budget(epochs=3), seed=2).batches
    assert _plan(lengths, Budget(epochs=3)).batches[:9] == _plan(lengths, Budget(epochs=1)).batches[:9], "a larger budget goes on"


def the_first_limit_that_is_reached_ends_the_plan():
    lengths = _lengths(500)
    per_pass = len(_plan(lengths, Budget(epochs=1)).batches)
    assert len(_plan(lengths, Budget(epochs=0.5)).batches) == round(per_pass / 2)
    assert _plan(lengths, Budget(steps=7, epochs=9)).steps == 7
    assert _plan(lengths, Budget(epochs=2), per_step=3).first_pass == -(-per_pass // 3)
    assert len(_plan(lengths, Budget(steps=7), per_step=3).batches) == 21
    by_tokens = _plan(lengths, Budget(tokens=9000)).tokens_after_step
    assert by_tokens[-1] >= 9000 > by_tokens[-2]
    assert _plan(lengths, Budget(minutes=1)).tokens is None
    assert _plan(lengths, Budget(minutes=1, steps=5)).steps == 5


def _lengths(count: int) -> list[int]:
    return [20 + 37 * number % 400 for number in range(count)]


def _plan(lengths, budget, **changes):
    settings = {"batch_tokens": 2048, "per_step": 1, "seed": 1, "keep_order": False, "tokens_per_second": 1000, **changes}
    return plan_batches(lengths, budget, **settings)


def _line(id: str, text: str) -> str:
    return json.dumps({"id": id, "prompt": [*PROMPT[:-5], {"text": text}, *PROMPT[-4:]], "answer": "1"})


def _first(found, count: int):
    found.documents = found.documents[:count]
    return found


