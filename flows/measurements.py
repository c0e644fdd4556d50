"""First step of a day: the measurements known at the time of issue, flagged and averaged."""

from __future__ import annotations

import json
import tempfile
import uuid
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import xarray as xr

from flows.case import IDEALISED, CaseConfig, measurements_path
from flows.plan import DayPlan, cache_folder
from forecast.series import known_before
from foundation.errors import InputError
from foundation.places import gazetteer
from foundation.provenance import InputRecord, versions
from foundation.store import fingerprint

LAST_HOURS = 24
"""Hours before the time of issue of which the values of single stations are kept."""

KEPT_FILES = 20
"""Averaged measurements kept in a cache."""

ENOUGH_DAYS = 10
"""Whole days below which days with fewer hours are used too."""


@dataclass(frozen=True)
class Measurements:
    """What was measured and known at the time of issue.

    Attributes:
        daily: place means by day.
        hourly: place means by hour; None when the case has daily files.
        trailing: 24 h means by hour; None when the case has daily files.
        stations: flagged measurements of the last hours; None when the case has daily files.
        inputs: the files read.
        problems: rows that could not be used, one line each.
        provisional: whether days with fewer than 20 hours are used.
        absent: places asked for without any measurement.
    """

    daily: xr.Dataset
    hourly: xr.Dataset | None
    trailing: xr.Dataset | None
    stations: xr.Dataset | None
    inputs: tuple[InputRecord, ...]
    problems: tuple[str, ...]
    provisional: bool
    absent: tuple[str, ...]

    @cached_property
    def split(self) -> xr.Dataset | None:
        """Hourly PM10 and PM2.5 of places as dust and the rest (`split_dust`); None without hours."""
        if self.hourly is None:
            return None
        from observations.dust.split import split_dust

        return split_dust(self.hourly)


def average(plan: DayPlan) -> Path:
    """Read and flag what was measured before the time of issue, average it over places, keep it.

    Args:
        plan: the run; the result lies in the cache of its store, or in a temporary folder.

    Returns:
        A NetCDF file with place means and, as attributes, inputs and problems.

    Raises:
        InputError: when nothing usable was measured by then.
    """
    from observations.means import place_means
    from observations.quality_control import quality_controlled

    target = cached_file(plan)
    stations, problems = _stations(plan.case, plan.folder, plan.reference_time)
    flagged = quality_controlled(known_before(stations, plan.reference_time))
    kept = place_means(flagged).assign_attrs(problems=json.dumps(problems))
    beside = target.with_name(f".{target.name}.{uuid.uuid4().hex[:8]}")
    try:
        kept.to_netcdf(beside)
        if flagged.attrs["averaging"] == "hour":
            flagged.isel(time=slice(-LAST_HOURS, None)).to_netcdf(beside, mode="a", group="stations")
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)
    _prune(target.parent)
    return target


def cached_file(plan: DayPlan) -> Path:
    """Where the place means of a case lie; the name changes with inputs, rules and versions."""
    from observations.quality_control import quality_control_config

    cache = cache_folder(plan)
    place = cache if cache is not None else Path(tempfile.mkdtemp(prefix="bogda-cache-"))
    place.mkdir(parents=True, exist_ok=True)
    key = fingerprint(
        {
            "observations": plan.case.observations.model_dump(), "reference_time": str(plan.reference_time),
            "station_hours": LAST_HOURS,
            "inputs": [record.sha256 for record in plan.measured_inputs],
            "rules": quality_control_config().model_dump(mode="json"), "versions": versions(),
        }
    )  # fmt: skip
    return place / f"measurements-{key[:16]}.nc"


def _prune(cache: Path) -> None:
    """Keep the files used last."""
    files = sorted(cache.glob("measurements-*.nc"), key=lambda file: file.stat().st_mtime)
    for old in files[:-KEPT_FILES]:
        old.unlink(missing_ok=True)


def arrange(averaged: Path, plan: DayPlan) -> Measurements:
    """Days, hours and 24 h means out of averaged place means.

    Args:
        averaged: file written by `average`.
        plan: the run; its case decides the places.

    Raises:
        InputError: when none of the places asked for was measured.
    """
    from observations.means import daily_means, trailing_means

    with xr.open_dataset(averaged) as file:
        places = file.load()
    problems = tuple(json.loads(places.attrs.pop("problems")))
    case, inputs = plan.case, plan.measured_inputs
    wanted = [gazetteer().place(name).id for name in case.places]
    absent = tuple(name for name in wanted if name not in places["place"].values)
    if wanted and len(absent) == len(wanted):
        raise InputError(
            f"none of the places was measured: {', '.join(wanted)}", where=f"case {case.name}",
            remedy="Add measurements or correct `places`",
        )  # fmt: skip
    if wanted:
        places = places.sel(place=[name for name in wanted if name not in absent])
    if places.attrs["averaging"] == "day":
        return Measurements(places, None, None, None, inputs, problems, provisional=False, absent=absent)
    whole = daily_means(places)
    provisional = int(whole["pm25"].notnull().any("place").sum()) < ENOUGH_DAYS
    days = daily_means(places, provisional=True) if provisional else whole
    trailing = trailing_means(places, minimum=1 if provisional else 20)
    days = known_before(days, plan.reference_time)
    stations = xr.load_dataset(averaged, group="stations")
    return Measurements(days, places, trailing, stations, inputs, problems, provisional, absent)


def _stations(
    case: CaseConfig, folder: Path | None, reference_time: np.datetime64
) -> tuple[xr.Dataset, tuple[str, ...]]:
    if case.observations.provider == IDEALISED:
        from observations.idealised import idealised_winter

        return idealised_winter(reference_time), ()
    from observations.providers import read

    reading = read(measurements_path(case, folder), case.observations.provider)
    return reading.dataset, tuple(str(problem) for problem in reading.problems)
