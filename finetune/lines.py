"""From training lines to token ids.

A training line is {"id", "prompt": [{"control": NAME} | {"text": TEXT} …], "answer": TEXT}, written by
`docmill export`. Every segment is tokenised by itself; a control token comes only from a `control`
segment, never from a text that looks like one. The answer ends with `<end_of_turn>`.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from problem import Problem

END = "<end_of_turn>"
HALVES = re.compile("[\ud800-\udfff]")


class Vocabulary(Protocol):
    size: int

    def control(self, name: str) -> int: ...

    def text(self, text: str) -> list[int]: ...


class HubTokens:
    """The vocabulary of a Hugging Face folder or hub id; text never becomes a control token."""

    def __init__(self, name: str):
        from transformers import AutoTokenizer

        self.tokenizer = AutoTokenizer.from_pretrained(name)
        self.size = len(self.tokenizer)
        # All prompts of a task share most of their segments.
        self._ids = lru_cache(maxsize=256)(self._tokenize)
        _mark_controls(self.tokenizer)

    def control(self, name: str) -> int:
        token = self.tokenizer.convert_tokens_to_ids(name)
        if token is None or token == self.tokenizer.unk_token_id:
            raise Problem(f"Expected a control token of the model's vocabulary, got `{name}`; is this a Gemma 3 model?")
        return token

    def text(self, text: str) -> list[int]:
        return list(self._ids(text))

    def _tokenize(self, text: str) -> list[int]:
        # U+2581 is how a vocabulary writes a space. llama.cpp and this tokenizer join a document's own ones in
        # different ways, so both sides read them as spaces (`src/engine/llama/tokenize-text.ts`).
        return self.tokenizer(without_halves(text).replace("\u2581", " "), add_special_tokens=False, split_special_tokens=True)["input_ids"]


def _mark_controls(tokenizer) -> None:
    """Marks as special what llama.cpp takes for control tokens though Gemma's own settings say that text may
    become them: `<unused7>`, and `</s>`, which is an HTML tag there."""
    from tokenizers import AddedToken

    names = [token.content for token in tokenizer.added_tokens_decoder.values() if not token.special]
    looking = [name for name in names if name in ("<mask>", "<2mass>", "[@BOS@]", "</s>") or name.startswith(("<unused", "<|")) and name.endswith(">")]
    tokenizer.backend_tokenizer.add_special_tokens([AddedToken(name, normalized=False, special=True) for name in looking])


class SentencePieceTokens:
    """The same from a SentencePiece model alone, which is what llama.cpp's vocabulary is made from."""

    def __init__(self, path: Path):
        import sentencepiece

        self._processor = sentencepiece.SentencePieceProcessor(model_file=str(path))
        self.size = self._processor.vocab_size()

    def control(self, name: str) -> int:
        token = self._processor.piece_to_id(name)
        if not self._processor.is_control(token):
            raise Problem(f"Expected a control token of the vocabulary, got `{name}`")
        return token

    def text(self, text: str) -> list[int]:
        return self._processor.encode(without_halves(text))


def without_halves(text: str) -> str:
    """The text with half a character, which JSON can hold and UTF-8 cannot, as Node hands it to llama.cpp."""
    return HALVES.sub("\ufffd", text)


@dataclass(frozen=True)
class Example:
    id: str
    tokens: list[int]
    prompt_length: int


def parse_line(line: str) -> dict:
    """The members of a training line; raises ValueError saying what is wrong with it."""
    try:
        document = json.loads(line)
    except ValueError as error:
        raise ValueError(f"it is no JSON, {error}") from error
    if not isinstance(document, dict):
        raise ValueError("it is no JSON object")
    if "gold" in document:
        raise ValueError("it is a gold line, not a training line")
    prompt, answer = document.get("prompt"), document.get("answer")
    if not isinstance(answer, str) or not answer:
        raise ValueError("it has no `answer`")
    if not isinstance(prompt, list) or not prompt or not all(map(_is_segment, prompt)):
        raise ValueError("its `prompt` is no list of segments")
    return document


def _is_segment(segment: object) -> bool:
    return isinstance(segment, dict) and len(segment) == 1 and isinstance(segment.get("control", segment.get("text")), str)


def to_example(line: str, vocabulary: Vocabulary) -> Example:
    """The token ids of one training line, prompt and answer; raises ValueError if it is none."""
    return to_tokens(parse_line(line), vocabulary)


def to_tokens(document: dict, vocabulary: Vocabulary) -> Example:
    """The token ids of a parsed training line."""
    tokens: list[int] = []
    for segment in document["prompt"]:
        if "control" in segment:
            tokens.append(vocabulary.control(segment["control"]))
        else:
            tokens.extend(vocabulary.text(segment["text"]))
    prompt_length = len(tokens)
    tokens.extend(vocabulary.text(document["answer"]))
    tokens.append(vocabulary.control(END))
    return Example(str(document.get("id", "")), tokens, prompt_length)


def document_text(document: dict) -> str:
    """The text that is asked about: the last one before the model's turn."""
    segments = document["prompt"]
    end = max((index for index, segment in enumerate(segments) if segment.get("control") == END), default=len(segments))
    texts = [segment["text"] for segment in segments[:end] if "text" in segment]
    if not texts:
        raise ValueError("its `prompt` has no text")
    return texts[-1]


def read_lines(path: Path) -> Iterator[tuple[int, str]]:
    """Number and text of the lines of a file that are not blank."""
    try:
        with path.open(encoding="utf-8-sig") as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    yield number, line
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise Problem(f"Cannot read the training lines `{path}`: {reason}") from error


def read_training_lines(paths: list[Path]) -> list[str]:
    """The lines of all files as they are; raises a Problem for the first that is no training line."""
    lines = []
    for path in paths:
        for number, line in read_lines(path):
            try:
                parse_line(line)
            except ValueError as error:
                raise Problem(f"Line {number} of `{path}` is no training line, {error}; training lines are what `docmill export` writes") from error
            lines.append(line)
    return lines
