"""llama.cpp's own converter, whose source travels inside the npm package node-llama-cpp."""

import subprocess
import sys
from pathlib import Path

from problem import Problem

BUNDLE = Path(__file__).resolve().parents[2] / "node_modules" / "node-llama-cpp" / "llama" / "gitRelease.bundle"
SCRIPT = "convert_hf_to_gguf.py"
PARTS = (SCRIPT, "conversion", "gguf-py")


def find_converter(checkout: Path | None, scratch: Path) -> Path:
    """The converter of a checkout of llama.cpp, or else of the one in node-llama-cpp, unpacked into `scratch`."""
    if checkout is None:
        checkout = _unpack(scratch / "llama.cpp")
    if not (checkout / SCRIPT).is_file():
        raise Problem(f"Expected llama.cpp's `{SCRIPT}` in the folder `{checkout}`; give the root of a checkout with `--llama-cpp`")
    return checkout / SCRIPT


def _unpack(folder: Path) -> Path:
    if not BUNDLE.exists():
        raise Problem(f"Expected llama.cpp's source at `{BUNDLE}`; run `npm ci`, or give a checkout with `--llama-cpp`")
    try:
        _run_git("clone", "--quiet", "--no-checkout", str(BUNDLE), str(folder))
        _run_git("-C", str(folder), "checkout", "--quiet", "HEAD", "--", *PARTS)
    except (OSError, subprocess.CalledProcessError) as error:
        raise Problem("Cannot unpack llama.cpp's converter with `git`; install git, or give a checkout with `--llama-cpp`") from error
    return folder


def _run_git(*arguments: str) -> None:
    subprocess.run(["git", *arguments], check=True, capture_output=True)


def convert(converter: Path, model: Path, out: Path, name: str) -> None:
    """Writes the folder as a GGUF file with all weights as F32, and `name` as its name."""
    command = [sys.executable, str(converter), str(model), "--outtype", "f32", "--outfile", str(out), "--model-name", name]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0 or not out.is_file():
        lines = [line for line in done.stderr.splitlines() if line.strip()]
        raise Problem(f"llama.cpp's converter refused the folder: {lines[-1] if lines else f'exit code {done.returncode}'}")
