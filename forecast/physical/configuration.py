"""How the forecast by the transport model is made: `configs/physical.yaml`, which explains the keys."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

from pydantic import Field

from foundation.configuration import Config, load_shipped
from foundation.grids import Grid, GridConfig

__all__ = ["AssimilationConfig", "BackgroundConfig", "PhysicalConfig", "physical_config"]


class BackgroundConfig(Config):
    """Clean air: µg of each species per kg of air at the ground, and the height of its fall by 1/e, m."""

    scale_height_m: float = Field(gt=0)
    ug_kg: dict[str, float]


class AssimilationConfig(Config):
    """Errors, lengths and bounds of the optimal interpolation."""

    model_error: float = Field(gt=0)
    measurement_error: float = Field(gt=0)
    length_km: float = Field(gt=0)
    lowest_depth_m: float = Field(gt=0)
    largest_factor: float = Field(gt=1)
    floor_ug_m3: float = Field(gt=0)
    window_hours: int = Field(ge=1, le=24)


class PhysicalConfig(Config):
    """All choices of a run."""

    domain: str
    species: tuple[str, ...] = Field(min_length=1)
    longest_step_s: float = Field(gt=0, le=3600)
    device: Literal["auto", "cpu", "cuda"] = "auto"
    spin_up_hours: int = Field(ge=0)
    lead_hours: int = Field(ge=1, le=384)
    restart_every_hours: int = Field(ge=1)
    oldest_restart_hours: int = Field(ge=0)
    background: BackgroundConfig
    assimilation: AssimilationConfig

    def grid(self) -> Grid:
        """The grid of the domain.

        Raises:
            ConfigurationError: when the domain's file is not sound.
        """
        return load_shipped(GridConfig, f"domains/{self.domain}.yaml").grid()


@lru_cache(maxsize=1)
def physical_config() -> PhysicalConfig:
    """The choices that ship with the program."""
    return load_shipped(PhysicalConfig, "physical.yaml")
