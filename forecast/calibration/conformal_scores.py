"""Conformal scores of past outcomes, and the score that a new one will not exceed."""

from __future__ import annotations

import numpy as np


def factor_scores(error: np.ndarray, distance: np.ndarray, reach: np.ndarray | float = 0.0) -> np.ndarray:
    """Smallest factor on a distance with which each outcome is held.

    Args:
        error: ln of what was measured over the median, on the side of the level.
        distance: of the level from the median in ln space.
        reach: distance at which a level nearer to the median stands.

    Returns:
        0 where the nearer level holds the outcome already; infinity where no factor would.
    """
    held = error <= reach
    needed = error / np.where(distance > 0, distance, 1.0)
    return np.where(held, 0.0, np.where(distance > 0, needed, np.inf))


def score_quantile(scores: np.ndarray, target: float, independent: float) -> float | None:
    """Score that a new one does not exceed with a given probability.

    Of n independent scores the one of rank k is not exceeded by a new one with probability k / (n + 1) (Vovk,
    Gammerman and Shafer 2005, section 2.2), so that the rank wanted is target (n + 1), between whole ranks
    interpolated. Where several scores come from one issue, ranks stretch accordingly.

    Args:
        scores: (case,).
        target: probability, in (0, 1).
        independent: number of independent scores among them.

    Returns:
        None where there are too few for that probability.
    """
    if independent < 1 or target * (independent + 1) > independent:
        return None
    rank = target * (independent + 1) / independent * len(scores)
    below = int(np.clip(np.floor(rank), 1, len(scores)))
    above = min(below + 1, len(scores))
    ordered = np.partition(scores, (below - 1, above - 1))
    low, high = ordered[below - 1], ordered[above - 1]
    return float(low + np.clip(rank - below, 0, 1) * (high - low))
