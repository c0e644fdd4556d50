"""A map of the dust emitted, and of how often thresholds are passed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import xarray as xr

from atmosphere.meteorology.figures.lettering import INK, QUIET, chinese_font, figure_style, words
from atmosphere.meteorology.figures.saving import save_figure
from emissions_inventory.figures.land import draw_cells, draw_cities, draw_degrees
from emissions_inventory.figures.scales import rounded_up
from emissions_inventory.natural.fields import DustField
from emissions_inventory.natural.region_configuration import dust_regions
from emissions_inventory.natural.relief import shipped_relief
from emissions_inventory.natural.totals import emitted_grams
from foundation.times import shown

__all__ = ["draw_dust"]

_CITIES = (
    "urumqi",
    "hami",
    "turpan",
    "kashgar",
    "hotan",
    "korla",
    "aksu",
    "yining",
    "karamay",
    "altay",
    "kuitun",
    "tacheng",
)
_DECADES = 3
_CONTOURS_M = (1500, 3000, 4500)
_SHORT = {
    "kok": "Kok et al. 2014", "marticorena_bergametti": "Marticorena & Bergametti 1995",
    "ginoux": "Ginoux et al. 2001",
}  # fmt: skip


def draw_dust(field: DustField, path: str | Path, scheme: str) -> None:
    """Draw the dust emitted over all times, and the share of times at which thresholds are passed.

    Args:
        field: dust emitted.
        path: file to write; its ending says the format.
        scheme: name of the scheme.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    held = field.dataset
    with figure_style():
        figure = Figure(figsize=(9.2, 11.2), dpi=110)
        FigureCanvasAgg(figure)
        upper, lower = (
            figure.add_axes((0.06, 0.505, 0.80, 0.385)),
            figure.add_axes((0.06, 0.045, 0.80, 0.385)),
        )
        _emitted(figure, upper, held)
        _passed(figure, lower, held)
        _head(figure, held, scheme)
        save_figure(figure, path)


def _emitted(figure: Any, axes: Any, held: xr.Dataset) -> None:
    from matplotlib.colors import LogNorm

    grams = emitted_grams(held)
    highest = rounded_up(float(grams.max()))
    lowest = highest * 10.0**-_DECADES
    norm = LogNorm(lowest, highest)
    axes.set_title(words("起沙总量", "dust emitted"), fontsize=10)
    _map(figure, axes, held, (grams.where(grams > lowest), norm, "YlOrBr", "g/m²", "min"))


def _passed(figure: Any, axes: Any, held: xr.Dataset) -> None:
    from matplotlib.colors import BoundaryNorm

    percent = 100.0 * (held["passed"].sum("tag") > 0).mean("time")
    steps = [0.5, 2, 5, 10, 15, 20, 30, 40]
    axes.set_title(words("超过起沙临界风速的时次", "times at which the threshold is passed"), fontsize=10)
    _map(
        figure,
        axes,
        held,
        (percent.where(percent > 0), BoundaryNorm(steps, 256, extend="max"), "PuRd", "%", "max"),
    )


def _map(figure: Any, axes: Any, held: xr.Dataset, what: tuple[xr.DataArray, Any, str, str, str]) -> None:
    shown_field, norm, colours, unit, beyond = what
    drawn = draw_cells(axes, shown_field, norm, colours)
    _land(axes, held)
    draw_cities(axes, shown_field, _CITIES, 8.0)
    draw_degrees(axes, shown_field)
    box = axes.get_position()
    bar = figure.add_axes((box.x1 + 0.012, box.y0 + 0.04, 0.014, box.height - 0.08))
    colorbar = (
        figure.colorbar(drawn, cax=bar) if unit == "%" else figure.colorbar(drawn, cax=bar, extend=beyond)
    )
    colorbar.ax.tick_params(labelsize=8)
    bar.set_title(unit, fontsize=9, pad=8, loc="left")


def _land(axes: Any, held: xr.Dataset) -> None:
    """Contours of smoothed terrain, outlines of the sources by tag, and the names of the tags."""
    relief = shipped_relief()
    window = axes.get_xlim(), axes.get_ylim()
    axes.contour(
        relief.lon, relief.lat, relief.height, levels=_CONTOURS_M, colors="#7b6a52", linewidths=0.5, alpha=0.7
    )
    share = held["source_share"]
    for number, tag in enumerate(dust_regions().tags):
        here = share.isel(tag=number)
        if not float(here.max()) > 0:
            continue
        axes.contour(here["x"], here["y"], here.values > 0, levels=[0.5], colors="#3b6ea5", linewidths=0.8)
        if tag.label is not None:
            name = tag.chinese if chinese_font() else tag.english
            axes.text(*tag.label, name, fontsize=8, color="#274b73", ha="center", va="center")
    axes.set_xlim(window[0])
    axes.set_ylim(window[1])


def _head(figure: Any, held: xr.Dataset, scheme: str) -> None:
    title = words("沙尘起沙量", "Emission of desert dust")
    figure.text(0.06, 0.965, title, fontsize=14.5, fontweight="bold", va="center", color=INK)
    first, last = (shown(value) for value in held["time"].values[[0, -1]])
    line = words(
        f"{first} 至 {last}（北京时，{held.sizes['time']}次），方案 {_SHORT[scheme]}；蓝线沙源，褐线地形",
        "blue: sources; brown: terrain at 1500, 3000, 4500 m",
    )
    figure.text(0.06, 0.937, line, fontsize=8.5, va="center", color=QUIET)
