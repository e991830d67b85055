"""Which pieces of a vocabulary a corpus needs."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

import sentencepiece
from sentencepiece import sentencepiece_model_pb2 as sentencepiece_model

from lines import read_lines
from pruning.merge_path import trace_merges
from problem import Problem

Piece = sentencepiece_model.ModelProto.SentencePiece
BLANKS = {"\u2581", "\n", "\t"}
PRINTABLE = {chr(code) for code in range(33, 127)}
# llama.cpp's repacked kernels take matrices whose rows come in eights and more.
MULTIPLE = 64


def read_texts(paths: Iterable[Path]) -> Iterator[list[str]]:
    """The texts of each document: of a training line the prompt's and the answer, of any other line its `text`."""
    for path in paths:
        for number, line in read_lines(path):
            try:
                document = json.loads(line)
                texts = [segment["text"] for segment in document["prompt"] if "text" in segment] + [document["answer"]] if "prompt" in document else [document["text"]]
            except (ValueError, TypeError, KeyError) as error:
                raise Problem(f"Expected training lines, or lines with a `text`, in `{path}`; line {number} is neither") from error
            yield texts


def choose_pieces(proto: sentencepiece_model.ModelProto, used: set[int], specials: set[int], at_least: int) -> list[int]:
    """The ids to keep, in order: those used and the pieces on the way to them, bytes, control tokens, white space and ASCII.

    Filled up to `at_least` and to a multiple of 64 with the pieces that the vocabulary learned first,
    which are its most frequent ones.
    """
    scores = {piece.piece: piece.score for piece in proto.pieces if piece.type == Piece.NORMAL}
    ids = {piece.piece: token for token, piece in enumerate(proto.pieces)}
    kept = {token for token, piece in enumerate(proto.pieces) if token in specials or token in used or _is_always_kept(piece)}
    for token in sorted(kept):
        kept |= _ids_on_the_way(proto.pieces[token], scores, ids)
    rest = sorted((token for token, piece in enumerate(proto.pieces) if token not in kept and piece.type == Piece.NORMAL), key=lambda token: -proto.pieces[token].score)
    for token in rest:
        if len(kept) >= at_least and len(kept) % MULTIPLE == 0:
            break
        kept |= _ids_on_the_way(proto.pieces[token], scores, ids)
    return sorted(kept)


def _is_always_kept(piece: Piece) -> bool:
    if piece.type in (Piece.CONTROL, Piece.UNKNOWN, Piece.BYTE):
        return True
    return piece.type != Piece.UNUSED and (piece.piece in PRINTABLE or set(piece.piece) <= BLANKS)


def _ids_on_the_way(piece: Piece, scores: dict[str, float], ids: dict[str, int]) -> set[int]:
    if piece.type != Piece.NORMAL:
        return set()
    way = trace_merges(piece.piece, scores)
    return set() if way is None else {ids[text] for text in way if text in ids}


def count_used(processor: sentencepiece.SentencePieceProcessor, documents: Iterable[list[str]]) -> tuple[set[int], int, int]:
    """The ids that occur in the documents, the number of documents, and of tokens."""
    used: set[int] = set()
    documents_read = tokens = 0
    for texts in documents:
        documents_read += 1
        for cut in processor.encode(texts):
            used.update(cut)
            tokens += len(cut)
    return used, documents_read, tokens
