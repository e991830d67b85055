"""Trains the demo model's vocabulary: SentencePiece BPE with byte fallback and Gemma's control tokens.

    python finetune/demo/tokenizer.py --data train.jsonl --out tokenizer.model

Copying is easier to learn when a word has the same pieces wherever it stands. So pieces are runs of
letters, single digits, runs of blanks or line breaks, and single signs: a blank is never part of a
word's piece, and a quotation mark is always a piece of its own (values end and begin there). A few
pieces for JSON punctuation shorten the answers. Learned from training lines only.
"""

import argparse
import json
import re
from collections import Counter
from itertools import islice
from pathlib import Path

import sentencepiece
from sentencepiece import sentencepiece_model_pb2 as sentencepiece_model

LETTERS = re.compile(r"[^\W\d_]+")
BLANK = "\u2581"
# Each is reached by merging two earlier ones.
ADDED_PIECES = [BLANK, "\n", "\t", BLANK * 2, BLANK * 4, BLANK * 8, "\n\n", BLANK * 3, '{"', '":', ',"', "--", "----", "==", "====", "**", ".."]


def count_words(path: Path, lines: int) -> tuple[Counter, set[str]]:
    counts, characters = Counter(), set()
    with path.open(encoding="utf-8") as file:
        for line in islice(file, 0, None, max(1, lines)):
            document = json.loads(line)
            texts = [segment["text"] for segment in document["prompt"] if "text" in segment]
            for text in (*texts, document["answer"]):
                counts.update(LETTERS.findall(text))
                characters.update(text)
    return counts, characters


def train(words: Counter, characters: set[str], vocabulary: int, out: Path) -> None:
    table = out.with_suffix(".words.tsv")
    with table.open("w", encoding="utf-8") as file:
        for word, count in sorted(words.items(), key=lambda entry: (-entry[1], entry[0])):
            if count > 1:
                file.write(f"{word}\t{count}\n")
    signs = sorted({c for c in characters if not c.isspace() and not c.isalpha()} | {chr(code) for code in range(33, 127) if not chr(code).isalpha()})
    added = [*signs, *ADDED_PIECES]
    prefix = str(out.with_suffix(""))
    sentencepiece.SentencePieceTrainer.train(
        input=str(table), input_format="tsv", model_prefix=prefix, model_type="bpe", vocab_size=vocabulary - len(added), byte_fallback=True, split_digits=True,
        normalization_rule_name="identity", add_dummy_prefix=False, remove_extra_whitespaces=False, character_coverage=1.0, max_sentence_length=65536,
        pad_id=0, eos_id=1, bos_id=2, unk_id=3, pad_piece="<pad>", eos_piece="<eos>", bos_piece="<bos>", unk_piece="<unk>",
        control_symbols=["<start_of_turn>", "<end_of_turn>"], num_threads=1, minloglevel=2,
    )
    table.unlink()
    out.with_suffix(".vocab").unlink(missing_ok=True)
    _add_pieces(out, added)


def _add_pieces(out: Path, added: list[str]) -> None:
    model = sentencepiece_model.ModelProto()
    model.ParseFromString(out.read_bytes())
    score = min(piece.score for piece in model.pieces)
    for text in added:
        score -= 1
        piece = model.pieces.add()
        piece.piece, piece.score, piece.type = text, score, sentencepiece_model.ModelProto.SentencePiece.NORMAL
    model.trainer_spec.vocab_size = len(model.pieces)
    model.trainer_spec.ClearField("input")  # paths of this machine
    model.trainer_spec.ClearField("model_prefix")
    out.write_bytes(model.SerializeToString())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--vocabulary", type=int, default=4096)
    parser.add_argument("--every", type=int, default=4, help="read every n-th line")
    options = parser.parse_args()
    words, characters = count_words(options.data, options.every)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    train(words, characters, options.vocabulary, options.out)


if __name__ == "__main__":
    main()
