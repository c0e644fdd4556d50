"""Which cells of a map say more than chance, and whether the map as a whole does.

Chance is the map of concentrations drawn again in blocks without regard to the trajectories, as in the
bootstrap test of Lupu and Maenhaut 2002, Atmospheric Environment 36, 5607, which draws single samples; blocks
keep lasting weather together. Cells: control of the false discovery rate (Wilks 2016,
doi:10.1175/BAMS-D-15-00267.1). Field: the largest departure of any
cell from its chance mean, in its chance standard deviations, against that on chance maps (Westfall and Young
1993, Resampling-Based Multiple Testing); beside it the number of cells below the level against that number on
chance maps (Livezey and Chen 1983, Monthly Weather Review 111, 46), which sees wide weak patterns better than
one strong source.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from sources.trajectory_statistics.binning import Binned
from sources.trajectory_statistics.configuration import ResamplingConfig
from sources.trajectory_statistics.matching import Sample
from sources.trajectory_statistics.resampling import Drawing, drawn_counts, drawn_sources

__all__ = ["Intervals", "Significance", "intervals", "significance"]

_CELLS_AT_ONCE = 2000


@dataclass(frozen=True)
class Significance:
    """What chance says of a map.

    Attributes:
        share_below: share of chance maps below the observed value, equal ones counting half, shape (y, x);
            NaN where not judged.
        p_value: chance of a value as high, (1 + maps as high or higher) / (1 + maps).
        significant: p-values below the level of the false discovery rate.
        judged: cells that enough trajectories pass.
        fdr_alpha: the rate that is controlled, twice `alpha` for maps that vary smoothly (Wilks 2016).
        cells_below_alpha: judged cells with p at most `alpha`.
        field_p_value: chance of a departure as large as the largest on the map.
        count_p_value: chance of as many cells below `alpha`.
        alpha: the level.
        replicates: chance maps.
        drawing: `permutation` or `bootstrap`.
        block_days: length of the blocks.
    """

    share_below: np.ndarray
    p_value: np.ndarray
    significant: np.ndarray
    judged: np.ndarray
    fdr_alpha: float
    cells_below_alpha: int
    field_p_value: float
    count_p_value: float
    alpha: float
    replicates: int
    drawing: Drawing
    block_days: int

    def document(self) -> dict[str, Any]:
        """Plain data: the verdict on the whole map, and how it was reached."""
        return {
            "field_p_value": self.field_p_value, "count_p_value": self.count_p_value,
            "cells_judged": int(self.judged.sum()),
            "cells_below_alpha": self.cells_below_alpha, "cells_significant": int(self.significant.sum()),
            "alpha": self.alpha, "false_discovery_rate": self.fdr_alpha, "replicates": self.replicates,
            "drawing": self.drawing, "block_days": self.block_days,
        }  # fmt: skip


@dataclass(frozen=True)
class Intervals:
    """Spread of a map when blocks of days are drawn again with their trajectories and concentrations.

    Attributes:
        low: lower percentile, shape (y, x); NaN where a cell was empty in more than half of the draws.
        high: upper percentile.
        level: share of draws between the two.
    """

    low: np.ndarray
    high: np.ndarray
    level: float


def significance(
    binned: Binned, sample: Sample, values: np.ndarray, config: ResamplingConfig,
    drawing: Drawing = "permutation",
) -> Significance:  # fmt: skip
    """Test a map of means of a value of the trajectories against chance.

    Weights do not matter here: they depend on the points, which chance maps share.

    Args:
        binned: points of the sample's trajectories.
        sample: the trajectories.
        values: above threshold or not (PSCF), concentration or its logarithm (CWT), shape (trajectory,).
        config: of the draws.
        drawing: of the concentrations.

    Raises:
        InputError: when the period holds too few blocks.
    """
    numbers = values.astype(float)
    sources = drawn_sources(sample, config.block_days, config.replicates, drawing, config.seed)
    judged = binned.passages.ravel() >= config.fewest_trajectories
    everything = np.column_stack([numbers, numbers[sources]])
    maps = (binned.points[judged] @ everything) / binned.endpoints.ravel()[judged][:, None]
    p_values, below = _ranks(maps)
    number = (p_values <= config.alpha).sum(axis=0)
    shown = np.full((2, judged.size), np.nan)
    shown[:, judged] = p_values[:, 0], below
    significant = np.zeros(judged.size, dtype=bool)
    significant[judged] = _discoveries(p_values[:, 0], 2 * config.alpha)
    shape = binned.shape
    return Significance(
        shown[1].reshape(shape), shown[0].reshape(shape), significant.reshape(shape), judged.reshape(shape),
        2 * config.alpha, int(number[0]), _field_p_value(maps), float(np.mean(number >= number[0])),
        config.alpha, config.replicates, drawing, config.block_days,
    )  # fmt: skip


def intervals(
    binned: Binned, sample: Sample, values: np.ndarray, config: ResamplingConfig, level: float = 0.9
) -> Intervals:
    """Percentile intervals of a map of means by drawing blocks of days again (Efron 1979).

    Raises:
        InputError: when the period holds too few blocks.
    """
    counts = drawn_counts(sample, config.block_days, config.replicates, config.seed)
    low, high = np.full((2, binned.points.shape[0]), np.nan)
    held = np.flatnonzero(binned.passages.ravel())
    for start in range(0, len(held), _CELLS_AT_ONCE):
        cells = held[start : start + _CELLS_AT_ONCE]
        part = binned.points[cells]
        number = part @ counts
        maps = np.divide(
            part @ (counts * values.astype(float)[:, None]), number,
            out=np.full(number.shape, np.nan), where=number > 0,
        )  # fmt: skip
        often = np.isfinite(maps).mean(axis=1) > 0.5
        tails = [50 * (1 - level), 50 * (1 + level)]
        low[cells[often]], high[cells[often]] = np.nanpercentile(maps[often], tails, axis=1)
    return Intervals(low.reshape(binned.shape), high.reshape(binned.shape), level)


def _ranks(maps: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """P-value of each map in the company of all, (cell, map), and the share of the others below the first.

    The first map is the observed one. Values that differ by rounding alone are equal.
    """
    others = maps.shape[1] - 1
    even = np.round(maps / max(float(np.abs(maps).max(initial=0.0)), np.finfo(float).tiny), 12)
    p_values = np.empty(maps.shape)
    for cell, row in enumerate(even):
        ordered = np.sort(row)
        p_values[cell] = (len(row) - np.searchsorted(ordered, row, side="left")) / len(row)
    lower = (even[:, 1:] < even[:, :1]).sum(axis=1)
    equal = (even[:, 1:] == even[:, :1]).sum(axis=1)
    return p_values, (lower + 0.5 * equal) / others


def _field_p_value(maps: np.ndarray) -> float:
    """Share of maps whose largest standardised departure is at least that of the first, (cell, map)."""
    spread = maps.std(axis=1)
    varies = spread > 1e-12 * np.abs(maps).max(axis=1, initial=0.0)
    if not varies.any():
        return 1.0
    centred = maps[varies] - maps[varies].mean(axis=1, keepdims=True)
    largest = (centred / spread[varies, None]).max(axis=0)
    return float(np.mean(largest >= largest[0]))


def _discoveries(p_values: np.ndarray, rate: float) -> np.ndarray:
    """Benjamini and Hochberg 1995: p-values up to the largest p(i) that is at most i / n times the rate."""
    if not len(p_values):
        return np.zeros(0, dtype=bool)
    ordered = np.sort(p_values)
    passed = ordered <= rate * np.arange(1, len(ordered) + 1) / len(ordered)
    return (
        np.asarray(p_values <= ordered[passed][-1]) if passed.any() else np.zeros(len(p_values), dtype=bool)
    )
