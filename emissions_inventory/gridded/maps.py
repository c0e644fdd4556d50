"""Maps of an inventory, as read: one for each month, sector and species, all on one grid."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from atmosphere.meteorology.regridding.weights import SourceGrid
from emissions_inventory.gridded.catalogue import MapFile
from foundation.errors import InputError

__all__ = ["Maps", "read_maps", "with_pm10"]

_COARSE = "pmcoarse"
_SAME = 1e-4
"""Relative difference allowed between PM10 as given and its parts; files are in single precision."""
_NEGLIGIBLE = 1e-9
"""Share of a total that one cell of PM2.5 may lie above PM10."""


@dataclass
class Maps:
    """Maps of one inventory on one grid.

    Attributes:
        months: as they will be named.
        values: kg, (y, x), by month, sector of the inventory and species (`pmcoarse` too).
        grid: of the maps.
        files: read.
        paths: file of each map.
        notes: what a reader should know.
    """

    months: tuple[str, ...]
    values: dict[tuple[str, str, str], np.ndarray] = field(default_factory=dict)
    grid: SourceGrid | None = None
    files: list[Path] = field(default_factory=list)
    paths: dict[tuple[str, str, str], Path] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def add(self, key: tuple[str, str, str], values: np.ndarray, grid: SourceGrid, path: Path) -> None:
        """Take one map.

        Raises:
            InputError: when its grid is another, or the same emissions were taken already.
        """
        if self.grid is None:
            self.grid = grid
        same = self.grid.shape == grid.shape and self.grid.crs == grid.crs
        if not same or max(np.abs(self.grid.x - grid.x).max(), np.abs(self.grid.y - grid.y).max()) > 1e-5 * (
            grid.x[1] - grid.x[0]
        ):
            raise InputError(f"its grid differs from that of {self.files[0].name}", where=str(path),
                             remedy="Import each grid on its own")  # fmt: skip
        if key in self.values:
            raise InputError(f"{key[2]} of {key[1]} in {key[0]} is also in another file", where=str(path),
                             remedy="Keep the file of the year or those of its months")  # fmt: skip
        self.values[key], self.paths[key] = values, path
        if path not in self.files:
            self.files.append(path)

    def sectors(self) -> list[str]:
        """Sectors of the inventory that occur, in the order found."""
        return list(dict.fromkeys(sector for _, sector, _ in self.values))


def read_maps(
    months: tuple[str, ...], chosen: Callable[[str], Iterable[MapFile]],
    read: Callable[[MapFile, int], tuple[np.ndarray, SourceGrid]],
) -> Maps:  # fmt: skip
    """Read the maps of each month.

    Args:
        months: such as `2026-01`.
        chosen: files of a month.
        read: reads a file for a month, 1 to 12; kg and grid.

    Raises:
        InputError: when a sector has a species in one month and not in another.
    """
    maps = Maps(months)
    for month in months:
        for file in chosen(month):
            values, grid = read(file, int(month[5:]))
            maps.add((month, file.sector, file.species), values, grid, file.path)
    pairs = {(sector, species) for _, sector, species in maps.values}
    for month in months:
        lacking = sorted(pair for pair in pairs if (month, *pair) not in maps.values)
        if lacking:
            sector, species = lacking[0]
            raise InputError(
                f"month {month} lacks {species} of {sector}, which another month has",
                where=str(maps.files[0].parent),
                remedy="Add that file, or import the months apart with --month",
            )
    return maps


def with_pm10(maps: Maps) -> Maps:
    """Put PM10 together from PM2.5 and coarse PM; check it where it is given too.

    Raises:
        InputError: when PM10 as given is not PM2.5 with coarse PM, or lies below PM2.5 in a cell.
    """
    for month, sector in dict.fromkeys((month, sector) for month, sector, _ in maps.values):
        coarse = maps.values.pop((month, sector, _COARSE), None)
        fine = maps.values.get((month, sector, "pm25"))
        if coarse is None:
            _refuse_below(maps, month, sector)
            continue
        if fine is None:
            raise InputError(f"{sector}, {month}: coarse PM without PM2.5, PM10 cannot be made of it",
                             where=str(maps.files[0].parent), remedy="Add the file of PM2.5")  # fmt: skip
        given = maps.values.get((month, sector, "pm10"))
        if given is not None and abs(given - fine - coarse).sum() > _SAME * given.sum():
            raise InputError(
                f"{sector}, {month}: PM10 is {given.sum() / 1000:.6g} t, PM2.5 with coarse PM is "
                f"{(fine + coarse).sum() / 1000:.6g} t",
                where=str(maps.files[0].parent),
                remedy="Keep the files of one edition",
            )
        maps.values[(month, sector, "pm10")] = fine + coarse
    return maps


def _refuse_below(maps: Maps, month: str, sector: str) -> None:
    """Refuse PM10 as given that is less than the PM2.5 it contains."""
    whole, fine = (maps.values.get((month, sector, name)) for name in ("pm10", "pm25"))
    if whole is None or fine is None or maps.grid is None:
        return
    below = fine - whole > _SAME * fine + _NEGLIGIBLE * fine.sum()
    if not below.any():
        return
    row, column = np.unravel_index(int(np.argmax(fine - whole)), fine.shape)
    raise InputError(
        f"{sector}, {month}: PM10 is below PM2.5 in {int(below.sum())} cells, most at "
        f"{maps.grid.x[column]:g}, {maps.grid.y[row]:g}: {whole[row, column] / 1000:.6g} t of PM10, "
        f"{fine[row, column] / 1000:.6g} t of PM2.5; totals {whole.sum() / 1000:.6g} t and "
        f"{fine.sum() / 1000:.6g} t",
        where=str(maps.paths[month, sector, "pm10"]),
        remedy=f"Get it and {maps.paths[month, sector, 'pm25'].name} in one edition",
    )
