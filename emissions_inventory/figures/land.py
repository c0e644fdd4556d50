"""Maps of what cells emit: cells to scale, cities, degrees; no administrative boundary is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import xarray as xr

from atmosphere.meteorology.figures.lettering import INK, QUIET, chinese_font
from foundation.places import gazetteer

__all__ = ["CITIES", "draw_cells", "draw_cities", "draw_degrees"]

CITIES = (
    "urumqi",
    "shihezi",
    "kuitun",
    "karamay",
    "turpan",
    "yining",
    "bole",
    "changji",
    "hami",
    "tacheng",
    "altay",
)
"""Cities that maps name; the first ones where there is no room for all."""

_NO_EMISSION = "#f4f1ea"
_POINT_INCH = 1 / 72
_OFFSET_PT = 4.0
_WIDE_DEG = 11.0

Box = tuple[float, float, float, float]
"""Western, eastern, southern and northern side, degrees."""


def draw_cells(axes: Any, field: xr.DataArray, norm: Any, colours: str) -> Any:
    """Fill the cells of a field, (y, x); longitude and latitude are to scale at the middle of the map."""
    west, east, south, north = _window(field)
    shown = axes.pcolormesh(
        np.linspace(west, east, field.sizes["x"] + 1), np.linspace(south, north, field.sizes["y"] + 1),
        field.values, norm=norm, cmap=colours, rasterized=True,
    )  # fmt: skip
    axes.set_facecolor(_NO_EMISSION)
    axes.set_aspect(1 / np.cos(np.deg2rad(float(field["y"].mean()))))
    return shown


def draw_cities(axes: Any, field: xr.DataArray, names: Sequence[str] = CITIES, size: float = 8.0) -> None:
    """Mark the cities that lie on a map and name them below or above, where no name stands yet."""
    from matplotlib.patheffects import Stroke

    lines: list[Any] = [
        Stroke(linewidth=2.0, foreground="white", snap=False),
        Stroke(
            linewidth=0.0, snap=False
        ),  # characters of upright strokes alone would be moved to whole pixels
    ]
    window = _window(field)
    wide, high = _point_degrees(axes, window)
    taken: list[Box] = []
    for name in names:
        place = gazetteer().place(name)
        shown = place.chinese if chinese_font() else place.english
        if not (window[0] < place.lon < window[1] and window[2] < place.lat < window[3]):
            continue
        axes.plot(place.lon, place.lat, "o", color=INK, markersize=1.8)
        half = 0.5 * size * wide * sum(1.0 if ord(sign) > 255 else 0.6 for sign in shown)
        for side in (-1, 1):
            near, far = (place.lat + side * part * high for part in (_OFFSET_PT, _OFFSET_PT + 1.2 * size))
            box = (place.lon - half, place.lon + half, min(near, far), max(near, far))
            if _inside(box, window) and not any(_touch(box, other) for other in taken):
                taken.append(box)
                axes.annotate(
                    shown, (place.lon, place.lat), (0, side * _OFFSET_PT), textcoords="offset points",
                    ha="center", va="top" if side < 0 else "bottom", fontsize=size, path_effects=lines,
                )  # fmt: skip
                break


def draw_degrees(axes: Any, field: xr.DataArray, left: bool = True, bottom: bool = True) -> None:
    """Ticks of longitude and latitude, written at the sides that are wanted."""
    west, east, south, north = _window(field)
    step = 4 if east - west > _WIDE_DEG else 2
    margin = 0.04 * (east - west)
    lons = [lon for lon in np.arange(-360, 361, step) if west + margin < lon < east - margin]
    lats = [lat for lat in np.arange(-90, 91, step // 2) if south < lat < north]
    axes.set_xticks(lons, [f"{lon:g}°E" for lon in lons])
    axes.set_yticks(lats, [f"{lat:g}°N" for lat in lats])
    axes.tick_params(labelsize=7.5, length=2.5, color=QUIET, labelleft=left, labelbottom=bottom)


def _window(field: xr.DataArray) -> Box:
    sides = []
    for name in ("x", "y"):
        centres = field[name].values
        half = 0.5 * (centres[1] - centres[0])
        sides += [float(centres[0] - half), float(centres[-1] + half)]
    return sides[0], sides[1], sides[2], sides[3]


def _point_degrees(axes: Any, window: Box) -> tuple[float, float]:
    """Degrees of longitude and of latitude that a typographic point takes."""
    figure = axes.get_figure()
    width = axes.get_position().width * figure.get_figwidth()
    wide = (window[1] - window[0]) / width * _POINT_INCH
    return wide, wide * float(np.cos(np.deg2rad(0.5 * (window[2] + window[3]))))


def _inside(box: Box, window: Box) -> bool:
    return window[0] < box[0] and box[1] < window[1] and window[2] < box[2] and box[3] < window[3]


def _touch(one: Box, other: Box) -> bool:
    return one[0] < other[1] and other[0] < one[1] and one[2] < other[3] and other[2] < one[3]
