"""The forecast that is always possible: damped persistence, from whatever was measured last."""

from __future__ import annotations

import numpy as np
import xarray as xr

from forecast.configuration import ForecastConfig
from forecast.model import SeriesModel
from forecast.models import models_named
from foundation.errors import InputError
from foundation.times import DAY, HOUR, shown

__all__ = ["FLOORS", "MODEL", "age_of", "floors_beside", "persisting"]

FLOORS = ("persistence", "climatology")
"""Models beside which every daily forecast is verified."""

MODEL = "damped persistence"
"""Name in scores; it asks for no fit, no weather and no verified past."""


def persisting(config: ForecastConfig) -> ForecastConfig:
    """The choices of a forecast by damped persistence alone."""
    return config.with_one_candidate(MODEL)


def floors_beside(config: ForecastConfig) -> list[SeriesModel]:
    """The floors that are no candidates of the combination, to be verified beside it."""
    return models_named([name for name in FLOORS if name not in config.combination.candidates], config)


def age_of(measured: xr.Dataset, reference_time: np.datetime64, oldest_days: float) -> np.timedelta64:
    """How long before the reference time the last particles of any place were measured.

    Whole days, so that a forecast from then is issued at the same time of the day; days count from their end.

    Args:
        measured: keeps `place_observations`, daily or hourly.
        reference_time: time of issue, UTC.
        oldest_days: what was measured longer ago says nothing of the days to come.

    Raises:
        InputError: when nothing was measured since.
    """
    known = measured["pm25"].notnull().any("place").values | measured["pm10"].notnull().any("place").values
    step = DAY if measured.attrs["averaging"] == "day" else np.timedelta64(0, "h")
    ends = measured["time"].values[known] + step
    ends = ends[ends <= reference_time]
    if len(ends) == 0 or reference_time - ends[-1] > oldest_days * 24 * HOUR:
        last = f"the last is of {shown(ends[-1])}" if len(ends) else "there is none"
        raise InputError(
            f"nothing measured in the {oldest_days:g} days before {shown(reference_time)}; {last}",
            remedy="Bring measurements into the inbox, or name another source of them in the site's file",
        )
    return np.timedelta64(int((reference_time - ends[-1]) // DAY), "D")
