"""Made-up lines and a vocabulary for them: the whole path of a training, in seconds and without any file."""

import json
from pathlib import Path

TEXTS = ["the total is", "invoice", "please call", "order", "thank you", "key"]


def write_smoke_data(folder: Path) -> tuple[Path, Path]:
    """Training lines and a SentencePiece model with byte fallback and Gemma's control tokens."""
    data, tokenizer = folder / "train.jsonl", folder / "tokenizer.model"
    data.write_text("".join(f"{json.dumps(_line(number))}\n" for number in range(40)), encoding="utf-8")
    _train_vocabulary(tokenizer)
    return data, tokenizer


def _line(number: int) -> dict:
    text = f"{TEXTS[number % len(TEXTS)]} {number * 7919}"
    prompt = [
        {"control": "<bos>"}, {"control": "<start_of_turn>"}, {"text": "user\nCopy the number.\n\n"}, {"text": text},
        {"control": "<end_of_turn>"}, {"text": "\n"}, {"control": "<start_of_turn>"}, {"text": "model\n"},
    ]  # fmt: skip
    return {"id": f"{number}", "prompt": prompt, "answer": json.dumps({"number": number * 7919})}


def _train_vocabulary(out: Path) -> None:
    import sentencepiece

    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(TEXTS * 10), model_prefix=str(out.with_suffix("")), model_type="bpe", vocab_size=300, hard_vocab_limit=False,
        byte_fallback=True, normalization_rule_name="identity", add_dummy_prefix=False, remove_extra_whitespaces=False,
        pad_id=0, eos_id=1, bos_id=2, unk_id=3, pad_piece="<pad>", eos_piece="<eos>", bos_piece="<bos>", unk_piece="<unk>",
        control_symbols=["<start_of_turn>", "<end_of_turn>"], num_threads=1, minloglevel=2,
    )  # fmt: skip
