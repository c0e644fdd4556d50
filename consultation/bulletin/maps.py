"""The map: index of every place on one day, over a sketch of the land."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Circle, Polygon

from consultation.bulletin.land import EARTH, INK, Plane, draw_graticule, draw_land
from consultation.bulletin.looks import look_of_index
from consultation.bulletin.map_facts import MapFacts, map_facts
from consultation.bulletin.placement import outline, spread, top_at
from consultation.bulletin.svg import Lettering, drawing, inline_svg, new_figure
from foundation.places import gazetteer

_WIDTH_IN = 8.6
_BOX_HEIGHT_PT = 38.0
_CHARACTER_PT, _GAP_PT = 10.0, 5.0
_RADIUS_PT = 11.5
_REGION, _STAMP = "#0b4f8a", "#b00020"


@dataclass(frozen=True)
class Disc:
    """A place on the map; `aqi` is None where there is no forecast."""

    chinese: str
    english: str
    lon: float
    lat: float
    aqi: int | None
    dust: bool = False


def day_map(discs: list[Disc], label: str, name: str, *, synthetic: bool) -> str:
    """Draw places as discs in the colour of their level, with the number and the name.

    Args:
        discs: places; those outside the window are left out.
        label: what the map is, for a reader who cannot see it.
        name: prefix of ids in the drawing, unique on the page.
        synthetic: whether to stamp the map.
    """
    lettering = Lettering()
    with drawing(name):
        return inline_svg(day_figure(discs, lettering, synthetic=synthetic), lettering, name, label)


def day_figure(discs: list[Disc], lettering: Lettering, *, synthetic: bool) -> Figure:
    """The drawing of places on the map; call inside `drawing`.

    Args:
        discs: places; those outside the window are left out.
        lettering: takes the words of the drawing.
        synthetic: whether to stamp the map.
    """
    facts = map_facts()
    figure = new_figure(_WIDTH_IN, _WIDTH_IN)
    axes = figure.add_axes((0.0, 0.0, 1.0, 1.0), facecolor=EARTH, xticks=[], yticks=[])
    plane = Plane(facts, axes, lettering)
    figure.set_size_inches(_WIDTH_IN, _WIDTH_IN * plane.shape)
    axes.set_aspect("equal")
    draw_land(plane)
    draw_graticule(plane)
    _draw_regions(plane)
    _draw_places(plane, [disc for disc in discs if _inside(disc, facts)])
    if synthetic:
        corner = (plane.east - 6, plane.north - 16)
        plane.write(corner, "合成数据 SYNTHETIC", 13, _STAMP, ha="right", weight="bold", zorder=9)
    return figure


def _inside(disc: Disc, facts: MapFacts) -> bool:
    window = facts.window
    return window.west < disc.lon < window.east and window.south < disc.lat < window.north


def _draw_regions(plane: Plane) -> None:
    known = gazetteer()
    for name in plane.facts.outlined_regions:
        region = known.region(name)
        members = [known.place(place) for place in region.places]
        line = outline(plane.points([(p.lon, p.lat) for p in members]), plane.facts.outline_margin_km)
        plane.axes.add_patch(Polygon(line, facecolor="#ffffff", alpha=0.35, edgecolor="none", zorder=2.5))
        closed = np.vstack([line, line[:1]])
        plane.axes.plot(*closed.T, color=_REGION, linewidth=1.1, linestyle=(0, (5, 3)), zorder=2.6)
        middle = float(line[:, 0].mean())
        plane.write((middle, top_at(line, middle) + 8), region.chinese, 10.5, _REGION)


def _draw_places(plane: Plane, discs: list[Disc]) -> None:
    if not discs:
        return
    per_km = _WIDTH_IN * 72 / (plane.east - plane.west)
    anchors = plane.points([(disc.lon, disc.lat) for disc in discs])
    widths = [max(_CHARACTER_PT * len(disc.chinese), 2 * _RADIUS_PT) + _GAP_PT for disc in discs]
    sizes = np.column_stack([widths, np.full(len(discs), _BOX_HEIGHT_PT)]) / per_km
    for disc, anchor, centre in zip(discs, anchors, spread(anchors, sizes), strict=True):
        plane.axes.plot(*zip(anchor, centre, strict=True), color=INK, linewidth=0.7, zorder=6)
        plane.axes.plot([anchor[0]], [anchor[1]], marker="o", color=INK, markersize=2.6, zorder=6)
        _draw_disc(plane, disc, (float(centre[0]), float(centre[1])), per_km)


def _draw_disc(plane: Plane, disc: Disc, at: tuple[float, float], per_km: float) -> None:
    look, (x, y) = look_of_index(disc.aqi), at
    circle = Circle(at, _RADIUS_PT / per_km, facecolor=look.colour, edgecolor=INK, linewidth=0.9, zorder=7)
    plane.axes.add_patch(circle)
    number = "—" if disc.aqi is None else str(disc.aqi)
    plane.write((x, y - 3.6 / per_km), number, 10, look.ink, css="", weight="bold", zorder=8)
    words = disc.chinese + ("（沙尘）" if disc.dust else "")
    plane.write((x, y - (_RADIUS_PT + 11) / per_km), words, 10, INK, zorder=8)
