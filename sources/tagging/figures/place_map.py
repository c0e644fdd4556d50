"""Maps of what each group of sources contributes at places; no administrative boundary is drawn."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from atmosphere.meteorology.figures.lettering import INK, QUIET, figure_style, words
from emissions_inventory.figures.scales import rounded_up
from foundation.errors import InputError
from foundation.places import Place, gazetteer
from foundation.pollutants import POLLUTANTS
from foundation.times import shown
from foundation.units import to_display
from sources.tagging.figures.colours import colours_of, name_within
from sources.tagging.groups import Group, groups_of, sums_by
from sources.tagging.means import mean_contributions

__all__ = ["draw_place_map"]

_STAMP = "#b00020"
_COLUMNS, _WIDTH_IN, _PANEL_IN, _TOP_IN, _FOOT_IN = 3, 9.8, 2.65, 0.85, 0.35
_LARGEST_PT = 30.0
_LEAST_PERCENT = 0.5
_NAMED = {"urumqi": -1, "shihezi": 1, "kuitun": 1, "karamay": 1, "turpan": 1, "wujiaqu": 1}
"""Places that are named, below (-1) or above the disc; the others stand too close."""


def draw_place_map(
    course: xr.Dataset, pollutant: str, by: str, path: str | Path, *, synthetic: bool = False
) -> None:
    """Draw a map for each group of sources: discs whose area is what it contributes at a place, on average.

    Args:
        course: as `means.receptor_course` gives it; target regions are left out.
        pollutant: its name.
        by: `sector`, `region` or `nearness`; the largest sources of `source`.
        path: file to write; its ending says the format.
        synthetic: says so on the figure.

    Raises:
        InputError: when nothing is published of the pollutant.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    from atmosphere.meteorology.figures.saving import save_figure

    known = {place.id: place for place in gazetteer().places}
    held = [str(name) for name in course["place"].values if str(name) in known]
    means = mean_contributions(course.sel(place=held), pollutant)
    values = np.nan_to_num(np.asarray(to_display(sums_by(means.dataset, by).values, pollutant)))
    shown_groups = _largest(values, groups_of(means.dataset, by))
    if not shown_groups:
        raise InputError(f"nothing is published of {pollutant} in the period")
    rows = -(-len(shown_groups) // _COLUMNS)
    height = _TOP_IN + _FOOT_IN + rows * _PANEL_IN
    with figure_style():
        figure = Figure(figsize=(_WIDTH_IN, height), dpi=100)
        FigureCanvasAgg(figure)
        grid = figure.subplots(rows, _COLUMNS, squeeze=False)
        figure.subplots_adjust(0.04, _FOOT_IN / height, 0.985, 1 - _TOP_IN / height, 0.06, 0.22)
        largest = rounded_up(float(values.max()))
        for place, axes in enumerate(grid.ravel()):
            if place >= len(shown_groups):
                axes.set_axis_off()
                continue
            number, group = shown_groups[place]
            _panel(axes, [known[name] for name in held], values[:, number], largest, group)
        _head(figure, means.begins, means.ends, pollutant, height, synthetic)
        save_figure(figure, path)


def _largest(values: np.ndarray, groups: tuple[Group, ...]) -> list[tuple[int, Group]]:
    """The groups that matter anywhere, the largest first; nine at most."""
    total = np.maximum(values.sum(axis=1, keepdims=True), 1e-12)
    best = (100.0 * values / total).max(axis=0)
    order = sorted(range(len(groups)), key=lambda n: -values[:, n].sum())
    return [(n, groups[n]) for n in order if best[n] >= _LEAST_PERCENT][:9]


def _panel(axes: Any, places: list[Place], values: np.ndarray, largest: float, group: Group) -> None:
    from matplotlib.patheffects import Stroke

    lines: list[Any] = [Stroke(linewidth=2.0, foreground="white"), Stroke(linewidth=0.0)]
    lon, lat = np.array([place.lon for place in places]), np.array([place.lat for place in places])
    colour = colours_of([group])[0]
    size = (_LARGEST_PT * np.sqrt(values / largest)) ** 2
    axes.scatter(lon, lat, size, color=colour, alpha=0.65, edgecolor=QUIET, linewidth=0.5, zorder=2)
    axes.plot(lon, lat, "o", color=INK, markersize=1.4, zorder=3)
    for place, value in zip(places, values, strict=True):
        if place.id in _NAMED:
            text = f"{words(place.chinese, place.english).partition('  ')[0]} {value:.0f}"
            axes.annotate(text, (place.lon, place.lat), (0, _NAMED[place.id] * 6), textcoords="offset points",
                          ha="center", va="bottom" if _NAMED[place.id] > 0 else "top",
                          fontsize=7.5, path_effects=lines, zorder=4)  # fmt: skip
    axes.set_aspect(1 / np.cos(np.deg2rad(float(lat.mean()))))
    axes.set_xlim(lon.min() - 0.7, lon.max() + 0.7)
    axes.set_ylim(lat.min() - 0.5, lat.max() + 0.5)
    axes.set_title(name_within(group, 40), fontsize=9.0, pad=3)
    axes.tick_params(labelsize=7, length=2)
    axes.xaxis.set_major_formatter("{x:g}°E")
    axes.yaxis.set_major_formatter("{x:g}°N")
    axes.locator_params(nbins=5, integer=True)
    axes.set_facecolor("#f4f1ea")


def _head(
    figure: Any, begins: np.datetime64, ends: np.datetime64, pollutant: str, height: float, synthetic: bool
) -> None:
    known = POLLUTANTS[pollutant]
    title = words(f"{known.label} 各来源在各地的贡献", "Contributions at places")
    figure.text(0.04, 1 - 0.25 / height, title, fontsize=13.5, fontweight="bold", va="center")
    span = f"{shown(begins)} ~ {shown(ends)}"
    text = words(
        f"{span} 平均，{known.shown_unit}；圆面积与贡献成正比",
        "means; the area of a disc is the contribution",
    )
    figure.text(0.04, 1 - 0.52 / height, text, fontsize=8.5, color=QUIET, va="center")
    if synthetic:
        mark = words("合成数据", "SYNTHETIC")
        figure.text(0.985, 1 - 0.25 / height, mark, color=_STAMP, fontsize=10.5, ha="right", va="center")
