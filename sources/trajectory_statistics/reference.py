"""PSCF and CWT by plain loops, to prove the fast ones: nothing here is shared with them."""

from __future__ import annotations

from foundation.grids import Grid
from sources.trajectory_statistics.configuration import EndpointWeights
from sources.trajectory_statistics.matching import Sample

__all__ = ["plain_maps"]

Cell = tuple[int, int]


def plain_maps(
    sample: Sample, grid: Grid, thresholds: dict[str, float], weights: EndpointWeights
) -> dict[Cell, dict[str, float]]:
    """Weighted PSCF and CWT of each cell, (row, column), that holds a point; one point after the other."""
    number: dict[Cell, int] = {}
    above: dict[Cell, int] = {}
    total: dict[Cell, float] = {}
    ours = sample.trajectories
    for row in range(len(ours)):
        value = float(sample.concentration[row])
        for lon, lat, height in zip(ours.lon[row], ours.lat[row], ours.height_m[row], strict=True):
            cell = grid.cell_of(float(lon), float(lat))
            if cell is None or not height <= grid.layer_edges_m[-1]:
                continue
            number[cell] = number.get(cell, 0) + 1
            above[cell] = above.get(cell, 0) + (value > thresholds[str(ours.receptor[row])])
            total[cell] = total.get(cell, 0.0) + value
    mean = sum(number.values()) / len(number)
    weight = {cell: _weight(weights, count, mean) for cell, count in number.items()}
    return {
        cell: {"pscf": weight[cell] * above[cell] / count, "cwt": weight[cell] * total[cell] / count}
        for cell, count in number.items()
    }


def _weight(weights: EndpointWeights, count: int, mean: float) -> float:
    unit = mean if weights.relative_to_mean else 1.0
    for bound, weight in zip(weights.bounds, weights.weights, strict=False):
        if count <= bound * unit:
            return weight
    return weights.weights[-1]
