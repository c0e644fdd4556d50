"""How high the plumes of typical stacks rise, under a winter inversion and on a neutral day."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from atmosphere.meteorology.figures.lettering import INK, QUIET, figure_style, words
from atmosphere.meteorology.figures.saving import save_figure
from foundation.constants import ZERO_CELSIUS

__all__ = ["TYPICAL_STACKS", "TypicalStack", "Weather", "draw_plumes", "idealised_weathers", "layer_shares"]

_LAYER_TOPS = (20, 60, 120, 200, 320, 480, 700, 1000, 1400, 2000, 3000, 5000)
_SHOWN_M = 900.0
_DRY_LAPSE, _STANDARD_LAPSE = 0.00976, 0.0065
_LEAST_SHARE = 0.015
_BAR, _STACK, _AIR = "#d98c3f", "#5b6670", "#2c6285"


@dataclass(frozen=True)
class TypicalStack:
    """A stack of a size that is often met; m, m, K, m s-1.

    The numbers are examples for the figure, not facts about any plant.
    """

    chinese: str
    english: str
    height: float
    diameter: float
    temperature: float
    velocity: float


TYPICAL_STACKS = (
    TypicalStack("电厂 240 m", "power plant", 240.0, 8.5, 323.0, 18.0),
    TypicalStack("工业 120 m", "industry", 120.0, 5.0, 393.0, 14.0),
    TypicalStack("供热 60 m", "heating plant", 60.0, 2.5, 393.0, 10.0),
    TypicalStack("锅炉 30 m", "boiler", 30.0, 1.0, 423.0, 8.0),
)
"""Stacks of the figure, the tallest first. The power plant has wet scrubbing, so that its gas is cool."""


@dataclass(frozen=True)
class Weather:
    """An idealised column of air.

    Attributes:
        chinese: its name.
        english: its name.
        temperature: K, at the middles of the layers, (z,).
        wind_speed: m s-1, (z,).
        lid_m: base and top of its inversion, m; empty without one.
    """

    chinese: str
    english: str
    temperature: np.ndarray
    wind_speed: np.ndarray
    lid_m: tuple[float, ...] = ()


def idealised_weathers(edges: np.ndarray) -> tuple[Weather, Weather]:
    """A winter inversion and a neutral day.

    The first: -22 °C and 1 m s-1 at the ground, 1 K warmer up to 150 m, from there to 600 m 11 K warmer, then
    colder with 6.5 K km-1; as on the winter days of Urumqi on which the air at 850 hPa is more than 10 K
    warmer than at the ground. The second: -2 °C at the ground, dry-adiabatic up to 1,000 m, 5 m s-1 at 10 m.

    Args:
        edges: of the layers above ground, m, (z + 1,).
    """
    height = 0.5 * (edges[1:] + edges[:-1])
    lid = (150.0, 600.0)
    winter = 251.15 + np.interp(height, [0.0, *lid], [0.0, 1.0, 12.0])
    winter -= _STANDARD_LAPSE * np.maximum(height - lid[1], 0.0)
    neutral = 271.15 - _DRY_LAPSE * np.minimum(height, 1000.0)
    neutral -= _STANDARD_LAPSE * np.maximum(height - 1000.0, 0.0)
    calm = np.interp(height, [0.0, 300.0, 1000.0], [1.0, 2.0, 4.0])
    breeze = 5.0 * (np.maximum(height, 10.0) / 10.0) ** 0.15
    return (
        Weather("冬季逆温", "Winter inversion", winter, calm, lid),
        Weather("中性白天", "Neutral day", neutral, breeze),
    )


def layer_shares(
    stacks: tuple[TypicalStack, ...], weather: Weather, edges: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Rise of the plumes above their stacks, m, (stack,), and their shares of the layers, (stack, z).

    By `atmosphere.transport.processes.plume_rise`, as in a run.

    Args:
        stacks: the stacks.
        weather: the air.
        edges: of its layers, m, (z + 1,).
    """
    import torch

    from atmosphere.transport.processes.plume_rise import AirColumns, Stacks, layer_fractions, plume_rise

    names = ("height", "diameter", "temperature", "velocity")
    numbers = Stacks(
        *(torch.tensor([getattr(one, name) for one in stacks], dtype=torch.float64) for name in names)
    )
    columns = [
        torch.from_numpy(one).expand(len(stacks), -1) for one in (weather.temperature, weather.wind_speed)
    ]
    heights = torch.from_numpy(np.asarray(edges, dtype=np.float64))
    rise = plume_rise(numbers, AirColumns(columns[0], columns[1], heights))
    return rise.numpy(), layer_fractions(numbers.height, rise, heights).numpy()


def draw_plumes(path: str | Path, stacks: tuple[TypicalStack, ...] = TYPICAL_STACKS) -> None:
    """Draw temperature, plumes and the shares of the model's layers that they reach.

    Args:
        path: file to write; its ending says the format.
        stacks: stacks to show.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    edges = np.array([0.0, *_LAYER_TOPS])
    with figure_style():
        figure = Figure(figsize=(11.6, 4.9), dpi=100)
        FigureCanvasAgg(figure)
        for place, weather in enumerate(idealised_weathers(edges)):
            left = 0.055 + 0.485 * place
            air = figure.add_axes((left, 0.185, 0.105, 0.61))
            plumes = figure.add_axes((left + 0.115, 0.185, 0.335, 0.61))
            _air(air, weather, edges, place == 0)
            _plumes(plumes, stacks, weather, edges)
            head = words(weather.chinese, weather.english)
            ground = f"{weather.temperature[0] - ZERO_CELSIUS:.0f} °C, {weather.wind_speed[0]:.0f} m/s"
            figure.text(left, 0.825, head, fontsize=11, fontweight="bold")
            figure.text(left + 0.45, 0.825, ground, fontsize=9, color=QUIET, ha="right")
        title = words("烟羽抬升高度", "Where plumes end up")
        figure.text(0.055, 0.95, title, fontsize=13.5, fontweight="bold", va="center")
        note = words(
            "灰：烟囱；菱形：烟羽中心；橙：各模式层所得份额（%）",
            "grey: stack; diamond: middle of the plume; orange: share of each model layer, %",
        )
        figure.text(0.055, 0.022, f"{note}   Briggs 1975, 1984", fontsize=8.5, color=QUIET)
        save_figure(figure, path)


def _air(axes: Any, weather: Weather, edges: np.ndarray, labelled: bool) -> None:
    middles = 0.5 * (edges[1:] + edges[:-1])
    axes.plot(weather.temperature - ZERO_CELSIUS, middles, color=_AIR, linewidth=1.6)
    if weather.lid_m:
        axes.axhspan(*weather.lid_m, color=_AIR, alpha=0.12, linewidth=0)
    axes.set_ylim(0, _SHOWN_M)
    axes.set_xlabel(words("气温", "°C"), fontsize=8.5)
    if labelled:
        axes.set_ylabel(words("离地高度", "height above ground, m"), fontsize=9)
    inside = middles < _SHOWN_M
    celsius = weather.temperature[inside] - ZERO_CELSIUS
    low, high = celsius[[0, -1]]
    axes.set_xlim(min(low, high) - 3, max(float(celsius.max()), high) + 3)
    axes.tick_params(labelsize=8)


def _plumes(axes: Any, stacks: tuple[TypicalStack, ...], weather: Weather, edges: np.ndarray) -> None:
    rises, shares = layer_shares(stacks, weather, edges)
    for place, (stack, rise, share) in enumerate(zip(stacks, rises, shares, strict=True)):
        axes.plot([place - 0.28] * 2, [0, stack.height], color=_STACK, linewidth=4, solid_capstyle="butt")
        for bottom, top, part in zip(edges[:-1], edges[1:], share, strict=True):
            if part < _LEAST_SHARE:
                continue
            axes.barh(bottom, 0.60 * part, top - bottom, place - 0.20, color=_BAR, align="edge",
                      edgecolor="white", linewidth=0.6)  # fmt: skip
            axes.text(place - 0.185 + 0.60 * part, 0.5 * (bottom + min(top, _SHOWN_M)), f"{100 * part:.0f}",
                      fontsize=7.5, va="center")  # fmt: skip
        axes.plot([place - 0.28] * 2, [stack.height, stack.height + rise], color=INK, linewidth=1.0,
                  linestyle=(0, (1.5, 1.5)), marker="D", markevery=[1], markersize=4)  # fmt: skip
        label = f"{words(stack.chinese, '').strip() or f'{stack.height:g} m'}\n{stack.english}\n+{rise:.0f} m"
        axes.text(
            place + 0.05, -0.05 * _SHOWN_M, label, ha="center", va="top", fontsize=8.3, linespacing=1.35
        )
    if weather.lid_m:
        axes.axhspan(*weather.lid_m, color=_AIR, alpha=0.12, linewidth=0, zorder=0)
        axes.text(0.985, weather.lid_m[1] - 10, words("逆温层", "inversion"), fontsize=8.5, color=_AIR,
                  transform=axes.get_yaxis_transform(), ha="right", va="top")  # fmt: skip
    axes.set_xlim(-0.5, len(stacks) - 0.35)
    axes.set_ylim(0, _SHOWN_M)
    axes.set_xticks([])
    axes.tick_params(labelleft=False)
    for height in edges[1:]:
        if height < _SHOWN_M:
            axes.axhline(height, color=QUIET, linewidth=0.3, zorder=0)
