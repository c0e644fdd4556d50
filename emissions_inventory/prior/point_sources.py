"""Plants of the prior as points of an inventory."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from emissions_inventory.emitters import PointSources, Stacks
from emissions_inventory.labels import source_labels
from emissions_inventory.prior.budget import YearBudget
from emissions_inventory.prior.plants import Plant
from emissions_inventory.timing import month_shares
from foundation.grids import Grid

__all__ = ["monthly_points"]


def monthly_points(
    budgets: dict[int, YearBudget], grid: Grid, months: Sequence[str]
) -> tuple[PointSources, np.ndarray]:
    """The plants inside a grid in some months.

    Args:
        budgets: of every year among the months.
        grid: the grid.
        months: `2026-01`.

    Returns:
        The points, and the kilograms of plants outside the grid, (month, species).
    """
    plants = list({plant.id: plant for budget in budgets.values() for plant in budget.plants}.values())
    regions = [source_labels().region_of(plant.county) for plant in plants]
    emission = np.stack([_emissions(plants, regions, budgets[int(month[:4])], month) for month in months])
    points = PointSources(
        id=np.array([f"prior:{plant.id}" for plant in plants]),
        name=np.array([plant.name for plant in plants]),
        sector=np.array([plant.sector for plant in plants]),
        region=np.array(regions),
        county=np.array([plant.county for plant in plants]),
        grade=np.full(len(plants), "", "U1"),
        lon=np.array([plant.lon for plant in plants]),
        lat=np.array([plant.lat for plant in plants]),
        stacks=Stacks(*np.array([plant.stack for plant in plants]).T),
        emission=emission,
    )
    inside = grid.cells_of(points.lon, points.lat)[2]
    return points.take(inside), np.asarray(emission[:, ~inside].sum(1))


def _emissions(plants: Sequence[Plant], regions: Sequence[str], budget: YearBudget, month: str) -> np.ndarray:
    """Kilograms of each plant in a month, (plant, species); 0 for those that do not run yet."""
    by_id = {plant.id: plant.emission for plant in budget.plants}
    number, nothing = int(month[5:]) - 1, np.zeros(len(budget.species))
    shares = [
        month_shares(plant.sector, budget.year, region)[number]
        for plant, region in zip(plants, regions, strict=True)
    ]
    rows = [by_id.get(plant.id, nothing) * share for plant, share in zip(plants, shares, strict=True)]
    return np.array(rows)
