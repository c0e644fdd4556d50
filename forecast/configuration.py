"""How the statistical forecast is made: `configs/forecast.yaml`."""

from __future__ import annotations

from functools import lru_cache

from pydantic import Field

from foundation.configuration import Config, load_shipped


class WindowConfig(Config):
    """Which past cases speak for today; see `forecast.calibration.window.Window`."""

    season_days: int = Field(ge=1, le=183)
    recent_days: int = Field(ge=1)
    minimum_cases: int = Field(ge=1)


class CombinationConfig(Config):
    """Which models may be published and how they are weighted; see `forecast.combination`."""

    candidates: tuple[str, ...] = Field(min_length=1)
    fallback: tuple[str, ...] = Field(min_length=1)
    critical: float = Field(gt=0)
    prior_blocks: float = Field(ge=0)


class DampingConfig(Config):
    """Parameters of a damped persistence; see `forecast.baselines.persistence`."""

    memory_days: int = Field(ge=2)
    decay: float = Field(gt=0, lt=1)


class SpreadConfig(Config):
    """Standard deviation of ln concentration used while no errors are known."""

    day: tuple[float, ...] = Field(min_length=7)
    hour_floor: float = Field(gt=0)


class DustLikeConfig(Config):
    """When a forecast day looks like dust."""

    pm10_above: float = Field(gt=0)
    pm25_share_at_most: float = Field(gt=0, lt=1)


class ForecastConfig(Config):
    """All choices of the statistical forecast."""

    window: WindowConfig
    combination: CombinationConfig
    damped_persistence: DampingConfig
    seasonal_damped_persistence: DampingConfig
    published_range: tuple[float, float]
    carry_forward_days: int = Field(ge=0)
    default_spread: SpreadConfig
    dust_like: DustLikeConfig
    hourly_record_days: int = Field(ge=40)
    scenarios: int = Field(ge=0)

    def with_one_candidate(self, model: str) -> ForecastConfig:
        """The same choices with one model in the place of the combination."""
        combination = self.combination.model_copy(update={"candidates": (model,), "fallback": (model,)})
        return self.model_copy(update={"combination": combination})


@lru_cache(maxsize=1)
def forecast_config() -> ForecastConfig:
    """The choices that ship with the program."""
    return load_shipped(ForecastConfig, "forecast.yaml")
