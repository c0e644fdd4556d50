"""One place: measured and forecast series, earlier forecasts, contributions, the air above it."""

from __future__ import annotations

from typing import Literal

from consultation.page.shapes.words import Names, Numbers, Shape, Unavailable

__all__ = [
    "Contributions", "Course", "Group", "Issue", "Levels", "Place", "Previous", "QuantileCourse", "Sounding",
    "SoundingSurface",
]  # fmt: skip


class Course(Shape):
    """Values at times: ends of hours, or starts of Beijing days, UTC; `days` are the Beijing days."""

    times: list[str]
    days: list[str]
    values: Numbers


class QuantileCourse(Shape):
    """A course at one quantile."""

    quantile: float
    values: Numbers


class Levels(Shape):
    """The index along the times of the forecast."""

    aqi: Numbers
    aqi_low: Numbers
    aqi_high: Numbers
    level: list[int]
    probability: list[Numbers]
    primary: list[list[str]]
    dust: list[bool]


class Place(Names):
    """A place or region: `measured` before and `forecast` after the reference time.

    `model` is the transport model's own course, uncorrected by the statistical forecast.
    """

    id: str
    scope: Literal["place", "region"]
    lon: float | None
    lat: float | None
    pollutant: str
    unit: str
    averaging: Literal["day", "hour"]
    reference_time: str
    measured: Course | None
    measured_absent: Unavailable | None
    times: list[str]
    days: list[str]
    lead_hours: list[int]
    median: Numbers
    quantiles: list[QuantileCourse]
    index: Levels
    model: Course | None
    model_absent: Unavailable | None


class Issue(Shape):
    """A forecast issued earlier."""

    run: str
    reference_time: str
    times: list[str]
    days: list[str]
    median: Numbers
    low: Numbers
    high: Numbers


class Previous(Shape):
    """Earlier forecasts of a place, newest first, and what was measured since."""

    place: str
    pollutant: str
    unit: str
    averaging: Literal["day", "hour"]
    issues: list[Issue]
    absent: Unavailable | None


class Group(Names):
    """Sources added up; `values` along the times, `share` of the published sum over them, percent."""

    id: str
    values: Numbers
    mean: float | None
    share: float | None


class Contributions(Shape):
    """Where the published numbers of a place come from; the groups sum to `published`.

    `explained` is the share that tags explain, 0 to 1, along the times.
    """

    place: str
    pollutant: str
    unit: str
    averaging: Literal["day", "hour"]
    by: Literal["sector", "region", "nearness", "source"]
    times: list[str]
    days: list[str]
    published: Numbers
    explained: Numbers
    groups: list[Group]


class SoundingSurface(Shape):
    """Hourly courses of what the profile says of dispersion. `grade` is 1 (best) to 6, 0 where not known."""

    times: list[str]
    boundary_layer_height: Numbers
    inversion_strength: Numbers
    inversion_base: Numbers
    inversion_depth: Numbers
    ventilation_index: Numbers
    wind_speed: Numbers
    wind_from: Numbers
    grade: list[int]
    grade_verified: bool


class Sounding(Shape):
    """The profile above a place at an hour, from the ground upward, and the course of dispersion."""

    place: str
    hour: int
    time: str
    height: Numbers
    pressure: Numbers
    temperature: Numbers
    dew_point: Numbers
    relative_humidity: Numbers
    wind_speed: Numbers
    wind_from: Numbers
    course: SoundingSurface
