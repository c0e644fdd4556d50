"""Days marked as dust that were smoke, counted from what the detector was not told as well.

There is no label. A marked day counts as a false alarm when half of its PM10 or more was PM2.5, or when the
day's carbon monoxide explains its PM10: PM10 below 1.25 times what a regression of ln PM10 on ln CO over the
unmarked days of the same place and season expects. Carbon monoxide comes from burning, not from dust, and the
detector does not use it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr

from observations.dust.configuration import SEASONS, seasons_of

SMOKE_SHARE, EXPLAINED_FACTOR = 0.5, 1.25
_LEAST_DAYS, _HIGH_PM10 = 20, 150e-9


def false_alarm_table(days: xr.Dataset, mask: xr.DataArray) -> list[dict[str, Any]]:
    """Days, dust days, smoke days and false alarms by place and season.

    Args:
        days: daily, keeps `place_observations`.
        mask: days marked as dust (time, place).

    Returns:
        For each place and season `days` (measured PM10), `dust` (marked), `by_share` and `by_carbon_monoxide`
        (false alarms by each test), `false_alarms` (by either), and `smoke` (PM10 above 150 µg/m³ with a fine
        share of half and more: what must not be marked) with `smoke_marked`.
    """
    season = seasons_of(days["time"].values)
    table = []
    for place in map(str, days["place"].values):
        one = days.sel(place=place)
        coarse, fine, monoxide = (one[name].values for name in ("pm10", "pm25", "co"))
        marked = mask.sel(place=place).values.astype(bool)
        with np.errstate(invalid="ignore", divide="ignore"):
            smoky = fine >= SMOKE_SHARE * coarse
        for number, name in enumerate(SEASONS):
            rows = (season == number) & np.isfinite(coarse)
            explained = _explained(coarse, monoxide, rows, marked)
            dust = marked & rows
            smoke = rows & smoky & (coarse > _HIGH_PM10)
            table.append(
                {
                    "place": place,
                    "season": name,
                    "days": int(rows.sum()),
                    "dust": int(dust.sum()),
                    "by_share": int((dust & smoky).sum()),
                    "by_carbon_monoxide": int((dust & explained).sum()),
                    "false_alarms": int((dust & (smoky | explained)).sum()),
                    "smoke": int(smoke.sum()),
                    "smoke_marked": int((smoke & marked).sum()),
                }
            )
    return table


def _explained(coarse: np.ndarray, monoxide: np.ndarray, rows: np.ndarray, marked: np.ndarray) -> np.ndarray:
    """Where carbon monoxide explains PM10; nowhere when it says nothing or too few days are there."""
    with np.errstate(invalid="ignore"):
        known = rows & (monoxide > 0) & (coarse > 0)
    learned = known & ~marked
    if learned.sum() < _LEAST_DAYS:
        return np.zeros(len(coarse), dtype=bool)
    x, y = np.log(monoxide[learned]), np.log(coarse[learned])
    slope = max(float(np.cov(x, y)[0, 1] / max(x.var(ddof=1), 1e-9)), 0.0)
    expected = np.full(len(coarse), np.nan)
    expected[known] = np.exp(y.mean() + slope * (np.log(monoxide[known]) - x.mean()))
    with np.errstate(invalid="ignore"):
        return np.asarray(coarse <= EXPLAINED_FACTOR * expected)
