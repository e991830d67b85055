"""Writes a GGUF file whole or not at all."""

import os
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
from gguf import GGMLQuantizationType as Type
from gguf import GGUFWriter, LlamaFileType, quants
from variants import Variant, tensor_type

FILE_TYPES = {Type.Q8_0: LlamaFileType.MOSTLY_Q8_0, Type.Q4_0: LlamaFileType.MOSTLY_Q4_0}


def write_gguf(
    path: Path,
    variant: Variant,
    add_metadata: Callable[[GGUFWriter], None],
    tensors: Iterable[tuple[str, np.ndarray]],
) -> None:
    """Stores float32 tensors as `variant` says, beside the metadata."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(f".{os.getpid()}.tmp")
    writer = GGUFWriter(draft, "gemma3")
    add_metadata(writer)
    writer.add_file_type(FILE_TYPES[variant.weights])
    writer.add_quantization_version(2)
    for name, values in tensors:
        kind = tensor_type(name, values.shape[-1], variant)
        writer.add_tensor(name, quants.quantize(values, kind), raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    draft.rename(path)
