"""Attention written out, for training on a CPU."""

import torch


def plain_causal_attention(module, query, key, value, attention_mask, scaling=None, sliding_window=None, **_):
    """Causal attention for rows padded on the right, so that no mask is needed.

    Backwards it is several times faster than the fused CPU kernel at these lengths, and the shared
    key head is never repeated.
    """
    batch, heads, length, size = query.shape
    groups = key.shape[1]
    rows = query.reshape(batch * groups, heads // groups * length, size)
    keys, values = key.reshape(batch * groups, length, size), value.reshape(batch * groups, length, size)
    weights = (rows @ keys.mT * scaling).view(batch, heads, length, length)
    hidden = torch.ones(length, length, dtype=torch.bool, device=query.device).triu(1)
    if sliding_window is not None and length > sliding_window:
        hidden |= torch.ones_like(hidden).tril(-sliding_window)
    weights = weights.float().masked_fill(hidden, -1e30).softmax(-1).to(values.dtype)
    mixed = weights.view(batch * groups, heads // groups * length, length) @ values
    return mixed.view(batch, heads, length, size).transpose(1, 2), None


def register_plain_attention() -> str:
    """Makes it known to transformers; returns the name for `attn_implementation`."""
    from transformers import AttentionInterface

    AttentionInterface.register("plain_causal", plain_causal_attention)
    return "plain_causal"
