"""The transmission matrix as a figure: bands from source regions to receptors, and the shares as a table."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from atmosphere.meteorology.figures.lettering import INK, QUIET, figure_style, legible, words
from foundation.errors import InputError
from foundation.pollutants import POLLUTANTS
from foundation.times import shown
from sources.tagging.figures.colours import colours_of
from sources.tagging.groups import Group
from sources.tagging.matrix import Matrix

__all__ = ["bands", "draw_matrix"]

_STAMP = "#b00020"
_GAP = 0.018
_ONE_LINE = 22
_LEFT, _RIGHT = 0.0, 1.0


def draw_matrix(matrix: Matrix, path: str | Path, *, synthetic: bool = False) -> None:
    """Draw bands whose width is what a region contributes to a receptor, and beside them the shares.

    Each receptor's band is as wide as its concentration, so that the width on the left is the sum over the
    receptors and has no meaning of its own but to compare regions.

    Args:
        matrix: the transmission matrix; receptors without a value are named under the figure.
        path: file to write; its ending says the format.
        synthetic: says so on the figure.

    Raises:
        InputError: when no receptor has a value.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    from atmosphere.meteorology.figures.saving import save_figure

    rows = [n for n, value in enumerate(matrix.published) if np.isfinite(value) and value > 0]
    if not rows:
        raise InputError(f"nothing is published of {matrix.means.pollutant} in the period")
    columns = [n for n in range(len(matrix.sources)) if np.nanmax(matrix.percent[rows, n]) >= 0.05]
    height = max(5.2, 1.75 + 0.33 * len(rows))
    with figure_style():
        figure = Figure(figsize=(13.2, height), dpi=110)
        FigureCanvasAgg(figure)
        flow = figure.add_axes((0.135, 0.45 / height, 0.30, 1.0 - 1.85 / height))
        table = figure.add_axes((0.655, 0.45 / height, 0.335, 1.0 - 1.85 / height))
        _draw_bands(flow, matrix, rows, columns)
        _draw_table(table, matrix, rows, columns)
        _head(figure, matrix, rows, height, synthetic)
        save_figure(figure, path)


def bands(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Lower ends of the bands at both sides, from above, on an axis from 0 to 1 with gaps between groups.

    Args:
        values: what each source gives each receptor, (receptor, source), 0 or more.

    Returns:
        Lower end at the source's side and at the receptor's side, each (receptor, source); a band is
        `values * scale` wide, where the scale is the same for all and fills the taller side.
    """
    count, sources = values.shape
    scale = _scale(values)
    left, right = np.empty_like(values), np.empty_like(values)
    used = (values.sum() * scale, values.sum() * scale)
    top = 0.5 + 0.5 * (used[0] + _GAP * (sources - 1))
    for n in range(sources):
        left[:, n] = top - np.cumsum(values[:, n]) * scale
        top -= values[:, n].sum() * scale + _GAP
    top = 0.5 + 0.5 * (used[1] + _GAP * (count - 1))
    for n in range(count):
        right[n] = top - np.cumsum(values[n]) * scale
        top -= values[n].sum() * scale + _GAP
    return left, right


def _scale(values: np.ndarray) -> float:
    room = 1.0 - _GAP * (max(values.shape) - 1)
    return float(room / max(float(values.sum()), 1e-30))


def _draw_bands(axes: Any, matrix: Matrix, rows: Sequence[int], columns: Sequence[int]) -> None:
    from matplotlib.patches import PathPatch, Rectangle
    from matplotlib.path import Path as Outline

    values = np.nan_to_num(matrix.values[np.ix_(rows, columns)])
    left, right = bands(values)
    scale = _scale(values)
    groups = tuple(matrix.sources[n] for n in columns)
    colours = colours_of(groups)
    codes = [1, 4, 4, 4, 2, 4, 4, 4, 79]
    for r in range(len(rows)):
        for c in range(len(columns)):
            wide, a, b = values[r, c] * scale, left[r, c], right[r, c]
            points = [(0.04, a), (0.5, a), (0.5, b), (0.96, b), (0.96, b + wide), (0.5, b + wide),
                      (0.5, a + wide), (0.04, a + wide), (0.04, a)]  # fmt: skip
            axes.add_patch(PathPatch(Outline(points, codes), facecolor=colours[c], alpha=0.55, linewidth=0))
    for c, group in enumerate(groups):
        low, high = left[-1, c], left[0, c] + values[0, c] * scale
        axes.add_patch(Rectangle((0.0, low), 0.04, high - low, facecolor=colours[c], linewidth=0))
        name = words(group.chinese, group.english).replace("  ", "\n")
        axes.text(-0.02, 0.5 * (low + high), name, ha="right", va="center", fontsize=8.5, linespacing=1.1)
    for r, row in enumerate(rows):
        low, high = right[r, -1], right[r, 0] + values[r, 0] * scale
        axes.add_patch(Rectangle((0.96, low), 0.04, high - low, facecolor=INK, linewidth=0))
        receptor = matrix.receptors[row]
        axes.text(1.02, 0.5 * (low + high), _on_lines(receptor), va="center", fontsize=8.2, linespacing=1.05)
    axes.set(xlim=(_LEFT, _RIGHT), ylim=(-0.01, 1.01))
    axes.set_axis_off()


def _draw_table(axes: Any, matrix: Matrix, rows: Sequence[int], columns: Sequence[int]) -> None:
    from matplotlib.colors import LinearSegmentedColormap

    percent = matrix.percent[np.ix_(rows, columns)]
    paper = LinearSegmentedColormap.from_list("paper", ["#ffffff", "#f2dfc4", "#c8763a", "#8c3b2e"])
    axes.pcolormesh(percent, cmap=paper, vmin=0.0, vmax=100.0, edgecolors="white", linewidth=1.2)
    for r in range(len(rows)):
        for c in range(len(columns)):
            value = percent[r, c]
            text = "·" if value < 0.5 else f"{value:.0f}"
            axes.text(c + 0.5, r + 0.5, text, ha="center", va="center", fontsize=9.5,
                      color="white" if value > 55 else INK)  # fmt: skip
    axes.set_xlim(-0.85, len(columns))
    for r, row in enumerate(rows):
        axes.text(-0.12, r + 0.5, f"{matrix.published[row]:.0f}", ha="right", va="center", fontsize=9.5)
    axes.text(
        -0.12, -0.12, POLLUTANTS[matrix.means.pollutant].shown_unit, ha="right", va="bottom", fontsize=8.5
    )
    axes.set_ylim(len(rows), 0)
    axes.set_yticks(
        np.arange(len(rows)) + 0.5,
        [legible(matrix.receptors[row].chinese) or matrix.receptors[row].english for row in rows],
        fontsize=8.5,
    )
    axes.set_xticks(
        np.arange(len(columns)) + 0.5, [_narrow(matrix.sources[n]) for n in columns],
        fontsize=7.4, linespacing=1.15,
    )  # fmt: skip
    axes.xaxis.tick_top()
    axes.tick_params(length=0, pad=3)
    for side in axes.spines.values():
        side.set_visible(False)


def _on_lines(group: Group) -> str:
    """Both names, on two lines where they are long."""
    both = words(group.chinese, group.english)
    return both.replace("  ", "\n", 1) if len(both) > _ONE_LINE else both


def _narrow(group: Group) -> str:
    """Both names, broken so that they fit over a column."""
    from textwrap import fill

    broken = words(group.chinese.replace("-", "-\n"), group.english)
    chinese, gap, english = broken.partition("  ")
    english = fill((english if gap else chinese).replace("-", "- "), 9, break_long_words=False).replace(
        "- ", "-"
    )
    return f"{chinese}\n{english}" if gap else english


def _head(figure: Any, matrix: Matrix, rows: Sequence[int], height: float, synthetic: bool) -> None:
    means = matrix.means
    label = POLLUTANTS[means.pollutant].label
    title = words(f"{label} 传输矩阵", "Transmission matrix")
    figure.text(0.02, 1.0 - 0.28 / height, title, fontsize=13.5, fontweight="bold", va="center")
    span = f"{shown(means.begins)} ~ {shown(means.ends)}"
    text = words(
        f"{span} 平均，发布预报的来源地贡献", "mean contributions of regions to the published forecast"
    )
    figure.text(0.02, 1.0 - 0.58 / height, text, fontsize=8.5, color=QUIET, va="center")
    figure.text(
        0.655, 1.0 - 0.30 / height, words("各受体的来源地占比，%", "shares of each receptor, %"), fontsize=9.5
    )
    lacking = [one.chinese for n, one in enumerate(matrix.receptors) if n not in rows]
    if lacking:
        note = words(f"无预报：{'、'.join(lacking)}", f"{len(lacking)} receptors without a forecast")
        figure.text(0.02, 0.16 / height, note, fontsize=8.5, color=QUIET, va="center")
    if synthetic:
        mark = words("合成数据", "SYNTHETIC")
        figure.text(0.615, 1.0 - 0.28 / height, mark, color=_STAMP, fontsize=10.5, ha="right", va="center")
