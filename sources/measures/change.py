"""The change that a cut makes to what is published: linear in the tags."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr

from foundation.units import CONCENTRATION
from sources.measures.tagged_forecast import TaggedForecast
from standards.aqi import air_quality_index

__all__ = ["AirQuality", "air_quality", "decrease"]


@dataclass(frozen=True)
class AirQuality:
    """Index of each place and time; `iaqi` and `primary` by pollutant, too.

    Attributes:
        aqi: NaN where no pollutant is there, (..., lead, place).
        level: 1 to 6, 0 where none is there, (..., lead, place).
        iaqi: NaN where the pollutant is not there, (..., lead, place, pollutant).
        primary: whether it is a primary pollutant, (..., lead, place, pollutant).
    """

    aqi: np.ndarray
    level: np.ndarray
    iaqi: np.ndarray
    primary: np.ndarray


def decrease(forecast: TaggedForecast, share: np.ndarray) -> np.ndarray:
    """How much less of each pollutant there is, by source.

    Tags are linear: a source of which the share c of species d is cut adds `sum_d c_d R_d` less, with R the
    responsive part.

    Args:
        forecast: what is published, by source.
        share: cut, (species, source).

    Returns:
        kg m-3, 0 or more, (lead, place, pollutant, source).
    """
    return np.asarray(np.einsum("lpxds,ds->lpxs", forecast.responsive, share))


def air_quality(forecast: TaggedForecast, concentration: np.ndarray) -> AirQuality:
    """Air quality index by the standard of each day.

    Args:
        forecast: whose pollutants, places and times are meant.
        concentration: kg m-3, NaN where missing, (lead, place, pollutant, ...).
    """
    more = tuple(f"more_{number}" for number in range(concentration.ndim - 3))
    dims = ("lead_time", "place", *more)
    dataset = xr.Dataset(
        {
            name: (dims, concentration[:, :, number], {"units": CONCENTRATION})
            for number, name in enumerate(forecast.pollutants)
        },
        {"valid_time": ("lead_time", forecast.valid_time)},
    )
    found = air_quality_index(dataset, None, forecast.averaging)
    found = found.sel(pollutant=list(forecast.pollutants))
    parts = (found[name].transpose(*more, "lead_time", "place", ...).values
             for name in ("aqi", "level", "iaqi", "primary"))  # fmt: skip
    return AirQuality(*parts)
