"""A map for each sector: what its cells emit in a month."""

from __future__ import annotations

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
from emissions_inventory.scenarios.cell_totals import cell_totals
from emissions_inventory.scenarios.summary_text import SPECIES_SHOWN
from emissions_inventory.scenarios.text_table import number
from foundation.errors import InputError

__all__ = ["draw_sector_maps"]

_TONNE = 1000.0
_DECADES = 4
_COLUMNS, _WIDTH, _TOP, _FOOT = 3, 11.0, 0.78, 0.86
_COLOURS = "YlOrRd"


def draw_sector_maps(
    inventory: Inventory,
    path: str | Path,
    species: str = "pm25",
    month: str | None = None,
    sectors: tuple[str, ...] | None = None,
) -> None:
    """Draw what each cell emits in a month, a map for each sector, on one logarithmic scale.

    Points are laid into their cells. Cells below the scale are left blank; sectors that emit nothing of the
    species are left out.

    Args:
        inventory: the inventory.
        path: file to write; its ending says the format.
        species: its name.
        month: such as `2026-01`; the first by default.
        sectors: ids, in the order of the maps; all, the largest first, by default.

    Raises:
        InputError: when nothing of the species is emitted in the month.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    shown_month = month or inventory.months[0]
    fields = _fields(inventory, species, shown_month, sectors)
    rows = -(-len(fields) // _COLUMNS)
    _, south_north, west_east = inventory.grid.shape
    middle = np.deg2rad(float(inventory.grid.lat.mean()))
    panel = _WIDTH / _COLUMNS * (south_north / west_east) / np.cos(middle) + 0.12
    height = _TOP + _FOOT + rows * panel
    with figure_style():
        figure = Figure(figsize=(_WIDTH, height), dpi=100)
        FigureCanvasAgg(figure)
        grid = figure.subplots(rows, _COLUMNS, squeeze=False)
        figure.subplots_adjust(0.045, _FOOT / height, 0.995, 1 - _TOP / height, 0.035, 0.13)
        drawn = _panels(grid, fields)
        _words(figure, drawn, inventory, species, shown_month, height)
        save_figure(figure, path)


def _fields(
    inventory: Inventory, species: str, month: str, sectors: tuple[str, ...] | None
) -> dict[str, xr.DataArray]:
    """T in each cell, by sector; the largest first unless sectors are named."""
    every = {
        name: cell_totals(inventory, species, months=(month,), sectors=(name,)) / _TONNE
        for name in (sectors or inventory.sectors())
    }
    held = {name: field for name, field in every.items() if float(field.max()) > 0}
    if not held:
        raise InputError(f"nothing of {species} is emitted on the grid in {month}")
    if sectors is None:
        held = dict(sorted(held.items(), key=lambda one: -float(one[1].sum())))
    return held


def _panels(grid: np.ndarray, fields: dict[str, xr.DataArray]) -> Any:
    from matplotlib.colors import LogNorm

    highest = rounded_up(max(float(field.max()) for field in fields.values()))
    least = highest / 10**_DECADES
    norm = LogNorm(least, highest, clip=False)
    drawn = None
    for place, axes in enumerate(grid.ravel()):
        if place >= len(fields):
            axes.set_axis_off()
            continue
        name, field = list(fields.items())[place]
        drawn = draw_cells(axes, field.where(field >= least), norm, _COLOURS)
        draw_cities(axes, field, size=7.0)
        draw_degrees(axes, field, left=place % _COLUMNS == 0, bottom=place + _COLUMNS >= len(fields))
        label = source_labels().sector(name)
        axes.set_title(words(label.chinese, label.english), fontsize=9.0, pad=3)
        axes.text(
            0.985, 0.965, f"{number(float(field.sum()))} t", transform=axes.transAxes, ha="right", va="top",
            fontsize=8.5,
        )  # fmt: skip
    return drawn


def _words(figure: Any, drawn: Any, inventory: Inventory, species: str, month: str, height: float) -> None:
    title = words(f"{SPECIES_SHOWN[species]} 分部门排放", f"{SPECIES_SHOWN[species]} emissions by sector")
    figure.text(0.045, 1 - 0.22 / height, f"{title}   {month}", fontsize=13.5, fontweight="bold", va="center")
    outside = cell_totals(inventory, species, months=(month,)).attrs["outside_kg"] / _TONNE
    beyond = words(f"；网格外点源 {number(outside)} t", f"points beyond the grid {number(outside)} t")
    note = f"{legible(inventory.title)}  {inventory.version}{beyond if outside else ''}"
    figure.text(0.045, 1 - 0.47 / height, note, fontsize=8.5, color=QUIET, va="center")
    bar = figure.add_axes((0.17, 0.40 / height, 0.40, 0.12 / height))
    figure.colorbar(drawn, cax=bar, orientation="horizontal")
    bar.tick_params(labelsize=8)
    unit = words("吨/网格·月，更小者留白", "t per cell and month, less is left blank")
    figure.text(0.585, 0.45 / height, unit, fontsize=8.5, va="center")
