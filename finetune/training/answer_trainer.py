"""TRL's trainer for answers: batches as planned, and scores that count whole answers."""

from contextlib import AbstractContextManager
from dataclasses import asdict

import numpy
import pyarrow
import torch
from datasets import Dataset
from torch.utils.data import DataLoader
from trl import SFTConfig, SFTTrainer

from answers import PAD_TO, loss_of, score
from training.batching import Plan
from lines import Example

# What early stopping and the choice of the best model look at.
RANK = "eval_rank"


def to_dataset(examples: list[Example]) -> Dataset:
    """Token ids with a mask that is 1 on the answer, which makes TRL take the loss there only."""
    lengths = numpy.array([len(example.tokens) for example in examples])
    ends = numpy.concatenate(([0], numpy.cumsum(lengths)))
    tokens = numpy.concatenate([numpy.asarray(example.tokens, dtype=numpy.int32) for example in examples])
    mask = numpy.ones(len(tokens), dtype=numpy.int8)
    for start, example in zip(ends, examples):
        mask[start : start + example.prompt_length] = 0
    columns = {name: pyarrow.LargeListArray.from_arrays(ends, values) for name, values in (("input_ids", tokens), ("completion_mask", mask))}
    return Dataset(pyarrow.table(columns))


class AnswerTrainer(SFTTrainer):
    """Trains in the order of a plan.

    Departs from SFTTrainer where it pays: batches hold documents of similar length, a number of tokens
    each; an evaluation counts whole answers; and on a CPU only the answer's logits are computed, as TRL
    does on a GPU.
    """

    def __init__(self, *, plan: Plan, sets: dict[str, list[Example]], watched: list[str], args: SFTConfig, **rest):
        # Before the base class, which asks for the data loader.
        self.plan, self.sets, self.watched = plan, sets, watched
        super().__init__(args=args, **rest)
        self.data_collator.pad_to_multiple_of = PAD_TO

    def get_train_dataloader(self) -> DataLoader:
        return DataLoader(self.train_dataset, batch_sampler=self.plan.batches, collate_fn=self.data_collator)

    @property
    def language_model(self) -> torch.nn.Module:
        """The Gemma model itself, its adapters within it."""
        return self.model.get_base_model() if hasattr(self.model, "get_base_model") else self.model

    def autocast(self) -> AbstractContextManager:
        return self.accelerator.autocast()

    def compute_loss(self, model, inputs, return_outputs=False, num_items_in_batch=None):
        if self.args.device.type != "cpu":
            return super().compute_loss(model, inputs, return_outputs, num_items_in_batch)
        with self.autocast():
            return loss_of(self.language_model, inputs["input_ids"], inputs["labels"], num_items_in_batch)

    def evaluate(self, eval_dataset=None, ignore_keys=None, metric_key_prefix="eval") -> dict[str, float]:
        """Scores every set; the rank is the mean exact match of the watched ones, equal ones ordered by their loss."""
        scores = {name: score(self.language_model, examples, self.autocast()) for name, examples in self.sets.items()}
        watched = [scores[name] for name in self.watched]
        exact = sum(entry.exact for entry in watched) / len(watched)
        loss = sum(entry.loss for entry in watched) / len(watched)
        metrics = {f"{metric_key_prefix}_{name}_{key}": value for name, entry in scores.items() for key, value in asdict(entry).items()}
        metrics |= {f"{metric_key_prefix}_exact": exact, RANK: exact - 1e-6 * min(loss, 1e3)}
        self.log(dict(metrics))
        self.control = self.callback_handler.on_evaluate(self.args, self.state, self.control, metrics)
        return metrics

    def create_model_card(self, *args, **kwargs) -> None:
        """None: what TRL would write says nothing about this model."""
