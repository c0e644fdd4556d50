"""The stable-weather index (静稳指数): points of weather elements, summed over a day.

As Zhang Hengde (张恒德) and others build it: the range of each weather element is cut into intervals; an
interval earns P(polluted | interval) / P(polluted) points; the index of a day is the sum over the elements.
`stagnation_fit` finds the intervals, points and weights on local data.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import yaml
from pydantic import model_validator

from foundation.configuration import Config, load
from foundation.errors import InputError


class ElementPoints(Config):
    """Points of one weather element.

    Attributes:
        name: of the element, with its unit.
        edges: inner edges of the intervals, growing; an interval holds its upper edge.
        points: of each interval, one more than edges.
        days: training days in each interval.
        weight: of the element in the sum.
    """

    name: str
    weight: float
    edges: tuple[float, ...]
    points: tuple[float, ...]
    days: tuple[int, ...]

    @model_validator(mode="after")
    def _sound(self) -> ElementPoints:
        if not len(self.points) == len(self.days) == len(self.edges) + 1 or any(np.diff(self.edges) <= 0):
            raise ValueError(
                f"{self.name}: expected growing edges, and points and days for one interval more"
            )
        return self

    def of(self, values: np.ndarray) -> np.ndarray:
        """Points of values, same shape."""
        return np.asarray(np.array(self.points)[np.searchsorted(self.edges, values, side="left")])


class StableWeatherIndex(Config):
    """A fitted index; `write_index` and `read_index` keep it as YAML.

    Attributes:
        place: where the data are from.
        polluted_above: concentration above which a day counts as polluted, kg m-3.
        polluted_share: share of polluted days in training, P(polluted).
        days: number of training days.
        days_left_out: days of the training data that lacked a value.
        elements: points of each element.
        grade_edges: values of the index that part the six grades, growing.
        grade_quantiles: the shares of training days they stand for.
    """

    place: str
    polluted_above: float
    polluted_share: float
    days: int
    days_left_out: int
    elements: tuple[ElementPoints, ...]
    grade_edges: tuple[float, float, float, float, float]
    grade_quantiles: tuple[float, float, float, float, float]

    def apply(self, weather: Mapping[str, np.ndarray]) -> np.ndarray:
        """Index of days, shape (day,).

        Args:
            weather: each element by its name, shape (day,), in the units of training.

        Raises:
            InputError: when an element is absent or a value is missing.
        """
        total: np.ndarray | float = 0.0
        for element in self.elements:
            if element.name not in weather:
                held = ", ".join(weather) or "none"
                raise InputError(f"stable-weather index: element {element.name!r} is missing; got {held}")
            values = np.atleast_1d(np.asarray(weather[element.name], dtype=float))
            if not np.isfinite(values).all():
                lacking = int((~np.isfinite(values)).sum())
                raise InputError(f"stable-weather index: {lacking} days without {element.name!r}")
            total = total + element.weight * element.of(values)
        return np.asarray(total)


def write_index(index: StableWeatherIndex, path: str | Path) -> None:
    """Write a fitted index as YAML."""
    text = yaml.safe_dump(index.model_dump(mode="json"), allow_unicode=True, sort_keys=False)
    Path(path).write_text(text, encoding="utf-8")


def read_index(path: str | Path) -> StableWeatherIndex:
    """Read a fitted index.

    Raises:
        ConfigurationError: when the file is absent or holds something else.
    """
    return load(StableWeatherIndex, path)
