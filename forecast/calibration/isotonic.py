"""Probabilities mapped to what came of them, by isotonic regression.

The map is the non-decreasing one with the smallest Brier score on past cases, found by pooling adjacent
violators (Ayer et al. 1955, doi:10.1214/aoms/1177728423): the recalibration that reliability is judged by in
`forecast.calibration.reliability`, here kept for forecasts to come.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import isotonic_regression

from foundation.errors import ContractError, InputError

_FEWEST = 30


@dataclass(frozen=True)
class IsotonicMap:
    """A non-decreasing map of probabilities, straight between its points and level outside them.

    Attributes:
        forecast: probabilities of the points, increasing.
        calibrated: what they are mapped to, not decreasing.
        cases: past cases it was fitted on.
    """

    forecast: tuple[float, ...]
    calibrated: tuple[float, ...]
    cases: int

    def __post_init__(self) -> None:
        """Refuse what is no such map."""
        first, second = np.asarray(self.forecast), np.asarray(self.calibrated)
        alike = first.shape == second.shape and first.ndim == 1 and len(first) > 0
        if not alike or (np.diff(first) <= 0).any() or (np.diff(second) < 0).any():
            raise ContractError("isotonic map: expected increasing points and values that do not decrease")
        if not ((second >= 0) & (second <= 1)).all():
            raise ContractError("isotonic map: expected probabilities of 0 to 1")

    def apply(self, probability: np.ndarray) -> np.ndarray:
        """Calibrated probabilities of the same shape; NaN stays NaN."""
        return np.asarray(np.interp(probability, self.forecast, self.calibrated))

    def as_document(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "forecast": list(self.forecast), "calibrated": list(self.calibrated), "cases": self.cases
        }  # fmt: skip

    @classmethod
    def from_document(cls, document: dict[str, Any]) -> IsotonicMap:
        """From `as_document`, through JSON or not.

        Raises:
            ContractError: when a part is missing or strange.
        """
        try:
            points = tuple(map(float, document["forecast"])), tuple(map(float, document["calibrated"]))
            return cls(*points, int(document["cases"]))
        except (KeyError, TypeError, ValueError) as error:
            raise ContractError(f"isotonic map: cannot be read: {error!r}") from error


def fit_isotonic(probability: np.ndarray, occurred: np.ndarray) -> IsotonicMap:
    """Fit the map on past cases.

    Args:
        probability: (case,) forecast, 0 to 1; NaN where a case does not count.
        occurred: (case,) 1 or 0; NaN where not known.

    Raises:
        InputError: when fewer than 30 cases count.
    """
    known = np.isfinite(probability) & np.isfinite(occurred)
    if known.sum() < _FEWEST:
        raise InputError(
            f"isotonic calibration: expected {_FEWEST} or more cases, got {int(known.sum())}",
            remedy="Give a longer period",
        )
    points, number = np.unique(probability[known], return_inverse=True)
    values = calibrated_shares(number, occurred[known].astype(float), np.ones(int(known.sum())))
    corner = np.ones(len(points), dtype=bool)
    corner[1:-1] = (values[1:-1] != values[:-2]) | (values[1:-1] != values[2:])
    return IsotonicMap(tuple(map(float, points[corner])), tuple(map(float, values[corner])), int(known.sum()))


def calibrated_shares(number: np.ndarray, occurred: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Isotonic regression of outcomes on forecasts that are given by their rank.

    Args:
        number: (case,) rank of the forecast among the different ones, 0 the lowest.
        occurred: (case,) 1 or 0.
        weights: (case,) 0 or more.

    Returns:
        (different forecast,) share of the outcomes, not decreasing; forecasts without weight take that of the
        next lower one that has some, the lowest ones that of the first.
    """
    count = int(number.max()) + 1
    weight = np.bincount(number, weights, count)
    mean = np.bincount(number, weights * occurred, count) / np.where(weight > 0, weight, 1.0)
    held = np.flatnonzero(weight > 0)
    values = isotonic_regression(mean[held], weights=weight[held]).x
    place = np.searchsorted(held, np.arange(count), side="right") - 1
    return np.asarray(np.clip(values, 0.0, 1.0)[np.maximum(place, 0)])
