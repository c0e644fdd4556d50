"""The least cut that keeps an air quality index: a linear programme over the tags of a run."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from foundation.errors import RunError
from sources.measures.configuration import LevelConfig, MeasuresConfig
from sources.measures.tagged_forecast import Sources, TaggedForecast

__all__ = ["LeastCut", "Needs", "cheapest", "cost_of_all", "least_cut", "needs_of", "permitted_shares"]

_SCALE = 1e9
"""kg m-3 to µg m-3: numbers of the order of one for the solver."""
_TOLERANCE = 1e-6
"""µg m-3 that the solver may leave."""


@dataclass(frozen=True)
class Needs:
    """What a cut must bring, one row for each place, time and pollutant that is above its bound.

    Attributes:
        cell: places in (lead, place, pollutant), (row, 3).
        need: µg m-3 above the bound, (row,).
        gain: µg m-3 less when all of a source is cut, (row, source).
    """

    cell: np.ndarray
    need: np.ndarray
    gain: np.ndarray

    def unmet(self, share: np.ndarray) -> np.ndarray:
        """What is still above the bound after a cut, µg m-3, 0 where nothing is, (row,)."""
        left = self.need - self.gain @ share
        return np.asarray(np.where(left > _TOLERANCE, left, 0.0))


@dataclass(frozen=True)
class LeastCut:
    """The cheapest cut that a level of warning permits.

    Attributes:
        level: of warning.
        feasible: whether the target can be met.
        share: cut of each source; the largest permitted where the target cannot be met, (source,).
        cost: in units of the cheapest tonne.
        unmet: µg m-3 above the bound after the cut, by row of the needs, (row,).
    """

    level: LevelConfig
    feasible: bool
    share: np.ndarray
    cost: float
    unmet: np.ndarray


def needs_of(forecast: TaggedForecast, bounds: np.ndarray, quantile: float = 0.5) -> Needs:
    """What must become less, and what each source can add to that.

    Args:
        forecast: of the places to be kept.
        bounds: largest concentrations, kg m-3, (lead, pollutant).
        quantile: of the forecast at which the bounds are to hold; sources keep their proportions.
    """
    held = forecast.at(quantile)
    middle = forecast.published
    scale = np.divide(held, middle, out=np.ones_like(held), where=middle > 0)
    above = np.nan_to_num(held, nan=-np.inf) - bounds[:, None]
    cell = np.argwhere(above > 0)
    at = tuple(cell.T)
    gain = forecast.responsive.sum(axis=3)[at] * scale[at][:, None]
    return Needs(cell, _SCALE * above[at], _SCALE * gain)


def permitted_shares(sources: Sources, level: LevelConfig, config: MeasuresConfig) -> np.ndarray:
    """Largest share of each source that an order may cut, 0 for what is nobody's or elsewhere, (source,)."""
    return np.array(
        [
            level.permitted.get(sector, 0.0) if region in config.regions else 0.0
            for sector, region in zip(sources.sector, sources.region, strict=True)
        ]
    )


def cost_of_all(sources: Sources, kg: np.ndarray, config: MeasuresConfig) -> np.ndarray:
    """Cost of cutting all of each source: tonnes of all its species times the cost of one, (source,).

    Args:
        sources: of the run.
        kg: emitted, (species, source).
        config: costs.
    """
    tonne = np.array([config.cost.values.get(sector, 0.0) for sector in sources.sector])
    return np.asarray(tonne * kg.sum(axis=0) / 1000.0)


def least_cut(needs: Needs, level: LevelConfig, permitted: np.ndarray, cost: np.ndarray) -> LeastCut:
    """The cheapest cut that meets all needs.

    A source loses the same share of every species. Nothing grows by a cut, so that the needs can be met if
    and only if the largest permitted cut meets them.

    Args:
        needs: of the region.
        level: of warning.
        permitted: largest shares, (source,).
        cost: of cutting all of a source, (source,).

    Raises:
        RunError: when the solver gives up.
    """
    most = needs.unmet(permitted)
    if most.any():
        return LeastCut(level, False, permitted, float(cost @ permitted), most)
    share = cheapest(needs, permitted, cost)
    return LeastCut(level, True, share, float(cost @ share), needs.unmet(share))


def cheapest(needs: Needs, permitted: np.ndarray, cost: np.ndarray) -> np.ndarray:
    """Minimise `cost . x` where `gain x >= need` and `0 <= x <= permitted` (HiGHS, dual simplex).

    Among cuts of the same cost the smaller ones are taken: a source that costs nothing counts as a
    millionth of the dearest.

    Returns:
        Shares, (source,).

    Raises:
        RunError: when the solver gives up.
    """
    if not len(needs.need):
        return np.zeros_like(permitted)
    from scipy.optimize import linprog

    weights = cost + 1e-6 * max(float(cost.max(initial=0.0)), 1e-12)
    # row by row of one size, so that the solver's tolerance is the same share of every need
    size = np.maximum(needs.need, 1.0)
    found = linprog(
        weights / weights.max(), A_ub=-needs.gain / size[:, None], b_ub=-needs.need / size,
        bounds=np.stack([np.zeros_like(permitted), permitted], axis=1), method="highs-ds",
    )  # fmt: skip
    if found.x is None:
        raise RunError(f"no least cut was found: {found.message}", remedy="Give cuts with --cut instead")
    return np.asarray(np.clip(found.x, 0.0, permitted))
