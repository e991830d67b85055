"""The vocabulary of a GGUF file as the SentencePiece model that it was converted from."""

from pathlib import Path

from gguf import GGUFReader, TokenType
from sentencepiece import sentencepiece_model_pb2 as sentencepiece_model

BLANK = "\u2581"
PIECE = sentencepiece_model.ModelProto.SentencePiece
KINDS = {
    TokenType.NORMAL: PIECE.NORMAL,
    TokenType.UNKNOWN: PIECE.UNKNOWN,
    TokenType.CONTROL: PIECE.CONTROL,
    TokenType.USER_DEFINED: PIECE.USER_DEFINED,
    TokenType.UNUSED: PIECE.UNUSED,
    TokenType.BYTE: PIECE.BYTE,
}
CONTROLS = {"bos": "bos", "eos": "eos", "padding": "pad"}


def write_sentencepiece_model(gguf: Path, out: Path) -> None:
    """Writes the SentencePiece model; it cuts texts as llama.cpp cuts them with this file."""
    fields = GGUFReader(gguf).fields
    tokens, scores, kinds = (fields[f"tokenizer.ggml.{name}"].contents() for name in ("tokens", "scores", "token_type"))
    model = sentencepiece_model.ModelProto()
    for text, score, kind in zip(tokens, scores, kinds, strict=True):
        # llama.cpp's converter writes real spaces into user-defined pieces.
        model.pieces.add(piece=text.replace(" ", BLANK), score=score, type=KINDS[TokenType(kind)])
    specification = model.trainer_spec
    specification.model_type = sentencepiece_model.TrainerSpec.BPE
    specification.vocab_size = len(tokens)
    specification.byte_fallback = True
    controls = {ours: int(fields[f"tokenizer.ggml.{theirs}_token_id"].contents()) for theirs, ours in CONTROLS.items()}
    for ours, token in {**controls, "unk": tokens.index("<unk>")}.items():
        setattr(specification, f"{ours}_id", token)
        setattr(specification, f"{ours}_piece", tokens[token])
    model.normalizer_spec.name = "identity"
    model.normalizer_spec.add_dummy_prefix = False
    model.normalizer_spec.remove_extra_whitespaces = False
    out.write_bytes(model.SerializeToString())
