"""What train.py does with a model. Each function is one check; training.test.ts runs them."""

import json
import os
import shutil
import signal
from contextlib import nullcontext
from pathlib import Path
from unittest import mock

import torch
from support import PROMPT, raises, temporary_folder

import train
from answers import logits_of, loss_of, score, to_batch
from attention import plain_causal_attention
from training.configurations import to_config_of
from lines import Example, to_example
from training.optimizers import MuonAndAdamW, rate_at
from training.options import parse_options
from training.progress import Progress
from training.resuming import find_checkpoint
from training.run import choose_precision
from training.smoke import write_smoke_data
from training.starts import open_start
from training.unpack_gguf import unpack_gguf

SMALL = {"hidden_size": 32, "num_hidden_layers": 7, "num_attention_heads": 2, "num_key_value_heads": 1, "head_dim": 16, "intermediate_size": 32, "sliding_window": 8, "max_position_embeddings": 128}
DEMO = Path(__file__).resolve().parents[2] / "models" / "demo.gguf"


def plain_attention_is_attention():
    from transformers import AttentionInterface, Gemma3ForCausalLM

    AttentionInterface.register("plain_causal", plain_causal_attention)
    torch.manual_seed(1)
    model = Gemma3ForCausalLM(to_config_of(SMALL, 40, "eager")).eval()
    inputs = torch.randint(4, 40, (3, 30))  # longer than the window
    expected = model(inputs).logits
    model.set_attn_implementation("plain_causal")
    assert torch.allclose(model(inputs).logits, expected, atol=1e-5)


def the_loss_is_that_of_the_answer():
    model, examples = _small_model(), _examples(5)
    batch = _padded(examples)
    expected = model(input_ids=batch["input_ids"], labels=batch["labels"]).loss
    assert torch.allclose(loss_of(model, batch["input_ids"], batch["labels"], None), expected, atol=1e-5)
    total = sum(len(example.tokens) - example.prompt_length for example in examples)
    halves = [_padded(examples[:2]), _padded(examples[2:])]
    parts = sum(loss_of(model, half["input_ids"], half["labels"], total) for half in halves)
    assert torch.allclose(parts, expected, atol=1e-5), "batches of one step add up"


def an_answer_is_exact_only_if_every_token_is():
    model = _small_model()
    right = [_greedy(model, start) for start in (5, 6, 7)]
    wrong = [Example("w", [*example.tokens[:-1], (example.tokens[-1] + 1) % 40], 3) for example in right[:1]]
    assert score(model, right, nullcontext()).exact == 1
    found = score(model, [*right, *wrong], nullcontext(), batch_tokens=16)
    assert found.exact == 0.75 and 0.9 < found.token < 1


def padding_changes_no_score():
    model, examples = _small_model(), _examples(2)
    alone = logits_of(model, to_batch(examples[:1]))
    together = logits_of(model, to_batch(examples))
    assert torch.allclose(together[: len(alone)], alone, atol=1e-5)


def the_rate_warms_up_stays_and_falls_to_nothing():
    assert rate_at(0.0, 0, 0.5, 10) == 0.1
    assert rate_at(0.3, 50, 0.5, 10) == rate_at(0.5, 99, 0.5, 10) == 1.0
    assert abs(rate_at(0.75, 99, 0.5, 10) - 0.5) < 1e-9
    assert rate_at(1.0, 99, 0.5, 10) == 0.0
    assert rate_at(1.0, 99, 0.0, 10) == 1.0


def muon_goes_on_where_it_was():
    def run(steps: int, restart: bool) -> torch.Tensor:
        model = _small_model()
        optimizer = MuonAndAdamW(model, lr=1e-3, lr_matrix=1e-3, weight_decay=0.01)
        for step in range(steps):
            batch = _padded(_examples(3, seed=step))
            loss_of(model, batch["input_ids"], batch["labels"], None).backward()
            optimizer.step()
            optimizer.zero_grad()
            if restart and step == 1:
                state = optimizer.state_dict()
                optimizer = MuonAndAdamW(model, lr=1e-3, lr_matrix=1e-3, weight_decay=0.01)
                optimizer.load_state_dict(state)
        return torch.cat([parameter.detach().flatten() for parameter in model.parameters()])

    assert torch.equal(run(4, restart=True), run(4, restart=False))


def a_gguf_file_can_be_started_from():
    with temporary_folder() as folder:
        unpack_gguf(DEMO, folder / "start")
        options = parse_options(["--model", str(folder / "start"), "--data", str(DEMO), "--out", str(folder)])
        start = open_start(options, "cpu")
    prompt = [*PROMPT[:2], {"text": "user\nClassify the support ticket.\n\n"}, {"text": "I was charged twice this month. Please refund me."}, *PROMPT[4:]]
    example = to_example(json.dumps({"id": "a", "prompt": prompt, "answer": '{"category":"billing"'}), start.vocabulary)
    begun = Example(example.id, example.tokens[:-1], example.prompt_length)  # the answer goes on
    assert score(start.model, [begun], nullcontext()).exact == 1


def a_run_says_everything_about_itself():
    with temporary_folder() as folder:
        report = train.train(_options(folder, "--steps", "4", "--evaluations", "2"))
        assert report == json.loads((folder / "run" / "training.json").read_text())
        assert report["steps"] == 4 and report["ended"] == "budget used up"
        assert [entry["step"] for entry in report["scores"]] == [2, 4]
        assert report["data"]["leakage"]["shared"] == 0
        assert report["data"]["training"]["documents"] + report["data"]["sets"]["held-out"]["documents"] == 40
        assert report["peakMemoryBytes"]["process"] > 1e8 and report["tokensPerSecond"] > 0
        names = {path.name for path in (folder / "run" / "model").iterdir()}
        assert {"config.json", "model.safetensors", "tokenizer.model", "tokenizer.json", "tokenizer_config.json"} <= names
        assert (folder / "run" / "curves.svg").read_text().count("<svg") == 1
        assert (folder / "run" / "curves.png").read_bytes().startswith(b"\x89PNG")


def an_interrupted_run_ends_as_if_nothing_had_happened():
    with temporary_folder() as folder:
        write_smoke_data(folder)
        train.train(_options(folder, "--steps", "5", out="whole"))
        _interrupt_after(3, lambda: train.train(_options(folder, "--steps", "5", out="broken")))
        assert json.loads((folder / "broken" / "training.json").read_text())["ended"] == "interrupted"
        assert not (folder / "broken" / "model").exists()
        report = train.train(_options(folder, "--steps", "5", out="broken"))
        assert report["steps"] == 5 and [point["step"] for point in report["loss"]] == [1, 2, 3, 4, 5]
        assert _weights(folder / "broken") == _weights(folder / "whole")


def interrupted_in_its_last_step_a_run_is_whole():
    with temporary_folder() as folder:
        _interrupt_after(2, lambda: train.train(_options(folder, "--steps", "2", "--evaluations", "1")))
        report = json.loads((folder / "run" / "training.json").read_text())
        assert report["ended"] == "budget used up"
        assert [entry["step"] for entry in report["scores"]] == [2]
        assert (folder / "run" / "model" / "model.safetensors").exists()


def a_run_killed_while_it_wrote_a_checkpoint_goes_on_at_the_one_before():
    with temporary_folder() as folder:
        first = train.train(_options(folder, "--steps", "3", "--evaluations", "3"))
        weights, last = _weights(folder / "run"), folder / "run" / "checkpoint-3"
        # The weights come first, the state last.
        (last / "trainer_state.json").write_text('{"best_glo')
        (last / "optimizer.pt").unlink()
        shutil.rmtree(folder / "run" / "model")
        again = train.train(_options(folder, "--steps", "3", "--evaluations", "3"))
        assert again["loss"] == first["loss"] and again["scores"] == first["scores"]
        assert _weights(folder / "run") == weights


def a_finished_run_stays_as_it_is():
    with temporary_folder() as folder:
        first = train.train(_options(folder, "--steps", "3"))
        weights = _weights(folder / "run")
        again = train.train(_options(folder, "--steps", "3"))
        assert _weights(folder / "run") == weights
        assert {**again, "peakMemoryBytes": first["peakMemoryBytes"]} == first
        longer = train.train(_options(folder, "--steps", "4"))
        assert longer["steps"] == 4 and longer["loss"][:3] == first["loss"]


def accumulated_batches_are_one_step():
    with temporary_folder() as folder:
        report = train.train(_options(folder, "--steps", "3", "--accumulate", "2", "--batch-tokens", "128"))
        assert report["steps"] == 3 and report["tokens"] == 3 * 2 * 128


def the_best_model_is_kept_when_it_gets_worse():
    with temporary_folder() as folder:
        # All documents are in one batch: a pass is a step.
        options = _options(folder, "--steps", "12", "--evaluations", "12", "--patience", "2", "--lr", "3", "--lr-matrix", "3", "--decay", "0", "--batch-tokens", "4096")
        report = train.train(options)
        assert report["ended"] == "no better score any more" and report["steps"] < 12, report["steps"]
        best = report["best"]
        assert report["steps"] == best["step"] + 2
        assert best["sets"]["held-out"]["loss"] == min(entry["sets"]["held-out"]["loss"] for entry in report["scores"])
        assert _weights(folder / "run") == (folder / "run" / f"checkpoint-{best['step']}" / "model.safetensors").read_bytes()


def no_run_ends_before_it_has_seen_all_documents():
    with temporary_folder() as folder:
        options = _options(folder, "--steps", "20", "--evaluations", "20", "--patience", "1", "--lr", "1e-9", "--lr-matrix", "1e-9")
        report = train.train(options)
        assert report["passes"] >= 1 and report["steps"] < 20, (report["passes"], report["steps"])


def adapters_are_merged_into_a_plain_folder():
    from safetensors.torch import load_file

    with temporary_folder() as folder:
        train.train(_options(folder, "--steps", "1"))
        start = folder / "run" / "model"
        arguments = ["--model", str(start), "--lora", "4", "--data", str(folder / "train.jsonl"), "--out", str(folder / "tuned"), "--steps", "2", "--threads", "1"]
        report = train.train(parse_options(arguments))
        assert [entry["step"] for entry in report["scores"]] == [0, 1, 2], "scored before, too"
        assert 0 < report["model"]["trained"] < report["model"]["parameters"] / 10
        before, after = load_file(start / "model.safetensors"), load_file(folder / "tuned" / "model" / "model.safetensors")
        assert before.keys() == after.keys()
        changed = {name for name in before if not torch.equal(before[name], after[name])}
        assert "model.layers.0.self_attn.q_proj.weight" in changed and "model.embed_tokens.weight" not in changed


def another_run_is_not_overwritten():
    with temporary_folder() as folder:
        _interrupt_after(1, lambda: train.train(_options(folder, "--steps", "4")))
        sentence = raises(lambda: train.train(_options(folder, "--steps", "4", "--seed", "2")))
        assert "another `--seed`" in sentence, sentence


def a_run_goes_on_only_with_what_it_began_with():
    with temporary_folder() as folder:
        figures = {"sha256": "1", "sets": {"held-out": {}, "other": {"sha256": "2"}}}
        (folder / "run" / "checkpoint-3").mkdir(parents=True)
        options = _options(folder)
        assert "no run of train.py" in raises(lambda: find_checkpoint(options, figures)), "whoever left it there"
        shutil.rmtree(folder / "run" / "checkpoint-3")
        assert find_checkpoint(options, figures) is None
        for step in (3, 12):
            checkpoint = folder / "run" / f"checkpoint-{step}"
            checkpoint.mkdir()
            (checkpoint / "trainer_state.json").write_text("{}")
        for changed in (["--lr", "9e-3"], ["--lr-matrix", "1e-4"], ["--weight-decay", "0"], ["--optimizer", "adamw", "--lr", "1.5e-3"], ["--evaluate-documents", "5"]):
            assert f"another `{changed[0]}`" in raises(lambda: find_checkpoint(_options(folder, *changed), figures)), changed
        assert "another `--evaluate`" in raises(lambda: find_checkpoint(options, {**figures, "sets": {"held-out": {}, "other": {"sha256": "3"}}}))
        longer = _options(folder, "--steps", "50", "--evaluations", "3", "--decay", "0.1", "--precision", "fp32")
        assert find_checkpoint(longer, figures) == folder / "run" / "checkpoint-12"
        options.tokenizer.write_bytes(b"another one")
        assert "another `--tokenizer`" in raises(lambda: find_checkpoint(options, figures))


def bf16_is_chosen_where_the_processor_computes_with_it():
    for capabilities, precision in [({"avx512_bf16": True}, "bf16"), ({"amx_bf16": True}, "bf16"), ({"avx2": True, "avx512_bf16": False}, "fp32")]:
        with mock.patch("torch.cpu.get_capabilities", lambda: capabilities):
            assert choose_precision("auto", "cpu") == precision
            assert choose_precision("bf16", "cpu") == "bf16"


def a_loss_that_is_no_number_ends_the_run():
    with temporary_folder() as folder:
        sentence = raises(lambda: train.train(_options(folder, "--steps", "9", "--lr", "1e30", "--held-out", "0")))
        assert "no number any more" in sentence, sentence


def _options(folder: Path, *arguments: str, out: str = "run"):
    data, tokenizer = folder / "train.jsonl", folder / "tokenizer.model"
    if not data.exists():
        write_smoke_data(folder)
    given = ["--config", "tiny", "--tokenizer", str(tokenizer), "--data", str(data), "--out", str(folder / out), "--batch-tokens", "256", "--threads", "1"]
    return parse_options([*given, *([] if "--held-out" in arguments else ["--held-out", "0.2"]), *arguments])


def _interrupt_after(step: int, act) -> None:
    original = Progress.on_step_end

    def on_step_end(self, args, state, control, **kwargs):
        if state.global_step == step:
            os.kill(os.getpid(), signal.SIGINT)
        return original(self, args, state, control, **kwargs)

    Progress.on_step_end = on_step_end
    try:
        act()
    except SystemExit as exit:
        assert exit.code == 128 + signal.SIGINT
    finally:
        Progress.on_step_end = original


def _weights(run: Path) -> bytes:
    return (run / "model" / "model.safetensors").read_bytes()


def _small_model():
    from transformers import Gemma3ForCausalLM

    torch.manual_seed(1)
    return Gemma3ForCausalLM(to_config_of(SMALL, 40, "eager"))


def _examples(count: int, seed: int = 1) -> list[Example]:
    generator = torch.Generator().manual_seed(seed)
    lengths = [6 + 3 * index for index in range(count)]
    return [Example("e", torch.randint(4, 40, (length,), generator=generator).tolist(), 3 + length % 2) for length in lengths]


def _padded(examples: list[Example]) -> dict[str, torch.Tensor]:
    width = max(len(example.tokens) for example in examples)
    inputs = [example.tokens + [0] * (width - len(example.tokens)) for example in examples]
    labels = [[-100] * example.prompt_length + example.tokens[example.prompt_length :] + [-100] * (width - len(example.tokens)) for example in examples]
    return {"input_ids": torch.tensor(inputs), "labels": torch.tensor(labels)}


def _greedy(model, start: int) -> Example:
    tokens = [2, 4, start]
    for _ in range(4):
        tokens.append(int(model(torch.tensor([tokens])).logits[0, -1].argmax()))
    return Example("g", tokens, 3)
