"""The six levels of the air quality index: number, names, colour and range."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from foundation.configuration import Config, load_shipped
from foundation.errors import InputError


class Level(Config):
    """One level of the air quality index (HJ 633, table of levels and appendix on colours).

    Attributes:
        number: 1 to 6.
        chinese: 一级 to 六级.
        category: 优, 良, 轻度污染, 中度污染, 重度污染, 严重污染.
        english: the category in English.
        colour: name of its colour.
        rgb: the colour prescribed.
        lowest: smallest index of the level.
        highest: largest index of the level.
    """

    number: int
    chinese: str
    category: str
    english: str
    colour: str
    rgb: tuple[int, int, int]
    lowest: int
    highest: int

    @property
    def hexadecimal(self) -> str:
        """The colour as pages write it, such as `#00e400`."""
        return "#" + "".join(f"{part:02x}" for part in self.rgb)


class Levels(Config):
    """The table of levels."""

    source: str
    levels: tuple[Level, ...]


@lru_cache(maxsize=1)
def levels() -> tuple[Level, ...]:
    """The levels that ship with the program (`configs/standards/levels.yaml`), lowest first."""
    return load_shipped(Levels, "standards/levels.yaml").levels


def level(number: int) -> Level:
    """The level of that number.

    Raises:
        InputError: when it is not 1 to 6.
    """
    for known in levels():
        if known.number == number:
            return known
    raise InputError(f"no level {number}", remedy="Levels are numbered 1 to 6; 0 means not available")


@lru_cache(maxsize=1)
def level_of_index() -> np.ndarray:
    """Level number for each index 0 to 500, int8, shape (501,)."""
    table = np.zeros(levels()[-1].highest + 1, dtype=np.int8)
    for known in levels():
        table[known.lowest : known.highest + 1] = known.number
    table.setflags(write=False)
    return table


def level_of(aqi: int) -> Level:
    """The level that holds an index.

    Args:
        aqi: air quality index, 0 to 500.

    Raises:
        InputError: when the index is outside 0 to 500.
    """
    if not 0 <= aqi < len(level_of_index()):
        raise InputError(f"expected an index of 0 to 500, got {aqi}")
    return level(int(level_of_index()[aqi]))
