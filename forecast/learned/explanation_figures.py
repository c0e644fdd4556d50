"""A small figure of an explanation: what moved the forecast, a bar for each group of inputs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from atmosphere.meteorology.figures.lettering import INK, QUIET, chinese_font, figure_style, words
from forecast.learned.explanation import Explanation, GroupEffect

__all__ = ["draw_explanation"]

_MORE, _LESS, _STAMP = "#b5483a", "#2f6f9f", "#b00020"
_SHOWN = 9
"""Groups with a bar of their own; the others share one."""


def draw_explanation(
    explanation: Explanation, title: tuple[str, str], path: str | Path, *, synthetic: bool = False
) -> None:
    """Draw what each group of inputs added to the forecast of a usual state, the largest on top.

    Bars are integrated gradients, which add up; dots are what is lost when the group alone is as usual.

    Args:
        explanation: in concentrations.
        title: place and valid time, in Chinese and English.
        path: file to write; its ending says the format.
        synthetic: says so on the figure.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    from atmosphere.meteorology.figures.saving import save_figure

    effects = shown_effects(explanation)
    with figure_style():
        figure = Figure(figsize=(8.6, 1.9 + 0.42 * len(effects)), dpi=110, layout="constrained")
        FigureCanvasAgg(figure)
        axis = figure.subplots()
        _bars(axis, effects)
        _heading(figure, axis, explanation, title)
        if synthetic:
            figure.text(0.99, 0.01, words("合成数据", "SYNTHETIC"), color=_STAMP, ha="right", fontsize=9)
        save_figure(figure, path)


def shown_effects(explanation: Explanation) -> list[GroupEffect]:
    """The largest effects, and the sum of all others as one, in order of size."""
    first, others = list(explanation.effects[:_SHOWN]), explanation.effects[_SHOWN:]
    if not others:
        return first
    gradient = sum(effect.gradient for effect in others)
    occlusion = sum(effect.occlusion for effect in others)
    return [
        *first,
        GroupEffect(
            "others", f"其余{len(others)}项", f"{len(others)} others", gradient, occlusion
        ),
    ]  # fmt: skip


def _bars(axis: Any, effects: list[GroupEffect]) -> None:
    rows = range(len(effects))
    values, alone = [one.gradient for one in effects], [one.occlusion for one in effects]
    axis.barh(rows, values, color=[_MORE if value > 0 else _LESS for value in values], height=0.62)
    axis.plot(
        alone, rows, "o", markersize=5, markerfacecolor="white", markeredgecolor=INK, linestyle="none",
        label=words("单独去除该项的变化", "change when it alone is as usual"),
    )  # fmt: skip
    axis.axvline(0.0, color=QUIET, linewidth=0.8)
    axis.set_yticks(list(rows), [_label(effect) for effect in effects], fontsize=8.5)
    axis.invert_yaxis()
    aside = 0.03 * max((abs(value) for value in [*values, *alone]), default=1.0)
    for row, (value, other) in enumerate(zip(values, alone, strict=True)):
        side = 1 if value >= 0 else -1
        end = side * max(abs(value), side * other, 0.0) + side * aside
        axis.text(end, row, f"{value:+.1f}", ha="left" if side > 0 else "right", va="center", fontsize=8.5)
    axis.margins(x=0.14)
    axis.set_xlabel("µg m$^{-3}$")
    for edge in ("top", "right", "left"):
        axis.spines[edge].set_visible(False)
    axis.tick_params(axis="y", length=0)


def _label(effect: GroupEffect) -> str:
    return f"{effect.chinese}\n{effect.english}" if chinese_font() else effect.english


def _heading(figure: Any, axis: Any, explanation: Explanation, title: tuple[str, str]) -> None:
    figure.suptitle(
        words(f"{title[0]} PM2.5 预报为何如此", f"{title[1]}: what moved the forecast"), x=0.01, ha="left"
    )
    chinese = f"各项如常时 {explanation.reference:.0f}，预报中位数 {explanation.forecast:.0f} µg/m³"
    english = f"as usual {explanation.reference:.0f}, median {explanation.forecast:.0f}"
    axis.set_title(words(chinese, english), fontsize=9.5, color=QUIET)
    figure.legend(*axis.get_legend_handles_labels(), frameon=False, fontsize=8.5, loc="outside lower left")
