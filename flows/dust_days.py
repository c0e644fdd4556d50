"""The learned dust forecast of the days ahead, in the daily run: from measurements alone."""

from __future__ import annotations

import numpy as np
import xarray as xr

from consultation.dust_page.document import DustDay
from flows.measurements import Measurements
from foundation.errors import BogdaError
from foundation.times import DAY, beijing_day
from sources.tagging.groups import receptor_names

__all__ = ["dust_days"]

_OLDEST_DAYS = 2


def dust_days(measured: Measurements, reference_time: np.datetime64) -> tuple[DustDay, ...]:
    """Probability of dust in the days ahead at every place, those of a day together.

    Nothing where the last whole day measured is older than two days, where no place has both PM10 and PM2.5,
    or where the coefficients were fitted on days after the issue: they would know what comes.

    Args:
        measured: what was known at the issue.
        reference_time: the issue, UTC.
    """
    from forecast.dust.learned.configuration import shipped
    from forecast.dust.learned.outlook import dust_outlook

    coefficients, days = shipped(), measured.daily["time"].values
    late = not len(days) or reference_time - (days[-1] + DAY) > _OLDEST_DAYS * DAY
    if late or np.datetime64(coefficients.fitted_until, "ns") > reference_time:
        return ()
    try:
        made = dust_outlook(measured.daily, days[-1], coefficients)
    except BogdaError:  # no place has what it needs
        return ()
    last, found = np.datetime64(beijing_day(days[-1]).item(), "D"), []
    for lead in made["lead_time"].values:
        day = last + (lead / DAY).astype(int)
        found += [_told(made.sel(lead_time=lead, place=place), str(day)) for place in made["place"].values]
    return tuple(found)


def _told(at: xr.Dataset, day: str) -> DustDay:
    """One place and day."""
    place = str(at["place"].item())
    names = receptor_names(place)
    above = at["probability"].sel(quantity="pm10")
    return DustDay(
        day=day, place=place, chinese=names.chinese,
        english=names.english, probability=round(at["dust_probability"].item(), 2),
        warned=bool(at["dust_warning"].item()),
        above={f"{mark:g}": round(above.sel(threshold=mark).item(), 2) for mark in above["threshold"].values},
    )  # fmt: skip
