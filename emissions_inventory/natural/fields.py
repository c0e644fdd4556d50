"""Dust emitted on a grid: flux by tag at every time, and the area on which the threshold is passed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr

from emissions_inventory.natural.configuration import DustEmissionConfig, dust_config
from emissions_inventory.natural.ground import Ground
from emissions_inventory.natural.near_ground import NearGround, near_ground
from emissions_inventory.natural.region_configuration import DustRegion, dust_regions
from emissions_inventory.natural.regions import RegionMap, region_map
from emissions_inventory.natural.relief import Relief, shipped_relief
from emissions_inventory.natural.schemes import emission_scheme
from foundation.constants import VON_KARMAN
from foundation.errors import InputError
from foundation.grids import Grid
from foundation.places import gazetteer
from foundation.provenance import Degradation

__all__ = ["DustField", "ThresholdFactor", "dust_field", "dust_sources"]

ThresholdFactor = float | Mapping[str, float]
"""What multiplies thresholds: one number, or one by tag (1 for tags that are not named)."""

_Cells = Any
"""Index of chosen cells at every time."""

_WIND_HEIGHT_M = 10.0
_WATER_DENSITY = 1000.0
_SECONDS_PER_HOUR = 3600.0


@dataclass(frozen=True)
class DustField:
    """Dust emitted.

    Attributes:
        dataset: `flux` of dust of all bins, kg m-2 s-1, and `passed`, the share of a cell in which the
            threshold is passed and that can emit at all, both (time, tag, y, x); `wind_speed` at 10 m, m s-1,
            (time, y, x); `source_share` (tag, y, x).
        notes: what stood in for something better.
    """

    dataset: xr.Dataset
    notes: tuple[Degradation, ...]


def dust_sources(
    grid: Grid, config: DustEmissionConfig | None = None, relief: Relief | None = None
) -> RegionMap:
    """The shipped regions on a grid; worth keeping when several fields are made on it.

    Raises:
        InputError: when the terrain does not cover the grid.
    """
    config = config or dust_config()
    return region_map(grid, dust_regions(), relief or shipped_relief(), gazetteer(), config.source_function)


def dust_field(
    weather: xr.Dataset, grid: Grid, config: DustEmissionConfig | None = None,
    threshold_factor: ThresholdFactor = 1.0, times: np.ndarray | None = None,
    sources: RegionMap | None = None,
) -> DustField:  # fmt: skip
    """Dust that the wind raises at instants.

    Args:
        weather: as `near_ground` takes it.
        grid: the grid.
        config: scheme and constants; those shipped by default.
        threshold_factor: multiplies thresholds, also by tag.
        times: UTC; those of the weather by default.
        sources: regions on the grid, from `dust_sources`; made when None.

    Raises:
        InputError: when the weather cannot be used, or a factor is not above 0 or names no tag.
    """
    config = config or dust_config()
    tags = [tag.id for tag in dust_regions().tags]
    factors = _factors(threshold_factor, tags)
    sources = sources or dust_sources(grid, config)
    air = near_ground(weather, grid, sources.height, times)
    shape = (len(air.times), len(tags), *grid.shape[1:])
    flux, passed = np.zeros(shape, dtype=np.float32), np.zeros(shape, dtype=np.float32)
    for region, share in zip(dust_regions().regions, sources.share, strict=True):
        tag = tags.index(region.tag)
        cells = np.nonzero(share)
        raised, over = _of_region(region, air, cells, sources.source_strength[cells], config, factors[tag])
        flux[:, tag, cells[0], cells[1]] += raised * share[cells]
        passed[:, tag, cells[0], cells[1]] += over * share[cells]
    return DustField(_dataset(grid, air, tags, flux, passed, sources), (*air.notes, _SOIL_NOTE))


_SOIL_NOTE = Degradation(
    code="dust-soil-by-region", chinese="没有土壤与植被图：裸土比例、黏粒、粗糙度按区域取值，不确定性大。",
    english="No maps of soil and vegetation: bare share, clay and roughness are values by region, uncertain.",
)  # fmt: skip


def _factors(threshold_factor: ThresholdFactor, tags: list[str]) -> list[float]:
    given = (
        threshold_factor if isinstance(threshold_factor, Mapping) else dict.fromkeys(tags, threshold_factor)
    )
    unknown = sorted(set(given) - set(tags))
    if unknown:
        raise InputError(f"threshold factor: no tag {', '.join(unknown)}; expected {', '.join(tags)}")
    found = [float(given.get(tag, 1.0)) for tag in tags]
    if not all(0 < one < np.inf for one in found):
        raise InputError(f"threshold factor: expected more than 0, got {found}")
    return found


def _of_region(
    region: DustRegion, air: NearGround, cells: tuple[np.ndarray, ...], strength: np.ndarray,
    config: DustEmissionConfig, factor: float,
) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    """Flux where a region has all of a cell, and whether the threshold is passed there, (time, cell)."""
    every: _Cells = (slice(None), *cells)
    roughness = region.roughness_m.value
    ground = Ground(
        air.air_density[every], _moisture(region, air, every, config),
        _open_share(region, air, every, config), strength, roughness, region.clay.value, region.populations,
    )  # fmt: skip
    if config.friction_velocity == "weather":
        if air.friction_velocity is None:
            raise InputError(
                "weather: 'friction_velocity' is missing, as configs/dust_emission.yaml asks for"
            )
        velocity = air.friction_velocity[every]
    else:
        velocity = VON_KARMAN * air.wind_speed[every] / np.log(_WIND_HEIGHT_M / roughness)
    scheme = emission_scheme(config.scheme, config)
    over = (velocity > scheme.threshold(ground, factor)) & (ground.open_share > 0)
    return scheme.flux(velocity, ground, factor), over


def _moisture(region: DustRegion, air: NearGround, every: _Cells, config: DustEmissionConfig) -> np.ndarray:
    """Of the soil at the surface, % of mass."""
    if air.soil_moisture is None:
        return np.full(air.wind_speed[every].shape, region.moisture.value)
    law = config.moisture
    beyond = np.maximum(air.soil_moisture[every] - law.dry_layer.value, 0.0)
    return np.asarray(100.0 * beyond * _WATER_DENSITY / law.bulk_density.value * law.surface_share.value)


def _open_share(region: DustRegion, air: NearGround, every: _Cells, config: DustEmissionConfig) -> np.ndarray:
    """Share of the ground that is bare and neither under snow nor water, soaked, rained on or frozen."""
    share = np.full(air.wind_speed[every].shape, region.bare.value / 100.0)
    share[air.water[every]] = 0.0
    if air.snow_depth is not None:
        share *= 1 - np.clip(air.snow_depth[every] / config.surface.snow_full_cover_m.value, 0.0, 1.0)
    if air.soil_moisture is not None:
        share[air.soil_moisture[every] >= config.moisture.stops_at.value] = 0.0
    if air.precipitation_rate is not None:
        falls = air.precipitation_rate[every] * _SECONDS_PER_HOUR
        share[falls >= config.moisture.rain_stops_mm_per_h.value] = 0.0
    if air.air_temperature_2m is not None:
        share[air.air_temperature_2m[every] < config.surface.frozen_below_k.value] = 0.0
    return share


def _dataset(
    grid: Grid, air: NearGround, tags: list[str], flux: np.ndarray, passed: np.ndarray, sources: RegionMap
) -> xr.Dataset:
    of_tag = [[one.tag == tag for one in dust_regions().regions] for tag in tags]
    share = np.einsum("tr,ryx->tyx", np.array(of_tag, dtype=float), sources.share)
    dims = ("time", "tag", "y", "x")
    return xr.Dataset(
        {
            "flux": (dims, flux, {"units": "kg m-2 s-1"}), "passed": (dims, passed, {"units": "1"}),
            "wind_speed": (("time", "y", "x"), air.wind_speed, {"units": "m s-1"}),
            "source_share": (("tag", "y", "x"), share, {"units": "1"}),
        },
        {
            "time": air.times, "tag": tags,
            "y": ("y", grid.lat, {"units": "degrees_north"}), "x": ("x", grid.lon, {"units": "degrees_east"}),
        },
    )  # fmt: skip
