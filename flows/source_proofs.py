"""Proofs about sources on a whole run of the demonstration: closure, footprints, tags, measures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from flows.case import load_case
from flows.daily import steps_without_scheduler
from flows.footprint_proofs import footprint_proofs, hourly_proofs
from flows.plan import DayPlan
from flows.stored_run import Driven, open_run
from foundation.times import parse_reference_time

if TYPE_CHECKING:
    from atmosphere.transport.proofs.proof import Proof

__all__ = ["demonstration_run", "model_proofs", "run_proofs"]

Progress = Callable[[str], None]

_CASE = "demo"
_CUT, _CUT_HOURS, _ALONE_HOURS = 0.3, 72, 6
_BOUND = 0.05
_CLOSURE = 1e-9


def demonstration_run(store: str | Path, progress: Progress) -> Path:
    """A whole run of the demonstration in a store, made without a scheduler; its folder comes back."""
    case, folder = load_case(_CASE)
    plan = DayPlan(case, folder, parse_reference_time(str(case.reference_time)), str(store))
    return steps_without_scheduler(plan, progress)


def run_proofs(folder: str | Path, draws: int, advance: Progress) -> Iterator[Proof]:
    """Everything that a run with the transport model can prove.

    Args:
        folder: of the run.
        draws: of the twin experiment of the inversion.
        advance: told what is going on.

    Raises:
        BogdaError: when the run lacks something, or was made by another version.
    """
    from sources.inversion.proofs import inversion_proofs

    advance("driving the model again")
    driven, tags = open_run(folder).driven(), _tags(folder)
    yield from model_proofs(folder, driven, tags, advance)
    yield from hourly_proofs(driven, tags, advance)
    places = _measured_places(folder, tags)
    yield from inversion_proofs(tags, places, draws, lambda step: advance(f"inversion · {step}"))


def model_proofs(folder: str | Path, driven: Driven, tags: xr.Dataset, advance: Progress) -> Iterator[Proof]:
    """Closure, daily footprints, a tag alone, measures against a re-run.

    Args:
        folder: of the run.
        driven: what drives it.
        tags: its hourly contributions.
        advance: told what is going on.
    """
    yield _closure(folder)
    yield from footprint_proofs(folder, tags)
    advance("one tag alone")
    yield _alone(driven)
    advance("measures against a re-run")
    yield _measures(driven, tags)


def _measured_places(folder: str | Path, tags: xr.Dataset) -> list[str]:
    """Places with hourly measurements, of those that the model knows."""
    file = Path(folder) / "observations.nc"
    measured = xr.load_dataset(file, group="hour", engine="netcdf4")["place"].values
    return [str(place) for place in tags["place"].values if place in measured]


def _closure(folder: str | Path) -> Proof:
    from atmosphere.transport.proofs.proof import Proof
    from sources.tagging.runs import read_contributions

    read = read_contributions(folder)
    cells = sum(part["published"].notnull().sum().item() for part in read.parts.values())
    note = f"{cells} numbers: places and regions, days and hours, every pollutant"
    return Proof(
        "contributions against the published forecast", max(read.closure.values()), _CLOSURE, note=note
    )


def _alone(driven: Driven) -> Proof:
    """One tag carried with all the others, and with all of theirs taken away."""
    from atmosphere.transport.proofs.proof import Proof
    from sources.inversion.rescaling import rescaled

    start, names = driven.start, [str(name) for name in driven.run.emissions["source"].values]
    kept = names[len(names) // 2]
    others = {name: 0.0 for name in names if name != kept}
    mine = start.mixing_ratio.clone()
    mine[..., [name != kept for name in start.tags]] = 0.0
    together = _again(driven, driven.run.emissions, _ALONE_HOURS)
    quiet = replace(driven, start=replace(start, mixing_ratio=mine))
    alone = _again(quiet, rescaled(driven.run.emissions, others), _ALONE_HOURS)
    both = [one["contribution"].sel(source=kept).values for one in (together, alone)]
    value = float(np.abs(both[1] - both[0]).max() / both[0].max())
    return Proof("a tag alone against the same among others", value, 1e-6, note=f"{kept}, {_ALONE_HOURS} h")


def _measures(driven: Driven, tags: xr.Dataset) -> Proof:
    """A cut of every other source from the reference time on, by the tags and by the model run again."""
    from atmosphere.transport.proofs.proof import Proof
    from sources.inversion.rescaling import rescaled
    from sources.measures.configuration import measures_config
    from sources.measures.rerun import compare_with_rerun

    drivers, sources = measures_config().drivers, [str(name) for name in tags["source"].values]
    emitted = [str(name) for name in driven.run.emissions["source"].values]
    chosen, hours = emitted[::2], min(_CUT_HOURS, tags.sizes["lead_time"])
    share = np.array([_CUT if name in chosen else 0.0 for name in sources])
    rerun = _again(driven, rescaled(driven.run.emissions, dict.fromkeys(chosen, 1 - _CUT)), hours)
    before = tags.isel(lead_time=slice(0, hours))
    errors = compare_with_rerun(before, rerun, np.tile(share, (len(drivers.species), 1)), drivers)
    value = max(one["relative_error"] for one in errors.values())
    means = ", ".join(f"{name} {one['mean_decrease_rerun']:.3g}" for name, one in errors.items())
    note = f"{len(chosen)} sources cut by {100 * _CUT:.0f} %, {hours} h; mean decrease µg/m³: {means}"
    return Proof("measures against a re-run with cut emissions", value, _BOUND, note=note)


def _again(driven: Driven, emissions: xr.Dataset, hours: int) -> xr.Dataset:
    """Tags of the model run again from the corrected state, with other emissions."""
    from forecast.physical.run import Run

    run: Any = driven.run
    config = run.config.model_copy(update={"lead_hours": hours})
    again = Run.of([driven.weather], run.driver.grid, emissions, run.reference_time, config)
    tags: xr.Dataset = again.go(driven.start, None, None).recorder.tags(0)
    return tags


def _tags(folder: str | Path) -> xr.Dataset:
    from sources.tagging.runs import TAGS_FILE

    return xr.load_dataset(Path(folder) / TAGS_FILE, engine="netcdf4", decode_timedelta=True)
