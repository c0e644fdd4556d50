"""Verification: how good the forecast was, beside persistence."""

from __future__ import annotations

from typing import Any, Literal

from consultation.page.shapes.words import Names, Numbers, Shape, Unavailable

__all__ = ["IssuedCase", "LeadScores", "VerificationView", "Yesterday"]


class LeadScores(Shape):
    """Scores of one model along the leads; see docs/verification.md for the names."""

    model: str
    chinese: str
    english: str
    scores: dict[str, Numbers]


class Yesterday(Names):
    """A place yesterday: what was forecast the day before, and what was measured."""

    place: str
    day: str
    values: dict[str, Any]


class IssuedCase(Shape):
    """What runs of the store said of a day, by lead, beside what was measured."""

    day: str
    observed: float | None
    forecasts: dict[str, float | None]


class VerificationView(Shape):
    """Scores of a place (or `mean` over all) and a pollutant (or `aqi`) over the last days, by lead.

    `issued` compares forecasts that the store still holds with what this run knows was measured.
    """

    available: bool
    absent: Unavailable | None
    period: dict[str, str] | None
    place: str
    pollutant: str
    unit: str
    lead_hours: list[int]
    count: Numbers
    models: list[LeadScores]
    yesterday: list[Yesterday]
    issued: list[IssuedCase]
    places: list[str]
    pollutants: list[str]
    averaging: Literal["day"] = "day"
