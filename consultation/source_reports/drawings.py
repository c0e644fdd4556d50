"""The charts of a report: for each receptor by day, by sector and by region, and for some by hour."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr

from consultation.source_reports.charts import Stack, stack_chart
from consultation.source_reports.configuration import SourceReportsConfig
from consultation.source_reports.material import Material
from foundation.times import DAY, HOUR, instant_of_day
from foundation.units import to_display
from sources.tagging.figures.colours import colours_of
from sources.tagging.groups import groups_of, receptor_names, sums_by
from sources.tagging.means import step_bounds

__all__ = ["Drawing", "drawings_of"]


@dataclass(frozen=True)
class Drawing:
    """A chart with its names."""

    receptor: str
    chinese: str
    english: str
    by: str
    averaging: str
    svg: str


def drawings_of(material: Material, document: dict[str, Any], config: SourceReportsConfig) -> list[Drawing]:
    """All charts: each receptor by day, and the chosen places by hour.

    Args:
        material: of the report.
        document: as `document.compose_document` gives it, for the stages.
        config: which places by hour.
    """
    stages = {region["id"]: region["stages"] for region in document["regions"]}
    drawn = []
    for number, one in enumerate(document["receptors"]):
        if one["published"] is None:
            continue
        for by in ("sector", "region"):
            part = material.daily.sel(place=[one["id"]])
            drawn.append(_drawing(material, part, by, f"d{by[0]}{number}", stages.get(one["id"], []), config))
    if material.hourly is None:
        return drawn
    held = set(map(str, material.hourly["place"].values))
    for number, name in enumerate(name for name in config.hourly_places if name in held):
        part = material.hourly.sel(place=[name])
        if bool(part["published"].sel(pollutant=config.pollutant).notnull().any()):
            drawn.append(_drawing(material, part, "sector", f"h{number}", [], config))
    return drawn


def _drawing(
    material: Material,
    part: xr.Dataset,
    by: str,
    name: str,
    stages: list[dict[str, Any]],
    config: SourceReportsConfig,
) -> Drawing:
    receptor = str(part["place"].values[0])
    averaging = str(part.attrs["averaging"])
    single = part.sel(pollutant=config.pollutant)
    groups = groups_of(single, by)
    starts, ends = step_bounds(single)
    past = _measured(material, receptor, averaging, config.pollutant)
    values = sums_by(single, by).isel(place=0).transpose("time", "group").values
    stack = Stack(
        label=f"{receptor} by {by}, {averaging}", starts=starts, ends=ends,
        values=np.asarray(to_display(values, config.pollutant)), colours=tuple(colours_of(groups)),
        hatched=tuple(group.id == "unattributed" for group in groups),
        published=np.asarray(to_display(single["published"].isel(place=0).values, config.pollutant)),
        measured_starts=past[0], measured_ends=past[1], measured=past[2],
        stages=tuple(
            (stage["id"], instant_of_day(np.datetime64(stage["first"])),
             instant_of_day(np.datetime64(stage["last"])) + DAY)
            for stage in stages
        ),
        issued=material.issued, synthetic=material.synthetic,
    )  # fmt: skip
    names = receptor_names(receptor)
    return Drawing(receptor, names.chinese, names.english, by, averaging, stack_chart(stack, name))


def _measured(
    material: Material, receptor: str, averaging: str, pollutant: str
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Starts, ends and values of what was measured in the period."""
    empty = np.empty(0, dtype="datetime64[ns]")
    held = material.measured.get(averaging)
    if held is None or receptor not in held["place"].values or pollutant not in held:
        return empty, empty, np.empty(0)
    recent = held[pollutant].sel(place=receptor)
    times = recent["time"].values.astype("datetime64[ns]")
    starts, ends = (times, times + DAY) if averaging == "day" else (times - HOUR, times)
    inside = (starts >= instant_of_day(material.first)) & (ends <= instant_of_day(material.last) + DAY)
    return starts[inside], ends[inside], np.asarray(to_display(recent.values[inside], pollutant))
