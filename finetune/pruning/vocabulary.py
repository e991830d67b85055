"""A smaller vocabulary for a model that only ever reads texts like those of a corpus.

The texts of the corpus keep exactly the tokens that they had. Others still work: what has lost its piece
is written by smaller ones, in the end byte by byte, so a text may take more tokens than before.
"""

from pathlib import Path

import sentencepiece
from sentencepiece import sentencepiece_model_pb2 as sentencepiece_model

from lines import HubTokens, to_example
from parity.answers import Expected, count_changes
from pruning.folder import prune_folder
from pruning.pieces import choose_pieces, count_used, read_texts


def prune_vocabulary(source: Path, out: Path, corpus: list[Path], at_least: int) -> dict:
    """Makes `out`, the folder with the pieces that the corpus needs; says what was kept and whether the corpus is cut as before."""
    proto = sentencepiece_model.ModelProto()
    proto.ParseFromString((source / "tokenizer.model").read_bytes())
    before = sentencepiece.SentencePieceProcessor(model_file=str(source / "tokenizer.model"))
    used, documents, tokens = count_used(before, read_texts(corpus))
    kept = choose_pieces(proto, used, _specials(source), at_least)
    prune_folder(source, out, proto, kept)
    after = sentencepiece.SentencePieceProcessor(model_file=str(out / "tokenizer.model"))
    different = sum([[kept[token] for token in cut] for cut in after.encode(texts)] != before.encode(texts) for texts in read_texts(corpus))
    return {"pieces": {"before": len(proto.pieces), "after": len(kept)}, "corpus": {"documents": documents, "tokens": tokens, "different": different}}


def _specials(source: Path) -> set[int]:
    """Control tokens as the settings of the folder have them: in Gemma's own SentencePiece model they look like text.
    The thousands that Gemma leaves unused are not needed."""
    added = HubTokens(str(source)).tokenizer.added_tokens_decoder
    return {token for token, settings in added.items() if settings.special and not settings.content.startswith("<unused")}


def compare_vocabularies(before: Path, after: Path, lines: list[str]) -> dict:
    """How many more tokens the lines take."""
    counts = [sum(len(to_example(line, vocabulary).tokens) for line in lines) for vocabulary in (HubTokens(str(before)), HubTokens(str(after)))]
    return {"documents": len(lines), "tokensBefore": counts[0], "tokensAfter": counts[1], "morePercent": round(100 * (counts[1] / counts[0] - 1), 2)}


def compare_exactness(before: list[Expected], after: list[Expected]) -> dict:
    """What pruning alone does to exact matches, by Hugging Face on both sides."""
    return count_changes([(one.exact, other.exact) for one, other in zip(before, after, strict=True)])
