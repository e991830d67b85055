"""Small things to do at moments of a run."""

import math
from pathlib import Path

from transformers import EarlyStoppingCallback, TrainerCallback

from problem import Problem
from training.starts import Start, copy_vocabulary


class KeepVocabulary(TrainerCallback):
    """Makes each checkpoint a whole folder that export.py takes."""

    def __init__(self, start: Start):
        self.start = start

    def on_save(self, args, state, control, **kwargs):
        copy_vocabulary(self.start, Path(args.output_dir) / f"checkpoint-{state.global_step}")


class StopWhenNoBetter(EarlyStoppingCallback):
    """Ends a run after `patience` scores in a row without a better one, but not before all documents have been seen once."""

    def __init__(self, patience: int, first_pass: int):
        super().__init__(patience)
        self.first_pass = first_pass  # in steps

    def on_evaluate(self, args, state, control, metrics, **kwargs):
        if state.global_step >= self.first_pass:
            super().on_evaluate(args, state, control, metrics, **kwargs)


class StopAtNaN(TrainerCallback):
    """Nothing is learned any more once the loss is no number."""

    def on_log(self, args, state, control, logs=None, **kwargs):
        if not math.isfinite((logs or {}).get("loss", 0.0)):
            raise Problem(f"The loss is no number any more at step {state.global_step}; give a lower `--lr`, or `--precision fp32`")
