"""Writes the token ids that training gives to training lines, one JSON array a line.

    python write_token_ids.py VOCABULARY < lines.jsonl

VOCABULARY is a Hugging Face folder, or a GGUF file with a SentencePiece vocabulary: of that, a folder
is made as training from scratch makes it, and SentencePiece itself must give the same ids.
"""

import json
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "finetune"))

from from_gguf import write_sentencepiece_model  # noqa: E402
from lines import HubTokens, SentencePieceTokens, Vocabulary, to_example  # noqa: E402
from vocabulary import write_vocabulary  # noqa: E402


def open_vocabularies(given: Path, folder: Path) -> list[Vocabulary]:
    if given.is_dir():
        return [HubTokens(str(given))]
    write_sentencepiece_model(given, folder / "pieces.model")
    write_vocabulary(folder / "pieces.model", folder)
    return [HubTokens(str(folder)), SentencePieceTokens(folder / "pieces.model")]


def main() -> None:
    with tempfile.TemporaryDirectory() as temporary:
        vocabularies = open_vocabularies(Path(sys.argv[1]), Path(temporary))
        for line in sys.stdin:
            first, *others = [to_example(line, vocabulary) for vocabulary in vocabularies]
            if any(other.tokens != first.tokens for other in others):
                raise SystemExit(f"SentencePiece and the Hugging Face tokenizer differ on `{first.id}`")
            print(json.dumps(first.tokens, separators=(",", ":")))


if __name__ == "__main__":
    main()
