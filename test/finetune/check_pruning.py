"""What becomes of a folder whose vocabulary is pruned. Each function is one check; export.test.ts runs them."""

import json
import random
from functools import cache
from pathlib import Path

import sentencepiece
import torch
from safetensors.torch import load_file
from sentencepiece import sentencepiece_model_pb2 as sentencepiece_model
from support import temporary_folder, write_lines

from training.configurations import to_config_of
from lines import HubTokens
from parity.tokens import HARD_TEXTS
from pruning.merge_path import trace_merges
from pruning.vocabulary import prune_vocabulary
from to_gguf.folder import prepare_folder
from transformers.utils import logging
from vocabulary import write_vocabulary

logging.disable_progress_bar()
SHAPE = {"hidden_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2, "num_key_value_heads": 1, "head_dim": 16, "intermediate_size": 32, "sliding_window": 64, "max_position_embeddings": 128}
SYLLABLES = ["an", "be", "cor", "do", "el", "fi", "gra", "ha", "in", "ko", "lu", "mi", "ne", "or", "pa", "ri", "st", "ti", "un", "ve"]


def the_way_to_a_piece_is_the_order_of_its_merges():
    scores = {"ab": -1.0, "bc": -2.0, "abc": -3.0, "cd": 0.0, "abcd": -4.0}
    assert trace_merges("abc", scores) == {"a", "b", "c", "ab", "abc"}
    assert trace_merges("abcd", scores) == {"a", "b", "c", "d", "ab", "cd", "abcd"}
    assert trace_merges("aba", scores) is None
    assert trace_merges("a", scores) == {"a"}


def a_corpus_is_cut_as_before():
    rng = random.Random(1)
    for _ in range(12):
        with temporary_folder() as folder:
            report, _ = _prune(folder, [_text(rng, rng.randint(1, 40)) for _ in range(rng.randint(1, 30))])
            assert report["corpus"]["different"] == 0
            assert report["pieces"]["after"] < report["pieces"]["before"]


def other_texts_are_written_by_smaller_pieces_and_bytes():
    with temporary_folder() as folder:
        _, pruned = _prune(folder, ["an be cor"])
        hub, pieces = HubTokens(str(pruned)), _processor(pruned)
        for text in (*HARD_TEXTS, _text(random.Random(2), 200)):
            plain = text.replace("\u2581", " ")
            tokens = hub.text(text)
            assert hub.tokenizer.decode(tokens, skip_special_tokens=False, clean_up_tokenization_spaces=False) == plain, text
            assert max(tokens) < pieces.vocab_size()
            assert pieces.unk_id() not in tokens


def both_forms_of_the_vocabulary_still_agree():
    rng = random.Random(3)
    with temporary_folder() as folder:
        _, pruned = _prune(folder, [_text(rng, 60)])
        hub, pieces = HubTokens(str(pruned)), _processor(pruned)
        for _ in range(1500):
            text = "".join(rng.choices([*SYLLABLES, " ", "  ", "\n", "\n\n", "<br>", "7", "é", "漢", "😀", "<eos>"], k=rng.randint(0, 30)))
            assert hub.text(text) == pieces.encode(text), repr(text)


def the_model_says_the_same_about_the_corpus():
    from transformers import Gemma3ForCausalLM

    text = "gra ha in cor " * 5
    with temporary_folder() as folder:
        _, pruned = _prune(folder, [text])
        before, after = _processor(folder / "model"), _processor(pruned)
        logits = [
            Gemma3ForCausalLM.from_pretrained(path)(torch.tensor([pieces.encode(text)])).logits
            for path, pieces in ((folder / "model", before), (pruned, after))
        ]  # fmt: skip
        kept = [before.piece_to_id(after.id_to_piece(token)) for token in range(after.vocab_size())]
        assert torch.allclose(logits[0][..., kept], logits[1], atol=1e-6)


def rows_and_numbers_follow_their_pieces():
    with temporary_folder() as folder:
        _, pruned = _prune(folder, ["gra ha in"])
        before, after = _processor(folder / "model"), _processor(pruned)
        rows, kept_rows = _embedding(folder / "model"), _embedding(pruned)
        assert len(kept_rows) == after.vocab_size() == json.loads((pruned / "config.json").read_text())["vocab_size"]
        for token in range(after.vocab_size()):
            assert torch.equal(kept_rows[token], rows[before.piece_to_id(after.id_to_piece(token))]), after.id_to_piece(token)
        settings = json.loads((pruned / "generation_config.json").read_text())
        assert [after.id_to_piece(token) for token in settings["eos_token_id"]] == ["<eos>", "<end_of_turn>"]
        hub = HubTokens(str(pruned))
        assert after.id_to_piece(hub.control("<start_of_turn>")) == "<start_of_turn>"
        assert [after.id_to_piece(token) for token in hub.tokenizer("in")["input_ids"]] == ["<bos>", "in"]


def the_folder_of_the_user_stays_as_it_is():
    with temporary_folder() as folder:
        _write_folder(folder / "own")
        before = {path.name: path.read_bytes() for path in (folder / "own").iterdir()}
        prepare_folder(folder / "own", folder / "model")
        prune_vocabulary(folder / "model", folder / "pruned", [write_lines(folder / "corpus.jsonl", ['{"text":"an"}'])], 0)
        assert {path.name: path.read_bytes() for path in (folder / "own").iterdir()} == before


def control_tokens_that_look_like_text_are_kept():
    with temporary_folder() as folder:
        _write_folder(folder / "own")
        proto = sentencepiece_model.ModelProto()
        proto.ParseFromString((folder / "own" / "tokenizer.model").read_bytes())
        for piece in proto.pieces:
            if piece.piece in ("<start_of_turn>", "<end_of_turn>"):
                piece.type = sentencepiece_model.ModelProto.SentencePiece.USER_DEFINED  # as Gemma's own file has them
        (folder / "own" / "tokenizer.model").write_bytes(proto.SerializeToString())
        prepare_folder(folder / "own", folder / "model")
        prune_vocabulary(folder / "model", folder / "pruned", [write_lines(folder / "corpus.jsonl", ['{"text":"an"}'])], 0)
        hub = HubTokens(str(folder / "pruned"))
        assert hub.control("<end_of_turn>") not in hub.text("<end_of_turn>")


def pieces_that_no_merge_makes_are_found_in_text_as_before():
    rng = random.Random(5)
    with temporary_folder() as folder:
        _write_folder(folder / "own")
        _define(folder / "own", {"\u2581an": "<br>", "be": "\n\n", "cor": "\u2581\u2581", "do": "<hr>"})
        prepare_folder(folder / "own", folder / "model")
        corpus = write_lines(folder / "corpus.jsonl", [json.dumps({"text": "in <br> el<br>\n"})])
        report = prune_vocabulary(folder / "model", folder / "pruned", [corpus], 0)
        hub, pieces = HubTokens(str(folder / "pruned")), _processor(folder / "pruned")
        names = {pieces.id_to_piece(token) for token in range(pieces.vocab_size())}
        assert report["corpus"]["different"] == 0
        assert {"<br>", "\n\n", "\u2581\u2581"} < names and "<hr>" not in names
        for _ in range(500):
            text = "".join(rng.choices(["in", "el", " ", "  ", "\n", "\n\n", "<br>", "<hr>", "é"], k=rng.randint(0, 20)))
            assert hub.text(text) == pieces.encode(text), repr(text)


def more_pieces_are_kept_on_demand_the_first_learned_first():
    with temporary_folder() as folder:
        few, pruned = _prune(folder, ["an"])
        fewer = _processor(pruned)
    with temporary_folder() as folder:
        more, pruned = _prune(folder, ["an"], few["pieces"]["after"] + 1)
        processor = _processor(pruned)
        assert few["pieces"]["after"] % 64 == 0 and more["pieces"]["after"] % 64 == 0
        assert few["pieces"]["after"] < more["pieces"]["after"] < more["pieces"]["before"]
        assert {fewer.id_to_piece(token) for token in range(fewer.vocab_size())} < {processor.id_to_piece(token) for token in range(processor.vocab_size())}


def a_corpus_is_lines_of_training_or_lines_with_a_text():
    line = json.dumps({"id": "a", "prompt": [{"control": "<bos>"}, {"text": "gra"}], "answer": "ha"})
    with temporary_folder() as folder:
        _, pruned = _prune(folder, [], lines=[line, json.dumps({"text": "in"})])
        pieces = _processor(pruned)
        assert all(len(pieces.encode(word)) == 1 for word in ("gra", "ha", "in"))


def _prune(folder: Path, texts: list[str], at_least: int = 0, lines: list[str] | None = None) -> tuple[dict, Path]:
    _write_folder(folder / "model")
    corpus = write_lines(folder / "corpus.jsonl", lines or [json.dumps({"text": text}) for text in texts])
    return prune_vocabulary(folder / "model", folder / "pruned", [corpus], at_least), folder / "pruned"


def _define(folder: Path, names: dict[str, str]) -> None:
    """Makes pieces of some that are there which no merge makes, in the way of Gemma's own vocabulary."""
    proto = sentencepiece_model.ModelProto()
    proto.ParseFromString((folder / "tokenizer.model").read_bytes())
    content = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))
    flags = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": False}
    for token, piece in enumerate(proto.pieces):
        if piece.piece in names:
            old, piece.piece = piece.piece, names[piece.piece]
            piece.type = sentencepiece_model.ModelProto.SentencePiece.USER_DEFINED
            content["model"]["vocab"][piece.piece] = content["model"]["vocab"].pop(old)
            content["model"]["merges"] = [pair for pair in content["model"]["merges"] if old not in (*pair, "".join(pair))]
            content["added_tokens"].append({"id": token, "content": piece.piece, **flags})
    # Runs of spaces are not found as added tokens, whose texts are compared before spaces are replaced.
    content["model"]["merges"].insert(0, ["\u2581", "\u2581"])
    content["added_tokens"].sort(key=lambda token: token["id"])
    (folder / "tokenizer.model").write_bytes(proto.SerializeToString())
    (folder / "tokenizer.json").write_text(json.dumps(content), encoding="utf-8")


def _write_folder(folder: Path) -> None:
    from transformers import Gemma3ForCausalLM

    folder.mkdir(parents=True)
    path = folder.parent / "made.model"
    path.write_bytes(_vocabulary())
    pieces = sentencepiece.SentencePieceProcessor(model_file=str(path)).vocab_size()
    torch.manual_seed(1)
    Gemma3ForCausalLM(to_config_of(SHAPE, pieces, "eager")).save_pretrained(folder)
    write_vocabulary(path, folder)


@cache
def _vocabulary() -> bytes:
    """A few hundred merges, several deep."""
    rng = random.Random(4)
    with temporary_folder() as folder:
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter([_text(rng, 30) for _ in range(400)]), model_prefix=str(folder / "v"), model_type="bpe", vocab_size=900, hard_vocab_limit=False,
            byte_fallback=True, normalization_rule_name="identity", add_dummy_prefix=False, remove_extra_whitespaces=False, character_coverage=1.0,
            pad_id=0, eos_id=1, bos_id=2, unk_id=3, pad_piece="<pad>", eos_piece="<eos>", bos_piece="<bos>", unk_piece="<unk>",
            control_symbols=["<start_of_turn>", "<end_of_turn>"], num_threads=1, minloglevel=2,
        )  # fmt: skip
        return (folder / "v.model").read_bytes()


def _text(rng: random.Random, words: int) -> str:
    return " ".join("".join(rng.choices(SYLLABLES, k=rng.randint(1, 4))) for _ in range(words))


def _processor(folder: Path) -> sentencepiece.SentencePieceProcessor:
    return sentencepiece.SentencePieceProcessor(model_file=str(folder / "tokenizer.model"))


def _embedding(folder: Path) -> torch.Tensor:
    return load_file(folder / "model.safetensors")["model.embed_tokens.weight"]
