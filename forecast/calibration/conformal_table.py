"""Factors by which a conformal calibration moves each level from the median."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from pydantic import Field

from forecast.calibration.median_scaling import QuantileAxes, lead_group, log_distance, scaled_about_median
from foundation.configuration import Config
from foundation.errors import ContractError

USUAL = 0
"""Situation without any flag."""

_SMALLEST_DISTANCE = 1e-9


class ConformalConfig(Config):
    """Choices of a conformal calibration.

    Attributes:
        lead_bounds: last lead, in steps, of each group of leads that share factors.
        prior_issues: issues with which the factor of a cell is drawn to that of its neighbours.
        issues_as_one: neighbouring issues that count as one independent case: 1 for an issue a day, 24 for
            an issue an hour.
        unmeasured_widening: factor on top of the usual one in a situation without past cases.
        largest_factor: bound of every factor.
    """

    lead_bounds: tuple[int, ...] = Field(min_length=1)
    prior_issues: float = Field(default=30.0, ge=0)
    issues_as_one: int = Field(default=1, ge=1)
    unmeasured_widening: float = Field(default=1.25, ge=1)
    largest_factor: float = Field(default=20.0, ge=1)


@dataclass(frozen=True, eq=False)
class ConformalTable:
    """Factors on the distance of each level from the median, in ln space.

    Attributes:
        levels: (level,). pollutants: names. lead_bounds: last lead of each group, increasing; longer leads
        take the last group. situations: bit masks, the usual one (0) first. factors: (lead group,
        pollutant, situation, level); 1 at the median. issues: (lead group, pollutant, situation) past
        issues on which each cell rests. unmeasured_widening: see `ConformalConfig`. least: (lead group,
        pollutant, level) distance from the median in ln space below which no level comes in
            a degraded situation: the mean of the usual one. None for no such bound.
    """

    levels: tuple[float, ...]
    pollutants: tuple[str, ...]
    lead_bounds: tuple[int, ...]
    situations: tuple[int, ...]
    factors: np.ndarray
    issues: np.ndarray
    unmeasured_widening: float
    least: np.ndarray | None = None

    def __post_init__(self) -> None:
        """Refuse parts that do not fit together."""
        shape = (len(self.lead_bounds), len(self.pollutants), len(self.situations), len(self.levels))
        if self.factors.shape != shape or self.issues.shape != shape[:3]:
            raise ContractError(
                f"conformal table: expected factors {shape}, got {self.factors.shape}, "
                f"issues {self.issues.shape}"
            )
        if self.least is not None and self.least.shape != (shape[0], shape[1], shape[3]):
            raise ContractError(
                f"conformal table: expected least distances {(shape[0], shape[1], shape[3])}, "
                f"got {self.least.shape}"
            )
        if not np.isfinite(self.factors).all() or (self.factors < 0).any():
            raise ContractError("conformal table: expected factors of 0 or more")
        if list(self.lead_bounds) != sorted(set(self.lead_bounds)):
            raise ContractError(f"conformal table: expected increasing lead bounds, got {self.lead_bounds}")
        if not self.situations or self.situations[0] != USUAL:
            raise ContractError(f"conformal table: expected situation 0 first, got {self.situations}")

    def as_document(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "levels": list(self.levels), "pollutants": list(self.pollutants),
            "lead_bounds": list(self.lead_bounds), "situations": list(self.situations),
            "factors": self.factors.tolist(), "issues": self.issues.tolist(),
            "unmeasured_widening": self.unmeasured_widening,
            "least": None if self.least is None else self.least.tolist(),
        }  # fmt: skip

    @classmethod
    def from_document(cls, document: dict[str, Any]) -> ConformalTable:
        """From `as_document`, through JSON or not.

        Raises:
            ContractError: when a part is missing or strange.
        """
        try:
            return cls(
                tuple(map(float, document["levels"])), tuple(map(str, document["pollutants"])),
                tuple(map(int, document["lead_bounds"])), tuple(map(int, document["situations"])),
                np.asarray(document["factors"], dtype=float), np.asarray(document["issues"], dtype=int),
                float(document["unmeasured_widening"]),
                None if document.get("least") is None else np.asarray(document["least"], dtype=float),
            )  # fmt: skip
        except (KeyError, TypeError, ValueError) as error:
            raise ContractError(f"conformal table: cannot be read: {error!r}") from error

    def of_situation(self, situation: int) -> np.ndarray:
        """Factors (lead group, pollutant, level) of a situation, in the table or not.

        One without past cases takes the largest factor of the situations it contains, the usual one among
        them, times `unmeasured_widening`.
        """
        if situation in self.situations:
            return np.asarray(self.factors[:, :, self.situations.index(situation)])
        contained = [number for number, known in enumerate(self.situations) if known & situation == known]
        widest = self.factors[:, :, contained].max(axis=2)
        return np.where(np.isclose(self.levels, 0.5), 1.0, widest * self.unmeasured_widening)

    def apply(self, quantiles: np.ndarray, leads: np.ndarray, situation: np.ndarray) -> np.ndarray:
        """Calibrated quantiles; the median is what it was, and no level crosses another.

        Args:
            quantiles: (issue, lead, station, pollutant, level) display units.
            leads: (lead,) steps ahead.
            situation: (issue, station) bit masks, 0 the usual.

        Returns:
            The same shape and type.

        Raises:
            ContractError: when shapes do not match the table, or a quantile is missing.
        """
        QuantileAxes(np.asarray(self.levels), leads, self.pollutants).check(quantiles)
        if situation.shape != (quantiles.shape[0], quantiles.shape[2]):
            raise ContractError(
                f"situation (issue, station): expected {(quantiles.shape[0], quantiles.shape[2])}, "
                f"got {situation.shape}"
            )
        present, which = np.unique(situation, return_inverse=True)
        factors = np.stack([self.of_situation(int(code)) for code in present])
        rows = which.reshape(situation.shape)
        group = lead_group(leads, self.lead_bounds)
        chosen = factors[rows[:, None, :], group[None, :, None]]
        scaled = scaled_about_median(quantiles, chosen, np.asarray(self.levels))
        if self.least is None or not (situation != USUAL).any():
            return scaled
        return self._not_narrower(scaled, self.least[group], situation != USUAL)

    def _not_narrower(self, scaled: np.ndarray, least: np.ndarray, degraded: np.ndarray) -> np.ndarray:
        """Quantiles whose levels keep `least` (lead, pollutant, level) where something is missing."""
        levels = np.asarray(self.levels)
        distance = np.maximum(log_distance(scaled, levels), _SMALLEST_DISTANCE)
        needed = np.maximum(least[None, :, None] / distance, 1.0)
        return scaled_about_median(scaled, np.where(degraded[:, None, :, None, None], needed, 1.0), levels)
