"""How weights become smaller types. Each function is one check; export.test.ts runs them."""

import ctypes
import platform
import sys
from pathlib import Path

import support  # noqa: F401  (finds finetune)
import gguf
import numpy as np
from gguf import GGMLQuantizationType, GGUFReader, GGUFWriter

from to_gguf.quantize import EMBEDDING, OUTPUT, Types, find_weight_error, write_quantized

PREBUILT = Path(__file__).resolve().parents[2] / "node_modules/@node-llama-cpp/linux-x64/bins/linux-x64/libggml-base.so"
MATRIX, ODD, NORM = "blk.0.attn_q.weight", "blk.0.attn_k.weight", "output_norm.weight"


def matrices_take_their_types_and_norms_stay():
    with support.temporary_folder() as folder:
        assert _types(_quantized(folder, Types("q4_0", "q8_0"))) == {EMBEDDING: "Q8_0", MATRIX: "Q4_0", ODD: "F16", NORM: "F32"}
        assert _types(_quantized(folder, Types("f16", "f16"))) == {EMBEDDING: "F16", MATRIX: "F16", ODD: "F16", NORM: "F32"}


def an_output_matrix_of_its_own_is_the_embedding_again():
    with support.temporary_folder() as folder:
        tensors = {tensor.name: tensor for tensor in GGUFReader(_quantized(folder, Types("q8_0", "q8_0", "q8_0"))).tensors}
        assert np.array_equal(tensors[OUTPUT].data, tensors[EMBEDDING].data)
        assert _types(_quantized(folder, Types("q8_0", "f16", "q4_0")))[OUTPUT] == "Q4_0"


def an_output_matrix_that_is_there_is_kept():
    with support.temporary_folder() as folder:
        source = _write_source(folder / "source.gguf", untied=True)
        write_quantized(source, folder / "out.gguf", Types("q8_0", "q4_0"))
        assert _types(folder / "out.gguf")[OUTPUT] == "Q8_0"
        assert find_weight_error(source, folder / "out.gguf")["share"] < 0.25


def the_header_keeps_everything_and_says_the_new_type():
    with support.temporary_folder() as folder:
        source = GGUFReader(_write_source(folder / "source.gguf"))
        for kind, number in (("f16", 1), ("q8_0", 7), ("q4_0", 2)):
            fields = GGUFReader(_quantized(folder, Types(kind, kind))).fields
            assert fields["general.file_type"].contents() == number
            assert fields["general.quantization_version"].contents() == 2
            for name, field in source.fields.items():
                if not name.startswith("GGUF.") and name != "general.file_type":
                    assert fields[name].contents() == field.contents() and fields[name].types == field.types, name


def the_bytes_are_those_that_llama_cpp_makes():
    if (sys.platform, platform.machine()) != ("linux", "x86_64"):
        return  # the prebuilt library that is asked is of another system
    library = ctypes.CDLL(str(PREBUILT))
    library.ggml_quantize_chunk.restype = ctypes.c_size_t
    library.ggml_quantize_chunk.argtypes = [ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, *[ctypes.c_int64] * 3, ctypes.c_void_p]
    with support.temporary_folder() as folder:
        originals = {tensor.name: np.ascontiguousarray(tensor.data) for tensor in GGUFReader(_write_source(folder / "source.gguf")).tensors}
        for kind in (GGMLQuantizationType.Q8_0, GGMLQuantizationType.Q4_0):
            tensors = [tensor for tensor in GGUFReader(_quantized(folder, Types(kind.name.lower(), kind.name.lower()))).tensors if tensor.tensor_type == kind]
            assert len(tensors) == 2
            for tensor in tensors:
                rows, wanted = originals[tensor.name], np.zeros_like(tensor.data)
                library.ggml_quantize_chunk(int(kind), rows.ctypes.data, wanted.ctypes.data, 0, *rows.shape, None)
                some = rows.any(axis=1)
                assert np.array_equal(wanted[some], tensor.data[some]), tensor.name
                # The scale of a block of zeros may be the other zero.
                assert not gguf.dequantize(tensor.data, kind)[~some].any()


def the_tensor_that_changed_most_is_named():
    with support.temporary_folder() as folder:
        source, out = _write_source(folder / "source.gguf"), _quantized(folder, Types("q8_0", "q8_0"))
        assert 0.001 < find_weight_error(source, out)["share"] < 0.02
        tensor = next(tensor for tensor in GGUFReader(out, "r+").tensors if tensor.name == MATRIX)
        tensor.data[:] = tensor.data[::-1].copy()
        worst = find_weight_error(source, out)
        assert worst["tensor"] == MATRIX and worst["share"] > 1


def _quantized(folder: Path, types: Types) -> Path:
    write_quantized(_write_source(folder / "source.gguf"), folder / "out.gguf", types)
    return folder / "out.gguf"


def _types(path: Path) -> dict[str, str]:
    return {tensor.name: tensor.tensor_type.name for tensor in GGUFReader(path).tensors}


def _write_source(path: Path, untied: bool = False) -> Path:
    rng = np.random.default_rng(1)
    writer = GGUFWriter(path, arch="gemma3")
    writer.add_name("a model")
    writer.add_file_type(gguf.LlamaFileType.ALL_F32)
    writer.add_token_list(["a", "é", "\u2581"])
    writer.add_token_scores([0.0, -1.5, -2.0])
    writer.add_bool("tokenizer.ggml.add_space_prefix", False)
    writer.add_tensor(EMBEDDING, rng.normal(size=(40, 64)).astype(np.float32))
    if untied:
        writer.add_tensor(OUTPUT, rng.normal(size=(40, 64)).astype(np.float32))
    # Some much larger than their neighbours, and a row of zeros.
    matrix = (rng.normal(size=(48, 96)) * np.exp(rng.normal(size=(48, 96)))).astype(np.float32)
    matrix[5] = 0
    writer.add_tensor(MATRIX, matrix)
    writer.add_tensor(ODD, rng.normal(size=(8, 40)).astype(np.float32))
    writer.add_tensor(NORM, np.ones(64, np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path
