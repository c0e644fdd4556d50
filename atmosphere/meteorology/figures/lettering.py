"""Chinese lettering in figures, on machines with a Chinese font and on those without."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

CHINESE_FONTS = (
    "Noto Sans CJK SC", "Noto Sans CJK JP", "Source Han Sans SC", "Source Han Sans CN", "WenQuanYi Micro Hei",
    "Microsoft YaHei", "SimHei", "PingFang SC", "Noto Serif CJK SC", "Noto Serif CJK JP",
)  # fmt: skip
"""Fonts with Chinese characters, the best first; CJK collections are known by one of their names only."""

_FIRST_CJK = 0x2E80

PAPER, INK, QUIET = "#ffffff", "#1d2733", "#66717d"
"""Colours of the paper, of text, and of what should not be loud."""


@lru_cache(maxsize=1)
def chinese_font() -> str | None:
    """Name of a font on this machine that has Chinese characters; None when there is none."""
    from matplotlib import font_manager

    held = {entry.name for entry in font_manager.fontManager.ttflist}
    return next((name for name in CHINESE_FONTS if name in held), None)


def words(chinese: str, english: str) -> str:
    """Chinese with English beside it; English alone on a machine without a Chinese font."""
    return f"{chinese}  {english}" if chinese_font() else english


def legible(text: str) -> str:
    """A name as this machine can write it: without a Chinese font, what is not Chinese of it."""
    if chinese_font() or text.isascii():
        return text
    return " ".join("".join(sign if ord(sign) < _FIRST_CJK else " " for sign in text).split())


@contextmanager
def figure_style() -> Iterator[None]:
    """Fonts and colours of Bogda's weather figures while a figure is made and saved."""
    import matplotlib as mpl

    settings: Any = {
        "font.family": [name for name in (chinese_font(), "DejaVu Sans") if name],
        "font.size": 10.5, "axes.unicode_minus": False, "figure.facecolor": PAPER, "axes.facecolor": PAPER,
        "text.color": INK, "axes.labelcolor": INK, "axes.edgecolor": QUIET, "xtick.color": INK,
        "ytick.color": INK, "axes.titlelocation": "left",
    }  # fmt: skip
    with mpl.rc_context(settings):
        yield


def time_line(time: Any) -> str:
    """A UTC instant as figures show it: Beijing time first."""
    import numpy as np

    from foundation.times import shown

    utc = str(np.datetime64(time, "m")).replace("T", " ")
    return words(f"{shown(time)} 北京时", f"{utc} UTC")
