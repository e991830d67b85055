"""Where a run stands: its budget, when it is scored and saved, how it is stopped."""

import json
import signal
import time
from pathlib import Path

from transformers import TrainerCallback

from training.batching import Plan

STATE = "progress.json"


class Progress(TrainerCallback):
    """Counts tokens and the seconds spent on steps, and asks for a score and a checkpoint a number of times in the run and at its end.

    An interruption is a wish: the step is finished, also its score where one is due, a checkpoint is written, the run ends.
    """

    def __init__(self, plan: Plan, minutes: float | None, evaluations: int, has_sets: bool):
        self.plan, self.minutes, self.evaluations, self.has_sets = plan, minutes, evaluations, has_sets
        self.seconds = 0.0
        self.cpu_seconds = 0.0
        # Of this process, for its speed.
        self.tokens_here = 0
        self.seconds_here = 0.0
        self.signal: signal.Signals | None = None
        self._began = (0.0, 0.0)

    def listen(self) -> None:
        """Takes SIGINT and SIGTERM as a wish; the second one ends the program at once."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._interrupt)

    def _interrupt(self, number: int, _frame) -> None:
        self.signal = signal.Signals(number)
        for each in (signal.SIGINT, signal.SIGTERM):
            signal.signal(each, signal.SIG_DFL)

    def tokens(self, step: int) -> int:
        """Learned tokens after a step, padding included."""
        return int(self.plan.tokens_after_step[step - 1]) if step > 0 else 0

    def is_over(self, step: int) -> bool:
        """Whether the budget is used up after a step."""
        return self.share(step) >= 1 or step >= self.plan.steps

    def share(self, step: int) -> float:
        """How much of the budget is used up after a step, by tokens or by the clock."""
        by_tokens = 0.0 if self.plan.tokens is None else self.tokens(min(step, self.plan.steps)) / self.plan.tokens
        return max(by_tokens, 0.0 if self.minutes is None else self.seconds / 60 / self.minutes)

    def restore(self, checkpoint: Path) -> None:
        """Goes on with the seconds of an earlier process."""
        path = checkpoint / STATE
        if path.exists():
            state = json.loads(path.read_text(encoding="utf-8"))
            self.seconds, self.cpu_seconds = state["seconds"], state["cpuSeconds"]

    def on_step_begin(self, args, state, control, **kwargs):
        self._began = (time.monotonic(), time.process_time())

    def on_step_end(self, args, state, control, **kwargs):
        elapsed = time.monotonic() - self._began[0]
        before = int(self.share(state.global_step - 1) * self.evaluations)
        self.seconds += elapsed
        self.cpu_seconds += time.process_time() - self._began[1]
        self.seconds_here += elapsed
        self.tokens_here += self.tokens(state.global_step) - self.tokens(state.global_step - 1)
        is_over = self.is_over(state.global_step)
        is_due = is_over or int(self.share(state.global_step) * self.evaluations) > before
        if is_due:
            control.should_evaluate = self.has_sets
        if is_due or self.signal is not None:
            control.should_save = True
            control.should_training_stop = is_over or self.signal is not None
            self._begin_checkpoint(Path(args.output_dir) / f"checkpoint-{state.global_step}")
        return control

    def _begin_checkpoint(self, folder: Path) -> None:
        """Before the trainer fills it: a checkpoint counts from the moment when its last file is there."""
        folder.mkdir(exist_ok=True)
        (folder / STATE).write_text(json.dumps({"seconds": self.seconds, "cpuSeconds": self.cpu_seconds}) + "\n", encoding="utf-8")
