"""One colour for each group of sources, the same in every figure."""

from __future__ import annotations

from collections.abc import Sequence

from atmosphere.meteorology.figures.lettering import legible, words
from emissions_inventory.labels import source_labels
from sources.tagging.groups import NEARNESS, Group

__all__ = ["HUES", "SHADES", "UNATTRIBUTED_HATCH", "colours_of", "name_within", "shaded"]

HUES = ("#3d5a80", "#b5532a", "#6a994e", "#b08d2f", "#7b4f8c", "#2a9d8f", "#9a6b52", "#5f6c37")
"""A hue for each sector; none is a colour of the air quality index."""

SHADES = (1.0, 0.68, 0.42, 0.28)
"""Strength of a hue by region, in their order."""

UNATTRIBUTED_HATCH = "////"

_REGIONS = ("#1f5673", "#c26a3a", "#7d9b3a", "#8a6bb0", "#a38560", "#4f9d9d")
_NEAR = {
    "local": "#8c3b2e", "regional": "#cf8a4f", "transported": "#4c7ba6", "undivided": "#a38560",
    "natural": "#d9c27a",
}  # fmt: skip
_OTHERS = {"boundary": "#8a949c", "initial": "#c9ced2", "unattributed": "#f0f2f3", "all": "#5d6b55"}
_UNKNOWN = "#aab3b9"


def shaded(hue: str, strength: float) -> str:
    """A hue mixed with white; strength 1 leaves it as it is."""
    parts = (int(hue[start : start + 2], 16) for start in (1, 3, 5))
    return "#" + "".join(f"{round(255 - strength * (255 - part)):02x}" for part in parts)


def colours_of(groups: Sequence[Group]) -> list[str]:
    """A colour for each group of sources: sectors, regions, single sources or nearness."""
    labels = source_labels()
    sectors = {one.id: HUES[n % len(HUES)] for n, one in enumerate(labels.sector_groups)}
    regions = [one.id for one in labels.region_groups]
    areas = {name: _REGIONS[n % len(_REGIONS)] for n, name in enumerate(regions)}
    near = {group.id for group in NEARNESS}
    found = []
    for group in groups:
        sector, _, region = group.id.partition(".")
        if group.id in _OTHERS:
            found.append(_OTHERS[group.id])
        elif group.id in near:
            found.append(_NEAR[group.id])
        elif region in regions:
            strength = SHADES[min(regions.index(region), len(SHADES) - 1)]
            found.append(shaded(sectors[sector], strength) if sector in sectors else areas[region])
        else:
            found.append({**areas, **sectors}.get(group.id, _UNKNOWN))
    return found


def name_within(group: Group, columns: int) -> str:
    """Both names of a group where they fit, one where they do not; a Chinese character takes two columns."""
    both = words(group.chinese, group.english)
    wide = sum(2 if ord(sign) > 255 else 1 for sign in both)
    return both if wide <= columns else legible(group.chinese) or group.english
