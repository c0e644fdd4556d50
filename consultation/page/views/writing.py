"""Numbers and instants as answers write them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from consultation.page.shapes.words import Numbers
from foundation.pollutants import POLLUTANTS
from foundation.times import beijing_day, day_of_hour
from foundation.units import to_display

__all__ = ["days", "instants", "number", "numbers", "shown_numbers", "utc"]


def utc(time: Any) -> str:
    """A UTC instant in ISO 8601, `2026-12-11T16:00:00Z`."""
    return str(pd.Timestamp(time).strftime("%Y-%m-%dT%H:%M:%SZ"))


def instants(times: np.ndarray) -> list[str]:
    """UTC instants in ISO 8601."""
    return [f"{one}Z" for one in np.asarray(times).astype("datetime64[s]").astype(str)]


def days(times: np.ndarray, averaging: str) -> list[str]:
    """The Beijing day of starts of days, or of ends of hours."""
    found = day_of_hour(np.asarray(times)) if averaging == "hour" else beijing_day(np.asarray(times))
    return [str(day) for day in found]


def number(value: Any, digits: int = 2) -> float | None:
    """A rounded number; None where there is none."""
    return round(float(value), digits) + 0.0 if np.isfinite(value) else None


def numbers(values: Iterable[Any], digits: int = 2) -> Numbers:
    """Rounded numbers; None where there is none."""
    array = np.asarray(values, dtype=float)
    return [value if value == value else None for value in (np.round(array, digits) + 0.0).tolist()]  # noqa: PLR0124


def shown_numbers(values: np.ndarray, pollutant: str) -> Numbers:
    """Concentrations in the unit that people read, to a tenth (CO a hundredth)."""
    digits = POLLUTANTS[pollutant].decimals + 1
    return numbers(np.asarray(to_display(np.asarray(values, dtype=float), pollutant)), digits)
