"""Areas and points in the months and species of another inventory; what stays when others come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
import pandas as pd

from emissions_inventory.emitters import AreaSources, PointSources
from emissions_inventory.inventory import Inventory, places_in
from emissions_inventory.labels import source_labels
from foundation.errors import InputError

__all__ = ["Parts", "by_sector", "with_species", "without"]

Part = TypeVar("Part", AreaSources, PointSources)
Source = tuple[str, str]


@dataclass(frozen=True)
class Parts:
    """Areas and points in the months and species of another inventory.

    Attributes:
        areas: the areas.
        points: the points.
    """

    areas: AreaSources
    points: PointSources

    @property
    def sources(self) -> set[Source]:
        """Pairs of sector and region that occur."""
        return _pairs(self.areas) | _pairs(self.points)

    @property
    def sums(self) -> dict[Source, np.ndarray]:
        """Kilograms of each source in all months, (species,)."""
        found: dict[Source, np.ndarray] = {}
        for part in (self.areas, self.points):
            places, pairs = pd.factorize(pd.MultiIndex.from_arrays([part.sector, part.region]))
            totals = np.zeros((len(pairs), part.emission.shape[2]))
            np.add.at(totals, places, part.emission.sum(0))
            for (sector, region), amount in zip(pairs, totals, strict=True):
                pair = (str(sector), str(region))
                found[pair] = found.get(pair, 0.0) + amount
        return found


def _list(part: AreaSources | PointSources) -> list[Source]:
    return list(zip(map(str, part.sector), map(str, part.region), strict=True))


def _pairs(part: AreaSources | PointSources) -> set[Source]:
    return set(_list(part))


def with_species(update: Inventory, base: Inventory) -> Parts:
    """An update in the months and species of a base; species that it does not know are 0.

    Args:
        update: the update.
        base: the base.

    Raises:
        InputError: when a month is missing or no species is shared.
    """
    lacking = [month for month in base.months if month not in update.months]
    if lacking:
        raise InputError(
            f"the second inventory has no month {lacking[0]}; it holds {', '.join(update.months)}",
            remedy="Build both for the same months",
        )
    known = tuple(name for name in base.species if name in update.species)
    if not known:
        raise InputError(f"the inventories share no species: {', '.join(update.species)}", where="merge")
    months = [update.months.index(month) for month in base.months]

    def spread(emission: np.ndarray) -> np.ndarray:
        made = np.zeros((len(months), emission.shape[1], len(base.species)))
        for name in known:
            made[..., base.species.index(name)] = emission[months][..., update.species.index(name)]
        return made

    areas = replace(update.areas, emission=spread(update.areas.emission))
    return Parts(areas, replace(update.points, emission=spread(update.points.emission)))


def without(base: Inventory, gone: Mapping[Source, np.ndarray]) -> tuple[Parts, np.ndarray]:
    """What stays of a base when some sources give way in some species.

    Args:
        base: the base.
        gone: in which species a source gives way, bool, (species,).

    Returns:
        What stays, without entries that then emit nothing; and whether each point stays, (point,).
    """
    nothing = np.zeros(len(base.species), bool)

    def kept(part: Part) -> tuple[Part, np.ndarray]:
        gives_way = np.array([gone.get(pair, nothing) for pair in _list(part)], bool)
        emission = np.where(gives_way.reshape(-1, len(nothing)), 0.0, part.emission)
        stays = ~gives_way.reshape(-1, len(nothing)).any(1) | (emission.sum((0, 2)) > 0)
        return replace(part, emission=emission), stays

    areas, area_stays = kept(base.areas)
    points, point_stays = kept(base.points)
    return Parts(areas.take(area_stays), points.take(point_stays)), point_stays


def by_sector(part: AreaSources | PointSources, share: np.ndarray | None = None) -> np.ndarray:
    """Sums, kg, (month, sector of the labels, species).

    Args:
        part: areas or points.
        share: of each entry that counts, (entry,); all of it by default.
    """
    ids = source_labels().sector_ids()
    made = np.zeros((part.emission.shape[0], len(ids), part.emission.shape[2]))
    amounts = part.emission if share is None else part.emission * share[None, :, None]
    for place in np.unique(places := places_in(part.sector, ids)):
        made[:, place] = amounts[:, places == place].sum(1)
    return made
