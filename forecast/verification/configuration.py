"""How forecasts are judged: `configs/verification.yaml`."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

from pydantic import Field, field_validator, model_validator

from foundation.configuration import Config, load_shipped


class SeasonConfig(Config):
    """A season of the year, both ends included.

    Attributes:
        id: short name.
        chinese: name in Chinese.
        english: name in English.
        first: first day, `MM-DD`; None for what no other season holds.
        last: last day, `MM-DD`.
        source: where the dates come from.
        verified: whether the source was read.
    """

    id: str
    chinese: str
    english: str
    first: str | None = Field(default=None, alias="from")
    last: str | None = Field(default=None, alias="to")
    source: str
    verified: bool

    @field_validator("first", "last")
    @classmethod
    def _day_of_the_year(cls, day: str | None) -> str | None:
        if day is not None:
            dt.date.fromisoformat(f"2000-{day}")
        return day

    @model_validator(mode="after")
    def _both_ends(self) -> SeasonConfig:
        if (self.first is None) != (self.last is None):
            raise ValueError("give both 'from' and 'to', or neither")
        return self


class ModelName(Config):
    """How a model is called and drawn."""

    id: str
    chinese: str
    english: str
    colour: str = Field(pattern="^#[0-9a-f]{6}$")


class DriftConfig(Config):
    """When a growth of the error counts as drift; see `forecast.verification.drift`."""

    pollutant: str
    baseline: str
    recent_days: int = Field(ge=7)
    fewest_reference_days: int = Field(ge=60)
    worsening: float = Field(gt=0)
    block_days: int = Field(ge=1)
    paths: int = Field(ge=50)
    path_days: int = Field(ge=30)
    false_alarm: float = Field(gt=0, lt=1)
    largest_step: float = Field(gt=0)
    largest_allowance: float = Field(gt=0)
    confidence: float = Field(gt=0.5, lt=1)
    coverage_margin: float = Field(ge=0, lt=1)
    lead_days: tuple[tuple[int, int], ...] = Field(min_length=1)


class VerificationConfig(Config):
    """All choices of the verification."""

    seasons: tuple[SeasonConfig, ...] = Field(min_length=1)
    subjects: tuple[str, ...] = Field(min_length=1)
    baselines: tuple[str, ...] = Field(min_length=1)
    fewest_issues: float = Field(ge=0, le=1)
    models: tuple[ModelName, ...]
    drift: DriftConfig

    @model_validator(mode="after")
    def _every_day_has_a_season(self) -> VerificationConfig:
        if self.seasons[-1].first is not None or any(season.first is None for season in self.seasons[:-1]):
            raise ValueError("the last season, and no other, goes without dates")
        return self

    def named(self, model: str) -> ModelName:
        """Name and colour of a model; one that is not listed keeps its own name, in black."""
        own = ModelName(id=model, chinese=model, english=model, colour="#1d2733")
        return next((name for name in self.models if name.id == model), own)


@lru_cache(maxsize=1)
def verification_config() -> VerificationConfig:
    """The choices that ship with the program."""
    return load_shipped(VerificationConfig, "verification.yaml")
