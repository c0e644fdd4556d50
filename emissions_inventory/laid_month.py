"""One month of an inventory on the model's grid."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from emissions_inventory.inventory import Inventory
from emissions_inventory.labels import source_labels
from emissions_inventory.run_months import RunMonth
from emissions_inventory.speciation import model_amounts
from emissions_inventory.streams import Entries, Streams, laid_on, streams_of
from emissions_inventory.timing import DailyTemperature, PointTiming
from foundation.grids import Grid

__all__ = ["LaidMonth", "totals_of"]


class LaidMonth:
    """One month of an inventory on the model's grid: mean rates of points with stacks, and of all else.

    Args:
        inventory: the inventory.
        grid: the model's grid; what lies outside is left out of `entries` and `tall`.
        emitted: species of the model.
        month: which, and the hours of the run that it holds.
        known: points of which the stack is known, (point,).

    Attributes:
        points: of points with stacks, also outside the grid, kg s-1, (point, species).
        entries: what is no point with a stack, by cell.
        tall: sector, region and rate of the points with stacks in the grid.
    """

    def __init__(
        self, inventory: Inventory, grid: Grid, emitted: Sequence[str], month: RunMonth, known: np.ndarray
    ) -> None:
        self.month, self.grid = month, grid
        areas, points = inventory.areas, inventory.points
        by_area = model_amounts(areas.emission[month.held] / month.seconds, inventory.species, emitted)
        by_point = model_amounts(points.emission[month.held] / month.seconds, inventory.species, emitted)
        columns = inventory.grid.shape[2]
        laid = laid_on(
            Entries(areas.sector, areas.region, areas.row * columns + areas.column, by_area),
            inventory.grid,
            grid,
        )
        row, column, inside = grid.cells_of(points.lon, points.lat)
        low = ~known & inside
        cell = row[low] * grid.shape[2] + column[low]
        self.points = by_point[known]
        self.entries = laid.joined(Entries(points.sector[low], points.region[low], cell, by_point[low]))
        high = known & inside
        self.tall = points.sector[high], points.region[high], by_point[high]

    def streams(self, hours: np.ndarray, temperature: Mapping[str, DailyTemperature]) -> Streams:
        """What is not a point with a stack; it emits in the hours of its month only."""
        pairs = sorted(set(zip(map(str, self.entries.sector), map(str, self.entries.region), strict=True)))
        sector, region = (np.array([pair[place] for pair in pairs]) for place in (0, 1))
        factors = PointTiming(sector, region, temperature=temperature).factors(hours)
        return streams_of(self.entries, self.grid, pairs, factors * self.month.holds[:, None])


def totals_of(parts: Sequence[LaidMonth], emitted: Sequence[str]) -> pd.DataFrame:
    """What the grid emits on a mean day of a run: sector, region, tag, species, kg_per_day.

    Args:
        parts: the months of the run.
        emitted: species of the model.
    """
    tables = []
    hours = sum(float(part.month.holds.sum()) for part in parts)
    for part in parts:
        seconds = 86400.0 * float(part.month.holds.sum()) / hours
        entries = part.entries
        for sector, region, rate in ((entries.sector, entries.region, entries.rate), part.tall):
            named = pd.DataFrame(rate * seconds, columns=list(emitted))
            tables.append(named.assign(sector=sector.astype(str), region=region.astype(str)))
    sums = pd.concat(tables).groupby(["sector", "region"], as_index=False).sum()
    sums["tag"] = source_labels().tags_of(sums["sector"], sums["region"])
    return sums.melt(["sector", "region", "tag"], list(emitted), "species", "kg_per_day")
