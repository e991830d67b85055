"""Draws the course of a run."""

from pathlib import Path


def draw_curves(report: dict, out: Path) -> None:
    """Writes loss and exact match over learned tokens as `curves.svg` and `curves.png`."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plot

    matplotlib.rcParams["svg.hashsalt"] = "curves"  # the same figures give the same file
    figure, (left, right) = plot.subplots(1, 2, figsize=(10, 4), layout="constrained")
    left.plot([point["tokens"] for point in report["loss"]], [point["loss"] for point in report["loss"]], color="tab:gray", label="training")
    left.set(xlabel="tokens", ylabel="loss per answer token", yscale="log")
    right.set(xlabel="tokens", ylabel="answers exactly right", ylim=(0, 1))
    for name in report["scores"][0]["sets"] if report["scores"] else []:
        tokens = [point["tokens"] for point in report["scores"]]
        left.plot(tokens, [point["sets"][name]["loss"] for point in report["scores"]], marker=".", label=name)
        right.plot(tokens, [point["sets"][name]["exact"] for point in report["scores"]], marker=".", label=name)
        right.legend()
    right.set_xlim(left=0)
    left.legend()
    figure.savefig(out / "curves.svg", metadata={"Date": None})
    figure.savefig(out / "curves.png", dpi=150)
    plot.close(figure)
