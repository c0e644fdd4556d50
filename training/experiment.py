"""The whole of an experiment as one YAML file, and what comes of it: a release."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
from pydantic import Field, NonNegativeInt, model_validator

from forecast.calibration.conformal import DAY_LEADS, HOUR_LEADS, ConformalConfig, ConformalTable
from forecast.learned.configuration import NetworkConfig
from forecast.learned.normalisation import fit_normalisation
from forecast.learned.panel import Panel
from forecast.learned.release_document import DataLicence, Remark
from foundation.configuration import Config
from training.calibrating import calibrate
from training.configuration import FitConfig, Recipe
from training.ensemble import Ensemble, fit_ensemble
from training.guard import check_blind
from training.member import Data
from training.past import Past, PastConfig, marked, past_of
from training.pretraining import Elsewhere, PretrainingConfig, first_weights, in_time
from training.splitting import SplitConfig, checked_day, split

HOURS_AS_ONE = 24


class DataConfig(Config):
    """Where the series come from.

    Attributes:
        dataset: `measurements` for place means of a provider's files, `idealised` for the invented winter of
            the demonstration; others know their own layout.
        until: last Beijing day of the invented winter.
        tags: folder of a store's runs of one domain, whose contributions a network with sources looks at;
            relative to the YAML file.
        path: file or folder, relative to the YAML file; given on the command line when left out.
        provider: of the measurements, recognised when left out.
        places: only these; all that were measured when left out.
        files: folder inside `path`, for a data set whose weather and first weights lie beside it.
        weather: a file of weather, where the data set knows one; inside `path` for `city-days`.
        perfect_weather: train with the weather as it was measured in the hours ahead; every score says so.
    """

    dataset: Literal["measurements", "idealised", "uci-beijing", "city-days"]
    path: str | None = None
    files: str = "."
    provider: str | None = None
    places: tuple[str, ...] = ()
    weather: str | None = None
    perfect_weather: bool = False
    until: str | None = None
    tags: str | None = None


class ExperimentConfig(Config):
    """One experiment.

    Attributes:
        name: of the release.
        chinese: what it is, in Chinese.
        english: in English.
        kind: `day` or `hour`.
        data: what it is trained on.
        split: its chronological parts.
        network: its shape.
        fit: how it is fitted.
        seeds: one member for each.
        pretraining: what the members learn first, at other stations; nothing when left out.
        past: what verified past the release carries, to be a candidate of the combination from the first day;
            none when left out.
        calibration_bounds: last lead of each group of leads that share factors; usual groups when left out.
        licences: of the data.
        remarks: what a user must know of it.
    """

    name: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$")
    chinese: str
    english: str
    kind: Literal["day", "hour"]
    data: DataConfig
    split: SplitConfig = SplitConfig()
    network: NetworkConfig
    fit: FitConfig = FitConfig()
    seeds: tuple[NonNegativeInt, ...] = Field(default=(0, 1, 2, 3, 4), min_length=1)
    pretraining: PretrainingConfig | None = None
    past: PastConfig | None = None
    calibration_bounds: tuple[int, ...] = ()
    licences: tuple[DataLicence, ...] = ()
    remarks: tuple[Remark, ...] = ()

    @model_validator(mode="after")
    def _fits(self) -> ExperimentConfig:
        wanted = {"day": 1, "hour": 24}[self.kind]
        if self.network.windows.steps_per_day != wanted:
            raise ValueError(f"kind {self.kind!r} needs windows of {wanted} steps a day")
        if len(set(self.seeds)) != len(self.seeds):
            raise ValueError("each seed once")
        if self.past is not None and (self.kind == "hour" or self.network.sources is not None):
            raise ValueError("past: only for days, and for a network without sources, which leads alone")
        until = self.split.validate_until
        if self.past is not None and until is not None:
            begins = checked_day("past.begins", self.past.begins)
            if begins > checked_day("split.validate_until", until) + np.timedelta64(1, "D"):
                raise ValueError(
                    f"past.begins {self.past.begins}: expected before split.validate_until {until}"
                )
        return self

    @property
    def recipe(self) -> Recipe:
        """What is fitted, and how."""
        return Recipe(network=self.network, fit=self.fit, seeds=self.seeds)

    @property
    def conformal(self) -> ConformalConfig:
        """Choices of the calibration."""
        usual = DAY_LEADS if self.kind == "day" else HOUR_LEADS
        bounds = self.calibration_bounds or tuple(b for b in usual if b <= self.network.windows.horizon)
        return ConformalConfig(lead_bounds=bounds, issues_as_one=1 if self.kind == "day" else HOURS_AS_ONE)


@dataclass(frozen=True)
class Trained:
    """What came of an experiment.

    Attributes:
        ensemble: its members, and what they were fitted to.
        conformal: factors of their intervals.
        since: first instant of anything measured that they were fitted to.
        past: what the release is verified by before it was trained; None where none is wanted.
    """

    ensemble: Ensemble
    conformal: ConformalTable
    since: np.datetime64
    past: Past | None = None


def run_experiment(
    experiment: ExperimentConfig, panel: Panel, work: Path | None = None, device: str = "cpu",
    told: Callable[[int, dict[str, float]], None] = lambda _number, _entry: None,
    other: Panel | None = None,
) -> Trained:  # fmt: skip
    """Fit and calibrate.

    Args:
        experiment: what is wanted.
        panel: the series.
        work: folder of checkpoints; an experiment that was killed goes on from them.
        device: `cpu` or `cuda`.
        told: called with the number of the member and the entry of each epoch; names in those of fits for the
            past begin with `training.past.MARK`.
        other: stations that the members learn from first, where the experiment asks for it.

    Raises:
        ConfigurationError: when the record is too short for its parts, or other stations are missing.
        InputError: when a pollutant is hardly measured, or a checkpoint is of another experiment.
        ContractError: when windows would see what is not known at an issue.
    """
    data = data_of(experiment, panel)
    if experiment.past is not None:
        experiment.past.origins(panel.times, data.last_row)  # refused now rather than after the fit
    first = None
    if experiment.pretraining is not None:
        end = panel.times[data.parts.edges[1] - 1]
        first = first_weights(
            experiment.pretraining, experiment.recipe, in_time(experiment.pretraining, end, other),
            data.scales, Elsewhere(work, device, told),
        )  # fmt: skip
    ensemble = fit_ensemble(data, experiment.recipe, work, device, told, first)
    begins = panel.times[0] if first is None or other is None else min(panel.times[0], other.times[0])
    trained = Trained(ensemble, calibrate(ensemble, experiment.conformal, device), begins)
    if experiment.past is None:
        return trained
    how = Elsewhere(None if work is None else work / "past", device, marked(told))
    wanted = (experiment.recipe, experiment.pretraining)
    return replace(trained, past=past_of(experiment.past, wanted, panel, data.last_row, other, how))


def data_of(experiment: ExperimentConfig, panel: Panel) -> Data:
    """A panel with its parts and scales, checked to show nothing of the future."""
    windows = experiment.network.windows
    parts = split(panel, experiment.split, windows.horizon, min(windows.fine, len(panel.times) - 1))
    scales = fit_normalisation(panel, np.arange(parts.edges[0]))
    check_blind(panel, experiment.network, scales, parts.train)
    return Data(panel, parts, scales)


def resolved(experiment: ExperimentConfig) -> dict[str, Any]:
    """The whole configuration, as JSON."""
    return experiment.model_dump(mode="json")
