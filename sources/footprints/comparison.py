"""How far two footprints of one receptor agree."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np

from foundation.constants import EARTH_RADIUS
from foundation.errors import InputError
from foundation.grids import Grid

__all__ = ["MapAgreement", "compare_maps"]


@dataclass(frozen=True)
class MapAgreement:
    """Agreement of two maps.

    Attributes:
        overlap: common part of the two shapes, each with sum 1: 1 for the same shape, 0 for none in common.
        correlation: of the cells, Pearson.
        rank_correlation: of the cells that both see, Spearman; far weak cells count as much as near ones.
        centroids_km: distance of the centroids.
        total_ratio: sum of the first over that of the second.
    """

    overlap: float
    correlation: float
    rank_correlation: float
    centroids_km: float
    total_ratio: float

    def document(self) -> dict[str, float]:
        """As JSON."""
        return asdict(self)


def compare_maps(first: np.ndarray, second: np.ndarray, grid: Grid) -> MapAgreement:
    """Compare two maps on a grid.

    Args:
        first: (y, x); negative values count as 0.
        second: the same.
        grid: on which both lie.

    Raises:
        InputError: when the shapes are not the grid's, a value is no number, or a map is empty.
    """
    maps = [np.maximum(np.asarray(one, dtype=float), 0.0) for one in (first, second)]
    for one in maps:
        if one.shape != grid.shape[1:] or not np.isfinite(one).all() or not one.sum() > 0:
            raise InputError(
                f"footprints: expected maps of shape {grid.shape[1:]} with values above 0 in them"
            )
    shapes = [one / one.sum() for one in maps]
    middles = [_centroid(one, grid) for one in shapes]
    both = (maps[0] > 0) & (maps[1] > 0)
    return MapAgreement(
        overlap=float(np.minimum(*shapes).sum()),
        correlation=_correlation(maps[0].ravel(), maps[1].ravel()),
        rank_correlation=_correlation(*(_ranks(one[both]) for one in maps)),
        centroids_km=float(np.linalg.norm(middles[0] - middles[1])) / 1000.0,
        total_ratio=float(maps[0].sum() / maps[1].sum()),
    )


def _centroid(share: np.ndarray, grid: Grid) -> np.ndarray:
    """Metres to the east and north of the middle of the grid, on a plane that touches it there."""
    lat = np.deg2rad(grid.lat - grid.lat.mean())
    lon = np.deg2rad(grid.lon - grid.lon.mean()) * np.cos(np.deg2rad(grid.lat.mean()))
    return EARTH_RADIUS * np.array([(share.sum(0) * lon).sum(), (share.sum(1) * lat).sum()])


def _correlation(first: np.ndarray, second: np.ndarray) -> float:
    """Pearson's; 0 where one of them is even or there are too few."""
    if first.size < 3 or first.std() == 0 or second.std() == 0:
        return 0.0
    return float(np.corrcoef(first, second)[0, 1])


def _ranks(values: np.ndarray) -> np.ndarray:
    from scipy.stats import rankdata

    return np.asarray(rankdata(values))
