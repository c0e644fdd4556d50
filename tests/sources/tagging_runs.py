"""Run folders with contributions to a published forecast, made for tests: every number is known."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import xarray as xr

from foundation.pollutants import pollutants_of

REFERENCE = np.datetime64("2026-12-09T16:00", "ns")
"""The first instant of 2026-12-10 in Beijing time."""

PLACES = ("urumqi", "changji", "shihezi", "kuitun", "karamay")
REGIONS = ("wu-chang-shi", "kui-du-wu")
SOURCES = (
    ("industry.urumqi", 0.20), ("scattered_coal.urumqi", 0.10), ("industry.chang-shi", 0.25),
    ("scattered_coal.chang-shi", 0.10), ("industry.kui-du-wu", 0.05), ("all.zhundong", 0.02),
    ("all.elsewhere", 0.03), ("boundary", 0.08), ("initial", 0.07), ("unattributed", 0.10),
)  # fmt: skip
"""Shares of the published median, the same everywhere."""

QUANTILES = np.round(np.arange(0.05, 0.96, 0.05), 2)
_CELL = ("reference_time", "lead_time", "place")
_STEPS = {"day": np.timedelta64(1, "D"), "hour": np.timedelta64(1, "h")}


def forecast(
    course: np.ndarray, places: tuple[str, ...], averaging: str, reference: np.datetime64
) -> xr.Dataset:
    """A forecast that keeps its contract; `course` is the median PM2.5, µg/m³, (step,)."""
    names = pollutants_of(averaging)
    steps, count = len(course), len(places)
    factors = {"pm25": 1.0, "pm10": 1.4, "so2": 0.1, "no2": 0.3, "co": 10.0, "o3": 0.2, "o3_8h": 0.2}
    dirt = 1.0 + 0.1 * np.arange(count)
    median = course[:, None, None] * dirt[None, :, None] * np.array([factors[name] for name in names])
    values = median[None, ..., None] * (1.0 + 0.5 * (QUANTILES - 0.5)) * 1e-9
    step = _STEPS[averaging].astype("timedelta64[ns]")
    lead = np.arange(1, steps + 1) * step
    label = reference + lead - (step if averaging == "day" else 0 * step)
    one = {"units": "1"}
    index = np.full((1, steps, count, len(QUANTILES)), 100.0)
    return xr.Dataset(
        {
            "concentration": ((*_CELL, "pollutant", "quantile"), values, {"units": "kg m-3"}),
            "aqi": ((*_CELL, "quantile"), index, one),
            "aqi_low": (_CELL, index[..., 0], one), "aqi_high": (_CELL, index[..., 0], one),
            "level": (_CELL, np.full((1, steps, count), 2, np.int8), one),
            "primary": ((*_CELL, "pollutant"), np.zeros((1, steps, count, len(names)), np.int8), one),
            "level_probability": ((*_CELL, "aqi_level"), np.full((1, steps, count, 6), 1 / 6), one),
            "dust": (_CELL, np.zeros((1, steps, count), np.int8), one),
        },
        {
            "reference_time": [reference], "lead_time": lead.astype("timedelta64[ns]"),
            "valid_time": (("reference_time", "lead_time"), label[None].astype("datetime64[ns]")),
            "place": list(places), "pollutant": list(names), "quantile": ("quantile", QUANTILES, one),
            "aqi_level": np.arange(1, 7),
        },
        {"averaging": averaging, "rules": "HJ 633-2026", "model": "made for a test", "synthetic": 0},
    )  # fmt: skip


def contributions(published: xr.Dataset, shares: np.ndarray | None = None) -> xr.Dataset:
    """The median shared out; shares (step, source) or the same at every step."""
    median = published["concentration"].sel(quantile=0.5, drop=True)
    used = np.array([share for _, share in SOURCES]) if shares is None else shares
    by_step = np.broadcast_to(used, (median.sizes["lead_time"], len(SOURCES)))
    values = median.values[..., None] * by_step[None, :, None, None, :]
    ids = [name for name, _ in SOURCES]
    parts = [name.partition(".") for name in ids]
    return xr.Dataset(
        {"contribution": ((*_CELL, "pollutant", "source"), values, {"units": "kg m-3"})},
        {
            **{
                name: published[name].values
                for name in ("reference_time", "lead_time", "place", "pollutant")
            },
            "source": ids, "sector": ("source", [one[0] for one in parts]),
            "region": ("source", [one[2] or one[0] for one in parts]),
            "source_chinese": ("source", [f"源{n}" for n in range(len(ids))]),
            "source_english": ("source", ids),
        },
        {"averaging": published.attrs["averaging"], "synthetic": 0},
    )  # fmt: skip


def observations(
    first: np.datetime64, values: np.ndarray, places: tuple[str, ...], averaging: str
) -> xr.Dataset:
    """Measured place means; `values` PM2.5, µg/m³, (step,), the same at every place; NaN where missing."""
    step = _STEPS[averaging].astype("timedelta64[ns]")
    table = np.repeat(values[:, None], len(places), axis=1)
    made = {}
    for name in pollutants_of(averaging):
        made[name] = (("time", "place"), table * 1e-9, {"units": "kg m-3"})
        made[f"{name}_flag"] = (("time", "place"), np.where(np.isnan(table), 2, 0).astype(np.int16))
    times = (first + np.arange(len(values)) * step).astype("datetime64[ns]")
    return xr.Dataset(
        made, {"time": times, "place": list(places)}, {"averaging": averaging, "source": "made for a test"}
    )


def write_contributions(
    folder: Path, course: np.ndarray, reference: np.datetime64 = REFERENCE, *,
    shares: np.ndarray | None = None, hourly: bool = True,
    measured: tuple[np.datetime64, np.ndarray] | None = None, domain: str = "made",
) -> Path:  # fmt: skip
    """Write the files of a run that contributions need; `course` is by day, the hours of a day are alike."""
    folder.mkdir(parents=True, exist_ok=True)
    for part, group, of_forecast in (
        ("day", None, None),
        ("region", "regions", "region"),
        ("hour", "hour", "hour"),
    ):
        if part == "hour" and not hourly:
            continue
        places = REGIONS if part == "region" else PLACES
        values = np.repeat(course, 24) if part == "hour" else course
        made = forecast(values, places, "hour" if part == "hour" else "day", reference)
        split = shares if shares is None or part != "hour" else np.repeat(shares, 24, axis=0)
        mode = "w" if part == "day" else "a"
        made.to_netcdf(folder / "forecast.nc", mode=mode, group=of_forecast)
        contributions(made, split).to_netcdf(folder / "contributions.nc", mode=mode, group=group)
    if measured is not None:
        observations(*measured, PLACES, "day").to_netcdf(folder / "observations.nc")
    (folder / "manifest.json").write_text(json.dumps({"domain": domain}), encoding="utf-8")
    return folder


def write_store(store: Path, truth: np.ndarray, first: np.datetime64, days: int, leads: int = 4) -> Path:
    """A store with a run each day whose forecasts are the truth plus 10 %, and what was measured before."""
    for number in range(days):
        reference = first + np.timedelta64(number, "D")
        course = 1.1 * truth[number : number + leads]
        if len(course) < leads:
            break
        past = (first, truth[:number]) if number else None
        name = str(np.datetime_as_string(reference, unit="s")).replace("-", "").replace(":", "") + "Z"
        hourly = number >= days - 3
        write_contributions(store / "runs" / "made" / name, course, reference, measured=past, hourly=hourly)
    return store
