"""Contributions of cells by county and prefecture: finer than the regions of the tags."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

import numpy as np

from emissions_inventory.facts import counties
from emissions_inventory.gridding.boundaries import BEYOND, region_of_unit
from emissions_inventory.gridding.partition import territories
from emissions_inventory.gridding.polygons import overlap_with_cells
from emissions_inventory.gridding.seats import county_seats, enclaves, neighbour_seats
from foundation.grids import Grid

__all__ = ["CountyShares", "county_shares"]

_BEYOND_NAMES = ("新疆以外", "Outside Xinjiang")
_NOTHING = 1e-9

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True)
class CountyShares:
    """Which share of every cell lies in which county, by area.

    A cell on a border gives its contribution to both by area, whatever emits in it: shares of small cities
    are smeared by the size of a cell. Territories are those of the nearest seat of government, enclaves by
    their legal area (docs/emissions_inventory).

    Attributes:
        codes: of GB/T 2260; `beyond` last, for what lies outside Xinjiang.
        chinese: names.
        english: names.
        prefectures: Chinese name of each one's prefecture or division.
        regions: region of the source labels of each.
        shares: (county, y, x); they sum to 1 over the counties.
    """

    codes: tuple[str, ...]
    chinese: tuple[str, ...]
    english: tuple[str, ...]
    prefectures: tuple[str, ...]
    regions: tuple[str, ...]
    shares: np.ndarray

    def of_cells(self, cells: np.ndarray) -> np.ndarray:
        """Amounts of cells, (..., y, x), by county, (..., county)."""
        return np.asarray(np.tensordot(cells, self.shares, axes=([-2, -1], [1, 2])))


@lru_cache(maxsize=1)
def _units() -> dict[str, object]:
    return territories([*county_seats(), *neighbour_seats()], enclaves())


def county_shares(grid: Grid) -> CountyShares:
    """Shares of the counties of Xinjiang in the cells of a grid; those without any are left out."""
    known = {one.adcode: one for one in counties()}
    _, rows, columns = grid.shape
    area = grid.cell_area_m2.ravel()
    found: dict[str, np.ndarray] = {}
    for unit, polygon in _units().items():
        if unit not in known:
            continue
        cells, overlap = overlap_with_cells(polygon, grid)
        if len(cells) and overlap.sum() > _NOTHING * area.sum():
            found[unit] = np.bincount(cells, overlap, rows * columns) / area
    covered = sum(found.values(), np.zeros(rows * columns))
    over = np.maximum(covered, 1.0)
    codes = sorted(found)
    shares = [found[code] / over for code in codes] + [np.maximum(1.0 - covered, 0.0)]
    held = [known[code] for code in codes]
    return CountyShares(
        (*codes, BEYOND), (*(one.chinese for one in held), _BEYOND_NAMES[0]),
        (*(one.english for one in held), _BEYOND_NAMES[1]),
        (*(one.prefecture for one in held), _BEYOND_NAMES[0]),
        (*(region_of_unit(code) for code in codes), BEYOND),
        np.stack(shares).reshape(-1, rows, columns),
    )  # fmt: skip
