"""Joint courses in time, place and pollutant from marginal quantiles (the Schaake shuffle).

Each past issue whose errors are known lends the order of its errors: where it was the third largest of
all at a lead, place and pollutant, the scenario takes the third largest quantile there. So scenarios
keep the marginal distributions and rise and fall together as errors did (Clark et al. 2004,
doi:10.1175/1525-7541(2004)005<0243:TSSAMF>2.0.CO;2, with errors for observations as in Scheuerer et al.
2017, doi:10.1002/2016WR020133).
"""

from __future__ import annotations

import numpy as np


def scenarios(quantiles: np.ndarray, levels: np.ndarray, errors: np.ndarray) -> np.ndarray:
    """Draw one scenario from each past issue.

    Args:
        quantiles: (lead, place, quantile) of the forecast.
        levels: (quantile,).
        errors: (issue, lead, place) past errors; a missing one is given the middle rank.

    Returns:
        (issue, lead, place) on the scale of `quantiles`.
    """
    count = np.isfinite(errors).sum(axis=0)
    rank = np.argsort(np.argsort(errors, axis=0), axis=0)
    level = np.where(np.isfinite(errors), (rank + 0.5) / np.maximum(count, 1), 0.5)
    return _interpolated(quantiles, levels, level)


def _interpolated(quantiles: np.ndarray, levels: np.ndarray, level: np.ndarray) -> np.ndarray:
    """Values at `level` (issue, lead, place); the ends of the quantiles hold beyond them."""
    position = np.interp(level, levels, np.arange(len(levels)))
    lower = np.minimum(position.astype(int), len(levels) - 2)
    table = np.broadcast_to(quantiles, (len(level), *quantiles.shape))
    low = np.take_along_axis(table, lower[..., None], -1)[..., 0]
    high = np.take_along_axis(table, lower[..., None] + 1, -1)[..., 0]
    return np.asarray(low + (position - lower) * (high - low))
