"""First weights learned at other stations, for a record too short to learn from alone.

The stations are not neighbours and share no scale: each record is standardised by its own means and
deviations, so that what is carried over is how anomalies fade, gather and pass between pollutants
(transfer by fine-tuning; Yosinski et al. 2014, arXiv:1411.1792).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from pydantic import Field
from torch import Tensor

from forecast.learned.normalisation import Normalisation, fit_normalisation
from forecast.learned.panel import Panel
from foundation.configuration import Config
from foundation.errors import ConfigurationError
from foundation.times import shown
from training.configuration import FitConfig, Recipe
from training.fit import fit
from training.member import Data, Member
from training.splitting import SplitConfig, split

_SCALES = "head.scales"
"""End of the names of the weights that hold a record's own scales."""


class PretrainingConfig(Config):
    """What is learned first, elsewhere.

    Attributes:
        files: folder of hourly files of stations with coordinates, of which daily means are taken.
        until: last Beijing day used; none after the end of the experiment's own training.
        validate_share: share of that record, its end, on which the fit stops.
        fit: how it is fitted.
    """

    files: str
    until: str
    validate_share: float = Field(default=0.1, gt=0, lt=0.5)
    fit: FitConfig


@dataclass(frozen=True)
class Elsewhere:
    """How fits beside those of the release go on: to other stations, or to a shorter past.

    Attributes:
        work: folder of checkpoints; None keeps nothing.
        device: `cpu` or `cuda`.
        told: called with the number of the member and the entry of each epoch.
    """

    work: Path | None = None
    device: str = "cpu"
    told: Callable[[int, dict[str, float]], None] = lambda _number, _entry: None

    def say(self, number: int, entry: dict[str, float]) -> None:
        """Tell of an epoch, under names of its own."""
        named = {name if name == "epoch" else f"elsewhere_{name}": value for name, value in entry.items()}
        self.told(number, named)


def first_weights(
    config: PretrainingConfig, recipe: Recipe, other: Panel, scales: Normalisation, how: Elsewhere
) -> list[dict[str, Tensor]]:
    """Fit every member to other stations.

    Args:
        config: what is learned.
        recipe: shape and seeds of the members.
        other: series of the other stations, of the same pollutants and weather; see `in_time`.
        scales: of the record that the members are fitted to afterwards.
        how: device, checkpoints and progress.

    Returns:
        For each seed the weights to begin with, with the scales of the record to come.

    Raises:
        ContractError: when the stations have other pollutants or weather.
        ConfigurationError: when their record is too short.
    """
    scales.check(other)
    record = _data(config, recipe, other)
    adapted = recipe.model_copy(update={"fit": config.fit})
    begun = []
    for number, seed in enumerate(recipe.seeds):
        fitted = fit(
            record, adapted, Member(seed, np.zeros(len(other.stations), dtype=bool)),
            checkpoint=None if how.work is None else how.work / f"elsewhere-{number}.pt", device=how.device,
            progress=lambda entry, number=number: how.say(number, entry),  # type: ignore[misc]
        )  # fmt: skip
        begun.append(rescaled(fitted.weights, scales))
    return begun


def rescaled(weights: Mapping[str, Tensor], scales: Normalisation) -> dict[str, Tensor]:
    """Weights with the scales of another record."""
    own = torch.tensor([scales.mean, scales.deviation], dtype=torch.float32)
    return {name: own if name.endswith(_SCALES) else value for name, value in weights.items()}


def in_time(config: PretrainingConfig, trained_until: np.datetime64, other: Panel | None) -> Panel:
    """The other stations, when nothing of them is from after the end of training.

    Raises:
        ConfigurationError: when something is, or there are no other stations.
    """
    if other is None:
        raise ConfigurationError("pretraining: no other stations are given", remedy="Give their files")
    if other.times[-1] > trained_until:
        raise ConfigurationError(
            f"pretraining until {config.until}: the network itself is trained until {shown(trained_until)}",
            remedy="Move pretraining: until back",
        )
    return other


def _data(config: PretrainingConfig, recipe: Recipe, other: Panel) -> Data:
    windows = recipe.network.windows
    parts = SplitConfig(train=1 - config.validate_share, validate_share=config.validate_share)
    cut = split(other, parts, windows.horizon, min(windows.fine, len(other.times) - 1))
    return Data(other, cut, fit_normalisation(other, np.arange(cut.edges[0])))
