"""Stacked charts of contributions as inline SVG, by day or by hour, with published and measured lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from consultation.bulletin.svg import Lettering, drawing, inline_svg, new_figure
from foundation.times import beijing_from_utc
from sources.tagging.figures.outlines import step_outline

__all__ = ["Stack", "stack_chart"]

_INK, _QUIET, _PUBLISHED, _STAMP = "#1d2733", "#5b6670", "#0b4f8a", "#b00020"
_STAGE_TINTS = {"rise": "#fff3d6", "peak": "#fbdcd3", "clearing": "#e2f0e4"}


@dataclass(frozen=True)
class Stack:
    """What a stacked chart shows.

    Attributes:
        label: what it is, for a reader who cannot see it.
        starts: start of every step, UTC, (step,).
        ends: end of every step, UTC, (step,).
        values: µg/m³, (step, group), NaN where there is none.
        colours: of the groups.
        hatched: whether each group is hatched, for what is unattributed.
        published: µg/m³, (step,).
        measured_starts: UTC, (m,).
        measured_ends: UTC, (m,).
        measured: µg/m³, (m,), NaN where missing.
        stages: id, first instant and last of each stage, UTC.
        issued: reference time of the latest run, UTC.
        synthetic: whether to stamp it.
    """

    label: str
    starts: np.ndarray
    ends: np.ndarray
    values: np.ndarray
    colours: tuple[str, ...]
    hatched: tuple[bool, ...]
    published: np.ndarray
    measured_starts: np.ndarray
    measured_ends: np.ndarray
    measured: np.ndarray
    stages: tuple[tuple[str, np.datetime64, np.datetime64], ...]
    issued: np.datetime64
    synthetic: bool


def stack_chart(stack: Stack, name: str) -> str:
    """Draw a stacked chart as inline SVG.

    Args:
        stack: what it shows.
        name: prefix of ids in the drawing, unique on the page.
    """
    lettering = Lettering()
    with drawing(name):
        figure = new_figure(5.6, 2.55)
        axes = figure.add_axes((0.075, 0.125, 0.91, 0.79))
        _stages(axes, stack)
        _bars(axes, stack)
        _lines(axes, stack)
        _frame(axes, stack, lettering)
        if stack.synthetic:
            figure.text(0.985, 0.945, lettering("合成数据 SYNTHETIC", "stamp"), color=_STAMP, fontsize=8.5,
                        weight="bold", ha="right")  # fmt: skip
        return inline_svg(figure, lettering, name, stack.label)


def _days(times: np.ndarray) -> np.ndarray:
    return np.asarray(beijing_from_utc(times).astype("datetime64[s]").astype(float) / 86400.0)


def _by_day(stack: Stack) -> bool:
    return bool((stack.ends - stack.starts > np.timedelta64(12, "h")).any())


def _stages(axes: Any, stack: Stack) -> None:
    for name, first, last in stack.stages:
        edges = _days(np.array([first, last]))
        axes.axvspan(edges[0], edges[1], color=_STAGE_TINTS[name], linewidth=0, zorder=0)


def _bars(axes: Any, stack: Stack) -> None:
    left, right = _days(stack.starts), _days(stack.ends)
    if _by_day(stack):
        left, right = left + 0.12 * (right - left), right - 0.12 * (right - left)
    base = np.zeros(len(left))
    for number, colour in enumerate(stack.colours):
        part = np.nan_to_num(stack.values[:, number])
        if not part.any():
            continue
        x, low, high = step_outline(left, right, base, base + part)
        axes.fill_between(
            x, low, high, facecolor=colour, edgecolor="#8f99a1" if stack.hatched[number] else "white",
            hatch="////" if stack.hatched[number] else None, zorder=2,
            linewidth=0.3 if _by_day(stack) else 0.0,
        )  # fmt: skip
        base += part


def _lines(axes: Any, stack: Stack) -> None:
    marker = "o" if _by_day(stack) else None
    for starts, ends, values, colour, fill in (
        (stack.starts, stack.ends, stack.published, _PUBLISHED, "white"),
        (stack.measured_starts, stack.measured_ends, stack.measured, _INK, _INK),
    ):
        if len(values):
            at = 0.5 * (_days(starts) + _days(ends)) if marker else _days(ends)
            axes.plot(at, values, color=colour, linewidth=1.4, marker=marker, markersize=3.4,
                      markerfacecolor=fill, zorder=5)  # fmt: skip


def _frame(axes: Any, stack: Stack, lettering: Lettering) -> None:
    starts = np.concatenate([stack.starts, stack.measured_starts])
    ends = np.concatenate([stack.ends, stack.measured_ends])
    first, last = float(_days(starts).min()), float(_days(ends).max())
    highest = max((float(np.nanmax(part)) for part in (stack.published, stack.measured)
                   if len(part) and np.isfinite(part).any()), default=1.0)  # fmt: skip
    axes.set_xlim(first, last)
    axes.set_ylim(0, 1.1 * max(highest, 10.0))
    issued = float(_days(np.array([stack.issued]))[0])
    if first < issued < last:
        axes.axvline(issued, color=_INK, linewidth=0.9, linestyle=(0, (3, 2)), zorder=3)
    days = np.arange(np.ceil(first - 1e-9), np.floor(last - 1e-9) + 1)
    days = days[:: max(1, -(-len(days) // 9))]
    middle = 0.5 if _by_day(stack) else 0.0
    days = days[days + middle <= last]
    axes.set_xticks(days + middle, [str(np.datetime64(int(day), "D"))[5:] for day in days])
    axes.tick_params(labelsize=8.5, length=2.5, colors=_QUIET, labelcolor=_INK, width=0.6)
    axes.locator_params(axis="y", nbins=5)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    axes.text(
        0.0, 1.025, lettering("µg/m³"), transform=axes.transAxes, fontsize=8.5, color=_QUIET, ha="center"
    )
