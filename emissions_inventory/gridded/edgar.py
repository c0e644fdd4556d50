"""Import of EDGAR, the Emissions Database for Global Atmospheric Research."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from atmosphere.meteorology.regridding.weights import SourceGrid
from emissions_inventory.gridded.assemble import Place, assemble
from emissions_inventory.gridded.catalogue import MapFile, edgar_name, find_files
from emissions_inventory.gridded.configuration import edgar_config
from emissions_inventory.gridded.edgar_files import read_edgar_file
from emissions_inventory.gridded.maps import read_maps
from emissions_inventory.gridded.months import check_months, file_year
from emissions_inventory.inventory import Inventory
from foundation.grids import Grid

if TYPE_CHECKING:
    from emissions_inventory.gridding import Boundaries

__all__ = ["import_edgar"]

_EXPECTED = "v8.1_FT2022_AP_SO2_2022_ENE_emi.nc or EDGARv6.1_SO2_2018_ENE.0.1x0.1.nc"


def import_edgar(
    path: str | Path, *, months: tuple[str, ...], grid: Grid, boundaries: Boundaries | None = None,
    cache: Path | None = None, year: int | None = None,
) -> tuple[Inventory, dict[str, Any]]:  # fmt: skip
    """Import EDGAR from its NetCDF files of 0.1 degrees; the world outside the domain is not read.

    Args:
        path: a file, or a folder of files.
        months: calendar months wanted, such as `2026-01`.
        grid: of the domain.
        boundaries: of the regions; those that ship with the program by default.
        cache: folder that keeps the weights of the regridding.
        year: whose files stand for the months; by default the months' own.

    Returns:
        An inventory of area sources and a report, as `import_meic`; a file that holds a year as a whole is
        spread over its months by their days, which the notes say.

    Raises:
        InputError: naming the file, what was expected and what was got; also when a month is not there.
    """
    config = edgar_config()
    check_months(months)
    found = find_files(path, config, edgar_name, _EXPECTED)
    flat: dict[str, None] = {}

    def read(file: MapFile, month: int) -> tuple[np.ndarray, SourceGrid]:
        values, source, whole_year = read_edgar_file(file, month, grid, config)
        if whole_year:
            flat[file.sector] = None
        return values, source

    maps = read_maps(
        months, lambda month: found.of(file_year(month, year, found, str(path)), int(month[5:])), read
    )
    notes = ["only the surroundings of the domain were read"]
    if year is not None and any(int(month[:4]) != year for month in months):
        notes.append(f"emissions of {year} stand for {', '.join(months)}, as was asked")
    if flat:
        notes.append(f"no seasonal cycle, a year spread by days: {', '.join(flat)}")
    details = {
        "detail": f"{config.title}, {len(maps.files)} files", "files": len(maps.files), "year": year,
        "ignored": list(found.ignored), "notes": tuple(notes),
    }  # fmt: skip
    return assemble(maps, config, Place(grid, boundaries, cache), details)
