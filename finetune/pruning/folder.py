"""Writes a Hugging Face folder again with fewer pieces in its vocabulary."""

import json
import shutil
from pathlib import Path

from sentencepiece import sentencepiece_model_pb2 as sentencepiece_model

from to_gguf.folder import copy_lightly, write_json

VOCABULARY_MATRICES = ("embed_tokens.weight", "lm_head.weight")


def prune_folder(source: Path, out: Path, proto: sentencepiece_model.ModelProto, kept: list[int]) -> None:
    """Makes `out`, the folder with the pieces `kept` only, renumbered in their order: vocabulary, settings and the rows of the embedding."""
    numbers = {old: new for new, old in enumerate(kept)}
    shutil.copytree(source, out, copy_function=copy_lightly)
    (out / "tokenizer.model").write_bytes(_prune_pieces(proto, kept))
    _change(out / "tokenizer.json", lambda content: _prune_tokenizer(content, numbers))
    _change(out / "tokenizer_config.json", lambda content: _prune_settings(content, numbers))
    _change(out / "added_tokens.json", lambda content: {text: numbers[token] for text, token in content.items() if token in numbers})
    _change(out / "config.json", lambda content: {**_renumber_specials(content, numbers), "vocab_size": len(kept)})
    _change(out / "generation_config.json", lambda content: _renumber_specials(content, numbers))
    for path in sorted(out.glob("*.safetensors")):
        _prune_weights(path, kept)


def _change(path: Path, change) -> None:
    if path.exists():
        write_json(path, change(json.loads(path.read_text(encoding="utf-8"))))


def _prune_pieces(proto: sentencepiece_model.ModelProto, kept: list[int]) -> bytes:
    pruned = sentencepiece_model.ModelProto()
    pruned.CopyFrom(proto)
    del pruned.pieces[:]
    pruned.pieces.extend(proto.pieces[token] for token in kept)
    pruned.trainer_spec.vocab_size = len(kept)
    for name in ("pad_id", "eos_id", "bos_id", "unk_id"):
        token = getattr(proto.trainer_spec, name)
        setattr(pruned.trainer_spec, name, kept.index(token) if token in kept else -1)
    return pruned.SerializeToString()


def _prune_tokenizer(content: dict, numbers: dict[int, int]) -> dict:
    model = content["model"]
    vocabulary = {piece: numbers[token] for piece, token in model["vocab"].items() if token in numbers}
    merges = [pair for pair in model["merges"] if _is_merge(pair.split(" ") if isinstance(pair, str) else pair, vocabulary)]
    added = [{**token, "id": numbers[token["id"]]} for token in content["added_tokens"] if token["id"] in numbers]
    _renumber_templates(content.get("post_processor"), numbers)
    return {**content, "model": {**model, "vocab": vocabulary, "merges": merges}, "added_tokens": added}


def _is_merge(pair: list[str], vocabulary: dict[str, int]) -> bool:
    left, right = pair
    return left in vocabulary and right in vocabulary and left + right in vocabulary


def _renumber_templates(processor: dict | None, numbers: dict[int, int]) -> None:
    for token in (processor or {}).get("special_tokens", {}).values():
        token["ids"] = [numbers[number] for number in token["ids"]]
    for part in (processor or {}).get("processors", []):
        _renumber_templates(part, numbers)


def _prune_settings(content: dict, numbers: dict[int, int]) -> dict:
    added = {str(numbers[int(token)]): settings for token, settings in content.get("added_tokens_decoder", {}).items() if int(token) in numbers}
    return {**content, "added_tokens_decoder": added}


def _renumber_specials(content: dict, numbers: dict[int, int]) -> dict:
    """`eos_token_id` and the like: a number, a list of numbers, or null."""
    changed = {}
    for name, value in content.items():
        if name.endswith("_token_id") and isinstance(value, int):
            changed[name] = numbers.get(value)
        elif name.endswith("_token_id") and isinstance(value, list):
            changed[name] = [numbers[token] for token in value if token in numbers]
    return {**content, **changed}


def _prune_weights(path: Path, kept: list[int]) -> None:
    from safetensors import safe_open
    from safetensors.torch import load_file, save_file

    with safe_open(path, framework="pt") as file:
        names = [name for name in file.keys() if name.endswith(VOCABULARY_MATRICES)]
        metadata = file.metadata()
    if not names:
        return
    tensors = load_file(path)
    for name in names:
        tensors[name] = tensors[name][kept].contiguous()
    path.unlink()  # a link to the user's own file
    save_file(tensors, path, metadata=metadata)
