"""A fit under way: one network, its optimiser, and the running mean of its weights."""

from __future__ import annotations

import math
from contextlib import AbstractContextManager
from functools import cached_property
from typing import Any

import numpy as np
import torch
from torch import Tensor

from forecast.learned.ensemble import batch_of
from forecast.learned.windows import Cutter, Windows
from foundation.errors import RunError
from training.configuration import Recipe
from training.datasets import Epoch, spread_leads
from training.gaps import with_gaps
from training.losses import Objective
from training.member import Data, Member, begun
from training.splitting import persistence_scale

VALIDATION_LEADS = 6
"""Leads of each range on which validation rests."""
_MEMORY = 0.998
"""Decay, a step, of the running mean of the weights (Polyak and Juditsky 1992, doi:10.1137/0330046)."""

_VALIDATED_AT_ONCE = 64

_WARM_UP = 0.1
"""Share of the steps in which the learning rate rises."""


class Fitting:
    """A fit under way."""

    def __init__(self, data: Data, recipe: Recipe, member: Member, device: str) -> None:
        shape, config = recipe.network, recipe.fit
        self.data, self.config, self.seed, self.device = data, config, member.seed, device
        self.network = begun(data, shape, member).to(device)
        self.optimiser = torch.optim.AdamW(
            [{"params": list(tower.parameters())} for tower in self.network.towers],
            lr=config.learning_rate, weight_decay=config.weight_decay, fused=True,
        )  # fmt: skip
        self.mean = {name: value.detach().clone() for name, value in self.network.state_dict().items()}
        self.best = {name: value.cpu().clone() for name, value in self.mean.items()}
        self.counted = torch.tensor(~member.held_out, dtype=torch.float32, device=device)
        self.history: list[dict[str, float]] = []
        self.ranges = shape.ranges
        self.steps = 0
        rows = np.arange(data.parts.edges[0])
        scales = persistence_scale(data.panel, rows, shape.windows.horizon)
        self.objective = Objective(
            config.loss, torch.tensor(shape.levels, device=device),
            torch.tensor(scales, dtype=torch.float32, device=device),
            torch.tensor(data.scales.deviation, device=device),
        )  # fmt: skip
        self.identity = f"{shape.model_dump_json()} {config.model_dump_json()} {member.told()}"

    @property
    def unfinished(self) -> tuple[int, ...]:
        """Numbers of the towers that may still get better."""
        config, made = self.config, len(self.history)
        return tuple(
            number
            for number in range(len(self.ranges))
            if made < config.epochs_of(number) and self._since_best(number) < config.patience
        )

    @property
    def done(self) -> bool:
        """Whether all epochs are made, or none of the last was better for any tower."""
        return not self.unfinished

    def _since_best(self, tower: int) -> int:
        losses = [entry[_validation(tower)] for entry in self.history]
        return len(losses) - 1 - int(np.argmin(losses)) if losses else 0

    def epoch(self) -> dict[str, float]:
        """One pass over the training part, and what validation says of the mean weights."""
        number = len(self.history)
        random = np.random.default_rng([self.seed, number])
        torch.manual_seed(int(random.integers(2**31)))
        self.network.train()
        batches = self._epoch_batches(random).batches(random)
        losses = [self._step(windows, observed) for windows, observed in batches]
        entry = {"epoch": float(number), "training": float(np.mean(losses)), **self._validate()}
        if not math.isfinite(entry["training"]):
            raise RunError(
                f"the loss of epoch {number} is not a number", remedy="Lower learning_rate, or check the data"
            )
        self.history.append(entry)
        for tower in range(len(self.ranges)):
            if self.config.keep == "last" or self._since_best(tower) == 0:
                self._keep(tower)
        return entry

    def _keep(self, tower: int) -> None:
        """Keep the mean weights of a tower as its best."""
        for name, value in self.mean.items():
            if name.startswith(f"towers.{tower}."):
                self.best[name] = value.cpu().clone()

    def state(self) -> dict[str, Any]:
        """All that a later process needs to go on."""
        return {
            "network": self.network.state_dict(), "optimiser": self.optimiser.state_dict(),
            "mean": self.mean, "best": self.best, "history": self.history, "steps": self.steps,
        }  # fmt: skip

    def resume(self, state: dict[str, Any]) -> None:
        """Go on from `state`."""
        self.network.load_state_dict(state["network"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.mean = {name: value.to(self.device) for name, value in state["mean"].items()}
        self.best, self.history, self.steps = state["best"], state["history"], state["steps"]

    def _epoch_batches(self, random: np.random.Generator) -> Epoch:
        """The batches of an epoch, with gaps of its own."""
        data, config, windows = self.data, self.config, self.network.config.windows
        seen = with_gaps(data.panel, config.gaps, random)
        cutter = Cutter(seen, windows, data.scales, self.network.config.sources)
        ranges = tuple(self.ranges[number] for number in self.unfinished)
        return Epoch(data.panel, cutter, data.parts.train, config.batch, config.leads_drawn, ranges)

    def _step(self, windows: Windows, observed: np.ndarray) -> float:
        """One step of the optimiser; the loss before it."""
        for number, group in enumerate(self.optimiser.param_groups):
            group["lr"] = self._learning_rate(number)
        loss = self._loss(windows, observed)
        self.optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        for number in self.unfinished:
            torch.nn.utils.clip_grad_norm_(self.network.towers[number].parameters(), self.config.clip)
        self.optimiser.step()
        self.steps += 1
        memory = min(_MEMORY, self.steps / (self.steps + 10))
        weights = self.network.state_dict()
        with torch.no_grad():
            torch._foreach_lerp_([self.mean[name] for name in weights], list(weights.values()), 1 - memory)
        return float(loss.detach())

    def _loss(self, windows: Windows, observed: np.ndarray) -> Tensor:
        truth = torch.from_numpy(observed).float().to(self.device)
        batch = batch_of(windows, self.device)
        with self._precision():
            said = self.network(batch)
        loss = self.objective(said["logarithm"], truth, batch["leads"], self.counted)
        if "penalty" in said:
            loss = loss + self.config.loss.physical * said["penalty"]
        return loss

    def _precision(self) -> AbstractContextManager[Any]:
        mixed = self.config.precision == "mixed" and self.device.startswith("cuda")
        return torch.autocast(self.device.split(":")[0], torch.bfloat16, enabled=mixed)

    def _learning_rate(self, tower: int) -> float:
        batches = -(-len(self.data.parts.train) // self.config.batch)
        done = (self.steps + 1) / (self.config.epochs_of(tower) * batches)
        return self.config.learning_rate * risen_and_fallen(min(done, 1.0))

    def _validate(self) -> dict[str, float]:
        """Loss of the mean weights on the validation part, for each tower, without gaps of our own."""
        held = {name: value.clone() for name, value in self.network.state_dict().items()}
        self.network.load_state_dict(self.mean)
        self.network.eval()
        with torch.no_grad():
            losses = {_validation(number): self._over(ends) for number, ends in enumerate(self.ranges)}
        self.network.load_state_dict(held)
        return losses

    @cached_property
    def _whole(self) -> Cutter:
        """Cuts windows of the panel as it is, for every validation."""
        shape = self.network.config
        return Cutter(self.data.panel, shape.windows, self.data.scales, shape.sources)

    def _over(self, ends: tuple[int, int]) -> float:
        """Loss of a range of leads on the validation part."""
        panel = self.data.panel
        issues = self.data.parts.validation[:: self.config.validation_stride]
        leads = spread_leads(*ends, VALIDATION_LEADS)
        parts = np.array_split(issues, -(-len(issues) // max(self.config.batch, _VALIDATED_AT_ONCE)))
        losses = [
            float(self._loss(self._whole.cut(some, leads), panel.targets(some, leads))) for some in parts
        ]
        return float(np.average(losses, weights=[len(some) for some in parts]))


def risen_and_fallen(done: float) -> float:
    """Share of the largest learning rate after a share of the steps: up in a line, down like a cosine."""
    if done < _WARM_UP:
        return done / _WARM_UP
    return (1 + math.cos(math.pi * (done - _WARM_UP) / (1 - _WARM_UP))) / 2


def _validation(tower: int) -> str:
    """Name of a tower's validation loss in the history."""
    return f"validation_{tower}"
