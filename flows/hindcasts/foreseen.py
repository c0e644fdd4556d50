"""What outer models had said at an issue of a hindcast, from where the daily run takes it.

Weather comes from the case's files, tags from the runs in the store. Whoever makes a hindcast later cannot
know that the files are those of the day; `Outer.document` says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from flows.case import IDEALISED
from flows.champion.panel import Foreseen
from flows.champion.tags import run_with_tags, tags_before, tags_in
from flows.hindcasts.physical import was_late
from flows.hindcasts.plan import HindcastPlan
from flows.transport import weather_step
from foundation.store import RunStore

if TYPE_CHECKING:
    from forecast.learned.forecaster import Forecaster

__all__ = ["Outer", "foreseen_at", "outer_of"]


@dataclass(frozen=True)
class Outer:
    """What a learned model finds beside measurements.

    Attributes:
        weather: whether it expects weather and the case names files of it.
        tagged: issues with a run whose tags it looks at, UTC.
    """

    weather: bool = False
    tagged: tuple[np.datetime64, ...] = ()

    def document(self, plan: HindcastPlan) -> dict[str, Any]:
        """As JSON; `perfect` says whether any of it may not have been known at its issue."""
        store = RunStore(str(plan.store))
        late = any(was_late(store, plan.case.domain, time) for time in self.tagged)
        return {
            "weather": self.weather, "tagged_issues": len(self.tagged), "perfect": self.weather or late
        }  # fmt: skip


def outer_of(plan: HindcastPlan, model: Forecaster) -> Outer:
    """What a learned model finds beside measurements in a hindcast.

    Measurements that are made up are made anew for every issue: no weather and no run is of their past.

    Args:
        plan: of the hindcast.
        model: the release.
    """
    if plan.case.observations.provider == IDEALISED:
        return Outer()
    weather = bool(model.scales.weather_names) and plan.case.weather is not None
    if model.network.sources is None or plan.store is None:
        return Outer(weather)
    return Outer(
        weather, tuple(time for time in plan.issues if run_with_tags(plan.day_plan(time, plan.store)))
    )


def foreseen_at(plan: HindcastPlan, outer: Outer, issue: np.datetime64, work: Path) -> tuple[Foreseen, ...]:
    """What outer models had said at an issue, this issue's last, as `flows.champion.products.foreseen_of`.

    Args:
        plan: of the hindcast.
        outer: what there is.
        issue: UTC.
        work: the work folder, which stands for a store where there is none.
    """
    day = plan.day_plan(issue, plan.store or str(work))
    weather = weather_step(day, lambda _: None).dataset if outer.weather else None
    folder = run_with_tags(day) if outer.tagged else None
    tags = None if folder is None else tags_in(folder)
    return (*(() if tags is None else tags_before(day)), Foreseen(issue, tags, weather))
