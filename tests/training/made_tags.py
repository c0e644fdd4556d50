"""Contributions made up for tests: sources with courses of their own, hour by hour."""

from __future__ import annotations

import numpy as np
import xarray as xr

NAMES = (
    "traffic.urumqi", "traffic.chang-shi", "heating.urumqi", "heating.chang-shi", "industry.urumqi",
    "industry.chang-shi", "boundary", "initial",
)  # fmt: skip
PLACES = {"urumqi": (87.6, 43.8), "changji": (87.3, 44.0), "shihezi": (86.0, 44.3), "manas": (86.2, 44.3)}
POLLUTANTS = ("pm25", "pm10", "so2", "no2")
BEGIN = np.datetime64("2026-12-01T16", "ns")
HOUR = np.timedelta64(1, "h")

_OF_POLLUTANT = {"traffic": (1, 1.5, 0.1, 4), "heating": (1, 1.3, 2, 0.7), "industry": (1, 1.2, 1, 1.5)}


def made_run(
    hours: int, names: tuple[str, ...] = NAMES, begin: np.datetime64 = BEGIN, seed: int = 0
) -> xr.Dataset:
    """A run that keeps `CONTRIBUTIONS`: sources rise and fall with the weather, each with its own hours."""
    leads = np.arange(1, hours + 1)
    mixing = _wandering(np.random.default_rng([seed, 99]), hours, 0.15)
    values = np.zeros((1, hours, len(PLACES), len(POLLUTANTS), len(names)))
    for number, name in enumerate(names):
        believed = name.removeprefix("retimed_")
        sector, _, region = believed.partition(".")
        own = np.random.default_rng([seed, *believed.encode()])
        wind = _wandering(np.random.default_rng([seed, *region.encode(), 7]), hours, 0.1)
        phase = own.uniform(0, 24) + (0.0 if name == believed else 3.0)
        course = 1.0 + 0.5 * np.cos(2 * np.pi * (leads + 16 - phase) / 24)
        near = np.array([1.0, 0.6, 0.2, 0.3]) if region == "urumqi" else np.array([0.3, 0.7, 1.0, 0.9])
        of = np.array(_OF_POLLUTANT.get(sector, (1, 1, 0.2, 0.2)))
        place = near * own.uniform(6.0, 14.0) * own.uniform(0.8, 1.2, len(PLACES))
        values[0, ..., number] = ((mixing * wind * course)[:, None] * place)[..., None] * of * 1e-9
    lon, lat = np.array(list(PLACES.values())).T
    return xr.Dataset(
        {"contribution": (_DIMS, values, {"units": "kg m-3"})},
        {
            "reference_time": np.array([begin]), "lead_time": (leads * HOUR).astype("timedelta64[ns]"),
            "valid_time": (("reference_time", "lead_time"), (begin + leads * HOUR)[None]),
            "place": list(PLACES), "lon": ("place", lon), "lat": ("place", lat),
            "pollutant": list(POLLUTANTS), "source": list(names),
        },
        {"averaging": "hour", "source": "made", "synthetic": 1},
    )  # fmt: skip


_DIMS = ("reference_time", "lead_time", "place", "pollutant", "source")


def _wandering(random: np.random.Generator, hours: int, size: float) -> np.ndarray:
    """A positive series with memory, 1 on geometric average."""
    steps = np.zeros(hours)
    for hour in range(1, hours):
        steps[hour] = 0.97 * steps[hour - 1] + random.normal(0, size)
    return np.asarray(np.exp(steps - steps.mean()))
