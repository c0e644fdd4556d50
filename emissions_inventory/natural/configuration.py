"""How `configs/dust_emission.yaml` is written: the scheme and the constants of every scheme."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

from pydantic import model_validator

from foundation.configuration import Config, load_shipped

__all__ = ["SCHEMES", "DustEmissionConfig", "Estimate", "SchemeName", "dust_config"]

SchemeName = Literal["kok", "marticorena_bergametti", "ginoux"]
SCHEMES: tuple[SchemeName, ...] = ("kok", "marticorena_bergametti", "ginoux")


class Estimate(Config):
    """A number, the range in which it is believed to lie, and where it comes from."""

    value: float
    low: float | None = None
    high: float | None = None
    source: str = ""
    verified: bool = True

    @model_validator(mode="after")
    def _within(self) -> Estimate:
        low, high = self.range
        if not low <= self.value <= high:
            raise ValueError(f"expected low <= value <= high, got {low}, {self.value}, {high}")
        return self

    @property
    def range(self) -> tuple[float, float]:
        """Lowest and highest value; the value itself where no range is given."""
        return (
            self.value if self.low is None else self.low,
            self.value if self.high is None else self.high,
        )


class PowerLaw(Config):
    """A factor and an exponent, with an offset where a formula has one."""

    factor: float
    exponent: float
    offset: float = 0.0


class IversenWhiteConfig(Config):
    """Threshold of Iversen and White (1982) as Marticorena and Bergametti (1995) write it."""

    source: str
    coefficient: float
    cohesion: float
    reynolds: PowerLaw
    small: PowerLaw
    large: PowerLaw


class ShaoLuConfig(Config):
    """Threshold of Shao and Lu (2000)."""

    source: str
    coefficient: float
    cohesion: Estimate
    diameter_um: Estimate


class ThresholdsConfig(Config):
    """The two expressions for the threshold of a smooth dry bed."""

    iversen_white: IversenWhiteConfig
    shao_lu: ShaoLuConfig


class MoistureConfig(Config):
    """Moisture of the soil (Fecan et al. 1999), and when it stops emission altogether."""

    source: str
    clay_square: float
    clay_linear: float
    factor: float
    exponent: float
    bulk_density: Estimate
    dry_layer: Estimate
    surface_share: Estimate
    stops_at: Estimate
    rain_stops_mm_per_h: Estimate


class DragPartitionConfig(Config):
    """How much of the wind's stress stones and plants take (Marticorena and Bergametti 1995, eq. 20)."""

    source: str
    factor: float
    exponent: float
    distance_m: float
    smooth_roughness_m: Estimate
    least: float


class SurfaceConfig(Config):
    """Snow and frost."""

    snow_full_cover_m: Estimate
    frozen_below_k: Estimate


class MarticorenaBergamettiConfig(Config):
    """Constants of Marticorena and Bergametti (1995)."""

    source: str
    saltation: Estimate
    clay_slope: float
    clay_intercept: float
    most_clay_percent: float
    uses_source_function: bool


class KokConfig(Config):
    """Constants of Kok et al. (2014)."""

    source: str
    least_threshold: float
    coefficient: Estimate
    coefficient_exponent: Estimate
    fragmentation: Estimate
    largest_fragmentation_exponent: Estimate
    most_clay_percent: float
    uses_source_function: bool


class GinouxConfig(Config):
    """Constants of Ginoux et al. (2001)."""

    source: str
    coefficient: Estimate
    uses_source_function: bool


class SizesConfig(Config):
    """Sizes of emitted dust (Kok 2011)."""

    source: str
    soil_median_um: float
    soil_sigma: float
    crack_length_um: Estimate


class SourceFunctionConfig(Config):
    """The source function of terrain (Ginoux et al. 2001)."""

    window_deg: float
    exponent: float
    source: str


class DustEmissionConfig(Config):
    """The file `configs/dust_emission.yaml`, which explains the keys."""

    scheme: SchemeName
    friction_velocity: Literal["wind", "weather"]
    threshold_factor: Estimate
    air_density: Estimate
    particle_density: Estimate
    thresholds: ThresholdsConfig
    moisture: MoistureConfig
    drag_partition: DragPartitionConfig
    surface: SurfaceConfig
    marticorena_bergametti: MarticorenaBergamettiConfig
    kok: KokConfig
    ginoux: GinouxConfig
    sizes: SizesConfig
    source_function: SourceFunctionConfig


@lru_cache(maxsize=1)
def dust_config() -> DustEmissionConfig:
    """The configuration that ships with the program."""
    return load_shipped(DustEmissionConfig, "dust_emission.yaml")
