"""Stands in for llama.cpp's converter: converts with it, and then makes one mistake."""

import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "finetune"))

from to_gguf.convert import find_converter  # noqa: E402


def main(mistake: str) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        converter = find_converter(None, Path(scratch))
        subprocess.run([sys.executable, str(converter), *sys.argv[1:]], check=True)
    out = sys.argv[sys.argv.index("--outfile") + 1]
    {"tensor": turn_a_tensor_over, "token": exchange_two_tokens}[mistake](out)


def turn_a_tensor_over(gguf: str) -> None:
    tensor = next(tensor for tensor in _open(gguf).tensors if tensor.name == "blk.2.ffn_up.weight")
    tensor.data[:] = tensor.data[::-1].copy()


def exchange_two_tokens(gguf: str) -> None:
    field = _open(gguf).get_field("tokenizer.ggml.tokens")
    texts = field.contents()
    one, other = (field.parts[field.data[texts.index(text)]] for text in ("the", "and"))
    one[:], other[:] = other.copy(), one.copy()


def _open(gguf: str):
    from gguf import GGUFReader

    return GGUFReader(gguf, "r+")
