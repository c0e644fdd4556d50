"""Plants of the prior: activity times factor, each a point with its stacks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from emissions_inventory.facts import IndustrialPlant, PowerPlant, industrial_plants, power_plants
from emissions_inventory.heights import typical_stack
from emissions_inventory.prior.configuration import PriorConfig
from emissions_inventory.prior.years import in_year
from foundation.errors import ConfigurationError

__all__ = ["Plant", "prior_plants"]

_KG_PER_G = 1e-3


@dataclass(frozen=True)
class Plant:
    """A plant of the prior.

    Attributes:
        id: in the tables of facts.
        name: Chinese where known.
        sector: id.
        county: county code.
        lon: degrees east.
        lat: degrees north.
        emission: kg a year, (species,).
        stack: height m, diameter m, temperature K, velocity m s-1, of its kind and size; (4,).
        coal_t: coal used a year, t.
        typical: whether its size is not known and a typical one stands in.
    """

    id: str
    name: str
    sector: str
    county: str
    lon: float
    lat: float
    emission: np.ndarray
    stack: np.ndarray
    coal_t: float = 0.0
    typical: bool = False


def prior_plants(config: PriorConfig, year: int) -> tuple[Plant, ...]:
    """Every plant that runs in a year: those commissioned by then, or whose year is not known.

    Args:
        config: factors.
        year: the year.

    Raises:
        ConfigurationError: when a plant's sector has no factors, or its size is not known and none is
            typical.
    """
    running = [plant for plant in power_plants() if plant.year is None or plant.year <= year]
    works = [plant for plant in industrial_plants() if plant.year is None or plant.year <= year]
    return (
        *(_power(plant, config, year) for plant in running),
        *(_works(plant, config, year) for plant in works),
    )


def _power(plant: PowerPlant, config: PriorConfig, year: int) -> Plant:
    power = config.power
    kwh = plant.capacity_mw * 1000.0 * power.hours
    grams = in_year(power.g_per_kwh, year, config.species)
    if plant.fuel != "coal":
        grams = grams * np.array([power.gas_factor[name] for name in config.species])
    coal = kwh * power.raw_coal_g_per_kwh * 1e-6 if plant.fuel == "coal" else 0.0
    return Plant(
        plant.id, plant.chinese or plant.english, "power", plant.adcode, plant.lon, plant.lat,
        kwh * grams * _KG_PER_G, typical_stack("power", plant.capacity_mw), coal,
    )  # fmt: skip


def _works(plant: IndustrialPlant, config: PriorConfig, year: int) -> Plant:
    product = config.products.get(plant.sector)
    capacity = plant.capacity_kt or plant.assumed_capacity_kt
    if product is None or capacity is None:
        raise ConfigurationError(
            f"no factors or no size for {plant.id} of sector {plant.sector}",
            where="configs/inventory/prior.yaml", remedy="Add them under products",
        )  # fmt: skip
    tonnes = capacity * 1000.0 * product.utilisation
    factors = np.array([product.kg_per_t[name] for name in config.species])
    emission = tonnes * factors * in_year(config.control, year, config.species)
    return Plant(
        plant.id, plant.chinese or plant.english, plant.sector, plant.adcode, plant.lon, plant.lat, emission,
        typical_stack(plant.sector, capacity), tonnes * product.coal_t_per_t, plant.capacity_kt is None,
    )  # fmt: skip
