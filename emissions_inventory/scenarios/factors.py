"""Factors on the emissions of an inventory."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from emissions_inventory.inventory import Inventory
from foundation.errors import InputError

__all__ = ["Factors", "check_particles"]

_SLACK = 1e-9


@dataclass
class Factors:
    """Factors, 1 where nothing changes.

    Attributes:
        points: (..., point, species), to be multiplied with (month, point, species).
        areas: (..., area, species), to be multiplied with (month, area, species).
    """

    points: np.ndarray
    areas: np.ndarray

    @classmethod
    def ones(cls, inventory: Inventory, by_month: bool = False) -> Factors:
        """Factors that change nothing, for all months together or for each."""
        months = (len(inventory.months),) if by_month else ()
        species = len(inventory.species)
        return cls(
            np.ones((*months, len(inventory.points), species)),
            np.ones((*months, len(inventory.areas), species)),
        )

    def applied(self, inventory: Inventory) -> Inventory:
        """The inventory with its emissions multiplied; a factor of 1 changes no bit."""
        points = replace(inventory.points, emission=inventory.points.emission * self.points)
        areas = replace(inventory.areas, emission=inventory.areas.emission * self.areas)
        return replace(inventory, points=points, areas=areas)


def check_particles(before: Inventory, after: Inventory, where: str) -> None:
    """Refuse changes that leave a source with particles that contradict one another, and did not before.

    Raises:
        InputError: when a source has less PM10 than PM2.5, or less PM2.5 than BC and OC together.
    """
    broken = int((_unlike_particles(after) & ~_unlike_particles(before)).sum())
    if broken:
        raise InputError(
            f"{broken} sources would have less PM10 than PM2.5, or less PM2.5 than BC and OC", where=where,
            remedy="PM10 includes PM2.5, which includes BC and OC: change them together, in a cut as [pm]",
        )  # fmt: skip


def _unlike_particles(inventory: Inventory) -> np.ndarray:
    """Sources whose particles contradict one another in some month, (area + point,).

    Less PM10 than PM2.5, or less PM2.5 than BC and OC together; species that the inventory lacks are passed
    over.
    """
    emission = np.concatenate([inventory.areas.emission, inventory.points.emission], axis=1)
    mass = {name: emission[..., place] for place, name in enumerate(inventory.species)}
    wrong = np.zeros(emission.shape[1], bool)
    if "pm25" in mass:
        fine = mass["pm25"]
        if "pm10" in mass:
            wrong |= (fine > mass["pm10"] * (1 + _SLACK)).any(axis=0)
        carbon = np.asarray(sum((mass[name] for name in ("bc", "oc") if name in mass), np.zeros_like(fine)))
        wrong |= (carbon > fine * (1 + _SLACK)).any(axis=0)
    return wrong
