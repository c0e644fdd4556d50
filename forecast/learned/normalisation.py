"""Scales of a network's inputs, fitted on its training part alone."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from forecast.learned.panel import Panel
from foundation.errors import ContractError, InputError

KILOMETRES_PER_DEGREE = 111.2
"""Of latitude, and of longitude at the equator."""

_SMALLEST = 1e-3
"""Standard deviation below which a constant input is left unscaled."""


@dataclass(frozen=True)
class Normalisation:
    """Means and standard deviations over time and stations of the training part.

    Attributes:
        pollutants: names.
        mean: (pollutant,) of ln concentration in display units.
        deviation: (pollutant,) likewise.
        weather_names: names of the weather variables.
        weather_mean: (variable,).
        weather_deviation: (variable,).
        centre: longitude and latitude about which positions are taken, degrees.
    """

    pollutants: tuple[str, ...]
    mean: tuple[float, ...]
    deviation: tuple[float, ...]
    weather_names: tuple[str, ...]
    weather_mean: tuple[float, ...]
    weather_deviation: tuple[float, ...]
    centre: tuple[float, float]

    def as_document(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)

    @classmethod
    def from_document(cls, document: dict[str, Any]) -> Normalisation:
        """From `as_document`, through JSON or not.

        Raises:
            ContractError: when a part is missing or strange.
        """
        try:
            return cls(**{name: tuple(value) for name, value in document.items()})
        except TypeError as error:
            raise ContractError(f"normalisation of a network: {error}") from error

    def check(self, panel: Panel) -> None:
        """Refuse a panel of other pollutants or weather.

        Raises:
            ContractError: says what was expected and got.
        """
        for what, expected, got in (
            ("pollutants", self.pollutants, panel.pollutants),
            ("weather", self.weather_names, panel.weather_names),
        ):
            if expected != got:
                raise ContractError(f"learned model: expected {what} {expected}, got {got}")


def east_and_north(positions: np.ndarray, centre: np.ndarray) -> np.ndarray:
    """Where positions lie from a centre, on a plane, which is enough over some hundred kilometres.

    Args:
        positions: (station, 2) longitude and latitude, degrees.
        centre: (2,) likewise.

    Returns:
        (station, 2) east and north, 100 km.
    """
    stretch = np.array([np.cos(np.deg2rad(centre[1])), 1.0]) * KILOMETRES_PER_DEGREE / 100.0
    return np.asarray((positions - centre) * stretch)


def fit_normalisation(panel: Panel, rows: np.ndarray) -> Normalisation:
    """Fit the scales.

    Args:
        panel: the series.
        rows: rows of the training part.

    Raises:
        InputError: for a pollutant that is never measured there.
    """
    mean, deviation = _scales(panel.recent[rows])
    for name, value in zip(panel.pollutants, mean, strict=True):
        if not np.isfinite(value):
            raise InputError(
                f"{name} is never measured in the training part", remedy="Train on a longer record"
            )
    weather_mean, weather_deviation = _scales(panel.weather[rows])
    known = np.isfinite(weather_mean)
    centre = panel.positions.mean(axis=0)
    return Normalisation(
        panel.pollutants, _plain(mean), _plain(deviation), panel.weather_names,
        _plain(np.where(known, weather_mean, 0.0)), _plain(np.where(known, weather_deviation, 1.0)),
        (float(centre[0]), float(centre[1])),
    )  # fmt: skip


def _scales(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean and standard deviation over all but the last axis, of what is there."""
    flat = values.reshape(int(np.prod(values.shape[:-1])), values.shape[-1])
    known = np.isfinite(flat)
    count = known.sum(axis=0)
    mean = np.where(count > 0, np.where(known, flat, 0.0).sum(axis=0) / np.maximum(count, 1), np.nan)
    square = np.where(known, (flat - np.nan_to_num(mean)) ** 2, 0.0).sum(axis=0) / np.maximum(count, 1)
    deviation = np.sqrt(square)
    return mean, np.where(deviation > _SMALLEST, deviation, 1.0)


def _plain(values: np.ndarray) -> tuple[float, ...]:
    return tuple(float(value) for value in values)
