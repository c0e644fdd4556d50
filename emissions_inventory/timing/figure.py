"""A figure of all profiles: rates by month, weekday and hour of every sector, and degree days of a season."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from atmosphere.meteorology.figures.lettering import QUIET, figure_style, words
from atmosphere.meteorology.figures.saving import save_figure
from emissions_inventory.labels import source_labels
from emissions_inventory.timing.clock import days_in_months
from emissions_inventory.timing.configuration import timing_config
from emissions_inventory.timing.heating import day_temperatures, degree_days
from emissions_inventory.timing.heating_configuration import heating_config
from emissions_inventory.timing.months import month_shares
from emissions_inventory.timing.temperature import DailyTemperature

__all__ = ["profile_figure", "sector_rates"]

_LARGEST = 3.0
_WARM, _COLD = "#c0392b", "#1f6fb2"
_COLUMNS = (
    ("months", "月", "months, Beijing time", [str(month) for month in range(1, 13)]),
    ("weekdays", "星期", "weekdays", ["一 Mo", "二 Tu", "三 We", "四 Th", "五 Fr", "六 Sa", "日 Su"]),
    ("hours", "时（新疆时间）", "hours, Xinjiang time", [str(hour) for hour in range(24)]),
)


def sector_rates(year: int) -> dict[str, np.ndarray]:
    """Rates over their means: `months` (sector, 12), `weekdays` (sector, 7) and `hours` (sector, 24).

    Args:
        year: whose calendar counts.
    """
    sectors, days = source_labels().sector_ids(), days_in_months(year)
    weeks = np.stack([timing_config().week(sector) for sector in sectors])
    weeks = weeks / weeks.mean(axis=(1, 2), keepdims=True)
    shares = np.stack([month_shares(sector, year) for sector in sectors])
    return {"months": shares * days.sum() / days, "weekdays": weeks.mean(axis=2), "hours": weeks.mean(axis=1)}


def profile_figure(
    path: str | Path,
    year: int = 2026,
    region: str = "urumqi",
    temperature: DailyTemperature | None = None,
) -> None:
    """Draw the profiles of all sectors and the degree days of a season, PNG, SVG or PDF by the name's ending.

    Args:
        path: file to write.
        year: whose calendar counts, and in which the season ends.
        region: whose season is shown.
        temperature: measured days of that season, drawn beside the normals.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    with figure_style():
        figure = Figure(figsize=(13.4, 10.2), dpi=120)
        FigureCanvasAgg(figure)
        panels = figure.add_gridspec(
            2, 3, width_ratios=(12, 7.6, 20), height_ratios=(2.0, 1.0), left=0.225, right=0.925, top=0.90,
            bottom=0.065, wspace=0.05, hspace=0.24,
        )  # fmt: skip
        figure.text(
            0.02,
            0.965,
            words("排放的时间分配", "When it is emitted"),
            fontsize=16,
            fontweight="bold",
            va="center",
        )
        _rates(figure, [figure.add_subplot(panels[0, place]) for place in range(3)], year)
        _season(figure.add_subplot(panels[1, :]), year, region, temperature)
        save_figure(figure, path)


def _rates(figure: Any, panels: list[Any], year: int) -> None:
    from matplotlib.colors import TwoSlopeNorm

    rates, labels = sector_rates(year), source_labels().sectors
    norm = TwoSlopeNorm(1.0, 0.0, _LARGEST)
    for panel, (kind, chinese, english, ticks) in zip(panels, _COLUMNS, strict=True):
        image = panel.imshow(rates[kind], aspect="auto", cmap="RdBu_r", norm=norm)
        panel.set_title(words(chinese, english), fontsize=10.5)
        names = [words(*tick.split()).split()[0] if " " in tick else tick for tick in ticks]
        panel.set_xticks(range(len(ticks)), names, fontsize=8.5)
        panel.set_yticks([])
        panel.tick_params(length=0)
        panel.set_xticks(np.arange(-0.5, len(ticks)), minor=True)
        panel.set_yticks(np.arange(-0.5, len(labels)), minor=True)
        panel.grid(which="minor", color="white", linewidth=0.7)
        panel.tick_params(which="minor", length=0)
        for spine in panel.spines.values():
            spine.set_visible(False)
    panels[0].set_yticks(
        range(len(labels)), [words(one.chinese, one.english) for one in labels], fontsize=8.5
    )
    box = panels[2].get_position()
    bar = figure.colorbar(
        image, cax=figure.add_axes((box.x1 + 0.012, box.y0, 0.012, box.height)), extend="max"
    )
    bar.outline.set_visible(False)
    bar.set_ticks([0, 0.25, 0.5, 0.75, 1, 1.5, 2, 2.5, 3])
    bar.ax.tick_params(labelsize=8.5)
    bar.set_label(words("相对平均排放率", "rate over its mean"), fontsize=9.5)


def _season(panel: Any, year: int, region: str, temperature: DailyTemperature | None) -> None:
    days = np.arange(f"{year - 1}-09-15", f"{year}-05-01", dtype="datetime64[D]")
    names = {sector.id: words(sector.chinese, sector.english) for sector in source_labels().sectors}
    for sector, colour, style in zip(heating_config().sectors, (_WARM, "#8e5a2b"), ("-", "--"), strict=False):
        usual = degree_days(sector.id, days, region)
        panel.step(
            days, usual, where="mid", color=colour, linestyle=style, linewidth=1.8, label=names[sector.id]
        )
        if temperature is not None and sector.season == "legal":
            measured = degree_days(sector.id, days, region, temperature)
            label = names[sector.id] + words("，实测", ", measured days")
            panel.fill_between(days, measured, step="mid", color=colour, alpha=0.22, linewidth=0, label=label)
    panel.set_xlim(days[0], days[-1])
    panel.set_ylim(bottom=0)
    panel.set_ylabel(
        words("度日", "degree days") + f" (K, < {heating_config().base_temperature_c:g} °C)", fontsize=9.5
    )
    name = source_labels().region(region)
    panel.set_title(words(f"{name.chinese}采暖季", f"Heating season of {name.english}"), fontsize=10.5)
    warmth = panel.twinx()
    warmth.plot(days, day_temperatures(days, region), color=_COLD, linewidth=1.2)
    warmth.axhline(heating_config().threshold_c, color=_COLD, linewidth=0.7, linestyle=":")
    warmth.set_ylabel(words("日均气温常年值", "normal daily mean") + " (°C)", color=_COLD, fontsize=9.5)
    warmth.tick_params(axis="y", colors=_COLD)
    for axes in (panel, warmth):
        axes.spines["top"].set_visible(False)
        axes.tick_params(labelsize=8.5)
    warmth.legend(
        *panel.get_legend_handles_labels(), loc="center", framealpha=0.85, edgecolor="none", fontsize=9
    )
    panel.grid(axis="y", color=QUIET, alpha=0.2)
