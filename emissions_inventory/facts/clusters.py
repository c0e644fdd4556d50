"""Clusters of power plants, and the coal capacity of each."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from functools import lru_cache
from typing import Protocol

from pydantic import Field, model_validator

from foundation.configuration import Config, load_shipped
from foundation.errors import InputError

__all__ = ["Box", "Cluster", "Difference", "PowerClusters", "coal_capacity_by_cluster", "power_clusters"]


class Placed(Protocol):
    """A plant: where it is, what it burns and how much it can give."""

    @property
    def lon(self) -> float:
        """Degrees east."""

    @property
    def lat(self) -> float:
        """Degrees north."""

    @property
    def fuel(self) -> str:
        """What it burns; `coal` counts here."""

    @property
    def capacity_mw(self) -> float:
        """Capacity, MW."""


class Box(Config):
    """A box of longitude and latitude; its south and west edges belong to it."""

    west: float
    south: float
    east: float
    north: float

    @model_validator(mode="after")
    def _extent(self) -> Box:
        if not (self.west < self.east and self.south < self.north):
            raise ValueError("expected west below east and south below north")
        return self

    def holds(self, lon: float, lat: float) -> bool:
        """Whether a place lies in it."""
        return self.west <= lon < self.east and self.south <= lat < self.north

    def overlaps(self, other: Box) -> bool:
        """Whether the two share an area."""
        return (
            max(self.west, other.west) < min(self.east, other.east)
            and max(self.south, other.south) < min(self.north, other.north)
        )  # fmt: skip


class Difference(Config):
    """A part of the difference from the reference, and why it is there.

    Attributes:
        mw: our capacity less the reference's, MW.
        why: the reason.
    """

    mw: float = Field(allow_inf_nan=False)
    why: str = Field(min_length=10)


class Cluster(Config):
    """Power plants that lie together.

    Attributes:
        id: stable short name.
        chinese: name.
        english: name.
        boxes: where it is.
        differences: what explains the difference from the reference.
    """

    id: str
    chinese: str
    english: str
    boxes: tuple[Box, ...] = Field(min_length=1)
    differences: tuple[Difference, ...] = ()


class PowerClusters(Config):
    """The file `configs/inventory/power_clusters.yaml`."""

    clusters: tuple[Cluster, ...]

    @model_validator(mode="after")
    def _apart(self) -> PowerClusters:
        ids = [cluster.id for cluster in self.clusters]
        if len(set(ids)) != len(ids):
            raise ValueError("expected every id once")
        for one, other in itertools.combinations(self.clusters, 2):
            if any(box.overlaps(against) for box in one.boxes for against in other.boxes):
                raise ValueError(f"clusters {one.id} and {other.id} overlap")
        return self

    def cluster_of(self, lon: float, lat: float) -> Cluster:
        """The cluster that holds a place.

        Raises:
            InputError: when none does.
        """
        for cluster in self.clusters:
            if any(box.holds(lon, lat) for box in cluster.boxes):
                return cluster
        raise InputError(
            f"no cluster of power plants holds {lon:g} E, {lat:g} N",
            remedy="Widen a box in configs/inventory/power_clusters.yaml",
        )


@lru_cache(maxsize=1)
def power_clusters() -> PowerClusters:
    """The clusters that ship with the program."""
    return load_shipped(PowerClusters, "inventory/power_clusters.yaml")


def coal_capacity_by_cluster(
    plants: Iterable[Placed], clusters: PowerClusters | None = None
) -> dict[str, float]:
    """Coal capacity of every cluster, MW, by id; 0 where there is none.

    Args:
        plants: power plants; those of other fuels are left out.
        clusters: those that ship with the program by default.

    Raises:
        InputError: when a coal plant lies in no cluster.
    """
    clusters = clusters or power_clusters()
    capacity = {cluster.id: 0.0 for cluster in clusters.clusters}
    for plant in plants:
        if plant.fuel == "coal":
            capacity[clusters.cluster_of(plant.lon, plant.lat).id] += plant.capacity_mw
    return capacity
