"""Whether a folder of maps is whole: each sector with the species that the others have."""

from __future__ import annotations

import re
from collections.abc import Sequence

from emissions_inventory.gridded.catalogue import MapFile
from emissions_inventory.gridded.configuration import InventoryRules
from foundation.errors import InputError

__all__ = ["refuse_gaps"]

_SHOWN = 10


def refuse_gaps(files: Sequence[MapFile], rules: InventoryRules, where: str) -> None:
    """Refuse a month in which a sector lacks a map of a species that another sector has.

    Args:
        files: of one month.
        rules: which species a sector must have.
        where: the folder.

    Raises:
        InputError: naming the files that are missing.
    """
    held = {(file.sector, _species(file)) for file in files}
    by_species = {_species(file): file for file in reversed(files)}
    missing = [
        _named_as(other, sector)
        for sector in dict.fromkeys(file.sector for file in files)
        for species, other in sorted(by_species.items())
        if (sector, species) not in held
        and (not rules.sectors[sector].expected or species in rules.sectors[sector].expected)
    ]
    if missing:
        more = f" and {len(missing) - _SHOWN} more" if len(missing) > _SHOWN else ""
        raise InputError(
            f"maps are missing that other sectors have: {', '.join(missing[:_SHOWN])}{more}",
            where=where,
            remedy="Add these files, or take the species out of the folder for all sectors",
        )


def _species(file: MapFile) -> str:
    """Coarse PM gives PM10."""
    return "pm10" if file.species == "pmcoarse" else file.species


def _named_as(other: MapFile, sector: str) -> str:
    """The name of a file as that of another sector."""
    return re.sub(
        rf"(?<=_){re.escape(other.sector)}(?=_)", sector, other.path.name, count=1, flags=re.IGNORECASE
    )
