"""What the transport model said, from the runs that lie in a store; missing runs are made where asked."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import xarray as xr

from flows.case import IDEALISED
from flows.hindcasts.plan import HindcastPlan
from flows.hindcasts.work import clock_rows
from flows.physical_products import PLACES_FILE
from forecast.history import History
from forecast.series import logarithm
from foundation.errors import ConfigurationError, InputError
from foundation.pollutants import pollutants_of
from foundation.store import MANIFEST, RunStore
from foundation.times import HOUR, day_of_hour, stamp

NAME = "tagged transport model"
"""Name of the physical model in scores, as manifests call it."""

_SAME_DAY = np.timedelta64(24, "h")


def make_missing_runs(plan: HindcastPlan, progress: Callable[[str], None]) -> int:
    """Make the runs of the issues that have none, oldest first, as each starts from those before it.

    Args:
        plan: of the hindcast; its store takes the runs.
        progress: told each step.

    Returns:
        How many were made.

    Raises:
        ConfigurationError: for idealised measurements, which are made up anew for every issue.
        BogdaError: when a run cannot be made.
    """
    from flows.daily import make_day

    if plan.case.observations.provider == IDEALISED:
        raise ConfigurationError(
            "--physical: idealised measurements are made up anew for every issue, nothing judges their past",
            where=f"case {plan.case.name}", remedy="Choose a case of real measurements",
        )  # fmt: skip
    store, made = RunStore(str(plan.store)), 0
    for issue in plan.issues:
        if store.filesystem.exists(_file(store, plan.case.domain, issue)):
            continue
        progress(f"physical runs · {np.datetime_as_string(issue, 'h')}")
        make_day(plan.day_plan(issue, str(plan.store)), lambda _: None)
        made += 1
    return made


def runs_held(plan: HindcastPlan) -> tuple[str, ...]:
    """Reference times, as folder names, of the runs of the case's domain with the physical model's series."""
    if plan.store is None or plan.case.observations.provider == IDEALISED:
        return ()
    store = RunStore(plan.store)
    found = store.filesystem.glob(f"{store.root}/runs/{plan.case.domain}/*/{PLACES_FILE}")
    names = sorted(str(path).rsplit("/", 2)[1] for path in found)
    return tuple(name for name in names if not name.startswith("."))


def physical_points(plan: HindcastPlan, history: History, places: tuple[str, ...]) -> tuple[np.ndarray, bool]:
    """Points of the physical model at the issues that have a run.

    Args:
        plan: of the hindcast.
        history: of any pollutant, for the issues of a clock time.
        places: ids.

    Returns:
        Logarithms of display units (issue, lead, place, pollutant) for the rows of the clock time, NaN
        without a run; and whether any run had weather that was not known at its issue.

    Raises:
        InputError: when a run cannot be read.
    """
    rows, names = clock_rows(history), pollutants_of(plan.averaging)
    points = np.full((len(rows), len(plan.leads), len(places), len(names)), np.nan)
    held, store, perfect = set(runs_held(plan)), RunStore(str(plan.store)), False
    for number, time in enumerate(history.times[rows]):
        if stamp(time) in held:
            series = _series(store, _file(store, plan.case.domain, time))
            points[number] = _points(series, time, plan, places)
            perfect = perfect or was_late(store, plan.case.domain, time)
    return points, perfect


def _file(store: RunStore, domain: str, time: np.datetime64) -> str:
    return f"{store.path(domain, time)}/{PLACES_FILE}"


def _series(store: RunStore, file: str) -> xr.DataArray:
    """Hourly means (lead_time, place, pollutant) of a run, kg m-3."""
    with tempfile.TemporaryDirectory(prefix="bogda-physical-") as folder:
        local = Path(folder) / PLACES_FILE
        try:
            store.filesystem.get_file(file, str(local))
            held = xr.load_dataset(local, engine="netcdf4", decode_timedelta=True)
            return held["concentration"].isel(reference_time=0)
        except (OSError, ValueError, KeyError, RuntimeError) as error:
            raise InputError(
                "cannot be read", where=file, remedy="Make the run again with bogda daily --again"
            ) from error


def _points(
    series: xr.DataArray, time: np.datetime64, plan: HindcastPlan, places: tuple[str, ...]
) -> np.ndarray:
    """Logarithms (lead, place, pollutant) at the leads judged."""
    names = pollutants_of(plan.averaging)
    values = series.reindex(place=list(places), pollutant=list(names))
    values = values.transpose("lead_time", "place", "pollutant")
    ends = time + values["lead_time"].values
    if plan.averaging == "hour":
        wanted = np.stack([_mean_of(values.values[ends == time + lead * HOUR], 1) for lead in plan.leads])
    else:
        first, days = day_of_hour(np.asarray(time)), day_of_hour(ends)
        wanted = np.stack([_mean_of(values.values[days == first + lead], 24) for lead in plan.leads])
    return np.stack([logarithm(wanted[..., n], name) for n, name in enumerate(names)], axis=-1)


def _mean_of(hours: np.ndarray, number: int) -> np.ndarray:
    """Mean of so many hours (hour, place, pollutant); NaN where there are fewer."""
    whole = len(hours) == number
    return np.asarray(hours.mean(axis=0) if whole else np.full(hours.shape[1:], np.nan))


def was_late(store: RunStore, domain: str, time: np.datetime64) -> bool:
    """Whether a run may have had weather that was not known at its issue.

    A run made on its day had nothing but forecasts; of one made later nobody knows, and it is marked.

    Args:
        store: with the run.
        domain: of the run.
        time: of its issue, UTC.
    """
    try:
        with store.filesystem.open(f"{store.path(domain, time)}/{MANIFEST}", "r", encoding="utf-8") as stream:
            created = np.datetime64(str(json.load(stream)["created"]).rstrip("Z"))
    except (OSError, ValueError, KeyError, TypeError):
        return True
    return bool(created >= time + _SAME_DAY)
