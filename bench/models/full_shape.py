"""Makes models of exactly Gemma 3 270M's shape with random weights: right for speed, which no value changes, and for
nothing else.

    python bench/models/full_shape.py --source LLAMA_CPP --out DIR [q8_0 q4_0 …]

The pieces are real: the vocabulary file of the Gemma family in llama.cpp's own source.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from full_vocabulary import Vocabulary, prune, read_vocabulary
from gguf import GGUFWriter
from variants import VARIANTS, Variant
from write_gguf import write_gguf

HIDDEN, LAYERS, HEADS, KV_HEADS, HEAD_SIZE, FEED_FORWARD = 640, 18, 4, 1, 256, 2048
CONTEXT, WINDOW = 32_768, 512
SEED, SPREAD = 270, 0.02
CHAT_TEMPLATE = (
    "{{ bos_token }}{% for message in messages %}{{ '<start_of_turn>' + ('model' if message['role'] == 'assistant' "
    "else message['role']) + '\n' + (message['content'] | trim) + '<end_of_turn>\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<start_of_turn>model\n' }}{% endif %}"
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--source", type=Path, required=True, help="a checkout of llama.cpp")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("variants", nargs="*", default=list(VARIANTS), metavar="VARIANT", help=", ".join(VARIANTS))
    options = parser.parse_args()
    whole = read_vocabulary(options.source / "models" / "ggml-vocab-gemma-4.gguf")
    for name in options.variants:
        path = options.out / f"{name}.gguf"
        if path.exists():
            continue
        variant = VARIANTS[name]
        vocabulary = whole if variant.pieces is None else prune(whole, variant.pieces)
        tensors = random_tensors(len(vocabulary.pieces), variant)
        write_gguf(path, variant, lambda writer: add_metadata(writer, vocabulary), tensors)
        print(path, path.stat().st_size, flush=True)


def add_metadata(writer: GGUFWriter, vocabulary: Vocabulary) -> None:
    writer.add_name("random weights in the shape of Gemma 3 270M")
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(HIDDEN)
    writer.add_block_count(LAYERS)
    writer.add_feed_forward_length(FEED_FORWARD)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(KV_HEADS)
    writer.add_key_length(HEAD_SIZE)
    writer.add_value_length(HEAD_SIZE)
    writer.add_layer_norm_rms_eps(1e-6)
    writer.add_rope_freq_base(1_000_000.0)
    writer.add_rope_freq_base_swa(10_000.0)
    writer.add_sliding_window(WINDOW)
    writer.add_tokenizer_model("llama")
    writer.add_tokenizer_pre("default")
    writer.add_token_list(vocabulary.pieces)
    writer.add_token_scores(vocabulary.scores)
    writer.add_token_types(vocabulary.types)
    writer.add_bos_token_id(2)
    writer.add_eos_token_id(1)
    writer.add_pad_token_id(0)
    writer.add_unk_token_id(3)
    writer.add_add_bos_token(True)
    writer.add_add_eos_token(False)
    writer.add_add_space_prefix(False)
    writer.add_chat_template(CHAT_TEMPLATE)


def random_tensors(pieces: int, variant: Variant) -> Iterator[tuple[str, np.ndarray]]:
    random = np.random.default_rng(SEED)

    def weight(rows: int, columns: int) -> np.ndarray:
        values = random.standard_normal((rows, columns), dtype=np.float32)
        values *= SPREAD
        return values

    for layer in range(LAYERS):
        for name, shape in layer_shapes().items():
            values = weight(*shape) if len(shape) == 2 else np.ones(shape, dtype=np.float32)
            yield f"blk.{layer}.{name}.weight", values
    yield "output_norm.weight", np.full(HIDDEN, variant.output_norm, dtype=np.float32)
    embedding = weight(pieces, HIDDEN)
    yield "token_embd.weight", embedding
    if variant.output is not None:
        yield "output.weight", embedding


def layer_shapes() -> dict[str, tuple[int, ...]]:
    return {
        "attn_norm": (HIDDEN,),
        "attn_q": (HEADS * HEAD_SIZE, HIDDEN),
        "attn_k": (KV_HEADS * HEAD_SIZE, HIDDEN),
        "attn_v": (KV_HEADS * HEAD_SIZE, HIDDEN),
        "attn_q_norm": (HEAD_SIZE,),
        "attn_k_norm": (HEAD_SIZE,),
        "attn_output": (HIDDEN, HEADS * HEAD_SIZE),
        "post_attention_norm": (HIDDEN,),
        "ffn_norm": (HIDDEN,),
        "ffn_gate": (FEED_FORWARD, HIDDEN),
        "ffn_up": (FEED_FORWARD, HIDDEN),
        "ffn_down": (HIDDEN, FEED_FORWARD),
        "post_ffw_norm": (HIDDEN,),
    }


if __name__ == "__main__":
    main()
