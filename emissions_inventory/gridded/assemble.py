"""From maps in kg to an inventory: sectors, the grid, the uncertainty, the trail."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from emissions_inventory.emitters import PointSources
from emissions_inventory.gridded.configuration import InventoryRules
from emissions_inventory.gridded.maps import Maps, with_pm10
from emissions_inventory.inventory import SPECIES, Inventory
from emissions_inventory.labels import source_labels
from emissions_inventory.trail import check_kept
from foundation.errors import InputError
from foundation.grids import Grid
from foundation.provenance import record_input

if TYPE_CHECKING:
    from emissions_inventory.gridding import Boundaries

__all__ = ["Place", "assemble"]


@dataclass(frozen=True)
class Place:
    """Where the emissions go.

    Attributes:
        grid: of the domain.
        boundaries: of the regions; those that ship with the program by default.
        cache: folder for the weights of the regridding.
    """

    grid: Grid
    boundaries: Boundaries | None = None
    cache: Path | None = None


def assemble(
    maps: Maps, rules: InventoryRules, place: Place, details: Mapping[str, Any]
) -> tuple[Inventory, dict[str, Any]]:
    """Make the inventory of maps.

    Args:
        maps: what was read.
        rules: shares of sectors, and uncertainty.
        place: the grid and what else is needed to reach it.
        details: for the trail and the report: `detail` in words and anything else as plain data.

    Returns:
        The inventory, whose species are those that the maps hold, and a report as plain data: what was read,
        kept and left out, t.

    Raises:
        InputError: when PM10 contradicts its parts, or a sum is not kept.
    """
    from emissions_inventory import gridding

    maps = with_pm10(maps)
    species = tuple(name for name in SPECIES if any(key[2] == name for key in maps.values))
    labels = [name for name in source_labels().sector_ids() if name in _targets(maps, rules)]
    values = _by_our_sectors(maps, rules, labels, species)
    if maps.grid is None:
        raise InputError("no maps were read", remedy="Give a folder with maps")
    boundaries = place.boundaries if place.boundaries is not None else gridding.built_in_boundaries()
    areas, dropped = gridding.areas_from_grid(values, labels, maps.grid, place.grid, boundaries, place.cache)
    points = PointSources.none(len(maps.months), len(species))
    made = Inventory(
        place.grid,
        maps.months,
        species,
        areas,
        points,
        _uncertainty(maps, rules, labels, species),
        rules.title,
    )
    _check_sums(values, made, dropped, labels)
    notes = (*maps.notes, *details.get("notes", ()), *_choices(maps, rules, species))
    left_out = dict(zip(species, (dropped.sum((0, 1)) / 1000.0).tolist(), strict=True))
    made = made.after(
        "import", str(details["detail"]), dropped_t=left_out, notes=notes,
        inputs=tuple(record_input(path, "inventory map") for path in maps.files),
    )  # fmt: skip
    return made, _report(made, values, dropped, labels, details, notes)


def _targets(maps: Maps, rules: InventoryRules) -> set[str]:
    """Our sectors that something goes to."""
    return {
        target
        for _, sector, species in maps.values
        for target, share in rules.sectors[sector].of(species).items()
        if share > 0
    }


def _by_our_sectors(
    maps: Maps, rules: InventoryRules, labels: list[str], species: tuple[str, ...]
) -> np.ndarray:
    """Emissions, kg, (month, sector, species, y, x), by our sectors."""
    shape = next(iter(maps.values.values())).shape
    made = np.zeros((len(maps.months), len(labels), len(species), *shape))
    for (month, sector, name), values in maps.values.items():
        for target, share in rules.sectors[sector].of(name).items():
            if share > 0:
                made[maps.months.index(month), labels.index(target), species.index(name)] += share * values
    return made


def _uncertainty(
    maps: Maps, rules: InventoryRules, labels: list[str], species: tuple[str, ...]
) -> xr.DataArray:
    """The least certain of the inventory's sectors that make up one of ours."""
    made = np.zeros((len(labels), len(species)))
    for place, name in enumerate(species):
        for sector in maps.sectors():
            for target, share in rules.sectors[sector].of(name).items():
                if share > 0:
                    row = labels.index(target)
                    made[row, place] = max(made[row, place], rules.deviation(sector, name))
    return xr.DataArray(made, dims=("sector", "species"), coords={"sector": labels, "species": list(species)})


def _check_sums(values: np.ndarray, made: Inventory, dropped: np.ndarray, labels: list[str]) -> None:
    kept = made.totals().sum("region").reindex(sector=labels, fill_value=0.0)
    after = kept.transpose("month", "sector", "species").values + dropped
    check_kept(values.sum((-2, -1)), after, "import")


def _choices(maps: Maps, rules: InventoryRules, species: tuple[str, ...]) -> Iterable[str]:
    """What rests on choices or on figures that were not read in their source."""
    unread = [name for name in species if not rules.ranges[name].verified]
    if unread:
        yield f"uncertainty of {', '.join(unread)}: remembered or chosen figures, not verified"
    whole = [
        f"{sector} to {max(rules.sectors[sector].shares, key=rules.sectors[sector].shares.__getitem__)}"
        for sector in maps.sectors()
    ]
    yield f"sectors, by choice: {', '.join(whole)}"


def _report(
    made: Inventory, values: np.ndarray, dropped: np.ndarray, labels: list[str], details: Mapping[str, Any],
    notes: tuple[str, ...],
) -> dict[str, Any]:  # fmt: skip
    def by_species(kg: np.ndarray) -> dict[str, float]:
        return dict(zip(made.species, (kg / 1000.0).tolist(), strict=True))

    read = values.sum((-2, -1))
    return {
        **{key: value for key, value in details.items() if key != "notes"},
        "version": made.version,
        "months": list(made.months),
        "species": list(made.species),
        "sectors": labels,
        "read_t": by_species(read.sum((0, 1))),
        "outside_t": by_species(dropped.sum((0, 1))),
        "kept_t": dict(made.trail[-1].mass_t),
        "by_sector_t": {
            label: by_species((read - dropped)[:, row].sum(0)) for row, label in enumerate(labels)
        },
        "notes": list(notes),
    }
