"""Footprints of a run: of any place on request, and of target regions and places in the daily run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch
import xarray as xr

from flows.adjoint import DrivenHours, TargetMeasures
from flows.budget import Budget, BudgetSpentError
from foundation.errors import BogdaError
from foundation.places import gazetteer
from foundation.provenance import Degradation
from foundation.times import DAY, HOUR, day_of_instant, instant_of_day
from sources.footprints.storage import FOOTPRINTS_FILE, write_footprints

if TYPE_CHECKING:
    from forecast.physical.restart import Restart
    from forecast.physical.run import Run
    from foundation.grids import Grid
    from sources.footprints.targets import Target

__all__ = ["FOOTPRINTS_FILE", "daily_targets", "explain", "region_footprints", "write_footprints"]

Progress = Callable[[int, int], None]
"""Told the hours done, on the way forward and back, and how many there are."""


@dataclass
class _Watch:
    """Counts hours of the sweep; may stop it by an exception of `told`."""

    told: Progress | None
    total: int
    done: int = 0

    def hours(self, count: int) -> None:
        """So many hours more are done."""
        self.done = min(self.done + count, self.total)
        if self.told is not None:
            self.told(self.done, self.total)


def explain(
    run: Run, start: Restart, targets: Sequence[Target], hours_together: int = 1,
    progress: Progress | None = None, most_bytes: int = 2**30,
) -> xr.Dataset:  # fmt: skip
    """Footprints and contributions of some means, back to the reference time of a run.

    Args:
        run: what drives the model.
        start: the corrected state at the reference time, by tag.
        targets: what is to be explained; within the run.
        hours_together: hours of emission to one map of sensitivity.
        progress: told how far it is, on the way forward and back.
        most_bytes: memory for hours of weather that are kept.

    Returns:
        A data set that keeps `FOOTPRINTS` and closes to 1e-4.

    Raises:
        InputError: when the weather does not reach the end of a mean.
        ContractError: when the footprint does not give the concentration back.
    """
    from atmosphere.transport.footprints import sweep_back
    from atmosphere.transport.model import TransportModel
    from forecast.physical.source_names import source_coordinates
    from sources.footprints.configuration import footprint_config, release_shares
    from sources.footprints.counties import county_shares
    from sources.footprints.product import Explained, footprint_dataset
    from sources.footprints.recording import FootprintRecorder

    last = min(run.driver.covered[1], run.reference_time + run.config.lead_hours * HOUR)
    for target in targets:
        target.check(run.reference_time, last)
    grid, layers = run.driver.grid, run.driver.emitter.layers
    count = int((max(target.end for target in targets) - run.reference_time) / HOUR)
    watch = _Watch(progress, 2 * count)
    hours = DrivenHours(run.driver, run.reference_time, count, most_bytes, each=watch.hours)
    releases, shares = release_shares(grid, layers, footprint_config().releases)
    recorder = FootprintRecorder(shares, count, hours_together)

    def each_hour(number: int, footprint: torch.Tensor) -> None:
        recorder.hour(number, footprint, hours.emissions(number))
        watch.hours(1)

    state = start.mixing_ratio[None].to(run.clean)
    model = TransportModel(
        run.config.longest_step_s, taken=start.steps_taken, device=_device(run.config.device)
    )
    measures = TargetMeasures(targets, hours, run.near_ground.weights)
    sweep = sweep_back(state, hours, measures, model, layers, each_hour)
    found = Explained(
        targets, sweep, recorder, state, source_coordinates(run.emissions), run.driver.table.names, grid,
        releases, run.reference_time,
    )  # fmt: skip
    made = footprint_dataset(found, county_shares(grid), synthetic=run.synthetic or start.synthetic)
    ground = run.driver.at(run.reference_time)[0].get("surface_height")
    return made if ground is None else made.assign(surface_height=(("y", "x"), ground.values, {"units": "m"}))


def _device(wanted: str) -> torch.device:
    from atmosphere.transport.moving import fastest_device

    return fastest_device() if wanted == "auto" else torch.device(wanted)


def daily_targets(grid: Grid, reference_time: np.datetime64, last: np.datetime64) -> list[Target]:
    """Means over the whole days after a reference time of the target regions and places that lie in a grid.

    Regions come first; places have fewer days, for the map of one that is pointed at.

    Args:
        grid: the model's grid.
        reference_time: of the run, UTC.
        last: its end; days that it does not hold to their end are left out, and regions of which the grid
            lacks a place: their contributions are not told either.
    """
    from sources.footprints.configuration import footprint_config
    from sources.footprints.targets import target_of

    daily = footprint_config().daily
    first = instant_of_day(day_of_instant(reference_time))
    first = first if first == reference_time else first + DAY
    days = [first + number * DAY for number in range(daily.days) if first + (number + 1) * DAY <= last]
    found = []
    for region in daily.regions:
        places = [gazetteer().place(name) for name in gazetteer().region(region).places]
        if all(grid.cell_of(place.lon, place.lat) is not None for place in places):
            found += [target_of(region, grid, daily.pollutant, "day", day) for day in days]
    inside = [one.id for one in gazetteer().places if grid.cell_of(one.lon, one.lat) is not None]
    first_days = days[: daily.place_days]
    return found + [
        target_of(name, grid, daily.pollutant, "day", day) for name in inside for day in first_days
    ]


def region_footprints(
    run: Run, start: Restart, budget: Budget, progress: Progress | None = None
) -> tuple[xr.Dataset | None, tuple[Degradation, ...]]:
    """Footprints of the target regions for the daily run, or a note on why there are none.

    It takes the time that `configs/sources/footprints.yaml` allows and what is left of the budget, whichever
    is less; a fault or too little time never stops the day.

    Args:
        run: what drove the model.
        start: the corrected state at the reference time, by tag (of one member).
        budget: what is left for the model.
        progress: told how far it is.
    """
    try:
        made = budget.spend(lambda: _of_regions(run, start, budget, progress))
    except BudgetSpentError as error:
        return None, (_left_out("超过时限，已放弃", error.what),)
    except Exception as error:  # noqa: BLE001 - the forecast must go out whatever fails here
        what = error.what if isinstance(error, BogdaError) else f"{type(error).__name__}: {error}"
        return None, (_left_out("计算未完成", what),)
    if made is None:
        chinese = "预报时段内没有完整的一天，或区域不在模式范围内"
        return None, (_left_out(chinese, "no whole day, or no target region in the grid"),)
    return made, ()


def _of_regions(run: Run, start: Restart, budget: Budget, progress: Progress | None) -> xr.Dataset | None:
    """Footprints of the daily targets; None where there is no target."""
    from sources.footprints.configuration import footprint_config

    daily = footprint_config().daily
    own = Budget(daily.minutes)

    def watched(done: int, total: int) -> None:
        own.check()
        budget.check()
        if progress is not None:
            progress(done, total)

    last = min(run.driver.covered[1], run.reference_time + run.config.lead_hours * HOUR)
    targets = daily_targets(run.driver.grid, run.reference_time, last)
    if not targets:
        return None
    return explain(run, start, targets, daily.hours_together, watched, daily.most_megabytes * 2**20)


def _left_out(chinese: str, english: str) -> Degradation:
    return Degradation(
        code="no-footprints",
        chinese=f"无目标区域足迹图（{chinese}）；预报和来源贡献不受影响。",
        english=f"No footprints of the target regions: {english}. The rest of the run is not affected.",
    )
