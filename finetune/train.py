"""Trains a Gemma 3 text model on docmill's training lines; `--help` says how.

Lines of `docmill export` → token ids → batches as planned → TRL's SFTTrainer, the loss on the answers only
→ a Hugging Face folder with the vocabulary, `training.json` and curves.
"""

import os
import sys
import tempfile
import warnings
from pathlib import Path

from training.options import parse_options
from training.out_folder import create_out
from problem import Problem, run_program

# Before anything imports them: no progress bars and advice of libraries between the lines of this program.
os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
SIGNAL_EXIT = 128


def main() -> None:
    options = parse_options()
    if options.smoke:
        smoke()
    else:
        train(options)


def train(options) -> dict:
    """Runs to the end of the budget, or until it is interrupted; returns the report that `training.json` holds."""
    create_out(options.out)
    _hush_libraries()
    from training.run import prepare_run

    run = prepare_run(options)
    run.progress.listen()
    run.trainer.train(resume_from_checkpoint=None if run.checkpoint is None else str(run.checkpoint))
    if run.progress.signal is not None and not run.progress.is_over(run.trainer.state.global_step):
        _finish(run, options, "interrupted")
        print(f"Stopped at step {run.trainer.state.global_step}; the same command goes on from there", file=sys.stderr)
        raise SystemExit(SIGNAL_EXIT + run.progress.signal)
    _save_model(run, options.out / "model")
    report = _finish(run, options, "budget used up" if run.progress.is_over(run.trainer.state.global_step) else "no better score any more")
    _tell_end(report, options.out)
    return report


def _save_model(run, folder: Path) -> None:
    from training.starts import save_whole

    model = run.trainer.model
    save_whole(model.merge_and_unload() if hasattr(model, "merge_and_unload") else model, run.start, folder)


def _finish(run, options, ended: str) -> dict:
    from training.curves import draw_curves
    from training.report import to_report, write_report

    report = to_report(options, run, ended)
    write_report(report, options.out)
    draw_curves(report, options.out)
    return report


def _tell_end(report: dict, out: Path) -> None:
    speed = f"{report['steps']} steps, {report['tokens']} tokens, {report['secondsPerStep']:.2f} s a step, {report['tokensPerSecond']:.0f} tokens/s"
    best, first = report["best"], report["scores"][:1]
    before = f" ({first[0]['exact']:.1%} before)" if first and first[0]["step"] == 0 else ""
    quality = f"; {best['exact']:.1%} of the watched answers exactly right at step {best['step']}, which is kept{before}" if best else ""
    print(f"`{out / 'model'}`: {speed}{quality} ({report['ended']})")


def smoke() -> None:
    """Two steps on made-up lines from a random start."""
    from training.smoke import write_smoke_data

    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        data, tokenizer = write_smoke_data(folder)
        arguments = ["--config", "tiny", "--tokenizer", str(tokenizer), "--data", str(data), "--out", str(folder / "run"), "--held-out", "0.2"]
        report = train(parse_options([*arguments, "--steps", "2", "--batch-tokens", "512", "--threads", "1"]))
    losses = [point["loss"] for point in report["loss"]]
    if report["steps"] != 2 or len(losses) != 2:
        raise Problem(f"smoke: expected 2 steps, got losses {losses}", 1)
    print(f"smoke: 2 steps, losses {losses[0]:.3f} {losses[1]:.3f}")


def _hush_libraries() -> None:
    import datasets
    import transformers

    warnings.filterwarnings("ignore", category=FutureWarning)
    datasets.disable_progress_bars()
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()


if __name__ == "__main__":
    run_program(main)
