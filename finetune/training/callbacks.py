"""Small things to do at moments of a run."""

import math
from pathlib import Path

from transformers import TrainerCallback

from problem import Problem
from training.starts import Start, copy_vocabulary


class KeepVocabulary(TrainerCallback):
    """Makes each checkpoint a whole folder that export.py takes."""

    def __init__(self, start: Start):
        self.start = start

    def on_save(self, args, state, control, **kwargs):
        copy_vocabulary(self.start, Path(args.output_dir) / f"checkpoint-{state.global_step}")


class StopAtNaN(TrainerCallback):
    """Nothing is learned any more once the loss is no number."""

    def on_log(self, args, state, control, logs=None, **kwargs):
        if not math.isfinite((logs or {}).get("loss", 0.0)):
            raise Problem(f"The loss is no number any more at step {state.global_step}; give a lower `--lr`, or `--precision fp32`")
