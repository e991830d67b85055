"""Makes variants of a trained model that is stored as Q8_0: the same weights, rounded again.

    python bench/models/requantize.py MODEL --out DIR [q4_0 q8_0-untied …]
"""

import argparse
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from gguf import GGUFReader, GGUFValueType, GGUFWriter, quants
from variants import VARIANTS
from write_gguf import write_gguf

# Written by the writer itself, and the canaries, which other weights do not continue in the same way.
OWN = {"general.architecture", "general.file_type", "general.quantization_version", "docmill.canaries"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("variants", nargs="+", choices=list(VARIANTS), metavar="VARIANT")
    options = parser.parse_args()
    reader = GGUFReader(options.model)
    for name in options.variants:
        variant = VARIANTS[name]
        path = options.out / f"{options.model.stem}-{name}.gguf"
        tensors = read_tensors(reader, untied=variant.output is not None)
        write_gguf(path, variant, lambda writer: copy_metadata(reader, writer), tensors)
        print(path, path.stat().st_size, flush=True)


def copy_metadata(reader: GGUFReader, writer: GGUFWriter) -> None:
    for key, field in reader.fields.items():
        if key.startswith("GGUF.") or key in OWN:
            continue
        kind = field.types[0]
        item = field.types[-1] if kind == GGUFValueType.ARRAY else None
        writer.add_key_value(key, field.contents(), kind, sub_type=item)


def read_tensors(reader: GGUFReader, untied: bool) -> Iterator[tuple[str, np.ndarray]]:
    for tensor in reader.tensors:
        values = quants.dequantize(tensor.data, tensor.tensor_type).astype(np.float32)
        yield tensor.name, values
        if untied and tensor.name == "token_embd.weight":
            yield "output.weight", values


if __name__ == "__main__":
    main()
