"""What TRL and peft are told."""

from peft import LoraConfig
from trl import SFTConfig

from training.answer_trainer import RANK
from training.batching import Plan

# Scores and checkpoints come when `Progress` asks for them.
NEVER = 10**9


def to_arguments(options, *, device: str, precision: str, plan: Plan, has_sets: bool, is_new: bool) -> SFTConfig:
    """Batches, order and rates come from the plan and the scheduler; here is the rest."""
    return SFTConfig(
        output_dir=str(options.out),
        max_steps=plan.steps,
        per_device_train_batch_size=1,
        gradient_accumulation_steps=plan.per_step,
        learning_rate=options.lr,
        max_grad_norm=1.0,
        max_length=None,  # too long ones were left out; nothing is ever cut
        packing=False,
        completion_only_loss=True,
        gradient_checkpointing=False,
        bf16=precision == "bf16",
        use_cpu=device == "cpu",
        seed=options.seed,
        eval_strategy="steps",
        eval_steps=NEVER,
        eval_on_start=has_sets and is_new and options.model is not None,
        save_strategy="steps",
        save_steps=NEVER,
        save_total_limit=2,  # the best and the last one
        load_best_model_at_end=has_sets,
        metric_for_best_model=RANK,
        greater_is_better=True,
        logging_steps=max(1, min(10, plan.steps // 20)),
        logging_first_step=True,
        logging_nan_inf_filter=False,
        dataloader_pin_memory=False,
        disable_tqdm=True,
        report_to="none",
    )


def to_adapters(rank: int | None) -> LoraConfig | None:
    """Adapters of all matrices of the layers."""
    if rank is None:
        return None
    return LoraConfig(r=rank, lora_alpha=2 * rank, lora_dropout=0.0, target_modules="all-linear", task_type="CAUSAL_LM")
