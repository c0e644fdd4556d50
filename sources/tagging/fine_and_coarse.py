"""PM10 as what is PM2.5 of it and the rest, which have different sources."""

from __future__ import annotations

import xarray as xr

__all__ = ["FINE", "WHOLE", "coarse_apart", "component_factor", "fine_kept", "joined"]

FINE, WHOLE = "pm25", "pm10"


def coarse_apart(values: xr.DataArray, known: xr.DataArray) -> xr.DataArray:
    """The same with what is PM10 but not PM2.5 in the place of PM10; all of PM10 where no PM2.5 is known."""
    fine, whole = (values.sel(pollutant=name, drop=True) for name in (FINE, WHOLE))
    coarse = (whole - fine.where(known, 0.0)).clip(min=0.0)
    return values.where(values["pollutant"] != WHOLE, coarse)


def joined(apart: xr.DataArray, kept: xr.DataArray) -> xr.DataArray:
    """The inverse: PM10 is the coarse part and what is kept of the fine one."""
    fine = apart.sel(pollutant=FINE, drop=True).fillna(0.0)
    return apart.where(apart["pollutant"] != WHOLE, apart + fine * kept)


def fine_kept(median: xr.DataArray) -> xr.DataArray:
    """Share of PM2.5 that PM10 has room for: 1 unless the published PM10 is below the published PM2.5."""
    fine, whole = (median.sel(pollutant=name, drop=True) for name in (FINE, WHOLE))
    return (whole / fine).where(fine > 0, 0.0).clip(max=1.0).fillna(0.0)


def component_factor(model: xr.Dataset, factor: xr.DataArray, kept: xr.DataArray) -> xr.DataArray:
    """Factor of each component: that of PM2.5 for its fine share, that of coarse particles for the rest.

    Components are those of PM10: of PM2.5 what PM10 has room for. Where no PM2.5 is known, all of PM10 has
    one factor.
    """
    fine, coarse = (factor.sel(pollutant=name, drop=True) for name in (FINE, WHOLE))
    fine = (fine * kept).where(fine.notnull(), coarse)
    return model["fine_share"] * fine.fillna(0.0) + (1.0 - model["fine_share"]) * coarse.fillna(0.0)
