"""Runs, the state of the service, and the vocabulary of places, pollutants and levels."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from consultation.page.shapes.words import Names, Shape

__all__ = [
    "LevelShape", "PlaceShape", "PollutantShape", "RegionShape", "RunDetail", "RunList", "RunReference",
    "SkippedRun", "Status", "Vocabulary",
]  # fmt: skip


class RunReference(Shape):
    """A run, as lists name it.

    `revision` changes when the run is made again: an address with `?v=<revision>` may be kept for long.
    """

    id: str = Field(examples=["demo.20261120T080000Z"])
    domain: str
    reference_time: str = Field(examples=["2026-11-20T08:00:00Z"])
    reference_shown: str = Field(examples=["2026-11-20 16:00"])
    created: str
    revision: str
    synthetic: bool
    title: Names
    groups: list[str]


class SkippedRun(Names):
    """A run that is not shown, and why."""

    id: str


class RunList(Shape):
    """Runs of the store, newest first."""

    runs: list[RunReference]
    skipped: list[SkippedRun]
    total: int


class Status(Shape):
    """Whether the page stands on a fresh good run; `message` is empty when all is well."""

    version: str
    now: str
    latest: RunReference | None
    age_hours: float | None
    late: bool
    newer_broken: list[SkippedRun]
    message: Names


class DegradationShape(Names):
    """Something that a run had to do without."""

    code: str


class RunDetail(RunReference):
    """A run: what it holds, what it had to do without, what it was made with."""

    degradations: list[DegradationShape]
    problems: list[str]
    lacking: list[str]
    products: dict[str, str]
    models: dict[str, str]
    versions: dict[str, str]
    inputs: list[dict[str, Any]]
    rules: str


class PlaceShape(Names):
    """A place of the gazetteer."""

    id: str
    prefecture: str
    adcode: str
    lon: float
    lat: float


class RegionShape(Names):
    """Places for which a warning is decided together."""

    id: str
    places: list[str]


class PollutantShape(Shape):
    """A pollutant with the unit of all numbers of the API."""

    id: str
    chinese: str
    label: str
    unit: str
    decimals: int


class LevelShape(Shape):
    """A level of the index; the colour is always shown with its number or name."""

    number: int
    chinese: str
    category: str
    english: str
    colour: str
    lowest: int
    highest: int


class WarningLevelShape(Names):
    """A level of warning: 0 none, 1 yellow, 2 orange, 3 red."""

    number: int
    colour: str | None


class GradeShape(Names):
    """A grade of dispersion conditions."""

    grade: int


class Vocabulary(Shape):
    """What names mean: everything that does not change from run to run."""

    places: list[PlaceShape]
    regions: list[RegionShape]
    first_regions: list[str]
    pollutants: list[PollutantShape]
    levels: list[LevelShape]
    warning_levels: list[WarningLevelShape]
    dispersion_grades: list[GradeShape]
