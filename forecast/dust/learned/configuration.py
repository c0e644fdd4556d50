"""What the learned dust forecast looks at and says (`configs/dust_learned.yaml`), and its coefficients."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from typing import Literal

import numpy as np
from pydantic import Field, model_validator

from forecast.dust.learned.ordinal import Ordinal
from foundation.configuration import Config, load_shipped

__all__ = ["Coefficients", "LawConfig", "LearnedDustConfig", "StepsConfig", "learned_dust_config", "shipped"]

Quantity = Literal["pm10", "pm10_dust", "dust"]


class StepsConfig(Config):
    """Windows and leads, in steps."""

    memory: int = Field(ge=2)
    short: int = Field(ge=1)
    long: int = Field(ge=1)
    leads: tuple[int, ...] = Field(min_length=1)


class LearnedDustConfig(Config):
    """The choices; the file explains them."""

    cuts_ug_m3: tuple[float, ...] = Field(min_length=2)
    thresholds_ug_m3: tuple[float, ...] = Field(min_length=1)
    levels: tuple[float, ...] = Field(min_length=1)
    penalty: float = Field(gt=0)
    steps: dict[Literal["day", "hour"], StepsConfig]
    folds: int = Field(ge=2)
    block_days: int = Field(ge=1)
    guard_days: int = Field(ge=1)
    limits: tuple[float, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _rising(self) -> LearnedDustConfig:
        for name in ("cuts_ug_m3", "thresholds_ug_m3", "levels"):
            values = getattr(self, name)
            if any(low >= high for low, high in pairwise(values)) or values[0] <= 0:
                raise ValueError(f"{name}: expected values above 0 that rise, got {values}")
        if self.thresholds_ug_m3[0] < self.cuts_ug_m3[0] or self.levels[-1] >= 1:
            raise ValueError("thresholds: expected none below the first cut; levels: expected all below 1")
        return self


class LawConfig(Config):
    """The fitted law of a quantity at a lead.

    Attributes:
        quantity: `pm10`, `pm10_dust` (µg/m³) or `dust` (a dust day or hour: 1 or 0).
        lead: steps ahead.
        cuts: of `Ordinal`.
        intercepts: of `Ordinal`.
        slopes: of the standardised predictors.
        limits: probability above which a warning is given, by threshold.
    """

    quantity: Quantity
    lead: int = Field(ge=1)
    cuts: tuple[float, ...]
    intercepts: tuple[float, ...]
    slopes: tuple[float, ...]
    limits: dict[float, float]

    @model_validator(mode="after")
    def _rising(self) -> LawConfig:
        if len(self.cuts) != len(self.intercepts):
            raise ValueError(f"expected an intercept for each of {len(self.cuts)} cuts")
        if any(low >= high for low, high in pairwise(self.intercepts)):
            raise ValueError("intercepts: expected values that rise")
        return self

    def law(self) -> Ordinal:
        """The law as it is applied; what lies below the first cut is none for dust, and little for PM10."""
        cuts, intercepts, slopes = map(np.array, (self.cuts, self.intercepts, self.slopes))
        return Ordinal(cuts, intercepts, slopes, none_below=self.quantity != "pm10")


class Coefficients(Config):
    """A fitted forecast: plain numbers, with what they were fitted on.

    Attributes:
        source: of the measurements.
        averaging: `day` or `hour`.
        fitted_from: first day or hour fitted on, Beijing time.
        fitted_until: last, targets included.
        cases: place and issue.
        physical: whether the transport model is among the predictors.
        places: fitted on; another has no deviation of its own from its region.
        predictors: names.
        means: of the predictors.
        spreads: standard deviations, above 0.
        laws: by quantity and lead.
    """

    source: str
    averaging: Literal["day", "hour"]
    fitted_from: str
    fitted_until: str
    cases: int
    physical: bool
    places: tuple[str, ...]
    predictors: tuple[str, ...]
    means: tuple[float, ...]
    spreads: tuple[float, ...]
    laws: tuple[LawConfig, ...]

    @model_validator(mode="after")
    def _fitting(self) -> Coefficients:
        count = len(self.predictors)
        lengths = {len(self.means), len(self.spreads), *(len(law.slopes) for law in self.laws)}
        if lengths != {count}:
            raise ValueError(f"expected {count} means, spreads and slopes, got {sorted(lengths)}")
        if min(self.spreads) <= 0:
            raise ValueError("spreads: expected values above 0")
        return self

    def of(self, quantity: str, lead: int) -> LawConfig:
        """The law of a quantity at a lead.

        Raises:
            KeyError: when there is none.
        """
        for law in self.laws:
            if (law.quantity, law.lead) == (quantity, lead):
                return law
        raise KeyError((quantity, lead))

    @property
    def leads(self) -> tuple[int, ...]:
        """Steps ahead."""
        return tuple(sorted({law.lead for law in self.laws}))

    def standardised(self, predictors: np.ndarray) -> np.ndarray:
        """Predictors in standard deviations from their means, (..., predictor)."""
        return np.asarray((predictors - np.array(self.means)) / np.array(self.spreads))


@lru_cache(maxsize=1)
def learned_dust_config() -> LearnedDustConfig:
    """The choices that ship with the program."""
    return load_shipped(LearnedDustConfig, "dust_learned.yaml")


@lru_cache(maxsize=1)
def shipped() -> Coefficients:
    """The coefficients for days that ship with the program (`configs/dust_learned_day.yaml`)."""
    return load_shipped(Coefficients, "dust_learned_day.yaml")
