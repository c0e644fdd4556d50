"""Sources: the matrix, local against transported, and what a measure changes."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from consultation.page.shapes.runs import DegradationShape
from consultation.page.shapes.words import Names, Numbers, Shape, Unavailable

__all__ = [
    "Choice",
    "Cut",
    "Matrix",
    "MatrixRow",
    "MeasureOptions",
    "MeasuresAnswer",
    "MeasuresAsked",
    "SourceNames",
]  # fmt: skip


class SourceNames(Names):
    """A group of sources."""

    id: str


class MatrixRow(Names):
    """A receptor: `values` and `percent` by column; they sum to `published`."""

    id: str
    scope: Literal["place", "region"]
    published: float | None
    values: Numbers
    percent: Numbers


class Matrix(Shape):
    """Receptors against groups of sources, of one day or the mean of all days."""

    pollutant: str
    unit: str
    by: Literal["sector", "region", "nearness", "source"]
    day: str | None
    days: list[str]
    columns: list[SourceNames]
    rows: list[MatrixRow]


class Choice(Names):
    """A row or column of the sliders."""

    id: str


class SliderShape(Shape):
    """A slider: a group of sectors in a group of regions, and what it emits, tonnes a day."""

    sector: str
    region: str
    tonnes_per_day: dict[str, float]


class PresetShape(Names):
    """Cuts that an order at a level of warning may reach at most, by group of sectors."""

    id: str
    verified: bool
    shares: dict[str, float]


class MeasureOptions(Shape):
    """What can be cut; where measures are not available, `absent` says why."""

    available: bool
    absent: Unavailable | None
    sectors: list[Choice]
    regions: list[Choice]
    sliders: list[SliderShape]
    presets: list[PresetShape]
    largest_compared: float


_Id = Annotated[str, Field(pattern=r"^[a-z0-9_-]{1,40}$")]


class Cut(Shape):
    """A share of the emissions of a sector, or group of sectors, in a region, or group of regions."""

    sector: _Id | Literal["*"] = Field(examples=["industry"])
    region: _Id | Literal["*"] = Field("*", examples=["urumqi"])
    share: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False, examples=[0.3])]


class MeasuresAsked(Shape):
    """What is asked: cuts, when they begin (Beijing time, a full hour), whose places are told about."""

    cuts: Annotated[list[Cut], Field(min_length=1, max_length=60)]
    begins: Annotated[
        str | None,
        Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:00$", examples=["2026-11-21T00:00"]),
    ] = None
    region: _Id | None = Field(None, examples=["wu-chang-shi"])
    hours: bool = False


class Change(Shape):
    """Before and after, and bounds of the decrease."""

    before: float | None
    after: float | None
    decrease: float | None
    decrease_range: Numbers


class IndexChange(Change):
    """The same of the index, with its ranges."""

    before_range: Numbers
    after_range: Numbers


class LevelShown(Names):
    """A level of the index."""

    number: int


class DayChange(Shape):
    """What a measure does to a day."""

    day: str
    concentrations: dict[str, Change]
    aqi: IndexChange
    level: dict[str, LevelShown | None]
    primary: dict[str, list[str]]


class PlaceChange(Names):
    """What a measure does to a place or region."""

    place: str
    days: list[DayChange]


class HourCourses(Names):
    """What a measure does to the hours of a place: courses of `before` and `after`."""

    place: str
    concentrations: dict[str, dict[str, Numbers]]
    aqi: dict[str, Numbers]


class HourChanges(Shape):
    """Hours of all places; `times` are ends of hours, UTC."""

    times: list[str]
    places: list[HourCourses]


class CutSource(Names):
    """A source that is cut: share by emitted species."""

    source: str
    share: dict[str, float | None]
    part_of_tag: bool


class CutsTold(Shape):
    """What the cuts come to."""

    texts: list[str]
    notes: list[str]
    tags: list[CutSource]
    tonnes_per_day: dict[str, float | None]
    share_of_all: dict[str, float | None]


class MeasuresAnswer(Shape):
    """What the cuts change, with what is to be minded; `interval` are the quantiles of all ranges."""

    run: str
    reference_time: str
    begins: str
    begins_shown: str
    approximate_beginning: bool
    synthetic: bool
    units: dict[str, str]
    cuts: CutsTold
    places: list[PlaceChange]
    regions: list[PlaceChange]
    hours: HourChanges | None
    cautions: list[DegradationShape]
    interval: list[float]
    seconds: float
