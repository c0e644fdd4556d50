"""How dust is forecast: `configs/dust_forecast.yaml`, which explains the keys."""

from __future__ import annotations

from functools import lru_cache

from pydantic import Field, model_validator

from emissions_inventory.natural.configuration import Estimate
from forecast.physical.configuration import PhysicalConfig
from foundation.configuration import Config, load_shipped

__all__ = [
    "CorrectionConfig",
    "DustForecastConfig",
    "OpticsConfig",
    "VisibilityConfig",
    "dust_forecast_config",
]


class OpticsConfig(Config):
    """What dust is for light."""

    wavelength_um: Estimate
    refractive_index: Estimate
    absorption_index: Estimate


class VisibilityConfig(Config):
    """From extinction to visibility."""

    contrast: Estimate
    clear_air_per_km: Estimate
    highest_km: Estimate


class CorrectionConfig(Config):
    """Factors of thresholds from measurements."""

    nodes: tuple[float, ...] = Field(min_length=2)
    deviation: float = Field(gt=0)
    timing_deviation_h: float = Field(gt=0)
    measurement_error: float = Field(gt=0)
    measurement_floor_ug_m3: float = Field(gt=0)
    background_ug_m3: float = Field(ge=0)
    probabilities: tuple[float, ...]
    lead_hours: int = Field(ge=1)
    draws: int = Field(ge=1)

    @model_validator(mode="after")
    def _rising(self) -> CorrectionConfig:
        pairs = zip(self.nodes, self.nodes[1:], strict=False)
        if not (0 < self.nodes[0] < 1 < self.nodes[-1] and all(low < high for low, high in pairs)):
            raise ValueError(
                f"nodes: expected factors above 0 that rise and hold 1 between, got {self.nodes}"
            )
        return self


class DustForecastConfig(Config):
    """All choices."""

    model: PhysicalConfig
    optics: OpticsConfig
    visibility: VisibilityConfig
    correction: CorrectionConfig


@lru_cache(maxsize=1)
def dust_forecast_config() -> DustForecastConfig:
    """The choices that ship with the program."""
    return load_shipped(DustForecastConfig, "dust_forecast.yaml")
