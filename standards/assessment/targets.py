"""Targets of plans and published numbers of past years, from `configs/targets.yaml`."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

from pydantic import Field, model_validator

from foundation.configuration import Config, load_shipped
from foundation.errors import InputError
from foundation.places import gazetteer

Measure = Literal["pm25_mean", "pm10_mean", "good_days", "heavy_days"]
UNITS = {"pm25_mean": "µg/m³", "pm10_mean": "µg/m³", "good_days": "%", "heavy_days": "d"}
"""Unit of each measure as people write it."""


class Group(Config):
    """Places that a target is set for together; its value is the mean of theirs (HJ 663)."""

    id: str
    chinese: str
    english: str
    places: tuple[str, ...] = Field(min_length=1)
    source: str


class Published(Config):
    """What was published of a place and a year."""

    place: str
    measure: Measure
    year: int
    value: float = Field(ge=0)
    source: str


class Target(Config):
    """A target of a plan: either a value, or a change from the base year in percent.

    Attributes:
        name: the plan.
        base_year: year from which a change counts.
        year: by when it is to be met.
        dust: whether the plan counts days with dust.
    """

    name: str
    place: str
    measure: Measure
    base_year: int
    year: int
    value: float | None = Field(default=None, ge=0)
    change_percent: float | None = Field(default=None, ge=-100, le=100)
    dust: Literal["included", "excluded"] = "included"
    source: str
    verified: bool

    @model_validator(mode="after")
    def _one_way(self) -> Target:
        if (self.value is None) == (self.change_percent is None):
            raise ValueError("give either `value` or `change_percent`")
        if self.year < self.base_year:
            raise ValueError(f"the target year {self.year} lies before the base year {self.base_year}")
        return self


class TargetBook(Config):
    """All of them."""

    groups: tuple[Group, ...]
    published: tuple[Published, ...]
    targets: tuple[Target, ...]

    @model_validator(mode="after")
    def _known(self) -> TargetBook:
        places = {place.id for place in gazetteer().places}
        regions = {region.id for region in gazetteer().regions}
        areas = places | regions | {group.id for group in self.groups}
        named = ({one.place for one in self.published} | {one.place for one in self.targets}) - areas
        inside = {place for group in self.groups for place in group.places} - places
        if named | inside:
            raise ValueError(f"unknown place {min(named | inside)!r}")
        keys = [(one.place, one.measure, one.year) for one in self.published]
        twice = [key for key in keys if keys.count(key) > 1]
        if twice:
            raise ValueError(f"published twice: {', '.join(map(str, twice[0]))}")
        for target in self.targets:
            if target.change_percent is not None:
                self.goal(target)
        return self

    def published_of(self, place: str, measure: Measure, year: int) -> Published | None:
        """What was published of a place, a measure and a year."""
        wanted = (place, measure, year)
        return next((one for one in self.published if (one.place, one.measure, one.year) == wanted), None)

    def goal(self, target: Target) -> float:
        """The value that meets a target.

        Raises:
            InputError: when it is a change and nothing was published of its base year.
        """
        if target.value is not None:
            return target.value
        base = self.published_of(target.place, target.measure, target.base_year)
        if base is None or target.change_percent is None:
            raise InputError(
                f"nothing was published of {target.place}, {target.measure}, {target.base_year}",
                where="configs/targets.yaml",
                remedy="Add it under `published`, or give the target as a value",
            )
        return base.value * (1 + target.change_percent / 100)


def falls_short(measure: Measure, value: float, goal: float) -> bool:
    """Whether a value misses its goal: too few good days, too much of all else."""
    return value < goal if measure == "good_days" else value > goal


@lru_cache(maxsize=1)
def target_book() -> TargetBook:
    """The targets that ship with the program."""
    return load_shipped(TargetBook, "targets.yaml")
