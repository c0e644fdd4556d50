"""Figures of a correction: factors with their intervals before and after, and the averaging kernel."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from atmosphere.meteorology.figures.lettering import INK, QUIET, figure_style, legible, words
from sources.inversion.inversion import Inversion
from sources.inversion.visibility import visibility_of

__all__ = ["draw_factors", "draw_kernel"]

_BEFORE, _AFTER, _HIDDEN = "#c9d1d9", "#1f5fa8", "#b08a3e"
_ROW_IN, _HEAD_IN, _FOOT_IN = 0.3, 1.05, 0.85
_TICKS = (0.25, 0.5, 0.7, 1.0, 1.4, 2.0, 4.0)


def draw_factors(found: Inversion, path: str | Path, *, synthetic: bool = False) -> None:
    """Draw the factors of all sources with their 90 % intervals before and after.

    Args:
        found: the correction.
        path: file to write; its ending says the format.
        synthetic: says so on the figure.

    Raises:
        OSError: when it cannot be written.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    from atmosphere.meteorology.figures.saving import save_figure

    count = len(found.sources)
    height = count * _ROW_IN + _HEAD_IN + _FOOT_IN
    with figure_style():
        figure = Figure(figsize=(9.6, height), dpi=110)
        FigureCanvasAgg(figure)
        axes = figure.add_axes(
            (0.27, _FOOT_IN / height, 0.55, 1 - (_HEAD_IN + _FOOT_IN) / height), xscale="log"
        )
        _bars(axes, found)
        _axis(axes, found)
        _head(figure, height, words("各来源排放的订正系数", "Factors of emissions by source"), synthetic)
        _legend(figure, height)
        save_figure(figure, path)


def _bars(axes: Any, found: Inversion) -> None:
    hidden = {one.id for one in visibility_of(found).unseen}
    row = np.arange(len(found.sources))
    axes.hlines(row, *found.prior_interval, color=_BEFORE, linewidth=9, capstyle="butt")
    colours = [_HIDDEN if one.id in hidden else _AFTER for one in found.sources]
    axes.hlines(row, *found.interval, color=colours, linewidth=3)
    axes.scatter(found.factor, row, c=colours, s=34, zorder=3)
    high = found.interval[1]
    for number, (factor, removed) in enumerate(zip(found.factor, found.removed, strict=True)):
        _beside(axes, number, f"{factor:.2f}", f"{100 * max(removed, 0.0):.0f} %", colours[number])
    lowest = min(found.prior_interval.min(), found.interval.min())
    axes.set_xlim(min(0.4, lowest * 0.9), max(2.5, high.max() * 1.1, found.prior_interval.max() * 1.1))


def _beside(axes: Any, row: float, factor: str, removed: str, colour: str) -> None:
    """Write the two columns at the right."""
    for place, text in ((1.09, factor), (1.24, removed)):
        axes.annotate(text, (place, row), xycoords=("axes fraction", "data"), va="center", ha="right",
                      fontsize=9.5, color=colour)  # fmt: skip


def _axis(axes: Any, found: Inversion) -> None:
    low, high = axes.get_xlim()
    ticks = [tick for tick in (0.05, 0.1, *_TICKS, 8.0, 16.0) if low <= tick <= high]
    axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    axes.minorticks_off()
    names = [legible(one.chinese) or one.english for one in found.sources]
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.axvline(1.0, color=INK, linewidth=0.8, zorder=0)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.tick_params(axis="y", length=0)
    axes.set_xlabel(words("系数（1 = 清单）", "factor, 1 is the inventory"))
    _beside(
        axes, -0.85, words("系数", "").strip() or "factor", words("方差减少", "").strip() or "removed", QUIET
    )


def _legend(figure: Any, height: float) -> None:
    parts = (
        (_BEFORE, words("先验", "before")), (_AFTER, words("订正后", "after")),
        (_HIDDEN, words("数据看不到", "not seen by the data")),
    )  # fmt: skip
    for number, (colour, text) in enumerate(parts):
        figure.text(0.03 + 0.17 * number, 1 - 0.68 / height, "■ ", color=colour, va="center", fontsize=12)
        figure.text(0.052 + 0.17 * number, 1 - 0.68 / height, text, va="center", fontsize=9.5)
    figure.text(0.7, 1 - 0.68 / height, words("线为90%区间", "lines: 90 % intervals"), color=QUIET,
                va="center", fontsize=9.5)  # fmt: skip


def draw_kernel(found: Inversion, path: str | Path, *, synthetic: bool = False) -> None:
    """Draw the averaging kernel: what of a true change in one source is found in which.

    Args:
        found: the correction.
        path: file to write; its ending says the format.
        synthetic: says so on the figure.

    Raises:
        OSError: when it cannot be written.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    from atmosphere.meteorology.figures.saving import save_figure

    names = [legible(one.chinese) or one.english for one in found.sources]
    with figure_style():
        figure = Figure(figsize=(9.6, 9.2), dpi=110)
        FigureCanvasAgg(figure)
        axes = figure.add_axes((0.25, 0.27, 0.63, 0.65))
        image = axes.imshow(found.kernel, cmap="RdBu_r", vmin=-1, vmax=1, aspect="auto")
        axes.set_xticks(range(len(names)), names, rotation=90)
        axes.set_yticks(range(len(names)), names)
        axes.tick_params(length=0, labelsize=9)
        axes.set_xlabel(words("真实变化所在的来源", "source that truly changed"))
        axes.set_ylabel(words("变化被归到的来源", "source in which it is found"))
        figure.colorbar(image, cax=figure.add_axes((0.9, 0.27, 0.018, 0.65)))
        title = words("平均核", "Averaging kernel")
        freedom = words("信号自由度", "degrees of freedom for signal")
        _head(figure, 9.2, f"{title}   {freedom} {found.degrees_of_freedom:.1f}", synthetic)
        save_figure(figure, path)


def _head(figure: Any, height: float, title: str, synthetic: bool) -> None:
    figure.text(0.03, 1 - 0.32 / height, title, fontsize=14, va="center")
    if synthetic:
        figure.text(0.97, 1 - 0.32 / height, words("合成数据", "SYNTHETIC"), color="#b3261e", ha="right",
                    va="center", fontsize=10.5)  # fmt: skip
