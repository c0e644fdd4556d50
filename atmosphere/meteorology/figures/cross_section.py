"""A vertical section drawn: potential temperature, wind along it, the ground."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from atmosphere.meteorology.figures.lettering import INK, QUIET, figure_style, legible, time_line, words
from atmosphere.meteorology.figures.saving import save_figure
from atmosphere.meteorology.figures.section import Section

_GROUND, _MIXED = "#8d8379", "#2e8b57"
_FEWEST_WIND = 4.0
_FREE_KM = 0.25


def draw_cross_section(
    plane: Section, path: str | Path, start_name: str = "", end_name: str = "", title: str = ""
) -> None:
    """Draw a section and write it as PNG, SVG or PDF by the name's ending.

    Filled: wind along the section, to the right in warm colours. Lines: potential temperature every 2 K.
    Dashed: mixing height.

    Args:
        plane: the section.
        path: file to write.
        start_name: of its left end; coordinates when empty.
        end_name: of its right end; coordinates when empty.
        title: above it; made of the names of the ends when empty.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    names = legible(start_name) or _point(plane, 0), legible(end_name) or _point(plane, -1)
    with figure_style():
        figure = Figure(figsize=(10.4, 6.2), dpi=120)
        FigureCanvasAgg(figure)
        axes = figure.add_axes((0.075, 0.20, 0.80, 0.61))
        _wind(figure, axes, plane)
        _potential_temperature(axes, plane)
        _ground(axes, plane)
        _axes(axes, plane, names)
        figure.text(
            0.075,
            0.945,
            legible(title) or f"{names[0]} → {names[1]}",
            fontsize=15,
            fontweight="bold",
            va="center",
        )
        figure.text(0.075, 0.893, time_line(plane.time), fontsize=10.5, color=QUIET, va="center")
        _legend(figure, plane)
        save_figure(figure, path)


def _point(plane: Section, index: int) -> str:
    return f"{plane.lon[index]:.2f}°E {plane.lat[index]:.2f}°N"


def _wind(figure: Any, axes: Any, plane: Section) -> None:
    strongest = float(np.nanpercentile(np.abs(plane.along_wind), 99.5))
    reach = max(_FEWEST_WIND, 2.0 * np.ceil(strongest / 2.0))
    filled = axes.contourf(
        plane.distance_km, plane.height / 1000.0, plane.along_wind, levels=np.linspace(-reach, reach, 17),
        cmap="RdBu_r", extend="both", alpha=0.85,
    )  # fmt: skip
    bar = figure.colorbar(filled, cax=figure.add_axes((0.895, 0.20, 0.016, 0.61)))
    bar.set_ticks(np.linspace(-reach, reach, 9))
    bar.ax.tick_params(labelsize=9)
    bar.outline.set_visible(False)
    bar.set_label(words("沿剖面风，向右为正", "wind along, to the right +") + " (m/s)", fontsize=9.5)


def _potential_temperature(axes: Any, plane: Section) -> None:
    low, high = np.nanmin(plane.potential_temperature), np.nanmax(plane.potential_temperature)
    lines = axes.contour(
        plane.distance_km, plane.height / 1000.0, plane.potential_temperature,
        levels=np.arange(2 * np.floor(low / 2), high, 2.0), colors=INK, linewidths=0.8,
    )  # fmt: skip
    labelled = lines.levels[lines.levels % 6 == 0]
    for label in axes.clabel(lines, levels=labelled, fmt="%d", fontsize=8.5, inline=False):
        distance, height = label.get_position()
        free = height > np.interp(distance, plane.distance_km, plane.ground) / 1000.0 + _FREE_KM
        label.set_visible(bool(free))
        label.set_bbox({"facecolor": "white", "edgecolor": "none", "alpha": 0.75, "pad": 0.6})


def _ground(axes: Any, plane: Section) -> None:
    kilometres = plane.ground / 1000.0
    axes.fill_between(
        plane.distance_km,
        min(plane.height[0] / 1000.0, 0.0),
        kilometres,
        color=_GROUND,
        zorder=4,
        linewidth=0,
    )
    axes.plot(plane.distance_km, kilometres, color="#5c544c", linewidth=1.2, zorder=5)
    axes.plot(
        plane.distance_km,
        plane.mixing_height / 1000.0,
        color=_MIXED,
        linewidth=1.8,
        linestyle=(0, (5, 2)),
        zorder=5,
    )


def _axes(axes: Any, plane: Section, names: tuple[str, str]) -> None:
    axes.set_xlim(0.0, plane.distance_km[-1])
    axes.set_ylim(plane.height[0] / 1000.0, plane.height[-1] / 1000.0)
    axes.set_ylabel(words("海拔高度", "height above sea") + " (km)")
    axes.set_xlabel(words("距离", "distance") + " (km)", labelpad=2)
    for place, name, side in ((0.0, names[0], "left"), (1.0, names[1], "right")):
        axes.text(
            place, 1.012, name, transform=axes.transAxes, ha=side, va="bottom", fontsize=10, color=QUIET
        )
    for spine in ("top", "right"):
        axes.spines[spine].set_visible(False)


def _legend(figure: Any, plane: Section) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    handles: list[Any] = [
        Line2D(
            [], [], color=INK, linewidth=0.9, label=words("位温，每2 K", "potential temperature, every 2 K")
        ),
        Patch(color=_GROUND, label=words("地形", "ground")),
    ]
    if np.isfinite(plane.mixing_height).any():
        label = words("混合层高度", "mixing height")
        handles.append(Line2D([], [], color=_MIXED, linewidth=1.8, linestyle=(0, (5, 2)), label=label))
    figure.legend(
        handles=handles, loc="lower center", bbox_to_anchor=(0.475, 0.02), ncol=3, frameon=False, fontsize=9.5
    )
