"""Makes a Hugging Face vocabulary from a SentencePiece BPE model, so that a folder trained from scratch is whole."""

import json
from pathlib import Path

import sentencepiece
from google.protobuf.message import DecodeError
from sentencepiece import sentencepiece_model_pb2 as sentencepiece_model
from tokenizers import AddedToken, Tokenizer, decoders, normalizers, processors
from tokenizers.models import BPE

from lines import END
from problem import Problem

BLANK = "\u2581"
CHAT_TEMPLATE = (
    "{{ bos_token }}{% for message in messages %}{{ '<start_of_turn>' + ('model' if message['role'] == 'assistant' else message['role']) + '\n' + (message['content'] | trim) + '<end_of_turn>\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<start_of_turn>model\n' }}{% endif %}"
)


def write_vocabulary(model: Path, folder: Path, size: int | None = None) -> None:
    """Writes `tokenizer.model`, `tokenizer.json`, `tokenizer_config.json` and `generation_config.json` into `folder`.

    AutoTokenizer reads them and gives the ids that SentencePiece gives; llama.cpp's converter takes
    the SentencePiece model and the settings. `size` fills the vocabulary up with pieces that no text has.
    """
    folder.mkdir(parents=True, exist_ok=True)
    own = folder / "tokenizer.model"
    try:
        content = model.read_bytes()
        own.unlink(missing_ok=True)  # it may be a link to the model's own file
        own.write_bytes(content if size is None else _filled_up(content, size))
        processor = sentencepiece.SentencePieceProcessor(model_file=str(own))
    except (OSError, RuntimeError, DecodeError) as error:
        raise Problem(f"Expected a SentencePiece model at `{model}`: {error}") from error
    to_tokenizer(processor).save(str(folder / "tokenizer.json"))
    _write_json(folder / "tokenizer_config.json", _settings(processor))
    ends = [processor.eos_id(), processor.piece_to_id(END)]
    _write_json(folder / "generation_config.json", {"eos_token_id": ends, "bos_token_id": processor.bos_id(), "pad_token_id": processor.pad_id()})


def to_tokenizer(processor: sentencepiece.SentencePieceProcessor) -> Tokenizer:
    """The same vocabulary for `tokenizers`: byte fallback, no prefix space, `<bos>` only when special tokens are asked for."""
    pieces = {processor.id_to_piece(token): token for token in range(processor.vocab_size())}
    tokenizer = Tokenizer(BPE(vocab=pieces, merges=_merges(processor), unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    tokenizer.normalizer = normalizers.Replace(" ", BLANK)
    tokenizer.decoder = decoders.Sequence([decoders.Replace(BLANK, " "), decoders.ByteFallback(), decoders.Fuse()])
    tokenizer.post_processor = processors.TemplateProcessing("<bos> $A", "<bos> $A <bos> $B", [("<bos>", processor.bos_id())])
    tokenizer.add_special_tokens([AddedToken(processor.id_to_piece(token), special=True, normalized=False) for token in _controls(processor)])
    return tokenizer


def _filled_up(content: bytes, size: int) -> bytes:
    model = sentencepiece_model.ModelProto()
    model.ParseFromString(content)
    for number in range(size - len(model.pieces)):
        piece = model.pieces.add()
        piece.piece, piece.score, piece.type = f"<unused{number}>", 0.0, sentencepiece_model.ModelProto.SentencePiece.UNUSED
    model.trainer_spec.vocab_size = len(model.pieces)
    return model.SerializeToString()


def _merges(processor: sentencepiece.SentencePieceProcessor) -> list[tuple[str, str]]:
    """SentencePiece joins any two neighbours whose text together is a piece, the best score first; merges
    say that pair by pair."""
    scores = {processor.id_to_piece(token): processor.get_score(token) for token in range(processor.vocab_size()) if _is_text(processor, token)}
    merges = []
    for piece, score in scores.items():
        pairs = [(piece[:cut], piece[cut:]) for cut in range(1, len(piece)) if piece[:cut] in scores and piece[cut:] in scores]
        if len(piece) > 1 and not pairs:
            raise Problem(f"The piece `{piece}` of the vocabulary cannot be reached by joining two others")
        merges.extend((score, pair) for pair in pairs)
    return [pair for _, pair in sorted(merges, key=lambda entry: -entry[0])]


def _is_text(processor: sentencepiece.SentencePieceProcessor, token: int) -> bool:
    return not (processor.is_control(token) or processor.is_unknown(token) or processor.is_byte(token) or processor.is_unused(token))


def _controls(processor: sentencepiece.SentencePieceProcessor) -> list[int]:
    return [token for token in range(processor.vocab_size()) if processor.is_control(token) or processor.is_unknown(token)]


def _settings(processor: sentencepiece.SentencePieceProcessor) -> dict:
    special = {"special": True, "normalized": False, "lstrip": False, "rstrip": False, "single_word": False}
    return {
        # The class that takes `tokenizer.json` as it is.
        "tokenizer_class": "PreTrainedTokenizerFast",
        "bos_token": "<bos>", "eos_token": "<eos>", "pad_token": "<pad>", "unk_token": "<unk>",
        "add_bos_token": True, "add_eos_token": False, "split_special_tokens": True, "clean_up_tokenization_spaces": False,
        "chat_template": CHAT_TEMPLATE,
        "added_tokens_decoder": {str(token): {"content": processor.id_to_piece(token), **special} for token in _controls(processor)},
    }  # fmt: skip


def _write_json(path: Path, content: dict) -> None:
    path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
