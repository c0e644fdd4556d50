"""The picture of the idealised winter in its document: two maps, a section through Urumqi, and an episode.

`python -m atmosphere.meteorology.idealised.figure docs/images/idealised-weather.png` draws it.
"""

from __future__ import annotations

import sys
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from atmosphere.meteorology.idealised.fronts import FRONT_SPEED_H_PER_DEGREE, REFERENCE_LONGITUDE, Front
from atmosphere.meteorology.idealised.weather import idealised_winter_weather
from foundation.configuration import load_shipped
from foundation.constants import ZERO_CELSIUS
from foundation.grids import Grid, GridConfig

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["draw_idealised_winter"]

_START = np.datetime64("2016-01-10T00", "ns")
_HOUR = np.timedelta64(1, "h")
_FRONTS = (Front(_START, strength=1.0, dust=1.0), Front(_START + 150 * _HOUR, strength=0.85))
_NIGHT, _BEHIND, _LAST = 114, 8, 180
_URUMQI = (87.62, 43.79)
_CITIES = (
    ("Urumqi", *_URUMQI),
    ("Shihezi", 86.04, 44.31),
    ("Karamay", 84.87, 45.6),
    ("Turpan", 89.18, 42.95),
)


def draw_idealised_winter(path: Path) -> None:
    """Draw the weather of an episode between two fronts as a PNG.

    Args:
        path: the file to write.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from PIL import Image

    grid = load_shipped(GridConfig, "domains/tianshan.yaml").grid()
    figure = Figure(figsize=(11.0, 8.2), layout="constrained")
    FigureCanvasAgg(figure)
    panels = figure.subplots(2, 2)
    for panel, hour, name in (
        (panels[0, 0], _NIGHT, "a  Midnight, fifth day"),
        (panels[0, 1], _BEHIND, "b  A front (dashed) crosses"),
    ):
        _map(panel, idealised_winter_weather(grid, np.array([_START + hour * _HOUR]), _FRONTS), name)
    front_at = REFERENCE_LONGITUDE + _BEHIND / FRONT_SPEED_H_PER_DEGREE
    panels[0, 1].axvline(front_at, color="tab:blue", linewidth=1.5, linestyle="--")
    _section(panels[1, 0], grid)
    _episode(panels[1, 1], grid)
    figure.suptitle("Idealised winter. SYNTHETIC, not measured", fontsize=11)
    drawn = BytesIO()
    figure.savefig(drawn, dpi=100)
    Image.open(drawn).convert("RGB").quantize(96, dither=Image.Dither.NONE).save(path, "PNG", optimize=True)


def _map(panel: Axes, weather: xr.Dataset, name: str) -> None:
    """Ground and 10 m wind."""
    now = weather.isel(time=0)
    shading = panel.contourf(
        now["x"],
        now["y"],
        now["surface_height"],
        np.arange(-200, 5400, 400),
        cmap="terrain",
        alpha=0.75,
        vmin=-1500,
    )
    step = slice(2, None, 5)
    east, north = (now[f"{part}_wind_10m"].values[step, step] for part in ("eastward", "northward"))
    speed = np.hypot(east, north)
    length = np.maximum(speed, 1e-6) ** -0.5  # the square root of the speed, so that the pool's wind shows
    arrows = panel.quiver(
        now["x"].values[step], now["y"].values[step], east * length, north * length, scale=70, width=0.0022
    )
    for known, place in ((1.0, 0.72), (9.0, 0.90)):
        panel.quiverkey(
            arrows, place, 1.03, known**0.5, f"{known:g} m/s", labelpos="E", fontproperties={"size": 8}
        )
    _cities(panel)
    panel.set_title(name, loc="left", fontsize=10)
    panel.set_aspect(1.0 / np.cos(np.deg2rad(45.0)))
    panel.set_ylabel("°N", fontsize=8)
    panel.tick_params(labelsize=8)
    _bar(panel, shading, "ground, m above the sea")


def _cities(panel: Axes) -> None:
    for city, lon, lat in _CITIES:
        panel.plot(lon, lat, "o", color="crimson", markersize=3.5)
        panel.annotate(city, (lon, lat), (3, 3), textcoords="offset points", fontsize=8, color="crimson")


def _section(panel: Axes, grid: Grid) -> None:
    """From south to north through Urumqi: temperature and northward wind."""
    weather = idealised_winter_weather(grid, np.array([_START + _NIGHT * _HOUR]), _FRONTS)
    cut = (
        weather.isel(time=0, level=slice(0, 11)).sel(x=_URUMQI[0], method="nearest").sel(y=slice(42.5, 46.0))
    )
    ground = cut["surface_height"].values
    height = (ground + cut["height_above_ground"].values) / 1000.0
    across = np.broadcast_to(cut["y"].values, height.shape)
    celsius = cut["air_temperature"].values - ZERO_CELSIUS
    shading = panel.contourf(across, height, celsius, np.arange(-30, -5, 1.5), cmap="RdYlBu_r", extend="both")
    panel.fill_between(cut["y"], -0.3, ground / 1000.0, color="0.45")
    every = slice(None, None, 2)
    north = cut["northward_wind"].values[:, every]
    arrows = panel.quiver(across[:, every], height[:, every], north, 0.0 * north, scale=45, width=0.0025)
    panel.quiverkey(arrows, 0.88, 1.03, 3.0, "3 m/s", labelpos="E", fontproperties={"size": 8})
    floor = float(np.interp(_URUMQI[1], cut["y"], ground / 1000.0))
    panel.plot(_URUMQI[1], floor, "^", color="crimson", markersize=6)
    panel.annotate(
        "Urumqi", (_URUMQI[1], floor), (-42, -13), textcoords="offset points", color="w", fontsize=8
    )
    panel.set_ylim(0.0, 3.0)
    panel.set_title("c  The same night from south to north, 87.6°E", loc="left", fontsize=10)
    _label(panel, "°N", "km above the sea")
    _bar(panel, shading, "°C")


def _episode(panel: Axes, grid: Grid) -> None:
    """Temperature over Urumqi from before the first front to behind the second."""
    row, column = grid.cell_of(*_URUMQI) or (0, 0)
    narrow = Grid(
        grid.lon_edges[column - 6 : column + 8], grid.lat_edges[row - 6 : row + 8], grid.layer_edges_m
    )
    hours = np.arange(-12, _LAST + 1, 2)
    weather = idealised_winter_weather(narrow, _START + hours * _HOUR, _FRONTS).isel(y=6, x=6)
    celsius = weather["air_temperature"].values[:, :10] - ZERO_CELSIUS
    height = grid.layer_height_m[:10] / 1000.0
    shading = panel.contourf(
        hours / 24.0, height, celsius.T, np.arange(-24, -7, 1), cmap="RdYlBu_r", extend="both"
    )
    panel.plot(hours / 24.0, weather["boundary_layer_height"] / 1000.0, color="k", linewidth=1.2)
    panel.set_ylim(0.01, 1.7)
    panel.set_title("d  Over Urumqi; line: mixing height", loc="left", fontsize=10)
    _label(panel, "days since the first front passed 84.7°E", "km above ground")
    _bar(panel, shading, "°C")


def _label(panel: Axes, across: str, up: str) -> None:
    panel.set_xlabel(across, fontsize=8)
    panel.set_ylabel(up, fontsize=8)
    panel.tick_params(labelsize=8)


def _bar(panel: Axes, shading: Any, text: str) -> None:
    bar = panel.figure.colorbar(shading, ax=panel, shrink=0.85, pad=0.02)
    bar.set_label(text, fontsize=8)
    bar.ax.tick_params(labelsize=7)


if __name__ == "__main__":
    draw_idealised_winter(Path(sys.argv[1]))
