"""Writes a trained folder as GGUF, after proving that it says the same there.

    python finetune/export.py --model DIR/model --lines eval.jsonl --out models/demo.gguf

1. llama.cpp's own converter (its source travels inside the npm package node-llama-cpp) writes F32,
   F16 and Q8_0 files.
2. Parity: node-llama-cpp must give the same token ids as training did, and the most probable token
   of the F32 file must agree with Hugging Face's on the answers. A file that fails is not written.
3. The Q8_0 (or --type) file replaces --out; a report of the figures is printed as JSON.
"""

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NODE = ROOT / "node_modules" / ".bin" / "node"
BUNDLE = ROOT / "node_modules" / "node-llama-cpp" / "llama" / "gitRelease.bundle"
CHAT_TEMPLATE = (
    "{{ bos_token }}{% for message in messages %}{{ '<start_of_turn>' + ('model' if message['role'] == 'assistant' else message['role']) + '\n' + (message['content'] | trim) + '<end_of_turn>\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<start_of_turn>model\n' }}{% endif %}"
)
MIN_TOKEN_DOCUMENTS = 200
MIN_ARGMAX_AGREEMENT = {"f32": 0.995, "f16": 0.99, "q8_0": 0.97}


def parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, required=True, help="folder that train.py wrote")
    parser.add_argument("--lines", type=Path, nargs="+", required=True, help="training lines for the parity check, 200 at least in all")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--type", choices=("q8_0", "f16"), default="q8_0")
    parser.add_argument("--argmax-documents", type=int, default=40)
    parser.add_argument("--name", default="docmill demo", help="general.name of the file")
    parser.add_argument("--llama-cpp", type=Path, default=Path(os.environ["DOCMILL_LLAMA_CPP"]) if "DOCMILL_LLAMA_CPP" in os.environ else None, help="a checkout of llama.cpp; default: unpacked from node-llama-cpp")
    return parser.parse_args()


def find_converter(given: Path | None, folder: Path) -> Path:
    if given is not None:
        return given / "convert_hf_to_gguf.py"
    if not BUNDLE.exists():
        raise SystemExit(f"Expected llama.cpp's source at `{BUNDLE}`; run `npm ci` first or give `--llama-cpp`")
    subprocess.run(["git", "clone", "--quiet", str(BUNDLE), str(folder / "llama.cpp")], check=True)
    return folder / "llama.cpp" / "convert_hf_to_gguf.py"


def prepare_folder(model: Path, folder: Path, name: str) -> Path:
    """A copy of the model with the tokenizer's settings that the converter wants."""
    copy = folder / name.replace(" ", "-")
    shutil.copytree(model, copy)
    config = json.loads((copy / "config.json").read_text(encoding="utf-8"))
    config["architectures"] = ["Gemma3ForCausalLM"]
    (copy / "config.json").write_text(json.dumps(config, indent=1), encoding="utf-8")
    if (copy / "tokenizer_config.json").exists():
        return copy
    import sentencepiece

    processor = sentencepiece.SentencePieceProcessor(model_file=str(copy / "tokenizer.model"))
    controls = [token for token in range(processor.vocab_size()) if processor.is_control(token) or processor.is_unknown(token)]
    settings = {
        "tokenizer_class": "GemmaTokenizer", "bos_token": "<bos>", "eos_token": "<eos>", "pad_token": "<pad>", "unk_token": "<unk>",
        "add_bos_token": True, "add_eos_token": False, "chat_template": CHAT_TEMPLATE,
        "added_tokens_decoder": {str(token): {"content": processor.id_to_piece(token), "special": True, "normalized": False, "lstrip": False, "rstrip": False, "single_word": False} for token in controls},
    }
    (copy / "tokenizer_config.json").write_text(json.dumps(settings, indent=1), encoding="utf-8")
    (copy / "generation_config.json").write_text(json.dumps({"eos_token_id": [processor.eos_id(), processor.piece_to_id("<end_of_turn>")], "bos_token_id": processor.bos_id(), "pad_token_id": 0}), encoding="utf-8")
    return copy


def convert(converter: Path, model: Path, kind: str, out: Path, name: str) -> None:
    command = [sys.executable, str(converter), str(model), "--outtype", kind, "--outfile", str(out), "--model-name", name]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"The converter failed:\n{done.stderr[-4000:]}")


def read_gguf(gguf: Path, mode: str, lines: list[str]) -> list[dict]:
    done = subprocess.run([str(NODE), str(Path(__file__).with_name("read-gguf.mjs")), str(gguf), mode], input="\n".join(lines) + "\n", capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"node-llama-cpp could not read `{gguf}`:\n{done.stderr[-4000:]}")
    return [json.loads(line) for line in done.stdout.splitlines()]


def check_tokens(vocabulary, gguf: Path, lines: list[str]) -> dict:
    from train import to_example

    different = []
    for line, read in zip(lines, read_gguf(gguf, "tokens", lines), strict=True):
        if to_example(line, vocabulary).tokens != read["promptTokens"] + read["answerTokens"]:
            different.append(read["id"])
    return {"documents": len(lines), "different": different}


def check_argmax(model, vocabulary, gguf: Path, lines: list[str]) -> dict:
    """Share of answer positions where both give the same most probable token, under the gold answer."""
    import torch

    from train import logits_of, to_batch, to_example

    same = positions = 0
    for line, read in zip(lines, read_gguf(gguf, "forced", lines), strict=True):
        with torch.no_grad():
            expected = logits_of(model, to_batch([to_example(line, vocabulary)])).argmax(-1).tolist()
        same += sum(left == right for left, right in zip(expected, read["argmax"], strict=True))
        positions += len(expected)
    return {"documents": len(lines), "positions": positions, "same": same, "share": round(same / positions, 5)}


def main() -> None:
    options = parse_options()
    import torch
    from transformers import AttentionInterface, Gemma3ForCausalLM

    from train import HubTokens, SentencePieceTokens, plain_causal_attention

    torch.set_num_threads(1)
    AttentionInterface.register("plain_causal", plain_causal_attention)
    lines = [line for path in options.lines for line in path.read_text(encoding="utf-8").splitlines()]
    if len(lines) < MIN_TOKEN_DOCUMENTS:
        raise SystemExit(f"Expected at least {MIN_TOKEN_DOCUMENTS} lines for the parity check, got {len(lines)}")
    spread = lines[:: max(1, len(lines) // options.argmax_documents)][: options.argmax_documents]
    report: dict = {}
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        converter = find_converter(options.llama_cpp, folder)
        source = prepare_folder(options.model, folder, options.name)
        vocabulary = SentencePieceTokens(source / "tokenizer.model") if has_own_vocabulary(source) else HubTokens(str(source))
        model = Gemma3ForCausalLM.from_pretrained(source, dtype=torch.float32, attn_implementation="plain_causal").eval()
        for kind in dict.fromkeys(("f32", "f16", options.type)):
            gguf = folder / f"{kind}.gguf"
            convert(converter, source, kind, gguf, options.name)
            if kind == "f32":
                report["tokens"] = check_tokens(vocabulary, gguf, lines)
            report[kind] = {"bytes": gguf.stat().st_size, "argmax": check_argmax(model, vocabulary, gguf, spread)}
        failures = [f"{kind}: argmax agrees on {report[kind]['argmax']['share']}" for kind, least in MIN_ARGMAX_AGREEMENT.items() if kind in report and report[kind]["argmax"]["share"] < least]
        if report["tokens"]["different"]:
            failures.append(f"token ids differ on {len(report['tokens']['different'])} documents")
        print(json.dumps(report, indent=1))
        if failures:
            raise SystemExit("Not written, parity failed: " + "; ".join(failures))
        chosen = folder / f"{options.type}.gguf"
        options.out.parent.mkdir(parents=True, exist_ok=True)
        partial = options.out.with_suffix(".new")
        shutil.copyfile(chosen, partial)
        os.replace(partial, options.out)
    print(f"{hashlib.sha256(options.out.read_bytes()).hexdigest()}  {options.out}")


def has_own_vocabulary(folder: Path) -> bool:
    """A folder of our own has the SentencePiece model only; one from the hub has tokenizer.json."""
    return not (folder / "tokenizer.json").exists()


if __name__ == "__main__":
    main()
