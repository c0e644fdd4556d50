"""Joint courses in time, place and pollutant from marginal quantiles (the Schaake shuffle).

Each past issue whose errors are known lends the order of its errors: where it was the third largest of
all at a lead, place and pollutant, the scenario takes the third largest quantile there. So scenarios
keep the marginal distributions and rise and fall together as errors did (Clark et al. 2004,
doi:10.1175/1525-7541(2004)005<0243:TSSAMF>2.0.CO;2, with errors for observations as in Scheuerer et al.
2017, doi:10.1002/2016WR020133). Beyond the outermost quantiles the tails of
`forecast.calibration.distribution` hold.
"""

from __future__ import annotations

import numpy as np

from forecast.calibration.distribution import quantile_at, share_below
from foundation.errors import ContractError


def scenarios(quantiles: np.ndarray, levels: np.ndarray, errors: np.ndarray) -> np.ndarray:
    """Draw one scenario from each past issue.

    Args:
        quantiles: (lead, place, quantile) of the forecast; any axes may stand for lead and place.
        levels: (quantile,).
        errors: (issue, lead, place) past errors; a missing one is given the middle rank.

    Returns:
        (issue, lead, place) on the scale of `quantiles`.
    """
    count = np.isfinite(errors).sum(axis=0)
    rank = np.argsort(np.argsort(errors, axis=0), axis=0)
    level = np.where(np.isfinite(errors), (rank + 0.5) / np.maximum(count, 1), 0.5)
    return quantile_at(quantiles, levels, level)


def scenarios_from_quantiles(
    quantiles: np.ndarray, levels: np.ndarray, past: np.ndarray, observed: np.ndarray
) -> np.ndarray:
    """Draw scenarios for a model that gives quantiles, from where past outcomes stood among its own.

    A model whose spread changes from day to day errs widely on uncertain days. The order that an outcome
    lends is therefore that of its level in the forecast made for it, not that of its error. Where a station
    was not measured it takes the mean level of the others at that issue, lead and pollutant, and where none
    was, the mean over all that was measured at that issue and lead.

    Args:
        quantiles: (lead, station, pollutant, level) of today's forecast, display units.
        levels: (level,).
        past: (issue, lead, station, pollutant, level) of past issues that were judged at every lead.
        observed: (issue, lead, station, pollutant) their outcomes; NaN where not measured.

    Returns:
        (issue, lead, station, pollutant) in display units.

    Raises:
        ContractError: when shapes do not match.
    """
    if past.shape[1:] != quantiles.shape or observed.shape != past.shape[:-1]:
        raise ContractError(
            f"scenarios: expected past quantiles (issue, *{quantiles.shape}) and outcomes without levels, "
            f"got {past.shape} and {observed.shape}"
        )
    standing = share_below(past, levels, observed)
    for axes in ((2,), (2, 3)):
        known = np.isfinite(standing)
        total = np.where(known, standing, 0.0).sum(axis=axes, keepdims=True)
        count = known.sum(axis=axes, keepdims=True)
        standing = np.where(known | (count == 0), standing, total / np.maximum(count, 1))
    return scenarios(quantiles, levels, standing)
