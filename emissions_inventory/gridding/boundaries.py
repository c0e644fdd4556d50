"""The regions of the source labels as polygons."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import shapely

from emissions_inventory.gridding.polygons import checked_polygon, only_polygons
from emissions_inventory.gridding.sphere import area_m2
from emissions_inventory.labels import source_labels
from foundation.errors import InputError

__all__ = ["BEYOND", "Boundaries", "apart", "merged", "region_of_unit"]

BEYOND = "beyond"
"""Region of what no polygon covers."""


@dataclass(frozen=True)
class Boundaries:
    """Regions and where they lie; they do not overlap.

    Attributes:
        regions: ids, without `beyond`.
        polygons: of the regions, degrees, shape (region,), shapely geometries.
        source: where the polygons come from.
        approximate: whether they are no surveyed boundaries.
        notes: what a reader should know, such as features that were left out or divided.
    """

    regions: tuple[str, ...]
    polygons: np.ndarray
    source: str
    approximate: bool
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse regions that the labels do not know, and polygons that are none.

        Raises:
            InputError: naming the first.
        """
        strange = sorted(set(self.regions) - set(source_labels().region_ids()))
        if strange or len(self.polygons) != len(self.regions) or len(set(self.regions)) < len(self.regions):
            raise InputError(f"boundaries: expected one polygon for each region of the labels, got {strange}")
        for region, polygon in zip(self.regions, self.polygons, strict=True):
            checked_polygon(polygon, f"boundary of {region}")

    def polygon(self, region: str) -> Any:
        """The polygon of a region.

        Raises:
            InputError: when there is none.
        """
        if region not in self.regions:
            raise InputError(f"no boundary of region {region!r}", where=self.source,
                             remedy=f"Known: {', '.join(self.regions)}")  # fmt: skip
        return self.polygons[self.regions.index(region)]

    def region_at(self, lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
        """Region of each place; `beyond` where there is none, the first of two on the line between them.

        Args:
            lon: degrees east, any shape.
            lat: degrees north, the same shape.

        Raises:
            InputError: when a coordinate is not finite.
        """
        lon, lat = np.broadcast_arrays(np.asarray(lon, dtype=float), np.asarray(lat, dtype=float))
        if not (np.isfinite(lon).all() and np.isfinite(lat).all()):
            raise InputError("a place without longitude or latitude has no region")
        around = lon.ravel() - 360.0 * np.round(lon.ravel() / 360.0)
        point, region = self.tree.query(shapely.points(around, lat.ravel()), predicate="intersects")
        found = np.full(lon.size, len(self.regions))
        np.minimum.at(found, point, region)
        return np.asarray(np.array([*self.regions, BEYOND])[found].reshape(lon.shape))

    def completed(self, others: Boundaries) -> Boundaries:
        """These boundaries with the regions they lack, taken from others where these cover nothing.

        Args:
            others: such as the built-in ones, for Kazakhstan beside a file of Xinjiang.
        """
        own = shapely.union_all(self.polygons)
        units = dict(zip(self.regions, self.polygons, strict=True))
        for region, polygon in zip(others.regions, others.polygons, strict=True):
            if region not in self.regions:
                units[region] = only_polygons(shapely.difference(polygon, own))
        regions, polygons = merged(units, {region: region for region in units})
        added = [region for region in regions if region not in self.regions]
        if not added:
            return self
        notes = (*self.notes, f"{', '.join(added)}: from {others.source}", *others.notes)
        return Boundaries(regions, polygons, self.source, self.approximate or others.approximate, notes)

    @cached_property
    def tree(self) -> shapely.STRtree:
        """Spatial index of the polygons."""
        return shapely.STRtree(self.polygons)

    @cached_property
    def checksum(self) -> str:
        """Checksum of regions and polygons."""
        digest = hashlib.sha256("\x1f".join(self.regions).encode())
        for polygon in self.polygons:
            digest.update(shapely.to_wkb(polygon, byte_order=1))
        return digest.hexdigest()

    def areas_km2(self) -> dict[str, float]:
        """Area of each region on the sphere, km2."""
        return dict(zip(self.regions, (area_m2(self.polygons) / 1e6).tolist(), strict=True))


def region_of_unit(unit: str) -> str:
    """Region of a unit: a code of GB/T 2260 or a country of ISO 3166."""
    labels = source_labels()
    return labels.region_of(unit) if unit.isdigit() else labels.region_of_country(unit)


def apart(units: Mapping[str, Any]) -> dict[str, Any]:
    """Units without overlap: what two share belongs to the smaller, such as a city within its prefecture.

    Args:
        units: polygon of each unit.

    Returns:
        The same units, in their order; those of which nothing is left are absent.
    """
    names = list(units)
    area = area_m2(np.array([units[name] for name in names], dtype=object))
    rank = np.argsort(np.argsort(area, kind="stable"))
    tree = shapely.STRtree([units[name] for name in names])
    left = {}
    for place, name in enumerate(names):
        near = tree.query(units[name], predicate="intersects")
        smaller = [units[names[other]] for other in near if rank[other] < rank[place]]
        rest = only_polygons(shapely.difference(units[name], shapely.union_all(smaller)))
        if not shapely.is_empty(rest):
            left[name] = rest
    return left


def merged(units: Mapping[str, Any], region_of: Mapping[str, str]) -> tuple[tuple[str, ...], np.ndarray]:
    """Units joined by region, in the order of the labels; what belongs to `beyond` is left out.

    Args:
        units: polygon of each unit; they do not overlap.
        region_of: region of each unit.
    """
    regions = [one for one in source_labels().region_ids() if one in set(region_of.values()) - {BEYOND}]
    joined = [
        only_polygons(
            shapely.union_all([shape for name, shape in units.items() if region_of[name] == region])
        )
        for region in regions
    ]
    kept = [place for place, shape in enumerate(joined) if not shapely.is_empty(shape)]
    polygons = np.empty(len(kept), dtype=object)
    polygons[:] = [joined[place] for place in kept]
    return tuple(regions[place] for place in kept), polygons
