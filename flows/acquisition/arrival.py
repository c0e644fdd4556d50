"""What came of one wish: the whole files, and why others are not there."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np

from foundation.times import now

__all__ = ["Allowance", "Arrival", "Code", "Failure", "WeatherWish"]

Code = Literal[
    "late", "missing", "truncated", "slow", "refused", "unavailable", "not-data", "wrong-layout",
    "wrong-time", "wrong-hash", "too-large", "no-space", "unreachable",
]  # fmt: skip
"""Why something is not there; `late` may still come, `missing` should have been there long since."""


@dataclass(frozen=True)
class Failure:
    """Why one thing did not arrive, in one line for people in each language.

    Attributes:
        source: name of the source.
        item: what was wanted, such as `20261123T060000Z f003`.
        code: for programs.
        chinese: what people read.
        english: the same in English.
    """

    source: str
    item: str
    code: Code
    chinese: str
    english: str


@dataclass(frozen=True)
class Arrival:
    """What of one wish is there, whole and checked.

    Attributes:
        source: name of the source.
        folder: where the files lie; it holds no file that is not whole, but may hold more than was wanted.
        files: those of this wish, in order of time.
        failures: why others are not there.
        complete: whether everything that was wanted is there.
        newest: newest valid or measured time held, UTC; None when nothing is.
    """

    source: str
    folder: Path
    files: tuple[Path, ...]
    failures: tuple[Failure, ...]
    complete: bool
    newest: np.datetime64 | None


@dataclass(frozen=True)
class Allowance:
    """How long a wish may take as a whole, and what time it is outside.

    Attributes:
        ends: by `time.monotonic`.
        moment: now, UTC; decides what is late and what is missing.
    """

    ends: float
    moment: np.datetime64 = field(default_factory=now)

    @classmethod
    def of_seconds(cls, seconds: float, moment: np.datetime64 | None = None) -> Allowance:
        """So many seconds from now on."""
        ends = time.monotonic() + seconds
        return cls(ends) if moment is None else cls(ends, moment)

    @property
    def left_s(self) -> float:
        """Seconds left; never below 0."""
        return max(self.ends - time.monotonic(), 0.0)


@dataclass(frozen=True)
class WeatherWish:
    """What is wanted of a cycle.

    Attributes:
        leads_h: hours after the cycle.
        area: west, east, south, north in degrees, that the files must cover.
    """

    leads_h: tuple[int, ...]
    area: tuple[float, float, float, float]
