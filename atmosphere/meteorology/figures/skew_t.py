"""A profile on a skew-T log-p diagram, with its inversions and mixing height."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np

from atmosphere.meteorology.diagnostics.air_profile import Profile
from atmosphere.meteorology.diagnostics.diagnosis import Diagnosis
from atmosphere.meteorology.figures.lettering import INK, QUIET, figure_style, legible, time_line, words
from atmosphere.meteorology.figures.saving import save_figure
from foundation.constants import ZERO_CELSIUS

_TOP = 50000.0
_AXIS_TOP_HPA = 500.0
_WARM, _COLD, _LID, _MIXED = "#c0392b", "#1f6f8b", "#f2b134", "#2e8b57"
_ROTATION = 30.0
_MARGIN = 4.0
_SPREAD_HPA = 14.0
_BARBS_M_S = {"half": 2.0, "full": 4.0, "flag": 20.0}
"""What a stroke of a barb is worth on Chinese charts, m s-1."""


def draw_skew_t(diagnosis: Diagnosis, path: str | Path, title: str = "") -> None:
    """Draw a profile up to 500 hPa and write it as PNG, SVG or PDF by the name's ending.

    Temperature and dew point in °C, inversions shaded, mixing height marked, wind as barbs of 4 m/s (a
    pennant 20 m/s).

    Args:
        diagnosis: of the profile.
        path: file to write.
        title: the place's name; coordinates when empty.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    with figure_style(), warnings.catch_warnings():
        # MetPy 1.7 calls a function that Matplotlib 3.11 deprecates and 3.13 will not have
        warnings.filterwarnings("ignore", message="The interval_contains function was deprecated")
        figure = Figure(figsize=(8.4, 8.4), dpi=130)
        FigureCanvasAgg(figure)
        skew = _diagram(figure, diagnosis.profile)
        _curves(skew, diagnosis.profile)
        _inversions(skew, diagnosis)
        _mixing_height(skew, diagnosis)
        _titles(skew, diagnosis, title)
        save_figure(figure, path)


def _diagram(figure: Any, profile: Profile) -> Any:
    from metpy.plots import SkewT
    from metpy.units import units

    skew = SkewT(figure, rotation=_ROTATION, rect=(0.10, 0.155, 0.735, 0.725), aspect="auto")
    axes = skew.ax
    bottom = _bottom(profile)
    axes.set_ylim(bottom, _AXIS_TOP_HPA)
    low, high = _temperature_range(profile, bottom)
    axes.set_xlim(low, high)
    ticks = [level for level in (1000, 950, 900, 850, 800, 750, 700, 650, 600, 550, 500) if level <= bottom]
    axes.set_yticks(ticks, [str(level) for level in ticks])
    axes.set_yticks([], minor=True)
    if profile.starts_at_surface:
        axes.axhspan(profile.pressure[0] / 100.0, bottom, facecolor="#d9d4cc", linewidth=0, zorder=3)
    _heights(axes, profile)
    start = np.arange(-80, 140, 10)
    pressure = np.linspace(_AXIS_TOP_HPA, 1050, 60) * units.hPa
    skew.plot_dry_adiabats(
        t0=(start + ZERO_CELSIUS) * units.K, pressure=pressure, colors="#c9a58b", linewidths=0.6, alpha=0.6
    )
    axes.grid(visible=True, color="#d5dbe0", linewidth=0.7)
    axes.set_xlabel(words("温度", "temperature") + " (°C)")
    axes.set_ylabel(words("气压", "pressure") + " (hPa)")
    return skew


def _heights(axes: Any, profile: Profile) -> None:
    """Round heights above ground (km) within the right edge."""
    reach = float(np.interp(-_TOP, -profile.pressure, profile.height))
    for height in np.arange(500.0, reach, 500.0):
        pressure = profile.pressure_at(height) / 100.0
        place = axes.get_yaxis_transform()
        axes.plot([0.985, 1.0], [pressure, pressure], transform=place, color=QUIET, linewidth=0.9)
        axes.text(
            0.978, pressure, f"{height / 1000:.1f} km", transform=place, fontsize=8.5, color=QUIET,
            va="center", ha="right", zorder=6,
        )  # fmt: skip


def _bottom(profile: Profile) -> float:
    return float(min(1050.0, np.ceil(profile.pressure[0] / 100.0 + 12.0)))


def _temperature_range(profile: Profile, bottom: float) -> tuple[float, float]:
    """Ends of the lower axis, °C, such that the whole temperature curve is seen though the lines lean."""
    shown = profile.pressure >= _TOP
    rise = np.log(bottom * 100.0 / profile.pressure) / np.log(bottom / _AXIS_TOP_HPA)
    temperature = profile.temperature - ZERO_CELSIUS
    dew_point = profile.dew_point[np.isfinite(profile.dew_point)][:3] - ZERO_CELSIUS
    coldest = min(temperature[shown & (rise < 0.3)].min(), *dew_point, np.inf)
    low = 5 * np.floor((coldest - _MARGIN) / 5)
    lean = np.tan(np.deg2rad(_ROTATION)) * rise[shown]
    needed = ((temperature[shown] - low + 2 * _MARGIN) / (1.0 - lean)).max()
    return float(low), float(low + 5 * np.ceil(max(needed, 40.0) / 5))


def _curves(skew: Any, profile: Profile) -> None:
    shown = profile.pressure >= _TOP
    pressure = profile.pressure[shown] / 100.0
    skew.ax.plot(
        profile.temperature[shown] - ZERO_CELSIUS, pressure, color=_WARM, linewidth=2.4, marker="o",
        markersize=3.2, label=words("温度", "temperature"), zorder=5,
    )  # fmt: skip
    if np.isfinite(profile.dew_point[shown]).any():
        skew.ax.plot(
            profile.dew_point[shown] - ZERO_CELSIUS, pressure, color=_COLD, linewidth=1.8, linestyle="--",
            label=words("露点", "dew point"), zorder=5,
        )  # fmt: skip
    _barbs(skew, profile)


def _barbs(skew: Any, profile: Profile) -> None:
    """Barbs so far apart that none covers another."""
    chosen: list[int] = []
    for level in np.flatnonzero(profile.has_wind & (profile.pressure >= _TOP)):
        lower = profile.pressure[chosen[-1]] / 100.0 if chosen else np.inf
        if lower - profile.pressure[level] / 100.0 >= _SPREAD_HPA:
            chosen.append(int(level))
    if chosen:
        pressure = profile.pressure[chosen] / 100.0
        skew.ax.barbs(
            np.full(len(chosen), 1.075), pressure, profile.eastward_wind[chosen],
            profile.northward_wind[chosen], transform=skew.ax.get_yaxis_transform(), clip_on=False,
            barb_increments=_BARBS_M_S, length=6.4, color=INK, linewidth=0.8, zorder=6,
        )  # fmt: skip
        note = words("风羽长划4 m/s", "\nfull barb 4 m/s").replace("  \n", "\n")
        skew.ax.text(
            1.075,
            -0.03,
            note.strip(),
            transform=skew.ax.transAxes,
            fontsize=8,
            color=QUIET,
            ha="center",
            va="top",
        )


def _inversions(skew: Any, diagnosis: Diagnosis) -> None:
    label = words("逆温层", "inversion")
    for layer in diagnosis.inversions:
        base, top = layer.base_pressure / 100.0, layer.top_pressure / 100.0
        if top >= _AXIS_TOP_HPA:
            skew.ax.axhspan(base, top, color=_LID, alpha=0.28, linewidth=0, label=label, zorder=1)
            label = ""
    main = diagnosis.inversion
    if main is not None:
        skew.ax.text(
            0.015, np.sqrt(main.base_pressure * main.top_pressure) / 100.0, f"+{main.strength:.1f} K",
            transform=skew.ax.get_yaxis_transform(), va="center", ha="left", fontsize=11, fontweight="bold",
            color="#8a5a00", zorder=6,
        )  # fmt: skip


def _mixing_height(skew: Any, diagnosis: Diagnosis) -> None:
    if diagnosis.mixing is None:
        return
    height = diagnosis.mixing.height
    pressure = diagnosis.profile.pressure_at(height) / 100.0
    skew.ax.axhline(
        pressure, color=_MIXED, linewidth=1.8, linestyle=(0, (6, 2)), zorder=4,
        label=words("混合层高度", "mixing height") + f" {height:.0f} m",
    )  # fmt: skip


def _titles(skew: Any, diagnosis: Diagnosis, title: str) -> None:
    profile, grade = diagnosis.profile, diagnosis.dispersion
    place = legible(title) or profile.station or f"{profile.lon:.2f}°E, {profile.lat:.2f}°N"
    figure = skew.ax.figure
    figure.text(0.10, 0.962, place, fontsize=16, fontweight="bold", va="center")
    figure.text(0.10, 0.930, time_line(profile.time), fontsize=10.5, color=QUIET, va="center")
    if grade is not None:
        note = "" if grade.verified else "（阈值未核实）"
        chinese = f"扩散条件{grade.grade}级（共6级） {grade.chinese}{note}"
        english = f"dispersion grade {grade.grade} of 6" + ("" if grade.verified else ", not verified")
        figure.text(0.10, 0.900, words(chinese, english), fontsize=11, va="center")
    handles, labels = skew.ax.get_legend_handles_labels()
    figure.legend(
        handles, labels, loc="lower center", bbox_to_anchor=(0.47, 0.012), ncol=2, fontsize=9.5,
        frameon=False, handlelength=2.6, columnspacing=2.4,
    )  # fmt: skip
