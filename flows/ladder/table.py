"""The table of rungs, `configs/ladder.yaml`: their names, and what the forecaster is told on each."""

from __future__ import annotations

import string
from functools import lru_cache
from typing import Literal

from pydantic import Field, field_validator, model_validator

from foundation.configuration import Config, load_shipped

__all__ = ["Kind", "LadderChoices", "LadderConfig", "Rung", "Words", "ladder"]

Kind = Literal["weather", "forecast", "measurements", "device", "champion", "inventory"]
_BLANKS = {"source", "item", "why", "detail"}


class Words(Config):
    """What is told, Chinese first; {source}, {item}, {why} and {detail} are filled in."""

    chinese: str
    english: str

    @field_validator("chinese", "english")
    @classmethod
    def _known(cls, text: str) -> str:
        strange = {name for _, name, _, _ in string.Formatter().parse(text) if name is not None} - _BLANKS
        if strange:
            raise ValueError(f"unknown blank {{{min(strange)}}}; known: {', '.join(sorted(_BLANKS))}")
        return text


class Rung(Config):
    """A rung: its code, its name, and the note of a run on it; None where all is as it should be."""

    code: str = Field(pattern=r"^[a-z][a-z-]*$")
    chinese: str
    english: str
    note: Words | None = None


class CyclesLookedAt(Config):
    """How many cycles of the first source of weather, and of each other one, are tried."""

    first: int = Field(ge=1, le=3)
    other: int = Field(ge=1, le=8)


class LadderChoices(Config):
    """Times and limits by which a rung is chosen; see the file."""

    gather_minutes: float = Field(gt=0)
    gather_share: float = Field(gt=0, lt=1)
    measured_share: float = Field(gt=0, lt=1)
    inventory_share: float = Field(gt=0, lt=1)
    rung_share: float = Field(gt=0, lt=1)
    cycles: CyclesLookedAt
    measured_back_h: int = Field(ge=1)
    late_after_h: float = Field(gt=0)
    carried_after_h: float = Field(gt=0)
    oldest_measured_days: float = Field(gt=0)
    long_enough_h: int = Field(ge=1)
    finish_minutes: float = Field(ge=0)
    least_physical_minutes: float = Field(ge=0)


class LadderConfig(Config):
    """All rungs of all kinds, remarks, and the choices between rungs."""

    kinds: dict[Kind, tuple[Rung, ...]]
    remarks: dict[str, Words]
    choices: LadderChoices

    @model_validator(mode="after")
    def _unique(self) -> LadderConfig:
        for kind, rungs in self.kinds.items():
            codes = [rung.code for rung in rungs]
            if len(codes) < 2 or len(set(codes)) < len(codes):
                raise ValueError(f"{kind}: expected two rungs or more, each with a code of its own")
            if rungs[0].note is not None:
                raise ValueError(f"{kind}: the first rung needs no note")
        return self

    def rung(self, kind: Kind, code: str) -> Rung:
        """The rung of that code."""
        return next(rung for rung in self.kinds[kind] if rung.code == code)


@lru_cache(maxsize=1)
def ladder() -> LadderConfig:
    """The table that ships with the program."""
    return load_shipped(LadderConfig, "ladder.yaml")
