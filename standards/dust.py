"""Grades of dust weather by visibility and wind, and the warning signals for dust storms."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike

from foundation.configuration import Config, load_shipped
from foundation.errors import InputError

UNKNOWN = -1
"""Grade where visibility, or the wind that decides, is missing."""

FLOATING_DUST, BLOWING_SAND = 1, 2


class DustGrade(Config):
    """One grade of dust weather; the visibility is below `visibility_below_m`."""

    number: int
    chinese: str
    english: str
    visibility_below_m: float | None


class DustSignal(Config):
    """One dust-storm warning signal: visibility below a bound within some hours."""

    number: int
    chinese: str
    english: str
    within_hours: int
    visibility_below_m: float


class DustAdvice(Config):
    """What people are told from a grade on."""

    grade: int
    chinese: str
    english: str


class DustStandard(Config):
    """Grades and signals, strongest first; advice in the order told."""

    source: str
    verified: bool
    floating_dust_wind_below_m_s: float
    grades: tuple[DustGrade, ...]
    signals_source: str
    signals_verified: bool
    signals: tuple[DustSignal, ...]
    advice_source: str
    advice: tuple[DustAdvice, ...]


@lru_cache(maxsize=1)
def dust_standard() -> DustStandard:
    """The table that ships with the program (`configs/standards/dust.yaml`)."""
    return load_shipped(DustStandard, "standards/dust.yaml")


def dust_grade(visibility_m: ArrayLike, wind_speed: ArrayLike, dust_present: ArrayLike = True) -> np.ndarray:
    """Grade of dust weather (GB/T 20480-2017).

    Fog and haze lower visibility too: say where there is dust.

    Args:
        visibility_m: horizontal visibility, m.
        wind_speed: 10 m wind, m s-1; at force 3 and less suspended dust is 浮尘, however dense.
        dust_present: whether dust is what lowers the visibility. All three broadcast.

    Returns:
        int8: 0 none, 1 浮尘, 2 扬沙, 3 沙尘暴, 4 强沙尘暴, 5 特强沙尘暴; -1 where visibility is missing, or
        where the wind is missing and decides.

    Raises:
        InputError: when a visibility or wind is negative.
    """
    standard = dust_standard()
    visibility, wind, dusty = np.broadcast_arrays(
        np.asarray(visibility_m, dtype=float), np.asarray(wind_speed, dtype=float), np.asarray(dust_present)
    )
    _refuse_negative(visibility, "visibility")
    _refuse_negative(wind, "wind speed")
    grade = np.zeros(visibility.shape, dtype=np.int8)
    for known in reversed(standard.grades):
        if known.visibility_below_m is not None and known.number >= BLOWING_SAND:
            grade[visibility < known.visibility_below_m] = known.number
    lowered = grade >= BLOWING_SAND
    grade[lowered & (wind < standard.floating_dust_wind_below_m_s)] = FLOATING_DUST
    grade[(lowered & np.isnan(wind)) | np.isnan(visibility)] = UNKNOWN
    grade[~dusty.astype(bool)] = 0
    return grade


def dust_signal(visibility_m: ArrayLike, lead_hours: ArrayLike) -> np.ndarray:
    """Dust-storm warning signal for a predicted visibility; the highest over time is issued.

    Args:
        visibility_m: predicted visibility lowered by dust, m; NaN where not known.
        lead_hours: hours from now to the time predicted. Both broadcast.

    Returns:
        int8: 0 none, 1 黄色, 2 橙色, 3 红色.

    Raises:
        InputError: when a visibility is negative.
    """
    visibility, lead = np.broadcast_arrays(
        np.asarray(visibility_m, dtype=float), np.asarray(lead_hours, dtype=float)
    )
    _refuse_negative(visibility, "visibility")
    signal = np.zeros(visibility.shape, dtype=np.int8)
    for known in reversed(dust_standard().signals):
        soon = (lead >= 0) & (lead <= known.within_hours)
        signal[soon & (visibility < known.visibility_below_m)] = known.number
    return signal


def dust_advice(grade: int) -> tuple[DustAdvice, ...]:
    """What people are told where dust of that grade is forecast; nothing where there is none."""
    return tuple(one for one in dust_standard().advice if one.grade <= grade)


def _refuse_negative(values: np.ndarray, what: str) -> None:
    if (values < 0).any():
        raise InputError(f"{what}: expected 0 or more, got {values[values < 0].flat[0]:g}")
