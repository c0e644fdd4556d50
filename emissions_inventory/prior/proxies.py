"""Where people live: how the emissions of a county lie on the grid."""

from __future__ import annotations

import numpy as np

from emissions_inventory.facts import County, counties
from emissions_inventory.prior.configuration import PriorConfig, SettlementConfig, prior_config
from foundation.constants import EARTH_RADIUS
from foundation.errors import InputError
from foundation.grids import Grid

__all__ = ["around", "county_fields", "county_weights", "people_of", "sector_people", "town_km"]


def people_of(county: County) -> np.ndarray:
    """Townspeople and villagers of a county, (2,)."""
    urban = county.population_2020 * county.urban_share
    return np.array([urban, county.population_2020 - urban])


def sector_people(sector: str, config: PriorConfig) -> np.ndarray:
    """Weights of townspeople and villagers for a sector, (2,); both alike for one that is not listed.

    Args:
        sector: id.
        config: the prior.
    """
    known = config.people.get(sector)
    return np.array([1.0, 1.0]) if known is None else np.array([known.urban, known.rural])


def county_fields(county: County, grid: Grid, settlement: SettlementConfig) -> np.ndarray:
    """Where townspeople and villagers of a county live, (2, y, x); each adds up to 1 less what is outside.

    Args:
        county: the county.
        grid: the grid.
        settlement: how far people live from the seat.
    """
    radii = town_km(people_of(county)[0], settlement), settlement.rural_km
    return np.stack([around(county.lon, county.lat, km, grid, settlement.cut) for km in radii])


def town_km(people: float, settlement: SettlementConfig) -> float:
    """Standard deviation of the distance of some townspeople from the middle of their town, km."""
    return float(np.clip(settlement.urban_km_per_root_person * np.sqrt(people), *settlement.urban_km))


def county_weights(adcode: str, sector: str, grid: Grid) -> np.ndarray:
    """Share that each cell has of what a sector emits in a county, (y, x); adds up to 1 less what is outside.

    Args:
        adcode: code of a county; of a prefecture (`652300`) or the region (`650000`) for all of its counties.
        sector: id of a sector.
        grid: the grid.

    Raises:
        InputError: when no county has that code.
    """
    stem = adcode[:2] if adcode.endswith("0000") else adcode[:4] if adcode.endswith("00") else adcode
    found = [county for county in counties() if county.adcode.startswith(stem)]
    if not found:
        raise InputError(f"no county has the code {adcode}", remedy="See configs/inventory/counties.csv")
    config = prior_config()
    people = np.array([people_of(county) * sector_people(sector, config) for county in found])
    if people.sum() == 0:
        people = np.array([people_of(county) for county in found])
    parts = people / people.sum()
    return sum(
        (
            np.tensordot(part, county_fields(county, grid, config.settlement), 1)
            for part, county in zip(parts, found, strict=True)
        ),
        np.zeros(grid.shape[1:]),
    )


def around(lon: float, lat: float, spread_km: float, grid: Grid, cut: float) -> np.ndarray:
    """Share of each cell in a Gaussian around a point, (y, x); adds up to 1 less what lies outside the grid.

    The Gaussian is cut off to each side and integrated over the cells exactly, on the plane that touches the
    earth at the point.

    Args:
        lon: degrees east.
        lat: degrees north.
        spread_km: standard deviation, km.
        grid: the grid.
        cut: standard deviations to each side.
    """
    metre = np.deg2rad(1.0) * EARTH_RADIUS
    east = (grid.lon_edges - lon) * metre * np.cos(np.deg2rad(lat))
    north = (grid.lat_edges - lat) * metre
    return np.outer(*(_between(edges / (1000.0 * spread_km), cut) for edges in (north, east)))


def _between(edges: np.ndarray, cut: float) -> np.ndarray:
    """Mass of a cut-off standard normal between edges, (edge - 1,)."""
    from scipy.special import ndtr

    below = ndtr(np.clip(edges, -cut, cut))
    return np.asarray(np.diff(below) / (ndtr(cut) - ndtr(-cut)))
