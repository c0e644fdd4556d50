"""The stacked chart: what the published value is made of, step by step, with what was measured before."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from atmosphere.meteorology.figures.lettering import INK, QUIET, figure_style, words
from foundation.errors import InputError
from foundation.pollutants import POLLUTANTS
from foundation.times import beijing_from_utc, shown
from foundation.units import to_display
from sources.tagging.figures.colours import UNATTRIBUTED_HATCH, colours_of, name_within
from sources.tagging.figures.outlines import step_outline
from sources.tagging.groups import Group, groups_of, receptor_names, sums_by
from sources.tagging.means import step_bounds

__all__ = ["draw_stacked"]

_PUBLISHED, _STAMP = "#0b4f8a", "#b00020"
_MEASURED_STEPS = {"day": 7, "hour": 72}
_LEAST_SHARE = 0.005
"""Groups that are less of the mean are drawn, but not named."""

_WIDEST = 44
"""Columns that a name in the legend may take; a Chinese character takes two."""


def draw_stacked(
    course: xr.Dataset, pollutant: str, by: str, path: str | Path, measured: xr.Dataset | None = None,
    *, synthetic: bool = False,
) -> None:  # fmt: skip
    """Draw contributions at one receptor by step, and below how near their sources are.

    Args:
        course: as `means.receptor_course` gives it, of one place.
        pollutant: its name.
        by: `sector`, `region` or `source`.
        path: file to write; its ending says the format.
        measured: as `measured.read_measured` gives it, of the same averaging.
        synthetic: says so on the figure.

    Raises:
        InputError: when nothing is published of the pollutant at that place.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    from atmosphere.meteorology.figures.saving import save_figure

    single = course.isel(place=[0]).sel(pollutant=pollutant)
    name = str(single["place"].values[0])
    if not bool(single["published"].notnull().any()):
        raise InputError(f"nothing is published of {pollutant} at {name!r}")
    with figure_style():
        figure = Figure(figsize=(11.6, 6.4), dpi=110)
        FigureCanvasAgg(figure)
        upper = figure.add_axes((0.055, 0.37, 0.60, 0.50))
        lower = figure.add_axes((0.055, 0.085, 0.60, 0.20), sharex=upper)
        groups = groups_of(single, by)
        values = _values(sums_by(single, by), pollutant)
        _stack(upper, single, values, groups)
        _lines(upper, single, measured, pollutant, name)
        near = groups_of(single, "nearness")
        shares = _values(sums_by(single, "nearness"), pollutant)
        _stack(lower, single, 100.0 * shares / np.maximum(shares.sum(1, keepdims=True), 1e-12), near)
        _frame(upper, lower, single, pollutant)
        _legend(figure, values, groups, 0.87)
        _legend(figure, shares, near, 0.30)
        _head(figure, single, pollutant, name, synthetic)
        save_figure(figure, path)


def _values(sums: xr.DataArray, pollutant: str) -> np.ndarray:
    """Of one place, (time, group), in the unit that people read."""
    return np.asarray(to_display(sums.isel(place=0).transpose("time", "group").values, pollutant))


def _hours(single: xr.Dataset) -> tuple[np.ndarray, np.ndarray]:
    """Left side of each step and its width, in days of Beijing time."""
    starts, ends = step_bounds(single)
    left = _days(starts)
    return left, _days(ends) - left


def _days(times: np.ndarray) -> np.ndarray:
    return np.asarray(beijing_from_utc(times).astype("datetime64[s]").astype(float) / 86400.0)


def _stack(axes: Any, single: xr.Dataset, values: np.ndarray, groups: tuple[Group, ...]) -> None:
    left, width = _hours(single)
    narrow = single.attrs["part"] != "hour"
    first, last = (left + 0.1 * width, left + 0.9 * width) if narrow else (left, left + width)
    base = np.zeros(len(left))
    for number, (group, colour) in enumerate(zip(groups, colours_of(groups), strict=True)):
        part = np.nan_to_num(values[:, number])
        if not part.any():
            continue
        hatch = UNATTRIBUTED_HATCH if group.id == "unattributed" else None
        axes.fill_between(
            *step_outline(first, last, base, base + part), facecolor=colour, hatch=hatch,
            edgecolor="#9aa3aa" if hatch else "white", linewidth=0.35 if narrow else 0.0, zorder=2,
        )  # fmt: skip
        base += part


def _lines(axes: Any, single: xr.Dataset, measured: xr.Dataset | None, pollutant: str, name: str) -> None:
    left, width = _hours(single)
    day = single.attrs["part"] != "hour"
    published = np.asarray(to_display(single["published"].isel(place=0).values, pollutant))
    style: dict[str, Any] = {"linewidth": 1.6, "marker": "o" if day else None, "markersize": 4.2, "zorder": 5}
    shift = 0.5 * width if day else width
    label = words("发布的中位值", "published median")
    axes.plot(left + shift, published, color=_PUBLISHED, markerfacecolor="white", label=label, **style)
    if measured is not None and name in measured["place"].values and pollutant in measured:
        recent = measured[pollutant].sel(place=name)
        ends = recent["time"].values + np.timedelta64(24 if day else 0, "h")
        recent = recent.isel(time=ends <= single["reference_time"].values[-1])
        recent = recent.isel(time=slice(-_MEASURED_STEPS["day" if day else "hour"], None))
        if recent.sizes["time"]:
            at = _days(recent["time"].values) + (0.5 if day else 0.0)
            past = np.asarray(to_display(recent.values, pollutant))
            axes.plot(at, past, color=INK, label=words("实测", "measured"), **style)
    issued = float(_days(single["reference_time"].values[:1])[0])
    axes.axvline(issued, color=INK, linewidth=0.9, linestyle=(0, (3, 2)), zorder=1)


def _frame(upper: Any, lower: Any, single: xr.Dataset, pollutant: str) -> None:
    from matplotlib.ticker import MaxNLocator

    upper.legend(
        loc="lower left", bbox_to_anchor=(0.0, 1.0), ncols=2, frameon=False, fontsize=9, borderaxespad=0.2
    )
    upper.set_ylabel(POLLUTANTS[pollutant].shown_unit)
    lower.set_ylabel("%")
    lower.set_ylim(0, 100)
    lower.set_title(words("本地与输入占比", "shares of local and transported"), fontsize=9.5, pad=4)
    first, last = upper.get_xlim()
    days = np.arange(np.ceil(first), np.floor(last) + 1)
    days = days[:: max(1, round(len(days) / 11))]
    middle = 0.5 if single.attrs["part"] != "hour" else 0.0
    names = [str(np.datetime64(int(day), "D"))[5:] for day in days]
    lower.set_xticks(days + middle, names)
    upper.tick_params(labelbottom=False)
    upper.set_ylim(bottom=0)
    upper.yaxis.set_major_locator(MaxNLocator(6))
    upper.set_xlim(first, last)
    for axes in (upper, lower):
        axes.tick_params(labelsize=9, length=2.5)
        axes.grid(axis="y", color="#dde2e6", linewidth=0.6, zorder=0)
        axes.set_axisbelow(True)
        for side in ("top", "right"):
            axes.spines[side].set_visible(False)


def _legend(figure: Any, values: np.ndarray, groups: tuple[Group, ...], top: float) -> None:
    from matplotlib.patches import Patch

    mean = np.nanmean(values, axis=0)
    share = mean / max(float(mean.sum()), 1e-12)
    kept = [n for n in range(len(groups)) if share[n] >= _LEAST_SHARE]
    colours = colours_of(groups)
    patches = [
        Patch(
            facecolor=colours[n], edgecolor="#9aa3aa", linewidth=0.4,
            hatch=UNATTRIBUTED_HATCH if groups[n].id == "unattributed" else None,
            label=f"{100 * share[n]:.0f} %  {name_within(groups[n], _WIDEST)}",
        )
        for n in reversed(kept)
    ]  # fmt: skip
    figure.legend(
        handles=patches, loc="upper left", bbox_to_anchor=(0.665, top), frameon=False,
        fontsize=9 if len(kept) <= 12 else 7.5, labelspacing=0.45 if len(kept) <= 12 else 0.25,
        handlelength=1.2,
    )  # fmt: skip


def _head(figure: Any, single: xr.Dataset, pollutant: str, name: str, synthetic: bool) -> None:
    names = receptor_names(name)
    title = words(
        f"{names.chinese} {POLLUTANTS[pollutant].label} 来源贡献", f"Contributions, {names.english}"
    )
    figure.text(0.055, 0.965, title, fontsize=13.5, fontweight="bold", va="center")
    issued = shown(single["reference_time"].values[-1])
    figure.text(
        0.665,
        0.915,
        words(f"起报 {issued}，时段平均占比", "issued, mean shares"),
        fontsize=8.5,
        color=QUIET,
        va="center",
    )
    if synthetic:
        mark = words("合成数据", "SYNTHETIC")
        figure.text(0.985, 0.965, mark, color=_STAMP, fontsize=10.5, ha="right", va="center")
