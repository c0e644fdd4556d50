"""A made run of which every change by a cut is known in closed form."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import numpy as np
import xarray as xr

from sources.measures.configuration import measures_config
from sources.measures.joining import tagged
from sources.measures.tagged_forecast import TaggedForecast

UG = 1e-9
SOURCES = (
    "industry.urumqi", "traffic.urumqi", "industry.chang-shi", "all.elsewhere", "boundary", "unattributed"
)  # fmt: skip
COMPONENTS = ("ppm_fine", "ppm_coarse", "sulfate", "nitrate")
FINE = (1.0, 0.0, 1.0, 1.0)
POLLUTANTS = ("pm25", "pm10", "so2", "no2", "co", "o3_8h")
QUANTILES = np.array([0.05, 0.5, 0.95])
REFERENCE = np.datetime64("2026-11-20T16:00:00", "ns")

# µg m-3 of a unit place by component and source
PARTS = np.array(
    [
        [40.0, 10.0, 20.0, 6.0, 10.0, 0.0],
        [10.0, 4.0, 6.0, 4.0, 2.0, 0.0],
        [30.0, 0.0, 10.0, 4.0, 10.0, 0.0],
        [10.0, 20.0, 4.0, 2.0, 4.0, 0.0],
    ]
)
GASES = {"so2": np.array([20.0, 1.0, 10.0, 2.0, 2.0, 1.0]), "no2": np.array([20.0, 30.0, 6.0, 2.0, 1.0, 1.0])}
UNATTRIBUTED = {"pm25": 20.0, "pm10": 30.0, "co": 1000.0, "o3_8h": 30.0}
CARRIED = 0.25
"""Share of every contribution that was in the air at the reference time, on the first day; nothing later.

By the hour it falls from twice that to nothing.
"""

TOTALS = """sector,region,tag,species,kg_per_day
steel,urumqi,industry.urumqi,so2,3000
steel,urumqi,industry.urumqi,nox,1000
steel,urumqi,industry.urumqi,ppm_fine,1000
steel,urumqi,industry.urumqi,ppm_coarse,1000
cement,urumqi,industry.urumqi,so2,1000
cement,urumqi,industry.urumqi,nox,1000
cement,urumqi,industry.urumqi,ppm_fine,3000
cement,urumqi,industry.urumqi,ppm_coarse,1000
traffic,urumqi,traffic.urumqi,nox,4000
traffic,urumqi,traffic.urumqi,ppm_fine,500
traffic,urumqi,traffic.urumqi,ppm_coarse,500
coal_chemistry,changji,industry.chang-shi,so2,1000
coal_chemistry,changji,industry.chang-shi,nox,1000
coal_chemistry,changji,industry.chang-shi,ppm_fine,1000
steel,shihezi,industry.chang-shi,so2,3000
steel,shihezi,industry.chang-shi,ppm_fine,1000
power,kazakhstan,all.elsewhere,so2,5000
power,kazakhstan,all.elsewhere,ppm_fine,100
"""


def carried_share(steps: int, averaging: str) -> np.ndarray:
    """Share of every contribution that was in the air at the reference time, (step,)."""
    if averaging == "day":
        return np.where(np.arange(steps) < 1, CARRIED, 0.0)
    return np.maximum(2 * CARRIED * (1 - (np.arange(steps) + 0.5) / 24), 0.0)


def contributions(places: tuple[str, ...], steps: int, averaging: str, scale: np.ndarray) -> xr.Dataset:
    """Contributions (step, place) that are the unit ones times a scale."""
    step = np.timedelta64(24 if averaging == "day" else 1, "h")
    whole = {
        "pm25": (np.array(FINE)[:, None] * PARTS).sum(0), "pm10": PARTS.sum(0), **GASES,
        "co": np.zeros(6), "o3_8h": np.zeros(6),
    }  # fmt: skip
    names = tuple("o3" if name == "o3_8h" and averaging == "hour" else name for name in POLLUTANTS)
    unit = np.stack([whole[name] for name in POLLUTANTS])
    unit[:, -1] += [UNATTRIBUTED.get(name, 0.0) for name in POLLUTANTS]
    carried = carried_share(steps, averaging)[:, None, None, None]
    model = np.array([1.0] * 5 + [0.0])
    made = UG * scale[..., None, None] * unit
    parts = UG * scale[..., None, None] * PARTS
    dims = ("reference_time", "lead_time", "place")
    of_all, of_parts = ((*dims, name, "source") for name in ("pollutant", "component"))
    units = {"units": "kg m-3"}
    return xr.Dataset(
        {
            "contribution": (of_all, made[None], units),
            "carried_over": (of_all, (carried * made * model)[None], units),
            "component_contribution": (of_parts, parts[None], units),
            "component_carried_over": (of_parts, (carried * parts)[None], units),
        },
        {
            "reference_time": [REFERENCE], "lead_time": step * np.arange(1, steps + 1), "place": list(places),
            "pollutant": list(names), "source": list(SOURCES), "component": list(COMPONENTS),
            "fine_share": ("component", list(FINE), {"units": "1"}),
            "sector": ("source", [name.split(".")[0] for name in SOURCES]),
            "region": ("source", [name.split(".")[-1] for name in SOURCES]),
            "source_chinese": ("source", list(SOURCES)), "source_english": ("source", list(SOURCES)),
        },
        {"averaging": averaging},
    )  # fmt: skip


def forecast_of(made: xr.Dataset, spread: float = 0.3) -> xr.Dataset:
    """A forecast whose median is the sum of the contributions."""
    median = made["contribution"].sum("source")
    factors = xr.DataArray(np.array([1 - spread, 1.0, 1 + spread]), {"quantile": QUANTILES}, ("quantile",))
    step = np.timedelta64(24 if made.attrs["averaging"] == "day" else 0, "h")
    valid = (REFERENCE + made["lead_time"].values - step)[None]
    return xr.Dataset({"concentration": median * factors}).assign_coords(
        valid_time=(("reference_time", "lead_time"), valid)
    )


def day_scale(days: int, places: int) -> np.ndarray:
    """Each place and day a little more than the one before."""
    return 1.0 + 0.1 * np.arange(days)[:, None] + 0.05 * np.arange(places)


def daily(places: tuple[str, ...] = ("urumqi", "changji"), days: int = 2, **options: float) -> TaggedForecast:
    """The made run by day, in memory."""
    made = contributions(places, days, "day", day_scale(days, len(places)))
    return tagged(made, forecast_of(made, **options), "day", measures_config().drivers)


def write_run(folder: Path, places: tuple[str, ...] = ("urumqi", "changji"), days: int = 2) -> Path:
    """The made run as a folder, with its hours, its region and its tags."""
    folder.mkdir(parents=True, exist_ok=True)
    by_day = contributions(places, days, "day", day_scale(days, len(places)))
    region = contributions(("wu-chang-shi",), days, "day", day_scale(days, 1))
    hourly_scale = np.repeat(day_scale(days, len(places)), 24, axis=0)
    hours = contributions(places, 24 * days, "hour", hourly_scale)
    groups = ((by_day, None, None), (region, "regions", "region"), (hours, "hour", "hour"))
    mode: Literal["w", "a"] = "w"
    for made, group, of_forecast in groups:
        made.to_netcdf(folder / "contributions.nc", mode=mode, group=group)
        forecast_of(made).to_netcdf(folder / "forecast.nc", mode=mode, group=of_forecast)
        mode = "a"
    model = hours.isel(pollutant=slice(0, 4), source=slice(0, 5))
    model.to_netcdf(folder / "tags.nc")
    (folder / "emission_totals.csv").write_text(TOTALS, encoding="utf-8")
    return folder
