"""The shapes that can be trained from a random start: both are the Gemma 3 text architecture as llama.cpp runs it."""

TINY = {
    "hidden_size": 192, "num_hidden_layers": 6, "num_attention_heads": 4, "num_key_value_heads": 1, "head_dim": 64,
    "intermediate_size": 768, "sliding_window": 512, "max_position_embeddings": 2048,
}  # fmt: skip
# Gemma 3 270M, for rehearsals at full size.
FULL = {
    "hidden_size": 640, "num_hidden_layers": 18, "num_attention_heads": 4, "num_key_value_heads": 1, "head_dim": 256,
    "intermediate_size": 2048, "sliding_window": 512, "max_position_embeddings": 32768,
}  # fmt: skip
FULL_VOCABULARY = 262144
SHAPES = {"tiny": TINY, "full": FULL}


def to_config(name: str, vocabulary_size: int, attention: str):
    """The transformers configuration of a named shape, for a vocabulary with Gemma's first tokens."""
    return to_config_of(SHAPES[name], vocabulary_size, attention)


def to_config_of(shape: dict, vocabulary_size: int, attention: str):
    """The same of any shape."""
    from transformers import Gemma3TextConfig

    # llama.cpp fixes the attention's scale at 1 / sqrt(head_dim).
    return Gemma3TextConfig(
        **shape, vocab_size=vocabulary_size, query_pre_attn_scalar=shape["head_dim"], tie_word_embeddings=True,
        pad_token_id=0, eos_token_id=1, bos_token_id=2, architectures=["Gemma3ForCausalLM"], attn_implementation=attention,
    )  # fmt: skip
