"""The variants of a model that are measured: what each kind of tensor is stored as, and which pieces are kept."""

from dataclasses import dataclass

from gguf import GGMLQuantizationType as Type


@dataclass(frozen=True)
class Variant:
    weights: Type
    embedding: Type
    # None: the output matrix is the embedding itself, as in every Gemma.
    output: Type | None = None
    # None: all pieces of the vocabulary.
    pieces: int | None = None
    # What the last norm multiplies by: the logits of random weights are nearly even, and 32 times their spread gives one
    # of 77 labels 0.8 on average, somewhat less than a trained model gives it.
    output_norm: float = 1.0


VARIANTS = {
    "q8_0": Variant(Type.Q8_0, Type.Q8_0),
    "q4_0": Variant(Type.Q4_0, Type.Q4_0),
    "q4_0-embedding-q8_0": Variant(Type.Q4_0, Type.Q8_0),
    "q8_0-untied": Variant(Type.Q8_0, Type.Q8_0, output=Type.Q8_0),
    "q8_0-output-q4_0": Variant(Type.Q8_0, Type.Q8_0, output=Type.Q4_0),
    "q4_0-untied": Variant(Type.Q4_0, Type.Q4_0, output=Type.Q4_0),
    "q4_0-sure": Variant(Type.Q4_0, Type.Q4_0, output_norm=32.0),
    "q8_0-pruned": Variant(Type.Q8_0, Type.Q8_0, pieces=32_768),
    "q4_0-pruned": Variant(Type.Q4_0, Type.Q4_0, pieces=32_768),
}


def tensor_type(name: str, rows: int, variant: Variant) -> Type:
    """What a tensor is stored as; rows that no block fills stay F16, norms F32."""
    if name.endswith("norm.weight"):
        return Type.F32
    wanted = {"token_embd.weight": variant.embedding, "output.weight": variant.output}.get(name) or variant.weights
    return wanted if rows % 32 == 0 else Type.F16
