"""Air quality indices of forecast quantiles."""

from __future__ import annotations

import xarray as xr

from forecast.configuration import DustLikeConfig
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


def dust_like(display: xr.DataArray, rule: DustLikeConfig) -> xr.DataArray:
    """Where the median looks like dust: much PM10 of which little is PM2.5."""
    median = display.sel(quantile=0.5, method="nearest", drop=True)
    coarse, fine = median.sel(pollutant="pm10", drop=True), median.sel(pollutant="pm25", drop=True)
    return (coarse > rule.pm10_above) & (fine <= rule.pm25_share_at_most * coarse)
