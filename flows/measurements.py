"""First step of a day: the measurements known at the time of issue, flagged and averaged."""

from __future__ import annotations

import json
import tempfile
import uuid
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import xarray as xr

from flows.case import IDEALISED, CaseConfig, measurements_path
from forecast.series import known_before
from foundation.errors import InputError
from foundation.places import gazetteer
from foundation.provenance import InputRecord, record_input, versions
from foundation.store import fingerprint

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
        inputs: the files read.
        problems: rows that could not be used, one line each.
        provisional: whether days with fewer than 20 hours are used.
        absent: places asked for without any measurement.
    """

    daily: xr.Dataset
    hourly: xr.Dataset | None
    trailing: xr.Dataset | None
    inputs: tuple[InputRecord, ...]
    problems: tuple[str, ...]
    provisional: bool
    absent: tuple[str, ...]


def inputs_of(case: CaseConfig, folder: Path | None) -> tuple[InputRecord, ...]:
    """The files of a case with their hashes; none for idealised measurements."""
    if case.observations.provider == IDEALISED:
        return ()
    from observations.providers import files_of

    files = files_of(measurements_path(case, folder))
    return tuple(record_input(file, "observations") for file in files)


def average(
    case: CaseConfig, folder: Path | None, reference_time: np.datetime64, cache: Path | None = None
) -> Path:
    """Read and flag what was measured before the time of issue, average it over places, keep it.

    Args:
        case: the case.
        folder: folder of its file, if it is one of the user's own.
        reference_time: time of issue, UTC.
        cache: folder for the result; a temporary one when None.

    Returns:
        A NetCDF file with place means and, as attributes, inputs and problems.

    Raises:
        InputError: when nothing usable was measured by then.
    """
    from observations.means import place_means
    from observations.quality_control import quality_controlled

    target = cached_file(case, folder, reference_time, cache)
    stations, problems = _stations(case, folder, reference_time)
    places = place_means(quality_controlled(known_before(stations, reference_time)))
    inputs = [record.model_dump() for record in inputs_of(case, folder)]
    kept = places.assign_attrs(problems=json.dumps(problems), inputs=json.dumps(inputs))
    beside = target.with_name(f".{target.name}.{uuid.uuid4().hex[:8]}")
    try:
        kept.to_netcdf(beside)
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)
    _prune(target.parent)
    return target


def cached_file(
    case: CaseConfig, folder: Path | None, reference_time: np.datetime64, cache: Path | None
) -> Path:
    """Where the place means of a case lie; the name changes with inputs, rules and versions."""
    from observations.quality_control import quality_control_config

    place = cache if cache is not None else Path(tempfile.mkdtemp(prefix="bogda-cache-"))
    place.mkdir(parents=True, exist_ok=True)
    key = fingerprint(
        {
            "observations": case.observations.model_dump(), "reference_time": str(reference_time),
            "inputs": [record.sha256 for record in inputs_of(case, folder)],
            "rules": quality_control_config().model_dump(mode="json"), "versions": versions(),
        }
    )  # fmt: skip
    return place / f"measurements-{key[:16]}.nc"


def _prune(cache: Path) -> None:
    """Keep the files used last."""
    files = sorted(cache.glob("measurements-*.nc"), key=lambda file: file.stat().st_mtime)
    for old in files[:-KEPT_FILES]:
        old.unlink(missing_ok=True)


def arrange(averaged: Path, case: CaseConfig, reference_time: np.datetime64) -> Measurements:
    """Days, hours and 24 h means out of averaged place means.

    Args:
        averaged: file written by `average`.
        case: the case; decides the places.
        reference_time: time of issue, UTC.

    Raises:
        InputError: when none of the places asked for was measured.
    """
    from observations.means import daily_means, trailing_means

    with xr.open_dataset(averaged) as file:
        places = file.load()
    problems = tuple(json.loads(places.attrs.pop("problems")))
    inputs = tuple(InputRecord(**record) for record in json.loads(places.attrs.pop("inputs")))
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
        return Measurements(places, None, None, inputs, problems, provisional=False, absent=absent)
    whole = daily_means(places)
    provisional = int(whole["pm25"].notnull().any("place").sum()) < ENOUGH_DAYS
    days = daily_means(places, provisional=True) if provisional else whole
    trailing = trailing_means(places, minimum=1 if provisional else 20)
    days = known_before(days, reference_time)
    return Measurements(days, places, trailing, inputs, problems, provisional, absent)


def _stations(
    case: CaseConfig, folder: Path | None, reference_time: np.datetime64
) -> tuple[xr.Dataset, tuple[str, ...]]:
    if case.observations.provider == IDEALISED:
        from observations.idealised import idealised_winter

        return idealised_winter(reference_time), ()
    from observations.providers import read

    reading = read(measurements_path(case, folder), case.observations.provider)
    return reading.dataset, tuple(str(problem) for problem in reading.problems)
