"""Writes a GGUF file again with one more value in its header."""

from pathlib import Path

from gguf import GGUFReader, GGUFValueType, GGUFWriter, Keys


def write_with_value(source: Path, out: Path, key: str, value: str) -> None:
    """All else stays, the weights byte by byte; a value that is there already is replaced."""
    reader = GGUFReader(source)
    writer = GGUFWriter(out, arch=reader.fields[Keys.General.ARCHITECTURE].contents())
    for field in reader.fields.values():
        if field.name not in (Keys.General.ARCHITECTURE, key) and not field.name.startswith("GGUF."):
            listed = field.types[0] == GGUFValueType.ARRAY
            writer.add_key_value(field.name, field.contents(), field.types[0], sub_type=field.types[-1] if listed else None)
    writer.add_string(key, value)
    for tensor in reader.tensors:
        writer.add_tensor(tensor.name, tensor.data, raw_dtype=tensor.tensor_type)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
