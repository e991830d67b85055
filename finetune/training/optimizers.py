"""Optimisers and the course of the learning rate."""

from collections.abc import Callable

import torch

WARM_UP_STEPS = 100


class MuonAndAdamW(torch.optim.Optimizer):
    """Muon for the matrices of the layers, AdamW for the rest: learns copying from random weights in a fraction of AdamW's time.

    One optimiser to whoever steps it or sets rates; a step of Muon has the size of an AdamW step with the same rate.
    """

    def __init__(self, model: torch.nn.Module, *, lr: float, lr_matrix: float, weight_decay: float):
        named = [(name, parameter) for name, parameter in model.named_parameters() if parameter.requires_grad]
        matrices = [parameter for name, parameter in named if parameter.ndim == 2 and "embed" not in name]
        rest = [parameter for name, parameter in named if parameter.ndim != 2 or "embed" in name]
        super().__init__([parameter for _, parameter in named], {})
        self._muon = torch.optim.Muon(matrices, lr=lr_matrix, weight_decay=weight_decay, adjust_lr_fn="match_rms_adamw")
        self._adamw = torch.optim.AdamW(rest, lr=lr, betas=(0.9, 0.95), weight_decay=0.0)
        self.param_groups = [*self._muon.param_groups, *self._adamw.param_groups]

    def step(self, closure=None):
        self._muon.step()
        self._adamw.step()

    def state_dict(self) -> dict:
        return {"muon": self._muon.state_dict(), "adamw": self._adamw.state_dict()}

    def load_state_dict(self, state_dict: dict) -> None:
        self._muon.load_state_dict(state_dict["muon"])
        self._adamw.load_state_dict(state_dict["adamw"])
        self.param_groups = [*self._muon.param_groups, *self._adamw.param_groups]


def create_optimizer(model: torch.nn.Module, options) -> torch.optim.Optimizer:
    """The one that was chosen, over all parameters that are trained."""
    if options.optimizer == "muon":
        return MuonAndAdamW(model, lr=options.lr, lr_matrix=options.lr_matrix, weight_decay=options.weight_decay)
    parameters = [parameter for parameter in model.parameters() if parameter.requires_grad]
    return torch.optim.AdamW(parameters, lr=options.lr, weight_decay=options.weight_decay, fused=True)


def create_scheduler(optimizer: torch.optim.Optimizer, decay: float, steps: int, progress: Callable[[int], float]) -> torch.optim.lr_scheduler.LambdaLR:
    """A short warm-up, constant, then linear to 0 over the last `decay` of the budget; `progress` says how much of it is used up."""
    warm_up = max(1, min(WARM_UP_STEPS, steps // 10))
    return torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: rate_at(progress(step), step, decay, warm_up))


def rate_at(progress: float, step: int, decay: float, warm_up: int) -> float:
    """The share of the full rate."""
    left = 1.0 if decay == 0 else min(1.0, max(0.0, (1 - progress) / decay))
    return min(1.0, (step + 1) / warm_up) * left
