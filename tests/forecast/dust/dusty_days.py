"""A made record of days: dust comes to two places from a third a day before, on a fair chance."""

from __future__ import annotations

import numpy as np
import xarray as xr

PLACES = ("korla", "urumqi", "turpan")


def dusty_days(count: int = 700, seed: int = 0) -> xr.Dataset:
    """Place observations by the day; dust lasts two days on average, and reaches Korla first."""
    random = np.random.default_rng(seed)
    state = np.zeros(count + 1, dtype=bool)
    for day in range(1, count + 1):
        state[day] = random.random() < (0.5 if state[day - 1] else 0.08)
    dust = np.stack([state[1:], state[:-1], state[:-1]], axis=1)
    coarse = np.exp(np.where(dust, np.log(500), np.log(70)) + random.normal(0, 0.25, dust.shape))
    share = np.where(dust, 0.2, 0.5) * np.exp(random.normal(0, 0.05, dust.shape))
    times = np.datetime64("2023-12-31T16", "ns") + np.arange(count) * np.timedelta64(1, "D")
    values = {"pm10": coarse * 1e-9, "pm25": coarse * share * 1e-9}
    return xr.Dataset(
        {name: (("time", "place"), one, {"units": "kg m-3"}) for name, one in values.items()},
        {"time": times, "place": list(PLACES)}, {"averaging": "day", "source": "made"},
    )  # fmt: skip
