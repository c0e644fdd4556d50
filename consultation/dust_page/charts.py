"""PM10 with its split into dust and the rest, place by place, and the table of events."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from atmosphere.meteorology.figures.lettering import QUIET, figure_style, legible, words
from atmosphere.meteorology.figures.saving import save_figure
from foundation.times import beijing_from_utc
from foundation.units import si_factor
from observations.dust.events import DustEvent

_DUST, _REST, _BAND, _EVENT = "#d9a441", "#8d99a6", "#7a5310", "#c0392b"
_MOST_PLACES, _MOST_ROWS = 6, 16
_HEADERS = (
    ("地点", "place"), ("开始", "start"), ("峰值时间", "peak"), ("结束", "end"), ("峰值", "peak PM10"),
    ("此前", "before"), ("细粒比（此前）", "fine share (before)"), ("结束情况", "ending"), ("规则", "rule"),
)  # fmt: skip
_ENDINGS = {
    "returned": ("已恢复", "returned"),
    "gap": ("缺测", "gap"),
    "record": ("仍在持续", "open"),
    "longest": ("超时限", "longest"),
}


def draw_split(
    split: xr.Dataset, events: Sequence[DustEvent], path: str | Path, names: dict[str, str] | None = None
) -> tuple[str, ...]:
    """PM10 as dust and the rest in time, with the interval of dust, and events marked and listed.

    Args:
        split: what `observations.dust.split.split_dust` gives.
        events: to be marked and listed.
        path: file to write; its ending says the format.
        names: what to call a place or station; its id where there is none.

    Returns:
        The places drawn: the six with the most dust.
    """
    import matplotlib.pyplot as plt

    called = names or {}
    chosen = _dustiest(split)
    listed = sorted((event for event in events if event.place in chosen), key=lambda one: -_peak(one))
    rows = sorted(listed[:_MOST_ROWS], key=lambda one: (chosen.index(one.place), one.start))
    heights = [1.9] * len(chosen) + [0.55 + 0.27 * (len(rows) + 1)]
    with figure_style():
        figure, axes = plt.subplots(
            len(heights), 1, figsize=(11.5, sum(heights) + 0.8), dpi=110, layout="constrained",
            gridspec_kw={"height_ratios": heights}, squeeze=False,
        )  # fmt: skip
        for axis, place in zip(axes[:-1, 0], chosen, strict=True):
            _course(axis, split, place, [event for event in events if event.place == place])
            axis.set_title(legible(called.get(place, place)), fontsize=10.5, pad=3)
        axes[0, 0].legend(loc="upper left", ncols=4, fontsize=8.5, frameon=False)
        axes[-2, 0].set_xlabel(words("北京时", "Beijing time"), fontsize=9, color=QUIET)
        _table(axes[-1, 0], rows, called, more=len(listed) - len(rows))
        low, high = split["pm10_dust"].attrs["interval"].split(" to ")
        figure.suptitle(
            words("PM10 中的沙尘", "Dust in PM10")
            + f"（{words('细线为分位数', 'thin lines: quantiles')} {low}–{high}）",
            fontsize=12,
        )
        save_figure(figure, path)
        plt.close(figure)
    return tuple(chosen)


def _dustiest(split: xr.Dataset) -> list[str]:
    dim = split["pm10_dust"].dims[1]
    amount = split["pm10_dust"].sum("time", skipna=True)
    order = np.argsort(-amount.values, kind="stable")[:_MOST_PLACES]
    return [str(name) for name in split[dim].values[order]]


def _peak(event: DustEvent) -> float:
    return event.peak_pm10 if np.isfinite(event.peak_pm10) else np.inf


def _course(axis: Any, split: xr.Dataset, place: str, events: Sequence[DustEvent]) -> None:
    unit = si_factor("ug m-3", "pm10")
    dim = split["pm10_dust"].dims[1]
    hourly = split.attrs["averaging"] == "hour"
    step = np.timedelta64(1, "h" if hourly else "D")
    times, first = split["time"].values, split["time"].values[0]
    index = ((times - first) // step).astype(int)
    every = beijing_from_utc(first + np.arange(index[-1] + 1) * step)
    series = {}
    for name in ("pm10_dust", "pm10_rest", "pm10_dust_low", "pm10_dust_high"):
        series[name] = np.full(len(every), np.nan)
        series[name][index] = split[name].sel({dim: place}).values / unit
    dust, rest = series["pm10_dust"], series["pm10_rest"]
    width = step.astype("timedelta64[ns]").astype(float) / 86400e9
    axis.bar(every, dust, width=width, color=_DUST, label=words("沙尘", "dust"))
    axis.bar(every, rest, width=width, bottom=dust, color=_REST, label=words("其余", "rest"))
    for number, name in enumerate(("pm10_dust_low", "pm10_dust_high")):
        label = words("沙尘区间", "range of dust") if number == 0 else None
        axis.step(every, series[name], where="mid", color=_BAND, linewidth=0.9, label=label)
    for number, event in enumerate(events):
        begin, end = (beijing_from_utc(time) for time in (event.start, event.end))
        label = words("沙尘事件", "event") if number == 0 else None
        axis.axvspan(begin - step / 2, end + step / 2, ymax=0.035, color=_EVENT, label=label)
    axis.set_ylabel("PM10, µg/m³", fontsize=9)
    axis.set_xlim(every[0] - step, every[-1] + step)
    axis.tick_params(labelsize=8.5)
    axis.spines[["top", "right"]].set_visible(False)


def _table(axis: Any, rows: Sequence[DustEvent], called: dict[str, str], *, more: int) -> None:
    axis.axis("off")
    if not rows:
        axis.text(0.5, 0.5, words("没有发现沙尘事件", "no dust event found"), ha="center", color=QUIET)
        return
    cells = [[legible(text) for text in _cells(event, called)] for event in rows]
    widths = [0.19, 0.12, 0.12, 0.12, 0.09, 0.07, 0.11, 0.08, 0.1]
    table = axis.table(
        cellText=cells, colLabels=[f"{c}\n{e}" if words("字", "") != "" else e for c, e in _HEADERS],
        colWidths=widths, cellLoc="center", loc="upper center",
    )  # fmt: skip
    table.auto_set_font_size(False)
    table.set_fontsize(8.5)
    table.scale(1.0, 1.25)
    for (row, _), cell in table.get_celld().items():
        cell.set_linewidth(0.4)
        cell.set_edgecolor("#d5dae0")
        if row == 0:
            cell.set_height(cell.get_height() * 1.6)
            cell.set_facecolor("#f1f3f5")
    if more > 0:
        axis.text(1.0, 0.0, words(f"另有 {more} 次", f"{more} more"), ha="right", fontsize=8.5, color=QUIET)


def _cells(event: DustEvent, called: dict[str, str]) -> list[str]:
    facts = event.as_dict()
    form = slice(5, 16) if event.averaging == "hour" else slice(0, 10)
    amount = ["—" if facts[name] is None else f"{facts[name]:.0f}" for name in ("peak_pm10", "pm10_before")]
    shares = [
        "—" if facts[name] is None else f"{facts[name]:.2f}"
        for name in ("fine_share_at_start", "fine_share_before")
    ]
    ending = words(*_ENDINGS[event.ending]).split("  ", maxsplit=1)[0]
    return [
        called.get(event.place, event.place),
        *(facts[name][form] for name in ("start", "peak", "end")),
        *amount,
        f"{shares[0]} ({shares[1]})",
        ending,
        event.rule,
    ]
