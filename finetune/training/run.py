"""One training run, put together."""

import sys
from dataclasses import dataclass
from pathlib import Path

import torch
from transformers import PrinterCallback

from problem import Problem
from training.answer_trainer import AnswerTrainer, to_dataset
from training.batching import Budget, Plan, plan_batches
from training.callbacks import KeepVocabulary, StopAtNaN, StopWhenNoBetter
from training.display import Display
from training.optimizers import create_optimizer, create_scheduler
from training.progress import Progress
from training.resuming import find_checkpoint
from training.run_data import RunData, read_run_data
from training.starts import Start, open_start
from training.trainer_arguments import to_adapters, to_arguments

# More than any machine learns in a second: bounds the plan of a run that only the clock ends.
TOKENS_PER_SECOND = {"cpu": 30_000, "cuda": 1_000_000}


@dataclass(frozen=True)
class Run:
    device: str
    precision: str
    start: Start
    data: RunData
    plan: Plan
    progress: Progress
    trainer: AnswerTrainer
    checkpoint: Path | None
    # How many there are, adapters included, and how many of them are trained.
    parameters: dict[str, int]

    @property
    def passes(self) -> float:
        """How often the documents have been seen."""
        batches = self.plan.batches[: self.trainer.state.global_step * self.plan.per_step]
        return sum(map(len, batches)) / len(self.data.training)


def prepare_run(options) -> Run:
    """Opens the model, reads the data and plans the run; finds where to go on if `--out` holds it already."""
    device = choose_device(options.device)
    precision = choose_precision(options.precision, device)
    torch.set_num_threads(options.threads)
    start = open_start(options, device)
    data = read_run_data(options, start.vocabulary)
    checkpoint = find_checkpoint(options, data.figures)
    plan = _plan(options, data, device)
    progress = Progress(plan, options.minutes, options.evaluations, bool(data.sets))
    if checkpoint is not None:
        progress.restore(checkpoint)
        print(f"Going on at `{checkpoint}`", file=sys.stderr)
    trainer = AnswerTrainer(
        plan=plan,
        sets=data.sets,
        watched=data.watched,
        model=start.model,
        args=to_arguments(options, device=device, precision=precision, plan=plan, has_sets=bool(data.sets), is_new=checkpoint is None),
        train_dataset=to_dataset(data.training),
        eval_dataset={},  # `evaluate` has its own
        processing_class=start.vocabulary.tokenizer,
        peft_config=to_adapters(options.lora),
    )
    run = Run(device, precision, start, data, plan, progress, trainer, checkpoint, _count_parameters(trainer.model))
    _complete_trainer(run, options)
    return run


def _plan(options, data: RunData, device: str) -> Plan:
    return plan_batches(
        [len(example.tokens) for example in data.training],
        Budget(options.epochs, options.tokens, options.steps, options.minutes),
        batch_tokens=options.batch_tokens,
        per_step=options.accumulate,
        seed=options.seed,
        keep_order=options.keep_order,
        tokens_per_second=TOKENS_PER_SECOND[device],
    )


def _complete_trainer(run: Run, options) -> None:
    """Optimiser and rate need the model as the trainer made it, adapters included."""
    trainer = run.trainer
    trainer.optimizer = create_optimizer(trainer.model, options)
    trainer.lr_scheduler = create_scheduler(trainer.optimizer, options.decay, run.plan.steps, run.progress.share)
    trainer.remove_callback(PrinterCallback)
    for callback in (run.progress, Display(run.progress), KeepVocabulary(run.start), StopAtNaN()):
        trainer.add_callback(callback)
    if options.patience and run.data.sets:
        trainer.add_callback(StopWhenNoBetter(options.patience, run.plan.first_pass))
    if options.compile:
        trainer.language_model.model.forward = torch.compile(trainer.language_model.model.forward, dynamic=True)


def _count_parameters(model: torch.nn.Module) -> dict[str, int]:
    parameters = list(model.parameters())
    return {"parameters": sum(map(torch.numel, parameters)), "trained": sum(parameter.numel() for parameter in parameters if parameter.requires_grad)}


def choose_device(wanted: str) -> str:
    """The GPU if there is one and nobody says otherwise; raises a Problem where one is wanted and there is none."""
    if wanted == "cuda" and not torch.cuda.is_available():
        raise Problem("There is no GPU that PyTorch can use; leave out `--device cuda`, or install a PyTorch for this GPU")
    if wanted == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    return wanted


def choose_precision(wanted: str, device: str) -> str:
    """bf16 wherever the machine computes with it. A processor that does not takes a hundred times as long as with fp32."""
    if wanted != "auto":
        return wanted
    if device == "cpu":
        capabilities = torch.cpu.get_capabilities()
        computes = any(capabilities.get(name) for name in ("avx512_bf16", "amx_bf16", "bf16", "arm_bf16"))
    else:
        computes = torch.cuda.is_bf16_supported(including_emulation=False)
    return "bf16" if computes else "fp32"
