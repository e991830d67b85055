"""From a GGUF file back to the folder that training starts from."""

import re
from pathlib import Path

from training.configurations import to_config_of
from from_gguf import write_sentencepiece_model
from problem import Problem
from vocabulary import write_vocabulary

NAMES = {
    "attn_norm": "input_layernorm",
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
    "attn_q_norm": "self_attn.q_norm",
    "attn_k_norm": "self_attn.k_norm",
    "post_attention_norm": "post_attention_layernorm",
    "ffn_norm": "pre_feedforward_layernorm",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
    "post_ffw_norm": "post_feedforward_layernorm",
}
SHAPE = {
    "embedding_length": "hidden_size",
    "block_count": "num_hidden_layers",
    "feed_forward_length": "intermediate_size",
    "attention.head_count": "num_attention_heads",
    "attention.head_count_kv": "num_key_value_heads",
    "attention.key_length": "head_dim",
    "attention.sliding_window": "sliding_window",
    "context_length": "max_position_embeddings",
}


def unpack_gguf(gguf: Path, folder: Path) -> None:
    """Writes model and vocabulary of a GGUF file as a Hugging Face folder; weights that were quantised stay as coarse as they are."""
    from gguf import GGUFReader
    from transformers import Gemma3ForCausalLM

    try:
        reader = GGUFReader(gguf)
    except (OSError, ValueError) as error:
        raise Problem(f"Expected a GGUF file at `{gguf}`: {error}") from error
    field = reader.fields.get("general.architecture")
    architecture = field.contents() if field else None
    if architecture != "gemma3":
        raise Problem(f"Expected a GGUF file of the architecture `gemma3`, got `{gguf}` of `{architecture}`")
    folder.mkdir(parents=True, exist_ok=True)
    write_sentencepiece_model(gguf, folder / "from-gguf.model")
    write_vocabulary(folder / "from-gguf.model", folder)
    (folder / "from-gguf.model").unlink()
    weights = {to_name(tensor.name): _to_weights(tensor) for tensor in reader.tensors}
    shape = {ours: int(reader.fields[f"gemma3.{theirs}"].contents()) for theirs, ours in SHAPE.items()}
    model = Gemma3ForCausalLM(to_config_of(shape, len(weights["model.embed_tokens.weight"]), "eager"))
    model.load_state_dict(weights, strict=False)
    model.save_pretrained(folder)


def to_name(name: str) -> str:
    """The name of a weight in transformers."""
    fixed = {"token_embd.weight": "model.embed_tokens.weight", "output_norm.weight": "model.norm.weight"}
    if name in fixed:
        return fixed[name]
    match = re.fullmatch(r"blk\.(\d+)\.(\w+)\.weight", name)
    if match is None or match[2] not in NAMES:
        raise Problem(f"The GGUF file has a tensor `{name}` that training does not know")
    return f"model.layers.{match[1]}.{NAMES[match[2]]}.weight"


def _to_weights(tensor):
    import numpy
    import torch
    from gguf.quants import dequantize

    values = dequantize(tensor.data, tensor.tensor_type).astype(numpy.float32)
    # llama.cpp multiplies by the weight of a norm, Gemma by one more than it.
    return torch.from_numpy(values - 1 if tensor.name.endswith("norm.weight") else values.copy())
