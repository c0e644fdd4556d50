"""Hindcasts: the forecasts of a period made again, each with what was known at its issue.

The work lies in a folder beside the file to be written, part by part; a hindcast that was stopped goes on
from the parts that are there, as long as it is asked for the same from the same inputs.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import xarray as xr

from flows.hindcasts.learned import check_honest, outer_found
from flows.hindcasts.parts import Part
from flows.hindcasts.physical import make_missing_runs, runs_held
from flows.hindcasts.plan import HindcastPlan
from flows.hindcasts.record import attributes_of, joined_parts, write_hindcast
from flows.hindcasts.scheduler import check_dask, make_parts
from flows.hindcasts.work import MEASURED_FILE, PLAN_FILE, TRAILING, mark_of, work_folder
from flows.measurements import arrange, average
from foundation.errors import BogdaError, InputError, RunError
from foundation.pollutants import pollutants_of
from foundation.store import write_text_atomically
from foundation.times import shown

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Made:
    """A hindcast that was written.

    Attributes:
        path: the file.
        parts: number of parts.
        found: how many of them an earlier, stopped hindcast had left.
        scheduler: whether Prefect ran them.
        physical_runs: runs of the physical model made for it.
        models: names of the models in it.
    """

    path: Path
    parts: int
    found: int
    scheduler: bool
    physical_runs: int
    models: tuple[str, ...]


def make_hindcast(
    plan: HindcastPlan, out: Path, *, dask: str | None = None, progress: Progress = lambda _: None
) -> Made:
    """Make a hindcast and write it.

    Args:
        plan: which forecasts.
        out: NetCDF file; keeps `forecast.verification.hindcast.HINDCAST`.
        dask: address of a Dask scheduler, `local`, or None for threads.
        progress: told each step.

    Raises:
        ConfigurationError: when the plan asks for what does not fit together.
        InputError: when nothing was measured at the times judged.
        RunError: when the file cannot be written.
    """
    check_dask(dask)
    plan = plan.checked()
    learned = check_honest(plan)
    made_runs = 0
    if plan.physical:
        made_runs = make_missing_runs(plan, progress)
    progress("measurements")
    held, outer = runs_held(plan), outer_found(plan)
    learned = {name: told | {"outer": outer[name]} for name, told in learned.items()}
    work = _prepared(plan, out, {"learned": learned, "runs": held})
    stages = _stages(plan, physical=bool(held))
    every = [part for stage in stages for part in stage]
    found = sum((work / part.file).exists() for part in every)
    progress("parts")
    scheduler = make_parts(work, stages, dask, progress)
    progress("joining")
    joined = joined_parts(work, stages[-1]).assign_attrs(attributes_of(plan, work, learned))
    write_hindcast(joined, out)
    shutil.rmtree(work, ignore_errors=True)
    models = tuple(map(str, joined["model"].values))
    return Made(out, len(every), found, scheduler, made_runs, models)


def _prepared(plan: HindcastPlan, out: Path, further: dict[str, Any]) -> Path:
    """The work folder with plan and measurements; what another hindcast left there goes."""
    work, mark = work_folder(out), plan.fingerprint(further)
    try:
        if mark_of(work) != mark:
            shutil.rmtree(work, ignore_errors=True)
            work.mkdir(parents=True)
            _measure(plan, work)
            told = {"fingerprint": mark, "plan": plan.document()}
            write_text_atomically(work / PLAN_FILE, json.dumps(told, ensure_ascii=False, indent=1))
    except BogdaError:
        shutil.rmtree(work, ignore_errors=True)
        raise
    except OSError as error:
        raise RunError(
            f"cannot write: {error.strerror or error}",
            where=str(work),
            remedy="Name a file in another folder",
        ) from error
    return work


def _measure(plan: HindcastPlan, work: Path) -> None:
    """Read what was measured up to the end of what is judged, averaged over places."""
    end = max(plan.end(clock) for clock in plan.clocks)
    day = plan.day_plan(end, str(work))
    measured = arrange(average(day), day)
    if plan.averaging == "hour" and measured.hourly is None:
        raise InputError(
            "the measurements are daily", where=f"case {plan.case.name}", remedy="Give --averaging day"
        )
    series = measured.daily if measured.hourly is None or plan.averaging == "day" else measured.hourly
    if series["time"].values[0] >= plan.first:
        raise InputError(
            f"--from {shown(plan.first)}: the first measurement is of {shown(series['time'].values[0])}",
            remedy="Choose a later first issue",
        )
    kept = work / f".{MEASURED_FILE}"
    series.to_netcdf(kept)
    trailing = measured.trailing if measured.trailing is not None else xr.Dataset()
    trailing.to_netcdf(kept, mode="a", group=TRAILING)
    kept.replace(work / MEASURED_FILE)


def _stages(plan: HindcastPlan, *, physical: bool) -> list[list[Part]]:
    """Points first, then the issues."""
    clocks = [clock for clock in plan.clocks if len(plan.issues_at(clock))]
    points = [Part("points", clock, name) for clock in clocks for name in pollutants_of(plan.averaging)]
    if physical:
        points = [*(Part("physical", clock) for clock in clocks), *points]
    issues = [Part("issues", clock, number=n) for clock in clocks for n in range(len(plan.parts(clock)))]
    return [points, issues]
