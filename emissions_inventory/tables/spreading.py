"""Where in a county its emissions lie: by a proxy, or around the seat of government."""

from __future__ import annotations

import importlib.util
import math
from collections.abc import Callable

import numpy as np
import pandas as pd

from emissions_inventory.emitters import AreaSources
from emissions_inventory.tables.coordinates import regions_of
from emissions_inventory.tables.counties import seats
from emissions_inventory.tables.importing import month_share_table
from emissions_inventory.trail import check_kept
from foundation.constants import EARTH_RADIUS
from foundation.errors import InputError
from foundation.grids import Grid

__all__ = ["Spread", "around_seat", "default_spread", "spread_radius_km", "spread_totals"]

Spread = Callable[[str, str, Grid], np.ndarray]
"""Of a county code, a sector and a grid: shares of the county's emission, (y, x), that add up to 1
or, where a part of the county lies outside the grid, to less."""

_PROXIES = "emissions_inventory.prior.proxies"
_CUT = 3.0
_EXACT = 1e-9
_TYPICAL_POPULATION = 2.0e5
_TYPICAL_KM, _LEAST_KM, _MOST_KM = 10.0, 5.0, 40.0


def default_spread() -> tuple[Spread, str]:
    """The proxies of the prior where they are there, else a Gaussian around the seat; and its name."""
    try:
        found = importlib.util.find_spec(_PROXIES) is not None
    except ModuleNotFoundError:
        found = False
    if found:
        weights = getattr(importlib.import_module(_PROXIES), "county_weights", None)
        if weights is not None:
            return weights, "人口与用地代用指标 (proxies of the prior)"
    return around_seat, "驻地高斯分布 (Gaussian around the seat of government)"


def spread_radius_km(county: str) -> float:
    """Standard deviation of the Gaussian of a county, km: 10 km for 200,000 people, as the root of people.

    Towns of equal density grow so; between 5 and 40 km. The project's choice.
    """
    from emissions_inventory.facts.shipped import county_of

    people = county_of(county).population_2020
    return min(_MOST_KM, max(_LEAST_KM, _TYPICAL_KM * math.sqrt(people / _TYPICAL_POPULATION)))


def around_seat(county: str, sector: str, grid: Grid) -> np.ndarray:  # noqa: ARG001 - as every `Spread`
    """Shares of a county's emission around its seat: a Gaussian cut at three standard deviations.

    Exact integrals over the cells in a plane that touches the sphere at the seat. What lies outside the grid
    is not moved into it.

    Args:
        county: code.
        sector: id; plays no part.
        grid: whose cells are meant.

    Returns:
        Shares, (y, x); they add up to 1, or to less at the edge of the grid.

    Raises:
        InputError: when the county is unknown.
    """
    place = int(seats().places(np.array([county], object))[0])
    if place < 0:
        raise InputError(f"unknown county {county!r}", remedy="Use a code of GB/T 2260")
    lon, lat = float(seats().lon[place]), float(seats().lat[place])
    radius = 1000.0 * spread_radius_km(county)
    east = EARTH_RADIUS * np.deg2rad(grid.lon_edges - lon) * math.cos(math.radians(lat)) / radius
    north = EARTH_RADIUS * np.deg2rad(grid.lat_edges - lat) / radius
    return np.outer(np.diff(_cut_normal(north)), np.diff(_cut_normal(east)))


def _cut_normal(at: np.ndarray) -> np.ndarray:
    """Distribution function of a normal variable cut at three standard deviations."""
    inside = np.array([math.erf(one / math.sqrt(2.0)) for one in np.clip(at, -_CUT, _CUT)])
    return np.asarray(0.5 * (1.0 + inside / math.erf(_CUT / math.sqrt(2.0))))


def spread_totals(
    totals: pd.DataFrame,
    species: tuple[str, ...],
    grid: Grid,
    spread: Spread,
    when: tuple[int, tuple[int, ...]],
) -> tuple[AreaSources, dict[str, float]]:
    """Spread totals over cells; also what lies outside the grid, t by species."""
    table = totals.pivot_table(
        index=["county", "sector"], columns="species", values="kg", aggfunc="sum", fill_value=0.0
    )
    table = table.reindex(columns=list(species), fill_value=0.0)
    county = table.index.get_level_values("county").to_numpy(object)
    sector = table.index.get_level_values("sector").to_numpy(object)
    region = regions_of(county)
    year, months = when
    yearly = table.to_numpy(float)
    monthly = month_share_table(sector, region, year, months)[:, :, None] * yearly[None]
    parts, inside = [], np.zeros(len(table))
    for place, (code, name) in enumerate(zip(county, sector, strict=True)):
        share = _checked(spread(str(code), str(name), grid), grid, str(code))
        row, column = np.nonzero(share)
        weight = share[row, column]
        inside[place] = weight.sum()
        parts.append((np.full(len(row), place), row, column, weight))
    owner, row, column, weight = (np.concatenate(one) for one in zip(*parts, strict=True))
    emission = monthly[:, owner] * weight[None, :, None]
    check_kept((monthly * inside[None, :, None]).sum(1), emission.sum(1), "county table, spreading")
    outside = (monthly * (1.0 - inside)[None, :, None]).sum((0, 1)) / 1000.0
    areas = AreaSources(sector[owner].astype(str), region[owner].astype(str), row, column, emission)
    dropped = np.where(outside > _EXACT * monthly.sum((0, 1)) / 1000.0, outside, 0.0)
    return areas, dict(zip(species, map(float, dropped), strict=True))


def _checked(share: np.ndarray, grid: Grid, county: str) -> np.ndarray:
    sound = share.shape == grid.shape[1:] and bool((share >= 0).all()) and float(share.sum()) <= 1.0 + _EXACT
    if not sound:
        raise InputError(
            f"shares of county {county} over the grid: expected 0 or more that add up to 1 at most",
            where="county table",
            remedy="Check the spread",
        )
    return share
