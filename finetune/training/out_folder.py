"""Where a run is kept."""

from pathlib import Path

from problem import CANNOT_WRITE, Problem


def create_out(out: Path) -> None:
    """Makes the folder; raises a Problem if nothing can be written there."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        probe = out / ".write"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise Problem(f"Cannot write to `{out}`: {error.strerror}", CANNOT_WRITE) from error
