"""Bars of one footprint: regions by sector, what was in the air already, and when the rest was emitted."""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr

from atmosphere.meteorology.figures.lettering import chinese_font, words
from emissions_inventory.labels import source_labels
from foundation.pollutants import POLLUTANTS
from foundation.times import BEIJING_OFFSET
from foundation.units import si_factor
from sources.tagging.figures.colours import colours_of
from sources.tagging.groups import Group

__all__ = ["draw_bars", "draw_hours"]

_CARRIED, _FLOWED, _GRID = "#c9ced2", "#8a949c", "#dde2e6"
_HEIGHT = 0.62
_MOST_TICKS = 6


def draw_bars(axes: Any, one: xr.Dataset) -> None:
    """A bar for each region, divided by sector; the part that was in the air at the reference time is grey.

    Args:
        axes: to draw on.
        one: footprints of one receptor.
    """
    scale = _scale(one)
    emitted, carried = (one["contribution"] - one["carried_over"]) / scale, one["carried_over"] / scale
    names = _region_names()
    rows = np.arange(len(names))
    left = np.zeros(len(names))
    for values, style in _sector_parts(emitted, list(names)):
        axes.barh(rows, values, left=left, height=_HEIGHT, **style)
        left += values
    where = _of(one, "region")
    before = np.array([float(carried.values[where == region].sum()) for region in names])
    axes.barh(
        rows, before, left=np.where(before > 0, left, 0.0), height=_HEIGHT, color=_CARRIED, hatch="////",
        edgecolor="white", label=words("起报时已在空中", "in the air at the start"),
    )  # fmt: skip
    ends = np.maximum(left, 0.0) + np.maximum(before, 0.0)
    for row, (end, total) in enumerate(zip(ends, left + before, strict=True)):
        text = f"{max(total, 0.0) if total > -0.05 else total:.1f}"
        axes.annotate(text, (end, row), (3, 0), textcoords="offset points", va="center", fontsize=8)
    axes.set_yticks(rows, list(names.values()), fontsize=8)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.set_xlim(min(1.3 * float(before.min()), 0.0), 1.15 * float(ends.max()))
    _finish(axes, "x", POLLUTANTS[str(one["pollutant"].values)].shown_unit)
    axes.set_title(words("来源地区与行业", "regions and sectors"), fontsize=9.5)
    axes.legend(frameon=False, fontsize=7.5, ncols=2, loc="upper left", bbox_to_anchor=(-0.32, -0.15),
                columnspacing=1.2, labelspacing=0.3)  # fmt: skip


def draw_hours(axes: Any, one: xr.Dataset) -> None:
    """When it was emitted, by region, in Beijing time.

    Args:
        axes: to draw on.
        one: footprints of one receptor.
    """
    starts, ends = (one[name].values + BEIJING_OFFSET for name in ("emission_start", "emission_end"))
    held = one["emission_start"].values < one["mean_end"].values
    ends = np.minimum(ends, one["mean_end"].values + BEIJING_OFFSET)
    hours = (ends - starts)[held] / np.timedelta64(1, "h")
    parts = one["emitted_contribution"].values[held] / _scale(one) / hours[:, None]
    bottom = np.zeros(len(hours))
    groups = source_labels().region_groups
    for group, colour in zip(
        groups, colours_of([Group(g.id, g.chinese, g.english) for g in groups]), strict=True
    ):
        values = parts[:, _of(one, "region") == group.id].sum(1)
        axes.bar(starts[held], values, (ends - starts)[held], bottom=bottom, align="edge", color=colour,
                 label=group.chinese if chinese_font() else group.english)  # fmt: skip
        bottom += values
    ticks = starts[held][:: -(-len(hours) // _MOST_TICKS)]
    axes.set_xticks(ticks, [str(tick.astype("datetime64[m]"))[5:].replace("T", "\n") for tick in ticks])
    axes.set_xlim(starts[held][0], ends[held][-1])
    axes.set_ylim(0, 1.08 * max(float(bottom.max()), 1e-12))
    _finish(axes, "y", f"{POLLUTANTS[str(one['pollutant'].values)].shown_unit} / h")
    axes.tick_params(axis="x", labelsize=7.5)
    axes.set_title(words("何时排放（北京时）", "when it was emitted"), fontsize=9.5)
    axes.legend(frameon=False, fontsize=7.5, loc="upper left", labelspacing=0.25)


def _sector_parts(emitted: xr.DataArray, regions: list[str]) -> list[tuple[np.ndarray, dict[str, str]]]:
    """Values of the regions for each sector, and last what flowed in, with colour and label."""
    sectors = [*source_labels().sector_groups, source_labels().whole]
    colours = colours_of([Group(one.id, one.chinese, one.english) for one in sectors])
    mine, where = _of(emitted, "sector"), _of(emitted, "region")

    def values(names: list[str]) -> np.ndarray:
        chosen = [(mine == sector) & (where == region) for sector, region in zip(names, regions, strict=True)]
        return np.array([float(emitted.values[one].sum()) for one in chosen])

    parts = [
        (
            values([sector.id] * len(regions)),
            {"color": colour, "label": words(sector.chinese, sector.english)},
        )
        for sector, colour in zip(sectors, colours, strict=True)
    ]
    return [*parts, (values(regions), {"color": _FLOWED, "label": words("流入", "flowed in")})]


def _region_names() -> dict[str, str]:
    """Names of the regions by id, Chinese above English, and of what is no region."""
    found = {group.id: (group.chinese, group.english) for group in source_labels().region_groups}
    found |= {"boundary": ("区域外", "outside"), "initial": ("初始场", "initial state")}
    return {name: "\n".join(both) if chinese_font() else both[1] for name, both in found.items()}


def _finish(axes: Any, along: str, unit: str) -> None:
    axes.grid(axis=along, color=_GRID, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.tick_params(axis=along, labelsize=8)
    axes.spines[["top", "right"]].set_visible(False)
    getattr(axes, f"set_{along}label")(unit, fontsize=8.5)


def _of(part: xr.Dataset | xr.DataArray, name: str) -> np.ndarray:
    return np.asarray(part[name].values.astype(str))


def _scale(one: xr.Dataset) -> float:
    known = POLLUTANTS[str(one["pollutant"].values)]
    return si_factor(known.display_unit, known.name)
