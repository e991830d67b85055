"""What a run starts from: a model of the hub or of a folder, a GGUF file, or random weights."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import torch

from attention import register_plain_attention
from training.configurations import FULL_VOCABULARY, to_config
from lines import HubTokens
from problem import Problem
from vocabulary import write_vocabulary

VOCABULARY_FILES = ("tokenizer.model", "tokenizer.json", "tokenizer_config.json", "generation_config.json", "added_tokens.json", "special_tokens_map.json", "chat_template.jinja")


@dataclass(frozen=True)
class Start:
    model: torch.nn.Module
    vocabulary: HubTokens
    # Where the files of the vocabulary are: a folder or hub id.
    source: str


def open_start(options, device: str) -> Start:
    """The model in 32 bits, with its vocabulary; raises a Problem for what is no Gemma 3 text model."""
    # Written out, attention is faster on a CPU; a GPU has fused kernels for it.
    attention = register_plain_attention() if device == "cpu" else "sdpa"
    torch.manual_seed(options.seed)
    if options.config:
        return _start_from_nothing(options, attention)
    source = options.model
    if source.endswith(".gguf"):
        from training.unpack_gguf import unpack_gguf

        source = str(options.out / "start")
        unpack_gguf(Path(options.model), Path(source))
    return _start_from_folder(source, attention)


def _start_from_nothing(options, attention: str) -> Start:
    from transformers import Gemma3ForCausalLM

    folder = options.out / "vocabulary"
    write_vocabulary(options.tokenizer, folder, size=FULL_VOCABULARY if options.config == "full" else None)
    vocabulary = HubTokens(str(folder))
    return Start(Gemma3ForCausalLM(to_config(options.config, vocabulary.size, attention)), vocabulary, str(folder))


def _start_from_folder(source: str, attention: str) -> Start:
    from safetensors import SafetensorError
    from transformers import AutoConfig, Gemma3ForCausalLM

    try:
        config = AutoConfig.from_pretrained(source)
        if config.model_type != "gemma3_text":
            raise Problem(f"Expected a Gemma 3 text model as `--model`, got `{source}` of the type `{config.model_type}`")
        model = Gemma3ForCausalLM.from_pretrained(source, dtype=torch.float32, attn_implementation=attention)
        return Start(model, HubTokens(source), source)
    except (OSError, ValueError, SafetensorError) as error:
        reason = str(error).strip().splitlines()[0].rstrip(".")
        raise Problem(f"Cannot open the model `{source}`: {reason}. Give a folder, or the hub's name of a model whose terms you have accepted (`HF_TOKEN`)") from error


def save_whole(model: torch.nn.Module, start: Start, folder: Path) -> None:
    """Replaces `folder` by the model with all files of its vocabulary, which the converter to GGUF reads more from than a saved tokenizer keeps."""
    new = folder.with_name(f"{folder.name}.new")
    shutil.rmtree(new, ignore_errors=True)
    model.save_pretrained(new)
    copy_vocabulary(start, new)
    shutil.rmtree(folder, ignore_errors=True)
    new.rename(folder)


def copy_vocabulary(start: Start, folder: Path) -> None:
    """Puts the files of the vocabulary into `folder` as they came."""
    from transformers.utils import cached_file

    for name in VOCABULARY_FILES:
        path = cached_file(start.source, name, _raise_exceptions_for_missing_entries=False)
        if path is not None:
            shutil.copyfile(path, folder / name)
