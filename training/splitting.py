"""Chronological parts of a record, with gaps between them, and what is fitted on the first alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from pydantic import Field, model_validator

from forecast.learned.panel import Panel
from foundation.configuration import Config
from foundation.errors import ConfigurationError, InputError
from foundation.times import DAY, day_of_instant, instant_of_day, parse_reference_time


class SplitConfig(Config):
    """Chronological parts, as shares of the record or by their ends (Beijing dates).

    Attributes:
        train: share of the record, from its beginning.
        validate_share: share that follows; the rest is judged.
        train_until: last day of training, instead of `train`.
        validate_until: last day of validation, instead of `validate_share`.
    """

    train: float = Field(default=0.7, gt=0, lt=1)
    validate_share: float = Field(default=0.15, gt=0, lt=1)
    train_until: str | None = None
    validate_until: str | None = None

    @model_validator(mode="after")
    def _in_order(self) -> SplitConfig:
        given = [(name, getattr(self, name)) for name in ("train_until", "validate_until")]
        days = [checked_day(name, until) for name, until in given if until is not None]
        if len(days) == 2 and days[0] >= days[1]:
            raise ValueError(f"validate_until {self.validate_until}: expected after {self.train_until}")
        return self


def checked_day(key: str, text: str) -> np.datetime64:
    """A Beijing day of an experiment's file.

    Raises:
        ValueError: naming the key, for pydantic to say where.
    """
    try:
        return day_of_instant(parse_reference_time(text))
    except ConfigurationError as error:
        raise ValueError(f"{key}: {error}") from error


@dataclass(frozen=True)
class Split:
    """Rows of issues of each part.

    No step that judges an issue of one part is seen, as history or as a target, by an issue of an earlier
    one: the last issues of a part whose targets would reach into the next are left out.

    Attributes:
        train: rows.
        validation: rows.
        judged: rows.
        edges: first row after training, and first row after validation.
    """

    train: np.ndarray
    validation: np.ndarray
    judged: np.ndarray
    edges: tuple[int, int]


def split(panel: Panel, config: SplitConfig, horizon: int, first: int) -> Split:
    """Cut a record into its parts.

    Args:
        panel: the series.
        config: where to cut.
        horizon: largest lead, the gap between the parts.
        first: first row that has enough behind it to be an issue.

    Raises:
        ConfigurationError: when a part has no issues.
    """
    steps = len(panel.times)
    middle = _edge(panel, config.train_until, config.train)
    end = _edge(panel, config.validate_until, config.train + config.validate_share)
    parts = Split(
        np.arange(first, middle - horizon - panel.delay), np.arange(middle, end - horizon - panel.delay),
        np.arange(end, steps), (middle, end),
    )  # fmt: skip
    for name in ("train", "validation"):
        if len(getattr(parts, name)) == 0:
            raise ConfigurationError(
                f"the {name} part holds no issue with {horizon} steps ahead of it, "
                f"of a record of {steps} steps",
                remedy="Give a longer record or move the ends of the parts",
            )
    return parts


def _edge(panel: Panel, until: str | None, share: float) -> int:
    if until is None:
        return int(len(panel.times) * share)
    end = instant_of_day(day_of_instant(parse_reference_time(until))) + DAY
    return int(np.searchsorted(panel.times, end, side="right"))


def persistence_scale(panel: Panel, rows: np.ndarray, horizon: int) -> np.ndarray:
    """Mean absolute error of persistence (lead, pollutant) on the training part, display units.

    Raises:
        InputError: for a pollutant without two values a step apart.
    """
    recent, target = np.exp(panel.recent[rows]), np.exp(panel.target[rows])
    scales = np.empty((horizon, len(panel.pollutants)))
    for lead in range(1, horizon + 1):
        error = np.abs(target[lead:] - recent[: len(recent) - lead]).reshape(-1, scales.shape[1])
        known = np.isfinite(error)
        with np.errstate(invalid="ignore"):
            scales[lead - 1] = np.where(known, error, 0.0).sum(axis=0) / known.sum(axis=0)
    for number, name in enumerate(panel.pollutants):
        column = scales[:, number]
        if not np.isfinite(column).any():
            raise InputError(f"{name} is hardly measured in the training part", remedy="Give a longer record")
        scales[:, number] = np.where(np.isfinite(column), column, np.nanmean(column))
    return np.maximum(scales, 1e-3)
