"""Where the published numbers come from, by place and by group of sources."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr

from consultation.page.faults import AbsentError
from consultation.page.library import Library
from consultation.page.reading.inspection import Run
from consultation.page.shapes import places as shapes
from consultation.page.views.forecasts import is_region
from consultation.page.views.places import pollutant_of
from consultation.page.views.writing import days, instants, number, numbers, shown_numbers
from foundation.pollutants import POLLUTANTS
from foundation.times import DAY
from sources.tagging.groups import Group, groups_of, sums_by
from sources.tagging.runs import CONTRIBUTIONS_FILE, GROUPS

__all__ = ["PartAsked", "contributions", "part_of_run", "sums_of", "valid_times"]

_VARIABLES = ("contribution", "valid_time", "sector", "region", "source_chinese", "source_english")
_NOT_EXPLAINED = "unattributed"


@dataclass(frozen=True)
class PartAsked:
    """Which contributions are meant.

    Attributes:
        kind: `day`, `region` or `hour`.
        place: one; all when None.
        pollutant: under the name of its averaging.
        by: `sector`, `region`, `nearness` or `source`.
    """

    kind: str
    pollutant: str
    by: str
    place: str | None = None

    @property
    def averaging(self) -> str:
        """`hour` or `day`."""
        return "hour" if self.kind == "hour" else "day"


def part_of_run(library: Library, run: Run, asked: PartAsked) -> xr.Dataset:
    """Contributions (lead_time, place, source) of one pollutant, kg m-3; nothing else is read.

    Raises:
        AbsentError: when the run has none.
    """
    group = GROUPS[asked.kind][0]
    selection = {"pollutant": asked.pollutant}
    found = library.read(run, CONTRIBUTIONS_FILE, group, _VARIABLES, selection)
    if "contribution" not in found or "sector" not in found.coords:
        raise AbsentError("本次运行没有来源贡献", "This run holds no contributions")
    found = found.isel(reference_time=0)
    if asked.place is None:
        return found
    if asked.place not in found["place"].values:
        raise AbsentError(f"没有 {asked.place} 的来源贡献", f"No contributions to {asked.place}")
    return found.sel(place=[asked.place])


def valid_times(part: xr.Dataset, run: Run, averaging: str) -> np.ndarray:
    """Starts of days, or ends of hours, UTC; lead times reach to the end of the step."""
    ends = run.reference_time + part["lead_time"].values
    return np.asarray(ends if averaging == "hour" else ends - DAY)


def sums_of(part: xr.Dataset, by: str) -> tuple[tuple[Group, ...], np.ndarray]:
    """The groups of sources, and their sums (group, lead_time, place), kg m-3."""
    groups = groups_of(part, by)
    return groups, np.asarray(sums_by(part, by).transpose("group", "lead_time", "place").values)


def contributions(library: Library, run: Run, name: str, query: dict[str, Any]) -> shapes.Contributions:
    """Contributions stacked over the published course of a place or region.

    Args:
        library: of the page.
        run: that published it.
        name: of the place or region.
        query: `pollutant`, `averaging` and `by`.
    """
    averaging, by = query["averaging"], query["by"]
    kind = "hour" if averaging == "hour" else "region" if is_region(name) else "day"
    asked = PartAsked(kind, pollutant_of(query["pollutant"], averaging), by, name)
    part = part_of_run(library, run, asked)
    groups, sums = sums_of(part, by)
    values = sums[:, :, 0]
    published = values.sum(axis=0)
    unexplained = (
        part["contribution"].isel(place=0).sel(source=part["region"] == _NOT_EXPLAINED).sum("source").values
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        explained = 1.0 - unexplained / np.where(published > 0, published, np.nan)
    valid = valid_times(part, run, averaging)
    return shapes.Contributions(
        place=name, pollutant=asked.pollutant, unit=POLLUTANTS[asked.pollutant].shown_unit,
        averaging=averaging, by=by, times=instants(valid), days=days(valid, averaging),
        published=shown_numbers(published, asked.pollutant), explained=numbers(explained, 3),
        groups=[
            _group(group, values[row], published, asked.pollutant) for row, group in enumerate(groups)
        ],
    )  # fmt: skip


def _group(group: Group, values: np.ndarray, published: np.ndarray, pollutant: str) -> shapes.Group:
    shown = shown_numbers(values, pollutant)
    known = np.isfinite(values) & np.isfinite(published)
    total = float(published[known].sum())
    mean = None if not known.any() else shown_numbers(values[known].mean(keepdims=True), pollutant)[0]
    share = None if total <= 0 else number(100.0 * values[known].sum() / total, 1)
    return shapes.Group(
        id=group.id, chinese=group.chinese, english=group.english, values=shown, mean=mean, share=share
    )
