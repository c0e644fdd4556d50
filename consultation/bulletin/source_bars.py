"""Bars of contributions: what PM2.5 at places is made of, by sector and region."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from consultation.bulletin.svg import Lettering, drawing, inline_svg, new_figure

_WIDTH_IN, _ROW_IN = 10.2, 0.32
_INK, _STAMP = "#1d2733", "#b00020"
_NAMES_WIDTH = 0.155
"""Part of the width that the names take."""

_HUES = ("#3d5a80", "#b5532a", "#6a994e", "#b08d2f", "#7b4f8c", "#2a9d8f", "#9a6b52", "#5f6c37")
"""A hue for each sector; none is a colour of the index."""

_DUST, _SANDS = "dust", ("#c9a45c", "#e0c68f", "#b58a3c", "#efe0bd", "#a3854f", "#d8b98a", "#8c7342")
"""Sector of desert dust, and a colour for each of its regions."""

_OTHERS = ("#8a949c", "#c9ced2", "#f0f2f3")
"""For what is of no sector: from outside, from the beginning, not explained."""

_UNATTRIBUTED, _HATCH, _LINE = "unattributed", "////", "#8f99a1"

_SHADES = (1.0, 0.68, 0.42, 0.28)
"""Strength of a hue by region, in their order."""


@dataclass(frozen=True)
class Source:
    """A source as the page shows it; `sector` and `region` are the same for what is of no sector."""

    id: str
    chinese: str
    english: str
    sector: str
    region: str


@dataclass(frozen=True)
class Bars:
    """What the bars show.

    Attributes:
        label: what they are, for a reader who cannot see them.
        places: names, from above.
        sources: in the order of the segments.
        values: µg/m³, shape (place, source).
        synthetic: whether to stamp them.
    """

    label: str
    places: tuple[str, ...]
    sources: tuple[Source, ...]
    values: np.ndarray
    synthetic: bool


def colours_of(sources: tuple[Source, ...]) -> dict[str, str]:
    """A colour for each source: a hue for each sector, a shade for each region, sands, grey for all else."""
    own = [source for source in sources if source.sector not in {source.region, _DUST}]
    sectors = list(dict.fromkeys(source.sector for source in own))
    regions = list(dict.fromkeys(source.region for source in own))
    deserts = [source.id for source in sources if source.sector == _DUST]
    others = [source.id for source in sources if source.sector == source.region]
    colours = {name: _OTHERS[number % len(_OTHERS)] for number, name in enumerate(others)}
    colours |= {name: _SANDS[number % len(_SANDS)] for number, name in enumerate(deserts)}
    for source in own:
        hue = _HUES[sectors.index(source.sector) % len(_HUES)]
        colours[source.id] = _shaded(hue, _SHADES[min(regions.index(source.region), len(_SHADES) - 1)])
    return colours


def _shaded(hue: str, strength: float) -> str:
    parts = (int(hue[start : start + 2], 16) for start in (1, 3, 5))
    return "#" + "".join(f"{round(255 - strength * (255 - part)):02x}" for part in parts)


def source_bars(bars: Bars, name: str) -> str:
    """Draw a bar for each place, its segments summing to the total, as inline SVG."""
    lettering, colours = Lettering(), colours_of(bars.sources)
    height = _ROW_IN * len(bars.places) + 0.55
    with drawing(name):
        figure = new_figure(_WIDTH_IN, height)
        axes = figure.add_axes((_NAMES_WIDTH, 0.36 / height, 0.94 - _NAMES_WIDTH, 1.0 - 0.46 / height))
        rows = np.arange(len(bars.places))[::-1]
        left = np.zeros(len(rows))
        for number, source in enumerate(bars.sources):
            width = bars.values[:, number]
            apart = source.id == _UNATTRIBUTED
            axes.barh(
                rows, width, 0.7, left, color=colours[source.id], edgecolor=_LINE if apart else "white",
                hatch=_HATCH if apart else None, linewidth=0.4, zorder=3,
            )  # fmt: skip
            left += width
        for row, place, total in zip(rows, bars.places, left, strict=True):
            axes.text(
                -0.008 * left.max(), row, lettering(place), ha="right", va="center", fontsize=9, color=_INK
            )
            axes.text(
                total + 0.006 * left.max(),
                row,
                lettering(f"{total:.0f}"),
                va="center",
                fontsize=9,
                color=_INK,
            )
        axes.set(yticks=[], ylim=(-0.6, len(rows) - 0.4), xlim=(0, 1.06 * max(float(left.max()), 1.0)))
        axes.tick_params(labelsize=8.5, length=2.5, labelcolor=_INK, width=0.6)
        axes.grid(axis="x", color="#dde2e6", linewidth=0.6, zorder=0)
        for side in ("top", "right", "left"):
            axes.spines[side].set_visible(False)
        figure.text(0.945, 0.185 / height, lettering("µg/m³"), fontsize=8.5, color=_INK)
        if bars.synthetic:
            figure.text(
                0.935, 0.5 / height, lettering("合成数据 SYNTHETIC", "stamp"), fontsize=9, color=_STAMP,
                weight="bold", ha="right",
            )  # fmt: skip
        return inline_svg(figure, lettering, name, bars.label)
