"""The choices of the benchmark: `configs/forecast_benchmark.yaml`."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

from pydantic import Field, model_validator

from forecast.statistical.neighbours import BoostingConfig
from foundation.configuration import Config, load_shipped

ScoreName = Literal["mae", "rmse", "r2", "coverage80", "crps"]


class Bound(Config):
    """What is asked of the learned network.

    Attributes:
        lead: hours ahead.
        score: which score.
        at_most: bound from above.
        at_least: bound from below.
        perfect_weather: asked of the network that is given the weather as it was measured.
    """

    lead: int = Field(ge=1)
    score: ScoreName
    at_most: float | None = None
    at_least: float | None = None
    perfect_weather: bool = False

    @model_validator(mode="after")
    def _bounds(self) -> Bound:
        if self.at_most is None and self.at_least is None:
            raise ValueError("give at_most or at_least")
        return self

    def met_by(self, value: float) -> bool:
        """Whether a value keeps the bound."""
        above = self.at_least is None or value >= self.at_least
        return above and (self.at_most is None or value <= self.at_most)


class PublishedScore(Config):
    """A score from the literature, quoted.

    Attributes:
        model: its name there.
        lead: hours ahead.
        score: which score.
        value: its value.
    """

    model: str
    lead: int = Field(ge=1)
    score: ScoreName
    value: float


class RidgeConfig(Config):
    """The linear rival.

    Attributes:
        penalties: among which validation chooses.
        stride: every so many hours are a case of training.
    """

    penalties: tuple[float, ...] = Field(min_length=1)
    stride: int = Field(ge=1)


class IntervalsConfig(Config):
    """How the network's intervals follow its outcomes; see `forecast.calibration.adaptive`.

    Attributes:
        window_issues: last issues with known outcomes on which a factor rests.
        minimum_issues: with fewer, intervals are those of the release.
        rate: by how much a miss moves a level.
    """

    window_issues: int = Field(ge=10)
    minimum_issues: int = Field(ge=2)
    rate: float = Field(ge=0, lt=1)


class QuickConfig(Config):
    """A short run that shows that everything works.

    Attributes:
        leads: hours ahead.
        most_trees: of the boosting.
        stride: every so many hours are a case of training.
    """

    leads: tuple[int, ...] = Field(min_length=1)
    most_trees: int = Field(ge=1)
    stride: int = Field(ge=1)


class BenchmarkConfig(Config):
    """All choices of the benchmark.

    Attributes:
        bounds: what is asked of the network.
        published: scores of others.
        boosting: how trees are grown.
        ridge: the linear rival.
        intervals: how those of the network follow its outcomes.
        quick: what `--quick` does.
    """

    bounds: tuple[Bound, ...]
    published: tuple[PublishedScore, ...] = ()
    boosting: BoostingConfig
    ridge: RidgeConfig
    intervals: IntervalsConfig
    quick: QuickConfig

    def shortened(self) -> BenchmarkConfig:
        """The choices of a quick run."""
        stride = self.quick.stride
        trees = {"most_trees": self.quick.most_trees, "short_stride": stride, "long_stride": stride}
        return self.model_copy(
            update={
                "boosting": self.boosting.model_copy(update=trees),
                "ridge": self.ridge.model_copy(update={"stride": stride}),
            }
        )


@lru_cache(maxsize=1)
def benchmark_config() -> BenchmarkConfig:
    """The choices that ship with the program."""
    return load_shipped(BenchmarkConfig, "forecast_benchmark.yaml")
