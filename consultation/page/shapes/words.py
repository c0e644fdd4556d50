"""Names, instants and faults, as every answer writes them."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["Fault", "FaultAnswer", "Names", "Numbers", "Shape", "Unavailable"]


class Shape(BaseModel):
    """Base of every answer: frozen, and nothing unnamed in it."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Names(Shape):
    """Words in Chinese and in English."""

    chinese: str
    english: str


class Fault(Names):
    """Why something cannot be answered, with a short name for programs."""

    code: str = Field(examples=["absent"])


class FaultAnswer(Shape):
    """What every answer of 4xx holds."""

    error: Fault


class Unavailable(Names):
    """Why a part of a view is missing."""


Numbers = list[float | None]
"""A course; null where there is no value."""
