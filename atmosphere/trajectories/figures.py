"""Figures of the trajectories' proofs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from atmosphere.trajectories.configuration import TurbulenceConfig
from atmosphere.trajectories.hysplit import Comparison
from atmosphere.trajectories.turbulence import (
    MixingColumn,
    mixed_height,
    plane_diffusivity,
    random_numbers,
)

__all__ = ["draw_hysplit_comparison", "draw_well_mixed", "uncorrected_height"]

_COLOURS = ("#0b6e99", "#c8553d", "#5a7d2a", "#7b4b94")
_FILLED_M = 2000.0
_INK, _QUIET = "#1d2733", "#8a949e"


def draw_hysplit_comparison(comparisons: list[Comparison], path: str | Path) -> None:
    """A map of our trajectories beside HYSPLIT's, and their heights.

    Args:
        comparisons: of `hysplit.compare`.
        path: file to write, its ending decides the kind.
    """
    figure = Figure(figsize=(9.0, 4.4), dpi=150)
    area, profile = figure.subplots(1, 2, width_ratios=(1.15, 1.0))
    for number, found in enumerate(comparisons):
        _draw_pair(area, profile, found, _COLOURS[number % len(_COLOURS)])
    lat = np.concatenate([found.theirs.lat for found in comparisons])
    area.set_aspect(1.0 / np.cos(np.deg2rad(lat.mean())), adjustable="datalim")
    area.set(xlabel="longitude, °E", ylabel="latitude, °N", title="12 h forward from 500 m")
    profile.set(xlabel="hours since the start", ylabel="height above ground, m", title="height")
    for axes in (area, profile):
        axes.grid(color="#e4e8eb", linewidth=0.7)
        axes.set_axisbelow(True)
        axes.tick_params(colors=_INK, labelsize=8)
    area.plot([], [], color=_INK, label="Bogda")
    area.plot(
        [], [], color=_INK, linestyle=(0, (4, 2)), marker="o", markersize=3, mfc="white", label="HYSPLIT"
    )
    area.legend(fontsize=8, frameon=False, loc="best")
    profile.legend(fontsize=7.5, frameon=False, title="start, UTC: end points apart", title_fontsize=7.5)
    figure.tight_layout()
    figure.savefig(path)


def draw_well_mixed(path: str | Path, particles: int = 200_000, hours: float = 6.0) -> None:
    """How a column of well-mixed air stays so, and how it would not without the correction.

    Args:
        path: file to write, its ending decides the kind.
        particles: how many in each run.
        hours: length of the run; steps of 180 s.
    """
    edges = np.concatenate([[0.0], np.geomspace(10.0, 1200.0, 16)])
    figure = Figure(figsize=(5.6, 4.2), dpi=150)
    axes = figure.subplots()
    runs = {
        "this scheme": (mixed_height, _COLOURS[0]),
        "no drift correction": (uncorrected_height, _COLOURS[1]),
    }
    for name, (step, colour) in runs.items():
        heights = _column_run(step, particles, round(hours * 20))
        found = np.histogram(heights, bins=edges)[0] / (particles * np.diff(edges) / _FILLED_M)
        axes.stairs(found, edges, orientation="horizontal", color=colour, linewidth=1.6, label=name)
    axes.axvline(1.0, color=_QUIET, linewidth=1.0, linestyle=":")
    axes.set(
        xlabel="particles, relative to the air", ylabel="height above ground, m", yscale="log",
        ylim=(5, 1200), xlim=(0, None),
        title=f"well-mixed column after {hours:g} h in 180 s steps, h = 1000 m",
    )  # fmt: skip
    axes.legend(fontsize=8, frameon=False)
    axes.tick_params(colors=_INK, labelsize=8)
    figure.tight_layout()
    figure.savefig(path)


def uncorrected_height(
    air: MixingColumn, height: torch.Tensor, seconds: float, normals: tuple[torch.Tensor, torch.Tensor],
    chance: torch.Tensor,
) -> torch.Tensor:  # fmt: skip
    """A random walk of width sqrt(2 K t) reflected at the ground: what gathers particles where K is small."""
    del chance
    here, _ = plane_diffusivity(air, height)
    return (height + torch.sqrt(8.0 * height * here * seconds) * normals[0]).abs()


def _column_run(step: Callable[..., torch.Tensor], particles: int, steps: int) -> np.ndarray:
    heights = torch.linspace(0.0, _FILLED_M, particles, dtype=torch.float64)
    nothing = torch.zeros_like(heights)
    air = MixingColumn(nothing + 1000.0, nothing + 0.12, nothing, nothing, free=0.1, depth=50.0)
    numbers = torch.arange(particles)
    for number in range(steps):
        normals, chance, _ = random_numbers(TurbulenceConfig(seed=5), numbers, number, torch.float64)
        heights = step(air, heights, 180.0, normals, chance)
    return heights.numpy()


def _draw_pair(area: Axes, profile: Axes, found: Comparison, colour: str) -> None:
    ours, theirs = found.ours, found.theirs
    dashed: dict[str, Any] = {
        "linestyle": (0, (4, 2)),
        "marker": "o",
        "markersize": 3,
        "mfc": "white",
        "color": colour,
    }
    label = f"{str(theirs.times[0])[:13]}: {100 * found.share:.1f} % of {found.travelled_m / 1000:.0f} km"
    area.plot(ours.lon[:, 0], ours.lat[:, 0], color=colour, linewidth=1.8)
    area.plot(theirs.lon, theirs.lat, linewidth=1.0, **dashed)
    hours = (theirs.times - theirs.times[0]) / np.timedelta64(1, "h")
    profile.plot(hours, ours.height_m[:, 0], color=colour, linewidth=1.8, label=label)
    profile.plot(hours, theirs.height_m, linewidth=1.0, **dashed)
