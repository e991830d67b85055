"""Shows a run: a bar on a terminal, a line now and then elsewhere."""

import sys
import time

from tqdm import tqdm
from transformers import TrainerCallback

from training.progress import Progress

SECONDS_BETWEEN_LINES = 30


class Display(TrainerCallback):
    """Everything goes to stderr."""

    def __init__(self, progress: Progress):
        self.progress = progress
        self.loss: float | None = None
        self.bar: tqdm | None = None
        self.last_line = time.monotonic()

    def on_train_begin(self, args, state, control, **kwargs):
        if sys.stderr.isatty():
            layout = "{desc} {percentage:3.0f}% |{bar}| {elapsed}<{remaining} {postfix}"
            self.bar = tqdm(total=100.0, initial=100 * self.progress.share(state.global_step), desc="training", bar_format=layout, file=sys.stderr)

    def on_step_end(self, args, state, control, **kwargs):
        share = self.progress.share(state.global_step)
        if self.bar is not None:
            self.bar.set_postfix_str(f"step {state.global_step}, {self._figures()}", refresh=False)
            self.bar.update(min(100.0, 100 * share) - self.bar.n)
        elif time.monotonic() - self.last_line > SECONDS_BETWEEN_LINES:
            self.last_line = time.monotonic()
            self._say(f"step {state.global_step}, {share:.1%} of the budget, {self._figures()}")

    def on_log(self, args, state, control, logs=None, **kwargs):
        self.loss = (logs or {}).get("loss", self.loss)

    def on_evaluate(self, args, state, control, metrics=None, **kwargs):
        found = metrics or {}
        exact = ", ".join(f"{name} {found[f'eval_{name}_exact']:.3f}" for name in self._names(found))
        self._say(f"step {state.global_step}: exact match {exact}")

    def on_train_end(self, args, state, control, **kwargs):
        if self.bar is not None:
            self.bar.close()

    def _names(self, metrics: dict) -> list[str]:
        suffix = "_exact"
        return [key[len("eval_") : -len(suffix)] for key in metrics if key.startswith("eval_") and key.endswith(suffix) and key != "eval_exact"]

    def _figures(self) -> str:
        rate = self.progress.tokens_here / max(self.progress.seconds_here, 1e-9)
        loss = "" if self.loss is None else f"loss {self.loss:.4f}, "
        return f"{loss}{rate:.0f} tokens/s"

    def _say(self, text: str) -> None:
        if self.bar is not None:
            self.bar.write(text, file=sys.stderr)
        else:
            print(text, file=sys.stderr, flush=True)
