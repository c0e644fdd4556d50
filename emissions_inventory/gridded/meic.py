"""Import of MEIC, the Multi-resolution Emission Inventory for China."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from atmosphere.meteorology.regridding.weights import SourceGrid
from emissions_inventory.gridded.assemble import Place, assemble
from emissions_inventory.gridded.catalogue import Catalogue, MapFile, find_files, meic_name
from emissions_inventory.gridded.complete import refuse_gaps
from emissions_inventory.gridded.configuration import MeicConfig, meic_config
from emissions_inventory.gridded.maps import Maps, read_maps
from emissions_inventory.gridded.meic_files import read_meic_file
from emissions_inventory.gridded.months import check_months, file_year
from emissions_inventory.inventory import Inventory
from foundation.grids import Grid

if TYPE_CHECKING:
    from emissions_inventory.gridding import Boundaries

__all__ = ["import_meic"]

_EXPECTED = "2016_01__power__PM25.nc, 2017_1_power_PM2.5.nc or 2017_1_power_PM2.5.asc"


def import_meic(
    path: str | Path, *, months: tuple[str, ...], grid: Grid, boundaries: Boundaries | None = None,
    cache: Path | None = None, year: int | None = None,
) -> tuple[Inventory, dict[str, Any]]:  # fmt: skip
    """Import MEIC from its NetCDF files of 0.25 degrees, or its ASCII grids.

    Args:
        path: a file, or a folder of files of one grid.
        months: calendar months wanted, such as `2026-01`.
        grid: of the domain.
        boundaries: of the regions; those that ship with the program by default.
        cache: folder that keeps the weights of the regridding.
        year: whose files stand for the months, where MEIC has not reached their year yet; by default the
            months' own.

    Returns:
        An inventory of area sources whose species are those that the files hold, and a report as plain data:
        `files`, `ignored`, `months`, `year`, `sectors`, `species`, `read_t`, `outside_t`, `kept_t`,
        `by_sector_t`, `notes`.

    Raises:
        InputError: naming the file, what was expected and what was got; also when a month is not there, or a
            sector lacks a species that another has.
    """
    config = meic_config()
    check_months(months)
    found = find_files(path, config, meic_name, _EXPECTED)

    def read(file: MapFile, _month: int) -> tuple[np.ndarray, SourceGrid]:
        return read_meic_file(file.path, config)

    def chosen(month: str) -> list[MapFile]:
        files = found.of(file_year(month, year, found, str(path)), int(month[5:]))
        refuse_gaps(files, config, str(path))
        return files

    maps = read_maps(months, chosen, read)
    details = {
        "detail": f"{config.title}, {len(maps.files)} files", "files": len(maps.files), "year": year,
        "ignored": list(found.ignored), "notes": (*_notes(found, months, year), *_absent(maps, config)),
    }  # fmt: skip
    return assemble(maps, config, Place(grid, boundaries, cache), details)


def _notes(found: Catalogue, months: tuple[str, ...], year: int | None) -> tuple[str, ...]:
    notes = []
    if year is not None and any(int(month[:4]) != year for month in months):
        notes.append(f"emissions of {year} stand for {', '.join(months)}, as was asked")
    if found.ignored:
        notes.append(
            f"{len(found.ignored)} files are not part of an inventory here, such as {found.ignored[0]}"
        )
    return tuple(notes)


def _absent(maps: Maps, config: MeicConfig) -> tuple[str, ...]:
    """Sectors without any file."""
    absent = [name for name in config.sectors if name not in maps.sectors()]
    return (f"no file of the sectors {', '.join(absent)}",) if absent else ()
