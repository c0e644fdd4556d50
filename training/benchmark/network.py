"""What a learned network says on the benchmark: the ensemble, and each of its members by itself."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from forecast.calibration.conformal import ConformalTable
from forecast.learned import NAME
from forecast.learned.configuration import NetworkConfig
from forecast.learned.ensemble import ask
from forecast.learned.forecaster import Forecaster
from forecast.learned.network import Network
from forecast.learned.normalisation import Normalisation
from forecast.learned.panel import Panel
from forecast.learned.situations import flags_of
from forecast.learned.windows import Cutter
from foundation.errors import ContractError
from foundation.times import iso_utc
from training.benchmark.configuration import IntervalsConfig
from training.benchmark.intervals import followed
from training.benchmark.scores import Entry, mean_of_quantiles
from training.experiment import ExperimentConfig, run_experiment
from training.uci_beijing import Protocol

MEMBER = f"{NAME}, seed "
"""What the name of a single member begins with."""

FIXED = f"{NAME}, fixed intervals"
"""Name of the ensemble with the intervals of its release."""

_ISSUES_AT_ONCE = 250

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Learned:
    """A trained ensemble, wherever it comes from.

    Attributes:
        networks: its members.
        shape: of every member.
        scales: of its inputs.
        conformal: calibration of its intervals; None where it has none.
        seeds: one for each member.
        stations: trained on.
        perfect_weather: whether it is given the weather as it was measured.
        seconds: processor time of the training; None where it was read.
    """

    networks: list[Network]
    shape: NetworkConfig
    scales: Normalisation
    conformal: ConformalTable | None
    seeds: tuple[int, ...]
    stations: tuple[str, ...]
    perfect_weather: bool
    seconds: float | None = None


def released(folder: str | Path, protocol: Protocol, device: str = "cpu") -> Learned:
    """The ensemble of a release.

    Args:
        folder: of the release.
        protocol: what is judged.
        device: `cpu` or `cuda`.

    Raises:
        InputError: when it is absent or damaged.
        ContractError: when it is for days, or saw something of the judged hours in training.
    """
    forecaster = Forecaster.read(folder, device)
    document = forecaster.document
    if document.kind != "hour":
        raise ContractError("expected a release for hours, got one for days", where=str(folder))
    first = protocol.panel.times[protocol.judged_from]
    if forecaster.trained_until >= first:
        begin = iso_utc(first)
        raise ContractError(
            f"trained until {document.trained_until}; the judged hours begin at {begin}",
            where=str(folder), remedy="Judge a release that was trained on what came before",
        )  # fmt: skip
    if document.weather_ahead and not document.perfect_weather:
        raise ContractError("expects a weather forecast, which the data set does not hold", where=str(folder))
    return Learned(
        forecaster.members, forecaster.network, forecaster.scales, forecaster.conformal, document.seeds,
        document.training_stations, document.perfect_weather,
    )  # fmt: skip


def trained(
    experiment: ExperimentConfig, panel: Panel, work: Path | None, device: str, progress: Progress
) -> Learned:
    """An ensemble trained now.

    Args:
        experiment: what is trained, and how.
        panel: the series, with the weather ahead where the experiment wants it perfect.
        work: folder of checkpoints, from which a training that was killed goes on; None keeps none.
        device: `cpu` or `cuda`.
        progress: called after each epoch.
    """
    begun = time.process_time()
    made = run_experiment(
        experiment, panel, work, device,
        lambda number, entry: progress(
            f"training · member {number + 1} of {len(experiment.seeds)}, epoch {entry['epoch'] + 1:.0f}, "
            + ", ".join(f"{name} {value:.4f}" for name, value in entry.items() if name != "epoch")
        ),
    )  # fmt: skip
    return Learned(
        made.ensemble.networks(device), experiment.network, made.ensemble.data.scales, made.conformal,
        experiment.seeds, panel.stations, experiment.data.perfect_weather, time.process_time() - begun,
    )  # fmt: skip


def network_entries(
    learned: Learned, protocol: Protocol, config: IntervalsConfig, progress: Progress
) -> list[Entry]:
    """The ensemble with intervals that follow its outcomes, with those of the release, and each member.

    Medians and means are those of the release in both: what follows is the spread.

    Args:
        learned: the ensemble.
        protocol: what is judged; with the weather ahead where the ensemble wants it perfect.
        config: how intervals follow outcomes.
        progress: called as the issues go by.

    Raises:
        ContractError: when the panel has other pollutants or weather, or a lead is beyond the horizon.
    """
    shape, leads = learned.shape, protocol.leads
    if int(leads.max()) > shape.windows.horizon:
        raise ContractError(
            f"lead {leads.max()} h is beyond the horizon of the network, {shape.windows.horizon} h"
        )
    begun = time.process_time()
    cutter = Cutter(protocol.panel, shape.windows, learned.scales, shape.sources)
    parts = []
    for first in range(0, len(protocol.issues), _ISSUES_AT_ONCE):
        progress(f"{NAME} · {first} of {len(protocol.issues)} issues")
        parts.append(_of_members(learned, cutter, protocol.issues[first : first + _ISSUES_AT_ONCE], leads))
    members = np.concatenate([part[0] for part in parts], axis=1)
    ensemble = np.concatenate([part[1] for part in parts])
    seconds = time.process_time() - begun + (learned.seconds or 0.0)
    fixed = _entry(FIXED, ensemble, learned)
    following = followed(ensemble, shape.levels, protocol, config)
    entries = [replace(fixed, model=NAME, quantiles=following, seconds=seconds), fixed]
    if len(learned.seeds) > 1:
        of_seeds = zip(learned.seeds, members, strict=True)
        entries += [_entry(f"{MEMBER}{seed}", said, learned) for seed, said in of_seeds]
    return entries


def _of_members(
    learned: Learned, cutter: Cutter, issues: np.ndarray, leads: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """PM2.5 quantiles of each member (member, issue, lead, station, level), and of all, calibrated."""
    device = next(learned.networks[0].parameters()).device
    every = np.stack(
        [ask([network], cutter, issues, leads, device).quantiles for network in learned.networks]
    )
    together = every.mean(axis=0)
    if learned.conformal is not None:
        flags = flags_of(cutter.panel, issues, leads, learned.stations, expects_ahead=learned.perfect_weather)
        together = learned.conformal.apply(together, leads, flags)
    return every[..., 0, :], together[..., 0, :]


def _entry(name: str, quantiles: np.ndarray, learned: Learned) -> Entry:
    levels = learned.shape.levels
    median, mean = quantiles[..., levels.index(0.5)], mean_of_quantiles(quantiles, levels)
    return Entry(name, learned.perfect_weather, median, mean, quantiles, levels)
