"""Idealised emissions for the demonstration and for tests. EVERY VALUE IS INVENTED, of the right order.

Sources are sectors in regions. Each emits around the cities of its region, Gaussian in the distance, so much
a year as `configs/idealised_emissions.yaml` says, by month and by hour of Xinjiang time (UTC+6).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

from emissions_inventory.heights import split_shares
from emissions_inventory.idealised_configuration import (
    IdealisedEmissionsConfig,
    RegionConfig,
    SectorConfig,
    idealised_config,
)
from foundation.constants import EARTH_RADIUS
from foundation.emission_contracts import EMISSIONS, no_points
from foundation.errors import InputError
from foundation.grids import Grid
from foundation.places import Place, gazetteer

if TYPE_CHECKING:
    from atmosphere.transport.species import SpeciesTable

__all__ = ["TITLE", "annual_rates", "idealised_emissions"]

TITLE = "合成数据，非实测 SYNTHETIC, not measured"

_XINJIANG_TIME = np.timedelta64(6, "h")
_KILOTONNE = 1e6
_YEAR_S = 365.0 * 86400.0


def idealised_emissions(
    grid: Grid, table: SpeciesTable, times: np.ndarray, config: IdealisedEmissionsConfig | None = None
) -> xr.Dataset:
    """Invent the emissions on a grid.

    Args:
        grid: the model's grid.
        table: the species of the run; those that the configuration does not know, such as sulfate, are not
            emitted.
        times: starts of the hours wanted, UTC, growing, shape (time,).
        config: totals, sectors and regions; those that ship with the program by default.

    Returns:
        A data set that keeps `EMISSIONS`, in double precision, with the names of sectors and regions beside
        `source` and the attributes `synthetic` = 1 and a title that says so.

    Raises:
        InputError: when no species is emitted, or times are absent or do not grow.
    """
    config = config or idealised_config()
    emitted = [name for name in table.names if name in config.totals_kt]
    hours = np.asarray(times).astype("datetime64[ns]")
    if not emitted:
        raise InputError(
            f"emissions: expected one of {', '.join(config.totals_kt)}, got {', '.join(table.names)}"
        )
    if (
        hours.ndim != 1
        or not hours.size
        or np.isnat(hours).any()
        or (np.diff(hours) <= np.timedelta64(0)).any()
    ):
        raise InputError(f"times: expected one or more instants that grow, got {hours.size} that do not")
    pairs = [(sector, region) for sector in config.sectors for region in config.regions]
    layers = max(_highest_layer(grid, sector) for sector in config.sectors) + 1
    rates = annual_rates(grid, emitted, config)
    flux = np.empty((len(pairs), len(emitted), *grid.shape[1:]))
    for number, (sector, region) in enumerate(pairs):
        around = _around_cities(grid, region, sector.spread_km) / grid.cell_area_m2
        flux[number] = np.einsum("s,yx->syx", rates[number], around)
    heights = np.stack([split_shares(sector.release, grid.layer_edges_m)[:layers] for sector, _ in pairs])
    factors = np.stack([_time_factors(hours, sector) for sector, _ in pairs], axis=1)
    return EMISSIONS.check(
        _dataset(grid, hours, pairs, emitted, (flux, heights, factors)), "idealised emissions"
    )


def annual_rates(
    grid: Grid, species: list[str], config: IdealisedEmissionsConfig | None = None
) -> np.ndarray:
    """Mean emission over a year of each source within the grid, kg s-1, shape (source, species).

    What a region's cities outside the grid emit is left out.
    """
    config = config or idealised_config()
    total = np.array([config.totals_kt[name] for name in species]) * _KILOTONNE / _YEAR_S
    rows = []
    for sector in config.sectors:
        of_sector = np.array([sector.shares[name] for name in species])
        for region in config.regions:
            inside = sum(weight for _, weight in _cities(grid, region))
            rows.append(total * of_sector * np.array([region.shares[name] for name in species]) * inside)
    return np.array(rows)


def _cities(grid: Grid, region: RegionConfig) -> list[tuple[Place, float]]:
    """Cities of a region that lie in the grid, and their weights."""
    every = ((gazetteer().place(name), weight) for name, weight in region.places.items())
    return [(place, weight) for place, weight in every if grid.cell_of(place.lon, place.lat) is not None]


def _around_cities(grid: Grid, region: RegionConfig, spread_km: float) -> np.ndarray:
    """Share of a region's emissions in each column, (y, x); adds up to 1, or 0 without cities in the grid."""
    share = np.zeros(grid.shape[1:])
    lon, lat = np.meshgrid(grid.lon, grid.lat)
    for place, weight in _cities(grid, region):
        east = EARTH_RADIUS * np.deg2rad(lon - place.lon) * np.cos(np.deg2rad(place.lat))
        north = EARTH_RADIUS * np.deg2rad(lat - place.lat)
        blob = np.exp(-0.5 * (east**2 + north**2) / (1000.0 * spread_km) ** 2) * grid.cell_area_m2
        blob[blob < 1e-4 * blob.max()] = 0.0
        share += weight * blob / blob.sum()
    total = share.sum()
    return np.asarray(share / total) if total > 0 else share


def _highest_layer(grid: Grid, sector: SectorConfig) -> int:
    return int(np.flatnonzero(split_shares(sector.release, grid.layer_edges_m)).max())


def _time_factors(hours: np.ndarray, sector: SectorConfig) -> np.ndarray:
    local = hours + _XINJIANG_TIME
    month = local.astype("datetime64[M]").astype(int) % 12
    hour = (local.astype("datetime64[h]").astype(int)) % 24
    by_month, by_hour = (np.asarray(part) / np.mean(part) for part in (sector.months, sector.hours))
    return np.asarray(by_month[month] * by_hour[hour])


def _dataset(
    grid: Grid, hours: np.ndarray, pairs: list[tuple[SectorConfig, RegionConfig]], species: list[str],
    parts: tuple[np.ndarray, np.ndarray, np.ndarray],
) -> xr.Dataset:  # fmt: skip
    flux, heights, factors = parts
    names = {
        "source": [f"{sector.id}.{region.id}" for sector, region in pairs],
        "sector": [sector.id for sector, _ in pairs],
        "region": [region.id for _, region in pairs],
        "source_chinese": [f"{region.chinese}{sector.chinese}" for sector, region in pairs],
        "source_english": [f"{sector.english}, {region.english}" for sector, region in pairs],
    }
    return xr.Dataset(
        {
            "emission_flux": (("stream", "species", "y", "x"), flux, {"units": "kg m-2 s-1"}),
            "layer_share": (("stream", "layer"), heights, {"units": "1"}),
            "time_factor": (("time", "stream"), factors, {"units": "1"}),
            "stream_source": ("stream", np.arange(len(pairs))),
            **no_points(len(hours), len(species)),
        },
        {
            "time": hours,
            **{name: ("source", values) for name, values in names.items()},
            "species": species,
            "layer": ("layer", np.arange(heights.shape[1]), {"units": "1"}),
            "y": ("y", grid.lat, {"units": "degrees_north"}),
            "x": ("x", grid.lon, {"units": "degrees_east"}),
        },
        {"source": "idealised", "synthetic": 1, "title": TITLE},
    )
