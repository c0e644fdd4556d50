"""A figure of one footprint: what the receptor sees, which cells made it, and whose that was."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from atmosphere.meteorology.figures.lettering import INK, QUIET, figure_style, words
from emissions_inventory.figures.land import draw_cells, draw_cities, draw_degrees
from emissions_inventory.figures.scales import rounded_up
from foundation.footprint_contracts import FOOTPRINTS
from foundation.places import gazetteer
from foundation.pollutants import POLLUTANTS
from foundation.times import shown
from foundation.units import si_factor
from sources.footprints.bars import draw_bars, draw_hours

__all__ = ["draw_footprint"]

_CITIES = ("urumqi", "shihezi", "kuitun", "karamay", "turpan", "bole", "changji", "hutubi")
_WIDTH_IN, _HEIGHT_IN = 12.6, 7.4
_DECADES = 3
_CONTOURS_M = (500, 1000, 2000, 3000, 4000)
_STAMP = "#b00020"


def draw_footprint(footprints: xr.Dataset, path: str | Path, receptor: int = 0) -> None:
    """Sensitivity near the ground and contribution of each cell as maps, and the sources as bars.

    Args:
        footprints: keeps `FOOTPRINTS`.
        path: file to write; its ending says the format.
        receptor: number of the receptor.

    Raises:
        ContractError: when the data set is none of footprints.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    from atmosphere.meteorology.figures.saving import save_figure

    one = FOOTPRINTS.check(footprints, "figure").isel(receptor=receptor)
    with figure_style():
        figure = Figure(figsize=(_WIDTH_IN, _HEIGHT_IN), dpi=110)
        FigureCanvasAgg(figure)
        upper, lower = figure.add_axes((0.045, 0.49, 0.5, 0.37)), figure.add_axes((0.045, 0.065, 0.5, 0.37))
        _seen(figure, upper, one)
        _made(figure, lower, one)
        draw_bars(figure.add_axes((0.735, 0.52, 0.25, 0.345)), one)
        draw_hours(figure.add_axes((0.665, 0.095, 0.32, 0.20)), one)
        _head(figure, one, bool(footprints.attrs.get("synthetic")))
        save_figure(figure, path)


def _seen(figure: Any, axes: Any, one: xr.Dataset) -> None:
    """What a tonne an hour of primary fine particles would do, emitted in a cell all the time."""
    field = one["sensitivity"].isel(release=0).sel(species="ppm_fine").sum("emission_start")
    per_tonne = field * 1e9 / 3.6
    axes.set_title(
        words("足迹：近地面一次颗粒物每 1 t/h", "footprint: 1 t/h of primary particles"), fontsize=9.5
    )
    _map(figure, axes, per_tonne, one, "BuPu")


def _made(figure: Any, axes: Any, one: xr.Dataset) -> None:
    field = one["cell_contribution"].sum("source") / _unit(one)
    axes.set_title(words("哪些网格造成：每格贡献", "which cells made it: contribution of each"), fontsize=9.5)
    _map(figure, axes, field, one, "YlOrBr")


def _map(figure: Any, axes: Any, field: xr.DataArray, one: xr.Dataset, colours: str) -> None:
    from matplotlib.colors import LogNorm

    highest = rounded_up(float(field.max()))
    lowest = highest * 10.0**-_DECADES
    norm = LogNorm(lowest, highest)
    drawn = draw_cells(axes, field.where(field > lowest), norm, colours)
    _terrain(axes, one)
    draw_cities(axes, field, _CITIES, 7.5)
    draw_degrees(axes, field)
    _receptor(axes, one)
    box = axes.get_position()
    bar = figure.add_axes((box.x1 + 0.008, box.y0 + 0.03, 0.011, box.height - 0.06))
    figure.colorbar(drawn, cax=bar, extend="min").ax.tick_params(labelsize=8)
    bar.set_title("µg/m³", fontsize=8.5, pad=6, loc="left")


def _terrain(axes: Any, one: xr.Dataset) -> None:
    """Contours of the model's ground, where the data set holds it."""
    if "surface_height" not in one:
        return
    ground = one["surface_height"]
    lines = axes.contour(ground["x"], ground["y"], ground.values, levels=_CONTOURS_M, colors="#7b6a52",
                         linewidths=0.6, alpha=0.8)  # fmt: skip
    axes.clabel(lines, levels=_CONTOURS_M[1::2], fontsize=6.5, fmt="%g m")


def _receptor(axes: Any, one: xr.Dataset) -> None:
    name = str(one["place"].values)
    regions = {region.id: region.places for region in gazetteer().regions}
    for place in map(gazetteer().place, regions.get(name, (name,))):
        axes.plot(place.lon, place.lat, "^", color="white", markeredgecolor=INK, markersize=6.5,
                  markeredgewidth=1.0)  # fmt: skip


def _unit(one: xr.Dataset) -> float:
    known = POLLUTANTS[str(one["pollutant"].values)]
    return si_factor(known.display_unit, known.name)


def _head(figure: Any, one: xr.Dataset, synthetic: bool) -> None:
    known = POLLUTANTS[str(one["pollutant"].values)]
    total = float(one["concentration"]) / _unit(one)
    name = words(str(one["place_chinese"].values), str(one["place_english"].values))
    figure.text(0.045, 0.955, f"{known.label} {name}", fontsize=14.0, fontweight="bold", va="center")
    start, end, since = (
        shown(np.datetime64(one[name].values.item(), "ns"))
        for name in ("mean_start", "mean_end", "reference_time")
    )
    line = words(
        f"{start} ~ {end} 平均 {total:.1f} {known.shown_unit}（模式）；追溯到起报时刻 {since}，三角为受体",
        "mean of the model; back to the reference time; triangles: receptor",
    )
    figure.text(0.045, 0.915, line, fontsize=8.5, color=QUIET, va="center")
    if synthetic:
        mark = words("合成数据", "SYNTHETIC")
        figure.text(0.985, 0.955, mark, color=_STAMP, fontsize=10.5, ha="right", va="center")
