"""Air quality indices of forecast quantiles."""

from __future__ import annotations

import numpy as np
import xarray as xr

from forecast.calibration.past_errors import QUANTILES
from foundation.contracts import concentration_attributes
from foundation.pollutants import POLLUTANTS, pollutants_of
from foundation.units import to_si
from standards.aqi import air_quality_index


def in_si(display: xr.DataArray) -> xr.Dataset:
    """One SI variable per pollutant from an array in display units with a `pollutant` dimension."""
    parts = {}
    for name in display["pollutant"].values:
        values = display.sel(pollutant=name, drop=True)
        unit = POLLUTANTS[str(name)].display_unit
        attributes = concentration_attributes(str(name))
        parts[str(name)] = values.copy(data=to_si(values.values, unit, str(name))).assign_attrs(attributes)
    return xr.Dataset(parts)


def indices(display: xr.DataArray, averaging: str) -> xr.Dataset:
    """Index, level, primary pollutants and completeness of concentrations.

    Args:
        display: concentrations in display units with a `pollutant` dimension and a coordinate
            `valid_time`; any further dimensions.
        averaging: `day` or `hour`.

    Returns:
        See `standards.aqi.air_quality_index`; where the rules of completeness withhold the index it is
        NaN and its level 0.
    """
    found = air_quality_index(in_si(display), None, averaging)
    found["aqi"] = found["aqi"].where(found["publishable"])
    found["level"] = found["level"].where(found["publishable"], 0)
    found["primary"] = found["primary"].where(found["publishable"], 0)
    return found.reindex(pollutant=list(pollutants_of(averaging)), fill_value=0)


def level_probability(aqi: np.ndarray) -> np.ndarray:
    """Probability of each of the six levels.

    Args:
        aqi: (..., quantile) index at `QUANTILES`, not decreasing.

    Returns:
        (..., 6); NaN where the index is missing. Beyond the outer quantiles the probability left over
        (5 % at each end) goes to the level of the outermost quantile.
    """
    upper = np.array([50, 100, 150, 200, 300])
    flat = aqi.reshape(-1, aqi.shape[-1])
    below = np.stack([_share_up_to(row, upper) for row in flat]).reshape(*aqi.shape[:-1], len(upper))
    ends = np.concatenate([np.zeros((*below.shape[:-1], 1)), below, np.ones((*below.shape[:-1], 1))], axis=-1)
    shares = np.diff(ends, axis=-1)
    return np.where(np.isfinite(aqi).all(axis=-1)[..., None], shares, np.nan)


def _share_up_to(row: np.ndarray, limits: np.ndarray) -> np.ndarray:
    """Distribution function of one set of quantiles at each limit; the index is a whole number."""
    if not np.isfinite(row).all():
        return np.full(len(limits), np.nan)
    return np.interp(limits + 0.5, row, QUANTILES, left=0.0, right=1.0)
