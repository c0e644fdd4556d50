"""Today: every area at a glance, what is proposed, what is degraded."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from consultation.page.shapes.runs import DegradationShape, RunReference
from consultation.page.shapes.words import Names, Shape, Unavailable
from consultation.warnings.document import Proposal

__all__ = ["AreaToday", "DayCell", "Range", "Today", "WarningsShown"]


class Range(Shape):
    """A median with the published range about it."""

    median: float | None
    low: float | None
    high: float | None


class DayCell(Shape):
    """An area on a day.

    Attributes:
        level: 1 to 6, 0 where there is none; of the median.
        probability: of levels 1 to 6, in this order.
        polluted: chance that the index is above 100.
        heavy: chance that the index is above 200.
    """

    day: str
    lead_hours: int
    aqi: Range
    level: int = Field(ge=0, le=6)
    level_low: int
    level_high: int
    probability: list[float | None]
    polluted: float | None
    heavy: float | None
    primary: list[str]
    dust: bool
    pm25: Range
    pm10: Range


class AreaToday(Names):
    """A region or place with its days; `measured` is the last measured day before them."""

    id: str
    scope: Literal["region", "place"]
    lon: float | None
    lat: float | None
    measured_day: str | None
    measured_pm25: float | None
    days: list[DayCell]


class WarningsShown(Shape):
    """What the rules call for; with `highest` 0 nothing is proposed.

    `index_note` says why the index of a proposal is not that of the region's forecast.
    """

    highest: int
    notice: Names
    index_note: Names
    proposals: list[Proposal]
    not_evaluated: list[str]


class Today(Shape):
    """The view of the day. `warnings` is null where the run has none, `warnings_absent` says why."""

    run: RunReference
    units: dict[str, str]
    areas: list[AreaToday]
    warnings: WarningsShown | None
    warnings_absent: Unavailable | None
    degradations: list[DegradationShape]
    lacking: list[str]
