"""Six grades of dispersion conditions, from a profile or from a fitted stable-weather index."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from pydantic import model_validator

from atmosphere.meteorology.diagnostics.inversion import Inversion
from atmosphere.meteorology.diagnostics.ventilation import Ventilation
from foundation.configuration import Config, load_shipped
from foundation.errors import InputError

_PER_HOUR = 3600.0


class GradeName(Config):
    """A grade from 1, the best, to 6, and its words."""

    grade: int
    chinese: str
    english: str


class DispersionRules(Config):
    """How a profile is graded (`configs/dispersion.yaml`).

    Attributes:
        name: of the rule set.
        date_of_effect: from when it is used.
        verified: whether a person has confirmed the thresholds.
        source: where they are from.
        grades: the six.
        ventilation_bounds_m2_s: five falling bounds; at or above the first is grade 1.
        lid_base_below_m: height of the base, above ground, below which an inversion is a lid.
        lid_strength_k: strength from which it worsens the grade by one.
        washing_precipitation_mm_h: precipitation from which the grade is one better.
        index_quantiles: five growing shares of days; quantiles of a fitted index that part the grades.
    """

    name: str
    date_of_effect: dt.date
    verified: bool
    source: str
    grades: tuple[GradeName, ...]
    ventilation_bounds_m2_s: tuple[float, float, float, float, float]
    lid_base_below_m: float
    lid_strength_k: float
    washing_precipitation_mm_h: float
    index_quantiles: tuple[float, float, float, float, float]

    @model_validator(mode="after")
    def _sound(self) -> DispersionRules:
        if [item.grade for item in self.grades] != [1, 2, 3, 4, 5, 6]:
            raise ValueError("grades: expected 1 to 6 in order")
        if not (np.diff(self.ventilation_bounds_m2_s) < 0).all() or self.ventilation_bounds_m2_s[-1] <= 0:
            raise ValueError("ventilation_bounds_m2_s: expected falling numbers above 0")
        quantiles = np.array([0.0, *self.index_quantiles, 1.0])
        if not (np.diff(quantiles) > 0).all():
            raise ValueError("index_quantiles: expected growing shares between 0 and 1")
        return self


@lru_cache(maxsize=1)
def dispersion_rules() -> DispersionRules:
    """The rules that ship with the program."""
    return load_shipped(DispersionRules, "dispersion.yaml")


@dataclass(frozen=True)
class DispersionGrade:
    """A grade and what led to it.

    Attributes:
        grade: 1 (very favourable) to 6 (extremely unfavourable).
        chinese: its word.
        english: its word in English.
        evidence: each step, Chinese and English.
        rules: name of the rule set.
        verified: whether its thresholds are confirmed.
    """

    grade: int
    chinese: str
    english: str
    evidence: tuple[tuple[str, str], ...]
    rules: str
    verified: bool


def dispersion_grade(
    air: Ventilation, layers: tuple[Inversion, ...], precipitation_rate: float | None = None,
    rules: DispersionRules | None = None,
) -> DispersionGrade:  # fmt: skip
    """Grade of a profile: by ventilation, one worse under a strong low inversion, one better in rain or snow.

    Args:
        air: ventilation of the mixed layer.
        layers: inversions of the profile.
        precipitation_rate: kg m-2 s-1; None where not known.
        rules: those of the program when None.
    """
    rules = rules or dispersion_rules()
    grade = 1 + int((air.index < np.array(rules.ventilation_bounds_m2_s)).sum())
    evidence = [
        (f"通风量{air.index:.0f} m²/s：{grade}级", f"ventilation {air.index:.0f} m2/s: grade {grade}")
    ]
    lids = [
        layer for layer in layers
        if layer.base_height < rules.lid_base_below_m and layer.strength >= rules.lid_strength_k
    ]  # fmt: skip
    if lids:
        lid = max(lids, key=lambda layer: layer.strength)
        evidence.append(
            (f"低层逆温{lid.strength:.1f} K：加一级", f"low inversion of {lid.strength:.1f} K: one worse")
        )
    washed = precipitation_rate is not None and (
        precipitation_rate * _PER_HOUR >= rules.washing_precipitation_mm_h
    )
    if washed:
        evidence.append(("降水冲刷：减一级", "washed out by precipitation: one better"))
    return _graded(min(6, max(1, grade + bool(lids) - washed)), evidence, rules)


def grade_of_index(
    value: float, edges: tuple[float, ...], rules: DispersionRules | None = None
) -> DispersionGrade:
    """Grade of a stable-weather index by the five edges found when it was fitted.

    Raises:
        InputError: when the value is no number.
    """
    rules = rules or dispersion_rules()
    if not np.isfinite(value):
        raise InputError(f"stable-weather index: expected a number, got {value}")
    grade = 1 + int((value > np.array(edges)).sum())
    words = (f"静稳指数{value:.2f}：{grade}级", f"stable-weather index {value:.2f}: grade {grade}")
    return _graded(grade, [words], rules)


def _graded(grade: int, evidence: list[tuple[str, str]], rules: DispersionRules) -> DispersionGrade:
    word = rules.grades[grade - 1]
    return DispersionGrade(grade, word.chinese, word.english, tuple(evidence), rules.name, rules.verified)
