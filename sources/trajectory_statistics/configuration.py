"""How statistics of trajectories are made; `configs/trajectory_statistics.yaml` ships the choices."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from pydantic import Field, model_validator

from foundation.configuration import Config, load_shipped
from foundation.errors import ConfigurationError

__all__ = ["ClusterConfig", "EndpointWeights", "ResamplingConfig", "StatisticsConfig", "statistics_config"]


class EndpointWeights(Config):
    """The weight W(n) of a cell that holds n points, so that few points make no source.

    Attributes:
        name: of the function.
        relative_to_mean: bounds are multiples of the mean number of points of the cells that hold any.
        bounds: growing numbers of points.
        weights: one more than bounds; the first where n is at most the first bound.
        source: where it is from.
        verified: whether the source was read.
    """

    name: str
    relative_to_mean: bool
    bounds: tuple[float, ...]
    weights: tuple[float, ...]
    source: str
    verified: bool

    @model_validator(mode="after")
    def _sound(self) -> EndpointWeights:
        if len(self.weights) != len(self.bounds) + 1 or any(np.diff(self.bounds) <= 0):
            raise ValueError("expected growing bounds and one weight more than bounds")
        if any(np.diff(self.weights) < 0) or not 0 <= self.weights[0] <= self.weights[-1] <= 1:
            raise ValueError("weights: expected 0 to 1, not falling")
        return self

    def of(self, endpoints: np.ndarray) -> np.ndarray:
        """Weights for numbers of points, the same shape; 0 where there is none."""
        held = endpoints > 0
        mean = float(endpoints[held].mean()) if self.relative_to_mean and held.any() else 1.0
        index = np.searchsorted(np.array(self.bounds) * mean, endpoints, side="left")
        return np.where(held, np.array(self.weights)[index], 0.0)


class ResamplingConfig(Config):
    """How significance is found by drawing again.

    Attributes:
        replicates: how many maps are drawn.
        block_days: days that stay together, as long as the weather keeps its kind.
        alpha: level of the tests.
        fewest_trajectories: cells that fewer trajectories pass are not judged.
        seed: of the random numbers.
    """

    replicates: int = Field(ge=19, le=20_000)
    block_days: int = Field(ge=1, le=60)
    alpha: float = Field(gt=0.0, lt=0.5)
    fewest_trajectories: int = Field(ge=1)
    seed: int = Field(ge=0)


class ClusterConfig(Config):
    """How trajectories are clustered.

    Attributes:
        most: largest number of clusters that is tried.
        every_h: time between the points that are compared, h.
        starts: k-means is started so often; the best counts.
        seed: of the random numbers.
        change_percent: joining clusters that raises the total spatial variance by more goes too far (30 is
            the default of HYSPLIT's cluster programme as remembered, not verified).
    """

    most: int = Field(ge=2, le=40)
    every_h: float = Field(gt=0.0)
    starts: int = Field(ge=1, le=100)
    seed: int = Field(ge=0)
    change_percent: float = Field(gt=0.0)


class StatisticsConfig(Config):
    """All of it.

    Attributes:
        weights: the weighting functions that may be named.
        weighting: name of the one in use.
        percentile: threshold of PSCF, of each receptor's own measurements.
        resampling: of significance.
        clusters: of k-means.
    """

    weights: tuple[EndpointWeights, ...]
    weighting: str
    percentile: float = Field(gt=0.0, lt=100.0)
    resampling: ResamplingConfig
    clusters: ClusterConfig

    def weight_function(self, name: str | None = None) -> EndpointWeights:
        """The weighting function of that name, by default the one in use.

        Raises:
            ConfigurationError: when there is none.
        """
        wanted = name or self.weighting
        known = {one.name: one for one in self.weights}
        if wanted not in known:
            raise ConfigurationError(f"no weighting {wanted!r}", remedy=f"Known: {', '.join(known)}")
        return known[wanted]


@lru_cache(maxsize=1)
def statistics_config() -> StatisticsConfig:
    """The choices that ship with the program."""
    return load_shipped(StatisticsConfig, "trajectory_statistics.yaml")
