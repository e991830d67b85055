"""What node-llama-cpp, which runs the file later, makes of a GGUF file."""

import json
import shutil
import subprocess
from pathlib import Path

from problem import Problem

SCRIPT = Path(__file__).with_name("read-gguf.mjs")
OWN_NODE = Path(__file__).resolve().parent.parent / "node_modules" / ".bin" / "node"


def read_gguf(gguf: Path, mode: str, lines: list[str]) -> list[dict]:
    """The answers of read-gguf.mjs in the mode `tokens`, `predict` or `greedy`, one for each line, in order."""
    node = str(OWN_NODE) if OWN_NODE.exists() else shutil.which("node")
    if node is None:
        raise Problem("Expected Node to read the GGUF file with; run `npm ci` first")
    # Each question about a position makes a native sampler as large as the vocabulary; the script collects them.
    command = [node, "--expose-gc", str(SCRIPT), str(gguf), mode]
    done = subprocess.run(command, input="".join(f"{line.strip()}\n" for line in lines), capture_output=True, text=True, encoding="utf-8")
    if done.returncode != 0:
        reason = next((line for line in reversed(done.stderr.splitlines()) if "Error" in line), f"exit code {done.returncode}")
        raise Problem(f"node-llama-cpp cannot read `{gguf.name}`: {reason}")
    return [json.loads(line) for line in done.stdout.splitlines()]
