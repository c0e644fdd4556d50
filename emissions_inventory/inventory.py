"""An inventory: who emits how much of what, where, in which month."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cached_property

import numpy as np
import pandas as pd
import xarray as xr

from emissions_inventory.emitters import AreaSources, PointSources, WeekProfiles
from emissions_inventory.labels import source_labels
from emissions_inventory.trail import Step, checksum_of, mass_budget, version_of
from foundation.errors import InputError
from foundation.grids import Grid

__all__ = ["SPECIES", "Inventory", "places_in"]

SPECIES = ("so2", "nox", "pm25", "pm10", "bc", "oc", "co", "voc", "nh3")
"""Species of an inventory. NOx as NO2; PM10 includes PM2.5, which includes BC and OC (as carbon)."""


@dataclass(frozen=True)
class Inventory:
    """A version of an inventory.

    Attributes:
        grid: whose columns the area sources lie in; its layers play no part.
        months: calendar months in Beijing time, `2026-01`, in order.
        species: names, a part of `SPECIES`.
        areas: what cells emit.
        points: what points emit.
        uncertainty: standard deviation of the logarithm of a sector's total, (sector, species), with both as
            coordinates; holds every sector that occurs.
        title: what it is.
        trail: how it was made, the first step first.
        profiles: points with weeks of their own.
    """

    grid: Grid
    months: tuple[str, ...]
    species: tuple[str, ...]
    areas: AreaSources
    points: PointSources
    uncertainty: xr.DataArray
    title: str = ""
    trail: tuple[Step, ...] = ()
    profiles: WeekProfiles = field(default_factory=WeekProfiles.none)

    def __post_init__(self) -> None:
        """Refuse what is no inventory.

        Raises:
            InputError: naming the first thing that is wrong.
        """
        self._check_parts()
        _known("inventory", "species", np.array(self.species), SPECIES)
        if list(self.months) != sorted(set(self.months)):
            raise InputError(f"months: expected each once and in order, got {', '.join(self.months)}")
        lacking = set(self.sectors()) - {str(name) for name in self.uncertainty["sector"].values}
        if lacking:
            raise InputError(f"no uncertainty is given for sector {min(lacking)!r}")

    def _check_parts(self) -> None:
        labels = source_labels()
        for what, part in (("area", self.areas), ("point", self.points)):
            _known(what, "sector", part.sector, labels.sector_ids())
            _known(what, "region", part.region, labels.region_ids())
            expected = (len(self.months), len(part), len(self.species))
            if part.emission.shape != expected:
                raise InputError(f"{what} emissions: expected shape {expected}, got {part.emission.shape}")
            if not (np.isfinite(part.emission).all() and (part.emission >= 0).all()):
                raise InputError(f"{what} emissions: expected 0 or more", remedy="Check the inventory")
        _inside("row", self.areas.row, self.grid.shape[1])
        _inside("column", self.areas.column, self.grid.shape[2])
        if not (np.isfinite(self.points.lon).all() and np.isfinite(self.points.lat).all()):
            raise InputError("points: a longitude or latitude is missing", remedy="Give every point a place")

    def sectors(self) -> tuple[str, ...]:
        """Sectors that occur, in the order of the labels."""
        found = {*pd.unique(self.areas.sector), *pd.unique(self.points.sector)}
        return tuple(name for name in source_labels().sector_ids() if name in found)

    def regions(self) -> tuple[str, ...]:
        """Regions that occur, in the order of the labels."""
        found = {*pd.unique(self.areas.region), *pd.unique(self.points.region)}
        return tuple(name for name in source_labels().region_ids() if name in found)

    def totals(self) -> xr.DataArray:
        """Sums, kg, (month, sector, region, species); of areas and points together."""
        return self.area_totals() + self.point_totals()

    def area_totals(self) -> xr.DataArray:
        """Sums of area sources, as `totals`."""
        return self._summed(self.areas.sector, self.areas.region, self.areas.emission)

    def point_totals(self) -> xr.DataArray:
        """Sums of points, as `totals`."""
        return self._summed(self.points.sector, self.points.region, self.points.emission)

    def _summed(self, sector: np.ndarray, region: np.ndarray, emission: np.ndarray) -> xr.DataArray:
        sectors, regions = self.sectors(), self.regions()
        key = places_in(sector, sectors) * max(len(regions), 1) + places_in(region, regions)
        size = len(sectors) * len(regions)
        sums = np.stack(
            [
                np.stack([np.bincount(key, month[:, s], size) for s in range(len(self.species))], axis=-1)
                for month in emission
            ]
        )  # fmt: skip
        return xr.DataArray(
            sums.reshape(len(self.months), len(sectors), len(regions), len(self.species)),
            dims=("month", "sector", "region", "species"),
            coords={"month": list(self.months), "sector": list(sectors), "region": list(regions),
                    "species": list(self.species)},
            attrs={"units": "kg"},
        )  # fmt: skip

    def contents(self) -> Iterator[tuple[str, np.ndarray]]:
        """All numbers and names that make this version what it is, without title and trail."""
        yield from (("lon", self.grid.lon_edges), ("lat", self.grid.lat_edges))
        yield from (("months", np.array(self.months)), ("species", np.array(self.species)))
        for part in (self.areas, self.points, self.points.stacks, self.profiles):
            for one in fields(part):
                if one.name != "stacks":
                    yield f"{type(part).__name__}.{one.name}", getattr(part, one.name)
        yield from (("sectors", self.uncertainty["sector"].values), ("uncertainty", self.uncertainty.values))

    @cached_property
    def checksum(self) -> str:
        """A checksum of the contents, whatever they are called and however they came about."""
        return checksum_of(self.contents())

    @cached_property
    def version(self) -> str:
        """The version: twelve digits of a checksum of contents, title and trail."""
        return version_of(self.checksum, self.title, self.trail)

    def after(self, action: str, detail: str, **more: object) -> Inventory:
        """The same inventory with one more step on its trail.

        Args:
            action: see `Step`.
            detail: see `Step`.
            **more: inputs, parents, dropped_t and notes of `Step`.
        """
        step = Step.model_validate({"action": action, "detail": detail, "mass_t": mass_budget(self), **more})
        return replace(self, trail=(*self.trail, step))

    def month_index(self, month: str) -> int:
        """Place of a month.

        Raises:
            InputError: when the inventory does not hold it.
        """
        if month not in self.months:
            held = f"{self.months[0]} to {self.months[-1]}" if self.months else "none"
            raise InputError(
                f"no month {month}; the inventory holds {held}", remedy="Build or import that month"
            )
        return self.months.index(month)


def places_in(names: np.ndarray, known: Sequence[str]) -> np.ndarray:
    """Place of each name among those known, -1 for strangers; the same shape, integers."""
    return np.asarray(pd.Index(list(known)).get_indexer(pd.Index(names)), dtype=np.int64)


def _inside(name: str, places: np.ndarray, size: int) -> None:
    if len(places) and not (places.min() >= 0 and places.max() < size):
        raise InputError(f"area {name}: expected 0 to {size - 1}, got {places.min()} to {places.max()}")


def _known(what: str, kind: str, names: np.ndarray, known: Sequence[str]) -> None:
    strange = sorted(set(map(str, pd.unique(names))) - set(known))
    if strange:
        raise InputError(f"{what}: unknown {kind} {strange[0]!r}", remedy=f"Known: {', '.join(known)}")
