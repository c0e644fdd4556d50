"""What a weather file holds, as it stands in the file: times, grid, and each variable with its range."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np


@dataclass
class Holding:
    """One variable of a file, over all its times and levels.

    Attributes:
        name: as in the file.
        description: in words, as in the file.
        units: as in the file.
        levels: its levels in words, such as `1000 hPa`; empty for a field of no level.
        times: number of its times.
        count: number of values, missing ones included.
        missing: number of missing values.
        lowest: smallest value; None when all are missing.
        highest: largest value.
        total: sum of the values.
    """

    name: str
    description: str
    units: str
    levels: list[str] = field(default_factory=list)
    times: int = 0
    count: int = 0
    missing: int = 0
    lowest: float | None = None
    highest: float | None = None
    total: float = 0.0

    def add(self, values: np.ndarray) -> None:
        """Count more values of the variable."""
        present = values[np.isfinite(values)]
        self.count += values.size
        self.missing += values.size - present.size
        if present.size:
            low, high = float(present.min()), float(present.max())
            self.lowest = low if self.lowest is None else min(self.lowest, low)
            self.highest = high if self.highest is None else max(self.highest, high)
            self.total += float(present.sum(dtype=np.float64))

    @property
    def mean(self) -> float | None:
        """Mean of the values that are there."""
        held = self.count - self.missing
        return self.total / held if held else None


@dataclass
class Inventory:
    """What a file holds.

    Attributes:
        kind: such as `GRIB`.
        source: centre or model, as the file names it.
        references: when the model runs began, UTC.
        times: valid times, UTC, as in the file.
        bounds: west, east (degrees east), south and north (degrees north); None where unknown.
        shape: columns and rows; None where unknown.
        step: width of a cell along x and y, in `step_units`; None where unknown.
        step_units: `degree` or `m`.
        projection: as PROJ text or in words.
        pressures_hpa: nominal pressure of the levels, hPa, from the ground upward.
        vertical: kind of the levels in words.
        holdings: the variables.
    """

    kind: str
    source: str
    references: np.ndarray
    times: np.ndarray
    bounds: tuple[float, float, float, float] | None = None
    shape: tuple[int, int] | None = None
    step: tuple[float, float] | None = None
    step_units: str = "degree"
    projection: str = ""
    pressures_hpa: list[float] = field(default_factory=list)
    vertical: str = ""
    holdings: list[Holding] = field(default_factory=list)
