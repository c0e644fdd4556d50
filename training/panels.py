"""From files to the panel that an experiment is trained on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

from forecast.learned.panel import Panel, panel_of
from forecast.series import day_history, hour_history
from foundation.errors import ConfigurationError, InputError
from foundation.places import gazetteer
from foundation.pollutants import pollutants_of
from foundation.times import DAY, day_of_instant, instant_of_day, parse_reference_time
from training.tag_series import TAGS_FILE, read_tags, tags_of_runs

if TYPE_CHECKING:
    from training.experiment import DataConfig, ExperimentConfig

CARRY_DAYS = 0
"""A network is told what is missing; nothing stands in for it."""


def panel_for(experiment: ExperimentConfig, folder: Path) -> Panel:
    """The panel of an experiment, with the tags of stored runs where it names them.

    Args:
        experiment: what is wanted.
        folder: from which relative paths are taken.

    Raises:
        ConfigurationError: when the data are not named, or a network looks at tags that nobody gives.
        InputError: when files are absent or unusable, or no run was issued at a step of the record.
    """
    data, sources = experiment.data, experiment.network.sources
    if (sources is None) != (data.tags is None):
        raise ConfigurationError(
            f"experiment {experiment.name}: network.sources and data.tags belong together",
            remedy="Give both for a forecast by sources, or neither",
        )
    panel = _without_tags(experiment, folder)
    return panel if data.tags is None else tags_of_runs(_runs(folder / data.tags), panel).on(panel)


def _runs(folder: Path) -> dict[str, xr.Dataset]:
    """Tags of the runs that lie in a folder, by the names of theirs."""
    found = sorted(file.parent for file in folder.glob(f"*/{TAGS_FILE}"))
    if not found:
        raise InputError(
            "no runs with tags here", where=str(folder),
            remedy="Name a folder under runs/ of a store whose runs were made with the transport model",
        )  # fmt: skip
    return {run.name: read_tags(run) for run in found}


def _without_tags(experiment: ExperimentConfig, folder: Path) -> Panel:
    data = experiment.data
    if data.dataset == "idealised":
        return idealised_panel(data, experiment.kind)
    if data.path is None:
        raise ConfigurationError(
            f"experiment {experiment.name}: no data are named",
            remedy="Give data: path in the YAML, or --data on the command line",
        )
    path = folder / data.path
    weather = None if data.weather is None else folder / data.weather
    if data.dataset == "uci-beijing":
        from training.uci_beijing import beijing_panel

        return beijing_panel(path, perfect_weather=data.perfect_weather)
    if data.dataset == "city-days":
        from training.city_days import city_panel

        weather = None if data.weather is None else path / data.weather
        return city_panel(path / data.files, weather, perfect_weather=data.perfect_weather)
    return measured_panel(path, data, experiment.kind)


def other_panel_for(experiment: ExperimentConfig, folder: Path, names: tuple[str, ...]) -> Panel | None:
    """Daily means of the stations that an experiment learns from first; None where it does not.

    Args:
        experiment: what is wanted.
        folder: from which relative paths are taken.
        names: weather variables that the network expects, of which nothing is known there.

    Raises:
        InputError: when files are absent or unusable.
    """
    wanted = experiment.pretraining
    if wanted is None:
        return None
    from training.city_days import beijing_days, without_weather

    until = instant_of_day(day_of_instant(parse_reference_time(wanted.until))) + DAY
    return without_weather(beijing_days(folder / str(experiment.data.path) / wanted.files, until), names)


def measured_panel(path: Path, data: DataConfig, kind: str) -> Panel:
    """Place means of a provider's files as a panel, by day or by hour.

    Raises:
        ConfigurationError: when hours are wanted of files that hold days, or weather, which such files lack.
        InputError: when files are absent or unusable, or a place is not among those measured.
    """
    from observations.providers import read

    if data.perfect_weather or data.weather is not None:
        raise ConfigurationError(
            "measurements alone hold no weather", remedy="Leave out data: weather and perfect_weather"
        )
    return _panel_of_stations(read(str(path), data.provider).dataset, data, kind)


def idealised_panel(data: DataConfig, kind: str) -> Panel:
    """Place means of the invented winter.

    Raises:
        ConfigurationError: when its last day is not named, or a file is.
        InputError: when that day is not in winter.
    """
    from observations.idealised import idealised_winter

    if data.until is None or data.path is not None or data.perfect_weather:
        raise ConfigurationError(
            "data: idealised takes `until`, a Beijing day from November to February, and no file",
            remedy='Write data: {dataset: idealised, until: "2026-11-20"}',
        )
    end = instant_of_day(day_of_instant(parse_reference_time(data.until))) + DAY
    return _panel_of_stations(idealised_winter(end), data, kind)


def _panel_of_stations(stations: xr.Dataset, data: DataConfig, kind: str) -> Panel:
    from observations.means import daily_means, place_means
    from observations.quality_control import quality_controlled

    places = place_means(quality_controlled(stations))
    if data.places:
        places = places.sel(place=_known(places, data.places))
    if kind == "hour" and places.attrs["averaging"] != "hour":
        raise ConfigurationError(
            "kind: hour needs hourly files, these hold days", remedy="Set kind: day and windows of days"
        )
    if kind == "day" and places.attrs["averaging"] == "hour":
        places = daily_means(places)
    return panel_of_means(places)


def panel_of_means(
    places: xr.Dataset, reference_time: np.datetime64 | None = None, positions: np.ndarray | None = None
) -> Panel:
    """Place means as a panel without weather; what is missing stays missing.

    Args:
        places: keeps `place_observations`.
        reference_time: last issue, UTC; after the last step measured when None.
        positions: (place, 2) longitude and latitude, degrees; of the gazetteer when None.
    """
    averaging = str(places.attrs["averaging"])
    last = places["time"].values[-1]
    end = reference_time if reference_time is not None else (last + DAY if averaging == "day" else last)
    make = day_history if averaging == "day" else hour_history
    histories = {name: make(places, name, end, carry=CARRY_DAYS) for name in pollutants_of(averaging)}
    panel = panel_of(histories, tuple(places["place"].values.astype(str)), positions)
    return replace(panel, times=panel.times.astype("datetime64[ns]"))


def _known(places: xr.Dataset, names: tuple[str, ...]) -> list[str]:
    wanted = [gazetteer().place(name).id for name in names]
    absent = [name for name in wanted if name not in places["place"].values]
    if absent:
        raise ConfigurationError(
            f"no measurements of {absent[0]}",
            remedy=f"Measured: {', '.join(map(str, places['place'].values))}",
        )
    return wanted
