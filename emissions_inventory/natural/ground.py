"""The ground that the wind blows over, as every emission scheme is given it."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from emissions_inventory.natural.region_configuration import Population
from foundation.errors import InputError

__all__ = ["Ground"]


@dataclass(frozen=True)
class Ground:
    """Ground of one soil; arrays broadcast with the friction velocity, in any number of dimensions.

    Attributes:
        air_density: kg m-3.
        moisture: of the soil at the surface, % of mass.
        open_share: share of the area that can emit: bare, and not snow, water, soaked or frozen, 0 to 1.
        source_strength: source function of the terrain, 0 to 1; some schemes do without.
        roughness: length of the soil with its stones, m.
        clay: % of mass.
        populations: grains of the soil.
    """  # fmt: skip

    air_density: np.ndarray
    moisture: np.ndarray
    open_share: np.ndarray
    source_strength: np.ndarray
    roughness: float
    clay: float
    populations: tuple[Population, ...]

    def __post_init__(self) -> None:
        """Refuse what is no number or cannot be."""
        bounds = {
            "air_density": (0.1, 2.0), "moisture": (0.0, 1000.0), "open_share": (0.0, 1.0),
            "source_strength": (0.0, 1.0), "roughness": (1e-9, 10.0), "clay": (0.0, 100.0),
        }  # fmt: skip
        for field in fields(self):
            if field.name not in bounds:
                continue
            value, (low, high) = np.asarray(getattr(self, field.name)), bounds[field.name]
            wrong = int((~((value >= low) & (value <= high))).sum())
            if wrong:
                raise InputError(
                    f"{wrong} of {value.size} values are not within {low:g} to {high:g}",
                    where=f"ground, {field.name}", remedy="Check the weather and configs/dust_regions.yaml",
                )  # fmt: skip
