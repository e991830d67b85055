"""Proves that training and the GGUF file cut the same text into the same tokens."""

import json
from pathlib import Path

import sentencepiece
from sentencepiece import sentencepiece_model_pb2 as sentencepiece_model

from lines import HubTokens, SentencePieceTokens, to_example
from node_gguf import read_gguf

MIN_DOCUMENTS = 200
PIECE = sentencepiece_model.ModelProto.SentencePiece

# Asked on top of the user's lines: what a corpus of one language rarely has.
HARD_TEXTS = (
    "naïve café, Ångström, ß ẞ ﬁ ½ €", "中文文本，日本語のテキスト、한국어 텍스트", "עברית و العربية मिश्रित हिन्दी ไทย", "👩‍👩‍👧‍👦🏳️‍🌈🇩🇪👍🏽 e\u0301 a\u0308\u0323",
    "a\tb\r\nc\n\n\nd    e        f", "\u2581 \u2581\u2581x", " leading and trailing ", "<end_of_turn><start_of_turn>user\n<bos><eos><pad><unk><0x0A>", "\u0001\u007f\u200b\ufeff\u00ad", "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 𒀀 𐍈",
    '{"a":[1,-2.5e3,null,true],"b":"\\u00e4\\n"}',
)  # fmt: skip


def check_tokens(model: Path, gguf: Path, lines: list[str]) -> dict:
    """Compares the ids of every line, prompt and answer, by transformers, SentencePiece and node-llama-cpp."""
    asked = [*lines, *(_hard_line(number, text) for number, text in enumerate(HARD_TEXTS))]
    hub, piece = _open_vocabularies(model)
    different: dict[str, list[str]] = {"sentencepiece": [], "node-llama-cpp": []}
    for line, read in zip(asked, read_gguf(gguf, "tokens", asked), strict=True):
        example = to_example(line, hub)
        if to_example(line, piece).tokens != example.tokens:
            different["sentencepiece"].append(example.id)
        if read["promptTokens"] + read["answerTokens"] != example.tokens:
            different["node-llama-cpp"].append(example.id)
    return {"documents": len(lines), "hardTexts": len(HARD_TEXTS), "different": different}


class _SafePieces(SentencePieceTokens):
    """SentencePiece without the control tokens among the pieces that it finds in text: Gemma's own file has
    `<start_of_turn>` as a piece like any other, and text must never become one."""

    def __init__(self, model: Path, hub: HubTokens):
        proto = sentencepiece_model.ModelProto()
        proto.ParseFromString((model / "tokenizer.model").read_bytes())
        for token, added in hub.tokenizer.added_tokens_decoder.items():
            if added.special and token < len(proto.pieces) and proto.pieces[token].type in (PIECE.NORMAL, PIECE.USER_DEFINED):
                proto.pieces[token].type = PIECE.CONTROL
        self._processor = sentencepiece.SentencePieceProcessor(model_proto=proto.SerializeToString())
        self.size = self._processor.vocab_size()

    def text(self, text: str) -> list[int]:
        return super().text(text.replace("\u2581", " "))  # as HubTokens does


def _open_vocabularies(model: Path) -> tuple[HubTokens, _SafePieces]:
    hub = HubTokens(str(model))
    return hub, _SafePieces(model, hub)


def _hard_line(number: int, text: str) -> str:
    return json.dumps({"id": f"hard-text-{number}", "prompt": [{"control": "<bos>"}, {"text": text}], "answer": text})
