"""Where two inventories differ: a map, and a table of the sums beside it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from atmosphere.meteorology.figures.lettering import QUIET, figure_style, legible, words
from atmosphere.meteorology.figures.saving import save_figure
from emissions_inventory.figures.land import draw_cells, draw_cities, draw_degrees
from emissions_inventory.figures.scales import rounded_up
from emissions_inventory.inventory import Inventory
from emissions_inventory.labels import source_labels
from emissions_inventory.scenarios.cell_totals import difference_field
from emissions_inventory.scenarios.change_table import aligned_totals, change_records
from emissions_inventory.scenarios.summary_text import SPECIES_SHOWN
from emissions_inventory.scenarios.text_table import number

__all__ = ["draw_difference"]

_TONNE = 1000.0
_MOST_ROWS = 8
_SHORTER = re.compile(r"(,| \(| without).*")
_COLOURS = "RdBu_r"
_DECADES = 3

_LONGEST = 130
"""Letters of the line below the title."""


def draw_difference(a: Inventory, b: Inventory, path: str | Path, species: str = "pm25") -> None:
    """Draw the second inventory less the first over the months that both hold.

    Blue cells emit less, red ones more, on a scale that is linear near zero and logarithmic beyond. The table
    shows the sectors and the regions that differ, those that differ most first.

    Args:
        a: the first.
        b: the second, on the same grid.
        path: file to write; its ending says the format.
        species: its name.

    Raises:
        InputError: when the grids differ, no month is shared, or one of the two lacks the species.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    field = difference_field(a, b, species) / _TONNE
    months = difference_field(a, b, species).attrs["months"]
    rows = _rows(a, b, species, tuple(months))
    with figure_style():
        figure = Figure(figsize=(11.6, 4.75), dpi=100)
        FigureCanvasAgg(figure)
        axes = figure.add_axes((0.045, 0.19, 0.575, 0.66))
        _map(figure, axes, field)
        _table(figure.add_axes((0.655, 0.19, 0.34, 0.66)), rows)
        _words(figure, a, b, species, months)
        save_figure(figure, path)


def _map(figure: Any, axes: Any, field: xr.DataArray) -> None:
    from matplotlib.colors import SymLogNorm
    from matplotlib.ticker import SymmetricalLogLocator

    highest = rounded_up(float(np.abs(field).max()))
    least = 10.0 ** np.floor(np.log10(highest)) / 10 ** (_DECADES - 1)
    norm = SymLogNorm(least, vmin=-highest, vmax=highest, base=10)
    drawn = draw_cells(axes, field.where(field != 0), norm, _COLOURS)
    draw_cities(axes, field)
    draw_degrees(axes, field)
    bar = figure.add_axes((0.13, 0.085, 0.35, 0.028))
    figure.colorbar(
        drawn, cax=bar, orientation="horizontal", ticks=SymmetricalLogLocator(base=10, linthresh=least)
    )
    bar.tick_params(labelsize=8)
    figure.text(0.49, 0.099, words("吨/网格", "t per cell"), fontsize=8.5, va="center")


def _rows(a: Inventory, b: Inventory, species: str, months: tuple[str, ...]) -> list[list[str]]:
    """Name, before, after, difference and percent: of the total, of sectors, of regions; with empty rows."""
    first, second = (one.sel(species=[species]) for one in aligned_totals(a, b, months))
    (total,) = change_records(first, second, "species")
    rows = [_row(words("合计", "Total"), total)]
    for kind in ("sector", "region"):
        changed = [one for one in change_records(first, second, kind, "species") if one["change_t"]]
        changed.sort(key=lambda one: -abs(one["change_t"]))
        rows += [[]] + [_row(_name(kind, one[kind]), one) for one in changed[:_MOST_ROWS]]
    return rows


def _name(kind: str, name: str) -> str:
    """A short name of a sector or region."""
    label = source_labels().sector(name) if kind == "sector" else source_labels().region(name)
    chinese = label.chinese.partition("、")[0]
    return words(chinese + ("等" if chinese != label.chinese else ""), _SHORTER.sub("", label.english))


def _row(name: str, record: dict[str, Any]) -> list[str]:
    percent = record["change_percent"]
    numbers = [number(record[key]) for key in ("before_t", "after_t", "change_t")]
    return [name, *numbers, "-" if percent is None else f"{percent:+.1f}"]


def _table(axes: Any, rows: list[list[str]]) -> None:
    axes.set_axis_off()
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    columns = (0.0, 0.60, 0.74, 0.88, 1.0)
    heads = ("t", words("前", "before"), words("后", "after"), words("差", "diff."), "%")
    step = min(0.062, 0.95 / (len(rows) + 1))
    for place, cells in enumerate([heads, *rows]):
        height = 0.985 - place * step
        style: dict[str, Any] = {"fontsize": 8.0, "va": "center"}
        if place == 0:
            style["color"] = QUIET
        if place == 1:
            style["fontweight"] = "bold"
        for at, cell in zip(columns, cells, strict=False):
            axes.text(at, height, cell, ha="left" if at == 0 else "right", **style)
    axes.plot([0, 1], [0.985 - step / 2] * 2, color=QUIET, linewidth=0.6)


def _words(figure: Any, a: Inventory, b: Inventory, species: str, months: list[str]) -> None:
    name = SPECIES_SHOWN[species]
    title = words(f"{name} 排放之差", f"Difference of {name} emissions")
    span = months[0] if len(months) == 1 else f"{months[0]} … {months[-1]} ({len(months)})"
    figure.text(0.045, 0.945, f"{title}   {span}", fontsize=13.5, fontweight="bold", va="center")
    alike = a.title == b.title
    titles = " → ".join(f"{'' if alike else legible(one.title)} {one.version}".strip() for one in (a, b))
    head = f"{legible(a.title)}  {titles}" if alike else titles
    shown = head if len(head) <= _LONGEST else f"{head[: _LONGEST - 1]}…"
    figure.text(0.045, 0.893, shown, fontsize=8.5, color=QUIET, va="center")
