"""Maps of PM2.5 near the ground by the transport model, over the outlines of the land."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from consultation.bulletin.land import INK, Plane, draw_graticule, draw_outlines
from consultation.bulletin.looks import Band
from consultation.bulletin.map_facts import map_facts
from consultation.bulletin.placement import spread
from consultation.bulletin.svg import Lettering, drawing, inline_svg, new_figure

_WIDTH_IN = 5.6
_STAMP = "#b00020"
_BOX_HEIGHT_PT, _CHARACTER_PT, _DIGIT_PT = 13.0, 9.4, 5.4
_LINES = (10.0, 20.0, 35.0, 50.0, 60.0, 75.0, 100.0, 115.0, 150.0, 200.0, 250.0, 350.0, 500.0)
"""Isolines, µg/m³; thin, so that gradients within a level can be seen."""

_STRENGTH = 0.55
"""Share of a level's colour in its tint; the rest is white, so that names can be read on it."""


@dataclass(frozen=True)
class MappedField:
    """What a map shows.

    Attributes:
        label: what it is, for a reader who cannot see it.
        lon: degrees east, shape (x,).
        lat: degrees north, shape (y,).
        values: µg/m³, shape (y, x).
        cities: name, longitude, latitude and value of places written on it.
        synthetic: whether to stamp it.
    """

    label: str
    lon: np.ndarray
    lat: np.ndarray
    values: np.ndarray
    cities: tuple[tuple[str, float, float, float], ...]
    synthetic: bool


def tint(colour: str) -> str:
    """A level's colour mixed with white, as `#rrggbb`."""
    parts = (int(colour[start : start + 2], 16) for start in (1, 3, 5))
    return "#" + "".join(f"{round(255 - _STRENGTH * (255 - part)):02x}" for part in parts)


def field_map(field: MappedField, bands: tuple[Band, ...], name: str) -> str:
    """Draw a field in the tints of the levels of the index, as inline SVG.

    Args:
        field: what is shown.
        bands: levels of the index by concentration, lowest first.
        name: prefix of ids in the drawing, unique on the page.
    """
    lettering = Lettering()
    with drawing(name):
        figure = new_figure(_WIDTH_IN, _WIDTH_IN)
        axes = figure.add_axes((0.0, 0.0, 1.0, 1.0), xticks=[], yticks=[])
        plane = Plane(map_facts(), axes, lettering)
        figure.set_size_inches(_WIDTH_IN, _WIDTH_IN * plane.shape)
        axes.set_aspect("equal")
        _draw_field(plane, field, bands)
        draw_outlines(plane)
        draw_graticule(plane)
        _draw_cities(plane, field)
        if field.synthetic:
            corner = (plane.east - 8, plane.north - 22)
            plane.write(corner, "合成数据 SYNTHETIC", 10, _STAMP, ha="right", weight="bold", zorder=9)
        return inline_svg(figure, lettering, name, field.label)


def _draw_field(plane: Plane, field: MappedField, bands: tuple[Band, ...]) -> None:
    lon, lat = np.meshgrid(field.lon, field.lat)
    at = plane.points(list(zip(lon.ravel().tolist(), lat.ravel().tolist(), strict=True)))
    x, y = (at[:, part].reshape(lon.shape) for part in (0, 1))
    edges = [*(band.lower for band in bands), max(1e4, float(field.values.max()) + 1.0)]
    plane.axes.contourf(
        x, y, field.values, edges, colors=[tint(band.look.colour) for band in bands], zorder=1
    )
    crossed = [line for line in _LINES if field.values.min() < line < field.values.max()]
    if crossed:
        plane.axes.contour(x, y, field.values, crossed, colors=INK, linewidths=0.4, alpha=0.4, zorder=1.2)


def _draw_cities(plane: Plane, field: MappedField) -> None:
    if not field.cities:
        return
    per_km = _WIDTH_IN * 72 / (plane.east - plane.west)
    anchors = plane.points([(lon, lat) for _, lon, lat, _ in field.cities])
    words = [f"{name} {value:.0f}" for name, _, _, value in field.cities]
    widths = [
        _CHARACTER_PT * len(name) + _DIGIT_PT * (len(text) - len(name)) + 6
        for text, (name, *_) in zip(words, field.cities, strict=True)
    ]
    sizes = np.column_stack([widths, np.full(len(words), _BOX_HEIGHT_PT)]) / per_km
    wanted = anchors + np.array([0.0, 0.75 * _BOX_HEIGHT_PT / per_km])
    for text, anchor, centre in zip(words, anchors, spread(wanted, sizes), strict=True):
        plane.axes.plot(*zip(anchor, centre, strict=True), color=INK, linewidth=0.6, zorder=5)
        plane.axes.plot([anchor[0]], [anchor[1]], marker="o", color=INK, markersize=2.8, zorder=6)
        plane.write((float(centre[0]), float(centre[1])), text, 9, INK, va="center", weight="bold", zorder=7)
