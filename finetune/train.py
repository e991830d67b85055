"""Trains a Gemma 3 text model on docmill's training lines.

    from scratch:  train.py --config tiny --tokenizer tokenizer.model --data train.jsonl --out DIR
    fine-tuning:   train.py --model google/gemma-3-270m --data train.jsonl --out DIR --lr 5e-5
    smoke test:    train.py --smoke

A training line is {"id", "prompt": [{"control": NAME} | {"text": TEXT} …], "answer": TEXT}. Every
segment is tokenised by itself; a control token comes only from a `control` segment. The loss is on
the answer and the `<end_of_turn>` behind it.

A plain loop around Gemma3ForCausalLM instead of a trainer class: prompts come as segments, logits
are computed for the answer only (the head is a third of a tiny model's work), lengths are
bucketed, and matrices take Muon. Each of these would be an override of the trainer.

"Exact match" here is teacher-forced: every answer token is the most probable one given the gold
answer so far, which is the case exactly when greedy decoding writes the gold answer.
"""

import argparse
import json
import math
import os
import random
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

import torch
import torch.nn.functional as F

TINY = {"hidden_size": 192, "num_hidden_layers": 6, "num_attention_heads": 4, "num_key_value_heads": 1, "head_dim": 64, "intermediate_size": 768, "sliding_window": 512}
PAD_TO = 16
END = "<end_of_turn>"


def parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--config", choices=("tiny",), help="train this configuration from scratch")
    parser.add_argument("--model", help="fine-tune this folder or hub id instead")
    parser.add_argument("--tokenizer", type=Path, help="SentencePiece model for --config")
    parser.add_argument("--data", type=Path, help="training lines, read in order")
    parser.add_argument("--evaluate", type=Path, nargs="*", default=[], help="files of lines to score; early stopping watches the last ones named heldout")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--tokens", type=float, default=25e6, help="token budget (padding included)")
    parser.add_argument("--minutes", type=float, default=math.inf, help="time budget: the schedule follows whichever budget is used up first")
    parser.add_argument("--decay", type=float, default=0.35, help="last share of the budget in which the rate falls to 0")
    parser.add_argument("--batch-tokens", type=int, default=4096)
    parser.add_argument("--max-tokens", type=int, default=512, help="longer documents are left out")
    parser.add_argument("--lr", type=float, default=1.5e-3, help="AdamW rate (everything with --model, the rest with --config)")
    parser.add_argument("--lr-matrix", type=float, default=3e-3, help="Muon rate of matrices (--config only)")
    parser.add_argument("--weight-decay", type=float, default=0.01)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--compile", action="store_true")
    parser.add_argument("--checkpoint-minutes", type=float, default=5)
    parser.add_argument("--evaluate-documents", type=int, default=96)
    parser.add_argument("--patience", type=int, default=0, help="stop after this many evaluations without a better held-out exact match, and keep the best model in OUT/best; 0 = never")
    parser.add_argument("--smoke", action="store_true", help="two steps on a few made-up lines, then exit")
    options = parser.parse_args()
    if not options.smoke and (options.data is None or options.out is None or bool(options.config) == bool(options.model)):
        parser.error("Expected `--data`, `--out` and one of `--config` and `--model`")
    if options.config and options.tokenizer is None:
        parser.error("Expected `--tokenizer` with `--config`")
    return options


# --- Lines to tokens -----------------------------------------------------------------------------


class SentencePieceTokens:
    """The vocabulary of a model that is trained from scratch; text never becomes a control token."""

    def __init__(self, path: Path):
        import sentencepiece

        self.path = path
        self._processor = sentencepiece.SentencePieceProcessor(model_file=str(path))
        self.size = self._processor.vocab_size()

    def control(self, name: str) -> int:
        token = self._processor.piece_to_id(name)
        if not self._processor.is_control(token):
            raise ValueError(f"Expected a control token, got `{name}`")
        return token

    def text(self, text: str) -> list[int]:
        return self._processor.encode(text)


class HubTokens:
    """The vocabulary that comes with a pretrained model, special parsing off for text."""

    def __init__(self, name: str):
        from transformers import AutoTokenizer

        self.tokenizer = AutoTokenizer.from_pretrained(name)
        self.size = len(self.tokenizer)

    def control(self, name: str) -> int:
        token = self.tokenizer.convert_tokens_to_ids(name)
        if token is None or token == self.tokenizer.unk_token_id:
            raise ValueError(f"Expected a control token, got `{name}`")
        return token

    def text(self, text: str) -> list[int]:
        return self.tokenizer(text, add_special_tokens=False, split_special_tokens=True)["input_ids"]


@dataclass(frozen=True)
class Example:
    tokens: list[int]
    prompt_length: int


def to_example(line: str, vocabulary) -> Example:
    document = json.loads(line)
    tokens: list[int] = []
    for segment in document["prompt"]:
        if "control" in segment:
            tokens.append(vocabulary.control(segment["control"]))
        else:
            tokens.extend(vocabulary.text(segment["text"]))
    prompt_length = len(tokens)
    tokens.extend(vocabulary.text(document["answer"]))
    tokens.append(vocabulary.control(END))
    return Example(tokens, prompt_length)


def padded(length: int) -> int:
    return -(-length // PAD_TO) * PAD_TO


@dataclass(frozen=True)
class Batch:
    inputs: torch.Tensor
    rows: torch.Tensor  # of the logits that are needed
    columns: torch.Tensor
    targets: torch.Tensor
    documents: int


def to_batch(examples: list[Example], pad: int = 0) -> Batch:
    """Padded on the right: with causal attention no mask is needed, padding is never looked at."""
    width = padded(max(len(example.tokens) for example in examples) - 1)
    inputs = torch.full((len(examples), width), pad, dtype=torch.long)
    rows, columns, targets = [], [], []
    for row, example in enumerate(examples):
        inputs[row, : len(example.tokens) - 1] = torch.tensor(example.tokens[:-1])
        answer = range(example.prompt_length, len(example.tokens))
        rows.extend([row] * len(answer))
        columns.extend(position - 1 for position in answer)
        targets.extend(example.tokens[position] for position in answer)
    return Batch(inputs, torch.tensor(rows), torch.tensor(columns), torch.tensor(targets), len(examples))


class Batches:
    """Batches of similar lengths, in the order of the file but for a window; the same for a seed."""

    WINDOW = 3000

    def __init__(self, path: Path, vocabulary, options):
        self.path, self.vocabulary, self.options = path, vocabulary, options

    def __iter__(self):
        """Yields groups of examples, over and over."""
        count = 0
        while True:
            with self.path.open(encoding="utf-8") as file:
                window: list[str] = []
                for line in file:
                    window.append(line)
                    if len(window) == self.WINDOW:
                        yield from self._window(window, count)
                        count += 1
                        window = []
                if window:
                    yield from self._window(window, count)
                    count += 1

    def _window(self, lines: list[str], number: int):
        rng = random.Random(f"{self.options.seed} window {number}")
        examples = [example for line in lines if len((example := to_example(line, self.vocabulary)).tokens) <= self.options.max_tokens]
        rng.shuffle(examples)
        examples.sort(key=lambda example: padded(len(example.tokens) - 1))
        groups: list[list[Example]] = []
        for example in examples:
            width = padded(len(example.tokens) - 1)
            if not groups or (len(groups[-1]) + 1) * width > self.options.batch_tokens:
                groups.append([])
            groups[-1].append(example)
        rng.shuffle(groups)
        for group in groups:
            yield group


# --- Optimisers ----------------------------------------------------------------------------------


class Muon(torch.optim.Optimizer):
    """Momentum orthogonalised by Newton-Schulz; equal shapes are done together. Scaled so that a
    step has the size of an AdamW step with the same rate."""

    def __init__(self, parameters, lr: float, momentum: float = 0.95, weight_decay: float = 0.0):
        super().__init__(parameters, {"lr": lr, "momentum": momentum, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            shapes: dict[tuple, list] = {}
            for parameter in group["params"]:
                if parameter.grad is not None:
                    shapes.setdefault(tuple(parameter.shape), []).append(parameter)
            for shape, parameters in shapes.items():
                updates = []
                for parameter in parameters:
                    buffer = self.state[parameter].setdefault("momentum", torch.zeros_like(parameter))
                    buffer.lerp_(parameter.grad, 1 - group["momentum"])
                    updates.append(parameter.grad.lerp(buffer, group["momentum"]))
                directions = orthogonal(torch.stack(updates))
                scale = 0.2 * math.sqrt(max(shape)) * group["lr"]
                for parameter, direction in zip(parameters, directions):
                    parameter.mul_(1 - group["lr"] * group["weight_decay"])
                    parameter.add_(direction.to(parameter.dtype), alpha=-scale)


def orthogonal(matrices: torch.Tensor, steps: int = 5) -> torch.Tensor:
    a, b, c = 3.4445, -4.7750, 2.0315
    tall = matrices.size(-2) > matrices.size(-1)
    x = matrices.bfloat16()
    if tall:
        x = x.mT
    x = x / (x.norm(dim=(-2, -1), keepdim=True) + 1e-7)
    for _ in range(steps):
        gram = x @ x.mT
        x = a * x + (b * gram + c * gram @ gram) @ x
    return x.mT if tall else x


def create_optimizers(model, options) -> list[torch.optim.Optimizer]:
    parameters = [parameter for parameter in model.parameters() if parameter.requires_grad]
    if options.model:
        return [torch.optim.AdamW(parameters, lr=options.lr, betas=(0.9, 0.99), weight_decay=options.weight_decay)]
    matrices = [parameter for name, parameter in model.named_parameters() if parameter.ndim == 2 and "embed" not in name]
    known = {id(parameter) for parameter in matrices}
    rest = [parameter for parameter in parameters if id(parameter) not in known]
    return [Muon(matrices, options.lr_matrix, weight_decay=options.weight_decay), torch.optim.AdamW(rest, lr=options.lr, betas=(0.9, 0.95), weight_decay=0.0)]


def rate_at(progress: float, step: int, decay: float) -> float:
    warm_up = min(1.0, (step + 1) / 100)
    return warm_up * min(1.0, max(0.0, (1 - progress) / decay))


# --- Model ---------------------------------------------------------------------------------------


def plain_causal_attention(module, query, key, value, attention_mask, scaling=None, **_):
    """Causal attention written out: several times faster than the fused CPU kernel backwards at
    these lengths, and the shared key head is never repeated. The window is never exceeded here."""
    batch, heads, length, size = query.shape
    groups = key.shape[1]
    rows = query.reshape(batch * groups, heads // groups * length, size)
    keys, values = key.reshape(batch * groups, length, size), value.reshape(batch * groups, length, size)
    weights = (rows @ keys.mT * scaling).view(batch, heads, length, length)
    future = torch.ones(length, length, dtype=torch.bool, device=query.device).triu(1)
    weights = weights.float().masked_fill(future, -1e30).softmax(-1).to(values.dtype)
    mixed = weights.view(batch * groups, heads // groups * length, length) @ values
    return mixed.view(batch, heads, length, size).transpose(1, 2), None


def create_model(options, vocabulary):
    from transformers import AttentionInterface, Gemma3ForCausalLM, Gemma3TextConfig

    AttentionInterface.register("plain_causal", plain_causal_attention)
    if options.model:
        model = Gemma3ForCausalLM.from_pretrained(options.model, dtype=torch.float32)
        if options.max_tokens > model.config.sliding_window:
            raise ValueError(f"Expected `--max-tokens` to be at most the sliding window, {model.config.sliding_window}")
        model.set_attn_implementation("plain_causal")
        return model
    config = Gemma3TextConfig(
        **TINY, vocab_size=vocabulary.size, query_pre_attn_scalar=TINY["head_dim"], max_position_embeddings=2048, tie_word_embeddings=True,
        pad_token_id=0, eos_token_id=1, bos_token_id=2, architectures=["Gemma3ForCausalLM"],
    )
    config._attn_implementation = "plain_causal"
    return Gemma3ForCausalLM(config)


def logits_of(model, batch: Batch) -> torch.Tensor:
    """Logits of the answer's positions only."""
    hidden = model.model(input_ids=batch.inputs, use_cache=False).last_hidden_state
    return F.linear(hidden[batch.rows, batch.columns], model.lm_head.weight)


def loss_of(model, batch: Batch) -> torch.Tensor:
    with torch.autocast("cpu", dtype=torch.bfloat16):
        logits = logits_of(model, batch)
    return F.cross_entropy(logits.float(), batch.targets)


@torch.no_grad()
def score(model, examples: list[Example], batch_tokens: int = 4096) -> dict:
    """Exact match, token accuracy and loss on examples."""
    model.eval()
    exact = right = tokens = 0
    loss = 0.0
    size = max(1, batch_tokens // 256)
    ordered = sorted(examples, key=lambda example: len(example.tokens))
    for start in range(0, len(ordered), size):
        batch = to_batch(ordered[start : start + size])
        with torch.autocast("cpu", dtype=torch.bfloat16):
            logits = logits_of(model, batch).float()
        hits = logits.argmax(-1) == batch.targets
        loss += F.cross_entropy(logits, batch.targets, reduction="sum").item()
        right += hits.sum().item()
        tokens += hits.numel()
        misses = torch.zeros(batch.documents).index_add_(0, batch.rows, (~hits).float())
        exact += (misses == 0).sum().item()
    model.train()
    return {"exact": exact / len(ordered), "token": right / tokens, "loss": loss / tokens}


# --- Training ------------------------------------------------------------------------------------


def read_examples(path: Path, vocabulary, count: int) -> list[Example]:
    with path.open(encoding="utf-8") as file:
        return [to_example(line, vocabulary) for _, line in zip(range(count), file)]


class Run:
    """The state of a training run; `save` and `restore` make it resumable."""

    def __init__(self, options):
        torch.manual_seed(options.seed)
        self.options = options
        self.vocabulary = HubTokens(options.model) if options.model else SentencePieceTokens(options.tokenizer)
        self.model = create_model(options, self.vocabulary)
        self.model.train()
        self.optimizers = create_optimizers(self.model, options)
        self.step = self.tokens = self.batches = 0
        self.seconds = 0.0
        self.curve: list[dict] = []
        self.best, self.since_best = -1.0, 0

    @property
    def progress(self) -> float:
        return max(self.tokens / self.options.tokens, self.seconds / 60 / self.options.minutes)

    def train_step(self, group: list[Example]) -> float:
        batch = to_batch(group)
        factor = rate_at(self.progress, self.step, self.options.decay)
        for optimizer in self.optimizers:
            for entry in optimizer.param_groups:
                entry["lr"] = entry.setdefault("initial_lr", entry["lr"]) * factor
        loss = loss_of(self.model, batch)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        for optimizer in self.optimizers:
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
        self.step += 1
        self.batches += 1
        self.tokens += batch.inputs.numel()
        return loss.item()

    def evaluate(self, sets: dict[str, list[Example]], loss: float) -> None:
        scores = {name: score(self.model, examples) for name, examples in sets.items()}
        self.curve.append({"step": self.step, "tokens": self.tokens, "minutes": round(self.seconds / 60, 2), "loss": round(loss, 4), **{name: {key: round(value, 4) for key, value in entry.items()} for name, entry in scores.items()}})
        print("eval", " ".join(f"{name} {entry['exact']:.3f}/{entry['token']:.3f}" for name, entry in scores.items()), flush=True)
        watched = [entry["exact"] for name, entry in scores.items() if "heldout" in name]
        if watched:
            mean = sum(watched) / len(watched)
            self.best, self.since_best = (mean, 0) if mean > self.best else (self.best, self.since_best + 1)
            if self.options.patience and self.since_best == 0:
                self._save_model("best")

    def save(self) -> None:
        out = self.options.out
        self._save_model("model")
        state = {"model": self.model.state_dict(), "optimizers": [optimizer.state_dict() for optimizer in self.optimizers], "step": self.step, "tokens": self.tokens, "batches": self.batches, "seconds": self.seconds, "curve": self.curve, "best": self.best, "since_best": self.since_best}
        torch.save(state, out / "state.new")
        os.replace(out / "state.new", out / "state.pt")
        report = {
            "seed": self.options.seed, "parameters": sum(parameter.numel() for parameter in self.model.parameters()), "steps": self.step, "tokens": self.tokens, "minutes": round(self.seconds / 60, 1),
            "tokensPerSecond": round(self.tokens / max(self.seconds, 1e-9)), "progress": round(self.progress, 3), "batchTokens": self.options.batch_tokens, "lr": self.options.lr, "lrMatrix": self.options.lr_matrix, "decay": self.options.decay, "threads": self.options.threads,
            "evaluatedDocuments": self.options.evaluate_documents, "curve": self.curve,
        }
        (out / "training.json").write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")

    def _save_model(self, name: str) -> None:
        folder, new = self.options.out / name, self.options.out / f"{name}.new"
        self.options.out.mkdir(parents=True, exist_ok=True)
        self.model.save_pretrained(new)
        self._save_vocabulary(new)
        shutil.rmtree(folder, ignore_errors=True)
        new.rename(folder)

    def _save_vocabulary(self, folder: Path) -> None:
        if isinstance(self.vocabulary, SentencePieceTokens):
            (folder / "tokenizer.model").write_bytes(self.vocabulary.path.read_bytes())
            return
        from transformers.utils import cached_file

        # The files as they came: the converter to GGUF reads more from them than a saved tokenizer keeps.
        for name in ("tokenizer.model", "tokenizer.json", "tokenizer_config.json", "added_tokens.json", "special_tokens_map.json", "chat_template.jinja"):
            path = cached_file(self.options.model, name, _raise_exceptions_for_missing_entries=False)
            if path is not None:
                shutil.copyfile(path, folder / name)

    def restore(self) -> None:
        path = self.options.out / "state.pt"
        if not path.exists():
            return
        state = torch.load(path, weights_only=True)
        self.model.load_state_dict(state["model"])
        for optimizer, entry in zip(self.optimizers, state["optimizers"]):
            optimizer.load_state_dict(entry)
        for name in ("step", "tokens", "batches", "seconds", "curve", "best", "since_best"):
            setattr(self, name, state[name])
        print(f"resumed at step {self.step}", flush=True)


def train(options) -> None:
    torch.set_num_threads(options.threads)
    run = Run(options)
    run.restore()
    sets = {path.stem.removeprefix("eval-"): read_examples(path, run.vocabulary, options.evaluate_documents) for path in options.evaluate}
    if options.compile:
        run.model.model.forward = torch.compile(run.model.model.forward, dynamic=True)
    skip = run.batches
    last_save = last_print = time.monotonic()
    average, clock = 0.0, time.monotonic()
    for number, group in enumerate(Batches(options.data, run.vocabulary, options)):
        if number < skip:
            continue
        if run.progress >= 1 or (options.patience and run.since_best >= options.patience):
            break
        loss = run.train_step(group)
        average = loss if average == 0 else 0.98 * average + 0.02 * loss
        now = time.monotonic()
        run.seconds += now - clock
        clock = now
        if now - last_print > 30:
            last_print = now
            print(f"step {run.step} tokens {run.tokens / 1e6:.2f}M loss {average:.4f} {run.tokens / run.seconds:.0f} tok/s {run.seconds / 60:.1f} min progress {run.progress:.3f}", flush=True)
        if now - last_save > options.checkpoint_minutes * 60:
            run.evaluate(sets, average)
            run.save()
            last_save = clock = time.monotonic()
    run.evaluate(sets, average)
    run.save()
    print("done", flush=True)


# --- Smoke test ----------------------------------------------------------------------------------


def smoke() -> None:
    """Two steps on bytes: proves that the whole path works, in seconds and without any file."""
    import tempfile

    class Bytes:
        size = 262
        controls = {"<bos>": 2, "<start_of_turn>": 4, "<end_of_turn>": 5}

        def control(self, name):
            return self.controls[name]

        def text(self, text):
            return [6 + byte for byte in text.encode()]

    line = json.dumps({"id": "a", "prompt": [{"control": "<bos>"}, {"control": "<start_of_turn>"}, {"text": "user\nCopy.\n\n"}, {"text": "key: 42"}, {"control": "<end_of_turn>"}, {"text": "\n"}, {"control": "<start_of_turn>"}, {"text": "model\n"}], "answer": '{"key":"42"}'})
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "train.jsonl"
        data.write_text((line + "\n") * 8, encoding="utf-8")
        options = argparse.Namespace(model=None, config="tiny", seed=1, threads=1, batch_tokens=256, max_tokens=512, lr=1e-3, lr_matrix=1e-3, weight_decay=0.0, decay=0.5, tokens=1e9, minutes=math.inf)
        torch.manual_seed(options.seed)
        torch.set_num_threads(options.threads)
        model = create_model(options, Bytes())
        optimizers = create_optimizers(model, options)
        losses = []
        for _, group in zip(range(2), Batches(data, Bytes(), options)):
            loss = loss_of(model, to_batch(group))
            loss.backward()
            for optimizer in optimizers:
                optimizer.step()
                optimizer.zero_grad(set_to_none=True)
            losses.append(loss.item())
        figures = score(model, [to_example(line, Bytes())])
    if not all(math.isfinite(value) for value in (*losses, *figures.values())):
        raise SystemExit(f"smoke: not finite: {losses} {figures}")
    print(f"smoke: 2 steps, losses {losses[0]:.3f} {losses[1]:.3f}")


def main() -> None:
    options = parse_options()
    if options.smoke:
        smoke()
    else:
        train(options)


if __name__ == "__main__":
    main()
