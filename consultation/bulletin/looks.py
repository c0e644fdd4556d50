"""How a level of the index looks: its prescribed colour, a legible ink on it, and its words."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

from standards.levels import Level, level_of, levels
from standards.rules import AirQualityRules, rule_book

_BLACK, _WHITE = "#111111", "#ffffff"


@dataclass(frozen=True)
class Look:
    """A level as the page shows it; number 0 is "not available".

    Attributes:
        number: 1 to 6, or 0.
        chinese: 一级 to 六级.
        category: 优 to 严重污染.
        english: the category in English.
        colour: prescribed by HJ 633, as `#rrggbb`.
        ink: black or white, whichever contrasts more.
        span: the index of the level, such as `51~100`.
    """

    number: int
    chinese: str
    category: str
    english: str
    colour: str
    ink: str
    span: str


NOT_AVAILABLE = Look(0, "—", "无数据", "not available", "#e4e7ea", _BLACK, "NA")


@dataclass(frozen=True)
class Band:
    """Concentrations of one level of the index, µg/m³; `upper` of the last is infinite."""

    lower: float
    upper: float
    look: Look


def relative_luminance(rgb: tuple[int, int, int]) -> float:
    """Relative luminance of an sRGB colour, 0 to 1 (WCAG 2.2, definition of relative luminance)."""
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (value / 255 for value in rgb)
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: tuple[int, int, int], second: tuple[int, int, int]) -> float:
    """Contrast ratio of two colours, 1 to 21 (WCAG 2.2, definition of contrast ratio)."""
    bright, dark = sorted((relative_luminance(first), relative_luminance(second)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def legible_ink(rgb: tuple[int, int, int]) -> str:
    """Black or white, whichever is easier to read on a colour."""
    return _BLACK if contrast(rgb, (17, 17, 17)) >= contrast(rgb, (255, 255, 255)) else _WHITE


@lru_cache(maxsize=1)
def looks() -> tuple[Look, ...]:
    """The six levels, best air first."""
    return tuple(_look(level) for level in levels())


def _look(level: Level) -> Look:
    span = f"{level.lowest}~{level.highest}" if level is not levels()[-1] else f">{level.lowest - 1}"
    return Look(
        number=level.number,
        chinese=level.chinese,
        category=level.category,
        english=level.english,
        colour=level.hexadecimal,
        ink=legible_ink(level.rgb),
        span=span,
    )


def look_of_level(number: int | None) -> Look:
    """The look of a level number; "not available" for 0 and None."""
    return looks()[number - 1] if number is not None and 1 <= number <= len(looks()) else NOT_AVAILABLE


def look_of_index(aqi: float | None) -> Look:
    """The look of an index; "not available" for None and NaN."""
    if aqi is None or not math.isfinite(aqi) or not 0 <= aqi <= levels()[-1].highest:
        return NOT_AVAILABLE
    return look_of_level(level_of(math.ceil(aqi)).number)


def fine_particle_bands(rules: AirQualityRules) -> tuple[Band, ...]:
    """PM2.5 concentrations at which the index passes from level to level, µg/m³, lowest first.

    Args:
        rules: rules of the index; their 24 h column serves hourly values as well.
    """
    scale = rule_book().indices
    breakpoints = rules.columns[rules.column_of("pm25", "day")].breakpoints
    edges = [0.0, *(float(breakpoints[scale.index(level.highest)]) for level in levels()[:-1]), math.inf]
    return tuple(Band(edges[n], edges[n + 1], look) for n, look in enumerate(looks()))
