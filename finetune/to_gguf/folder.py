"""The Hugging Face folder as llama.cpp's converter wants it."""

import json
import os
import shutil
from pathlib import Path

from problem import Problem
from vocabulary import CHAT_TEMPLATE, write_vocabulary

MODEL_TYPE = "gemma3_text"
NEEDED = "the folder that train.py wrote, or a download of a Gemma 3 text model"


def prepare_folder(model: Path, copy: Path) -> Path:
    """Makes `copy`, a light copy of the folder with whatever the converter misses; raises a Problem for a folder that is no Gemma 3 text model."""
    config = _read_config(model)
    _check_vocabulary(model)
    _check_weights(model)
    shutil.copytree(model, copy, copy_function=copy_lightly, ignore=shutil.ignore_patterns(".git", "*.gguf"))
    write_json(copy / "config.json", {**config, "architectures": ["Gemma3ForCausalLM"]})
    if not (copy / "tokenizer.json").exists():
        write_vocabulary(model / "tokenizer.model", copy)
    _add_chat_template(copy)
    return copy


def _read_config(model: Path) -> dict:
    path = model / "config.json"
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Problem(f"Expected a readable `config.json` in the folder `{model}`; give {NEEDED}") from error
    kind = config.get("model_type") if isinstance(config, dict) else None
    if kind != MODEL_TYPE:
        raise Problem(f"Expected a model of the type `{MODEL_TYPE}` in the folder `{model}`, got `{kind}`; give {NEEDED}")
    return config


def _check_vocabulary(model: Path) -> None:
    import sentencepiece
    from tokenizers import Tokenizer

    path = model / "tokenizer.model"
    if not path.is_file():
        raise Problem(f"Expected the SentencePiece model `tokenizer.model` in the folder `{model}`; copy it from the model that the training started from")
    try:
        sentencepiece.SentencePieceProcessor(model_file=str(path))
    except (OSError, RuntimeError) as error:
        raise Problem(f"Expected `{path}` to be a SentencePiece model, but it cannot be read; copy it again from the model that the training started from") from error
    own = model / "tokenizer.json"
    try:
        if own.exists():
            Tokenizer.from_file(str(own))
    except Exception as error:  # the library raises nothing narrower
        raise Problem(f"Expected `{own}` to be a vocabulary, but it cannot be read; remove it, or copy it again from the model that the training started from") from error


def _check_weights(model: Path) -> None:
    """Of each file the header, which says how long the file has to be."""
    from safetensors import SafetensorError, safe_open

    paths = sorted(model.glob("*.safetensors"))
    if not paths:
        raise Problem(f"Expected weights, `*.safetensors`, in the folder `{model}`; give {NEEDED}")
    for path in paths:
        try:
            with safe_open(path, framework="numpy"):
                pass
        except (OSError, SafetensorError) as error:
            raise Problem(f"Expected whole weights in `{path}`, but they cannot be read ({error}); copy the file again, or train again") from error


def _add_chat_template(folder: Path) -> None:
    """The converter writes the template of the settings; a base model has none, and other programs need one."""
    path = folder / "tokenizer_config.json"
    settings = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    if "chat_template" not in settings and not (folder / "chat_template.jinja").exists():
        write_json(path, {**settings, "chat_template": CHAT_TEMPLATE})


def copy_lightly(source: str, target: str) -> str:
    """A hard link for weights, which are large and only read; everything else may be written again and is copied."""
    if source.endswith(".safetensors"):
        try:
            os.link(os.path.realpath(source), target)
            return target
        except OSError:
            pass  # another file system, or one without links
    return shutil.copyfile(source, target)


def write_json(path: Path, content: dict) -> None:
    """Writes settings as the folders of Hugging Face have them."""
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
