"""The contract of `dust.json`: where dust comes and goes, how strong, how likely, and what was seen of it."""

from __future__ import annotations

from typing import Literal

from consultation.bilingual import Bilingual
from foundation.configuration import Config

__all__ = ["DUST_FILE", "FORMAT", "DustDay", "DustDocument", "Graded", "Observed", "Passage", "Threshold"]

FORMAT = "bogda-dust-1"
DUST_FILE = "dust.json"


class Graded(Config):
    """A grade of dust weather, or a warning signal: 0 none."""

    number: int
    chinese: str
    english: str


class Passage(Config):
    """Dust at a place: hours in which PM10 of dust by the model is above the value of `above_ug_m3`.

    Attributes:
        end: last such hour; None where the forecast ends in dust.
        signal: highest warning signal of the hours for which one may be issued now.
        likely: highest hourly probability of 扬沙 and of 沙尘暴; None where not known.
        probability: highest hourly probability by the PM10 passed, µg/m³; None where not known.
    """

    place: str
    chinese: str
    english: str
    arrival: str
    peak_time: str
    end: str | None
    peak_ug_m3: float
    lowest_visibility_m: float
    strongest_wind_m_s: float
    grade: Graded
    signal: Graded
    likely: dict[Literal["blowing_sand", "dust_storm"], float] | None
    probability: dict[str, float] | None
    advice: tuple[Bilingual, ...]


class Observed(Config):
    """A dust event in the measurements of the last days."""

    place: str
    chinese: str
    english: str
    start: str
    peak_time: str
    end: str
    peak_ug_m3: float | None
    ongoing: bool
    evidence: str


class DustDay(Config):
    """A day ahead at a place, by the learned forecast from measurements alone.

    Attributes:
        day: Beijing's, ISO 8601.
        probability: of dust in it.
        warned: whether that is above the value that scored best in cross-validation.
        above: probability that its mean PM10 passes values, by value, µg/m³.
    """

    day: str
    place: str
    chinese: str
    english: str
    probability: float
    warned: bool
    above: dict[str, float]


class Threshold(Config):
    """What the measurements say of the thresholds of a region of dust: a factor, and its relative spread."""

    chinese: str
    english: str
    factor: float
    relative_deviation: float


class DustDocument(Config):
    """All of `dust.json`; times in UTC, ISO 8601.

    Attributes:
        state: `forecast`; `calm` where the wind raises no dust; `absent` where no dust model was run.
        hours: of forecast.
        above_ug_m3: PM10 of dust from which on an hour counts.
        rule: by which measured events were found.
        days: ahead, by the learned forecast; empty where it cannot be made.
    """

    format: str = FORMAT
    reference_time: str
    synthetic: bool
    state: Literal["forecast", "calm", "absent"]
    hours: int
    above_ug_m3: float
    passages: tuple[Passage, ...] = ()
    thresholds: tuple[Threshold, ...] = ()
    rule: Bilingual | None = None
    observed: tuple[Observed, ...] = ()
    days: tuple[DustDay, ...] = ()
