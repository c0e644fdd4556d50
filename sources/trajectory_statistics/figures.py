"""Maps of PSCF and CWT: cells to scale, what is significant marked, no administrative boundary."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from atmosphere.meteorology.figures.lettering import INK, QUIET, figure_style, words
from emissions_inventory.figures.land import draw_cells, draw_cities, draw_degrees
from emissions_inventory.figures.scales import rounded_up
from foundation.errors import InputError
from foundation.pollutants import POLLUTANTS
from sources.trajectory_statistics.source_maps import MapResult

__all__ = ["draw_map"]

_CITIES = ("urumqi", "karamay", "yining", "altay", "hami", "turpan", "shihezi")
_COLOURS = "YlOrBr"
_HEIGHT_IN, _MAP_IN, _MARGINS_IN = 5.4, 3.15, 1.6
_MOST_DEGREES = 7, 10
_UNITS = {"ug m-3": "µg/m³", "mg m-3": "mg/m³"}


def draw_map(result: MapResult, path: str | Path, *, synthetic: bool = False) -> None:
    """Draw the weighted map of PSCF or CWT, with residence beside it.

    A line surrounds cells that chance does not explain; pale cells hold no point of any trajectory.

    Args:
        result: of `pscf` or `cwt`.
        path: file to write; its ending says the format.
        synthetic: says so on the figure.

    Raises:
        InputError: when the result has no map to draw.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    from atmosphere.meteorology.figures.saving import save_figure

    if result.kind not in {"pscf", "cwt"}:
        raise InputError(f"expected a result of pscf or cwt, got {result.kind!r}")
    with figure_style():
        figure = Figure(figsize=(_figure_width(result), _HEIGHT_IN), dpi=110)
        FigureCanvasAgg(figure)
        left, right = (figure.add_axes(place) for place in _places(figure))
        _main(figure, left, result)
        _residence(figure, right, result)
        _head(figure, result, synthetic)
        save_figure(figure, path)


def _figure_width(result: MapResult) -> float:
    """Room for two maps that are to scale, inch; no less than the words above them need."""
    rows, columns = result.fields["endpoints"].shape
    lon, lat = result.fields["x"].values, result.fields["y"].values
    wide = (lon[-1] - lon[0]) / max(columns - 1, 1) * columns * np.cos(np.deg2rad(lat.mean()))
    high = (lat[-1] - lat[0]) / max(rows - 1, 1) * rows
    return float(np.clip(2 * _MAP_IN * wide / high + _MARGINS_IN, 9.5, 16.0))


def _places(figure: Any) -> list[tuple[float, float, float, float]]:
    width = (1.0 - _MARGINS_IN / figure.get_figwidth()) / 2
    low, high = 0.95 / _HEIGHT_IN, _MAP_IN / _HEIGHT_IN
    return [
        (start / figure.get_figwidth() + turn * width, low, width, high)
        for turn, start in enumerate((0.6, 1.3))
    ]


def _main(figure: Any, axes: Any, result: MapResult) -> None:
    from matplotlib.colors import Normalize

    field = result.fields[f"weighted_{result.kind}"]
    highest = 1.0 if result.kind == "pscf" else rounded_up(float(field.max()))
    drawn = draw_cells(axes, field, Normalize(0.0, highest), _COLOURS)
    if result.significance is not None:
        _outline(axes, result.significance.significant, field)
    draw_cities(axes, field, _CITIES)
    _degrees(axes, field)
    _receptors(axes, result)
    unit = "" if result.kind == "pscf" else _UNITS.get(result.unit, result.unit)
    _bar(figure, drawn, axes, unit)


def _degrees(axes: Any, field: Any) -> None:
    """Degrees along the sides, as many as can be read."""
    draw_degrees(axes, field)
    for axis, most in ((axes.xaxis, _MOST_DEGREES[0]), (axes.yaxis, _MOST_DEGREES[1])):
        held = axis.get_majorticklocs()
        names = [label.get_text() for label in axis.get_ticklabels()]
        stride = -(-len(held) // most)
        axis.set_ticks(held[::stride], names[::stride])


def _outline(axes: Any, inside: np.ndarray, field: Any) -> None:
    """A line around the cells that are inside."""
    from matplotlib.collections import LineCollection

    lon, lat = (_edges(field[name].values) for name in ("x", "y"))
    framed = np.pad(inside, 1)
    rows, columns = np.nonzero(framed[1:-1, 1:] != framed[1:-1, :-1])
    upright = [((lon[c], lat[r]), (lon[c], lat[r + 1])) for r, c in zip(rows, columns, strict=True)]
    rows, columns = np.nonzero(framed[1:, 1:-1] != framed[:-1, 1:-1])
    level = [((lon[c], lat[r]), (lon[c + 1], lat[r])) for r, c in zip(rows, columns, strict=True)]
    axes.add_collection(LineCollection(upright + level, colors=INK, linewidths=1.1, capstyle="round"))


def _edges(centres: np.ndarray) -> np.ndarray:
    half = 0.5 * (centres[1] - centres[0])
    return np.append(centres - half, centres[-1] + half)


def _residence(figure: Any, axes: Any, result: MapResult) -> None:
    from matplotlib.colors import LogNorm

    share = 100.0 * result.residence["passage_share"]
    shown = share.where(share > 0)
    lowest = max(float(shown.min()), 0.1)
    drawn = draw_cells(axes, shown, LogNorm(min(lowest, 10.0), 100.0), "Blues")
    _degrees(axes, shown)
    _receptors(axes, result)
    axes.set_title(words("经过该网格的轨迹", "trajectories that pass"), fontsize=9.5)
    _bar(figure, drawn, axes, "%").set_major_formatter("{x:g}")


def _bar(figure: Any, drawn: Any, axes: Any, unit: str) -> Any:
    box = axes.get_position(original=True)
    bar = figure.add_axes((box.x0 + 0.12 * box.width, 0.42 / _HEIGHT_IN, 0.7 * box.width, 0.12 / _HEIGHT_IN))
    figure.colorbar(drawn, cax=bar, orientation="horizontal")
    bar.tick_params(labelsize=8)
    figure.text(box.x0 + 0.84 * box.width, 0.48 / _HEIGHT_IN, unit, fontsize=8.5, va="center")
    return bar.xaxis


def _receptors(axes: Any, result: MapResult) -> None:
    for lon, lat in result.receptor_places.values():
        axes.plot(lon, lat, "^", color="white", markeredgecolor=INK, markersize=6.5, markeredgewidth=1.1)


def _head(figure: Any, result: MapResult, synthetic: bool) -> None:
    known = POLLUTANTS.get(result.name)
    what = known.label if known else result.name
    kinds = {
        "pscf": ("潜在源贡献函数（PSCF）", "potential source contribution function"),
        "cwt": ("浓度权重轨迹（CWT）", "concentration-weighted trajectories"),
    }
    title = f"{what} {words(*kinds[result.kind])}"
    start = 0.6 / figure.get_figwidth()
    figure.text(start, 0.945, title, fontsize=13.0, fontweight="bold", va="center")
    used, hours = result.report["used"], f"{result.hours:g} h"
    text = words(f"{used} 条 {hours} 后向轨迹", f"{used} backward trajectories of {hours}")
    figure.text(start, 0.897, text, fontsize=8.5, color=QUIET, va="center")
    found = result.significance
    if found is not None:
        rate, chance = f"{100 * found.fdr_alpha:g} %", f"p = {found.field_p_value:.3f}"
        line = words(
            f"黑线内：错误发现率 {rate} 下显著", f"outlined: significant, false discovery rate {rate}"
        )
        figure.text(
            start,
            0.85,
            f"{line}   {words('全场', 'whole map')} {chance}",
            fontsize=8.5,
            color=QUIET,
            va="center",
        )
    if synthetic:
        mark = words("合成数据", "SYNTHETIC")
        figure.text(0.98, 0.945, mark, color="#b00020", fontsize=10.5, ha="right", va="center")
