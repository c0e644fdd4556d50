"""A plausible run folder: an idealised winter week of the cities north of the Tian Shan."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr

from consultation.page import application, front
from foundation.pollutants import pollutants_of

REFERENCE = np.datetime64("2026-12-09T16:00", "ns")
"""The first instant of 2026-12-10 in Beijing time."""

QUANTILES = np.round(np.arange(0.05, 0.96, 0.05), 2)
PLACES = (
    "urumqi", "changji", "shihezi", "wujiaqu", "fukang", "hutubi", "manas", "shawan",
    "kuitun", "dushanzi", "karamay",
)  # fmt: skip
COURSE = (96.0, 128.0, 171.0, 206.0, 188.0, 122.0, 61.0)
"""PM2.5 of Urumqi on the seven days, µg/m³: an inversion that builds up and breaks."""

DIRT = dict(zip(PLACES, (1.0, 1.05, 0.95, 1.12, 0.82, 0.78, 0.74, 0.66, 0.60, 0.55, 0.36), strict=True))
PM25_BREAKS = (0, 35, 60, 115, 150, 250, 350, 500)
"""HJ 633-2026, 24 h mean of PM2.5, µg/m³."""
INDEX_BREAKS = (0, 50, 100, 150, 200, 300, 400, 500)

Course = dict[str, tuple[float, ...]]


@pytest.fixture(scope="module", autouse=True)
def page_not_built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The server without its front end, whether or not that was built in this checkout."""
    nothing = tmp_path_factory.mktemp("assets")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(application, "add_front", partial(front.add_front, folder=nothing))
        yield


def index_of(pm25: np.ndarray) -> np.ndarray:
    """Index of PM2.5 alone, rounded up."""
    return np.ceil(np.round(np.interp(np.round(pm25), PM25_BREAKS, INDEX_BREAKS), 9))


def level_of_aqi(aqi: np.ndarray) -> np.ndarray:
    """Level 1 to 6 of an index."""
    return np.searchsorted([50, 100, 150, 200, 300], aqi, side="left") + 1


def forecast(
    course: Course,
    *,
    averaging: str = "day",
    reference: np.datetime64 = REFERENCE,
    spread: float = 0.35,
    dust: dict[str, tuple[int, ...]] | None = None,
    scenarios: Course | None = None,
    synthetic: bool = True,
) -> xr.Dataset:
    """A forecast that keeps the contract, whose index is that of PM2.5 alone.

    Args:
        course: median PM2.5 of each place, µg/m³, one value a step.
        averaging: `day` or `hour`.
        reference: reference time, UTC.
        spread: logarithmic spread between the 16 % quantile and the median.
        dust: steps, counted from 0, on which dust is expected.
        scenarios: index of each scenario, the same at every place.
        synthetic: the mark of idealised data.
    """
    median = np.array(list(course.values())).T
    steps, count = median.shape
    names = pollutants_of(averaging)
    normal = np.array([-1.645, -1.282, -1.036, -0.842, -0.674, -0.524, -0.385, -0.253, -0.126, 0.0])
    normal = np.concatenate([normal, -normal[-2::-1]])
    growth = np.linspace(0.6, 1.2, steps)[:, None, None] * spread * normal
    pm25 = np.round(median[..., None] * np.exp(growth), 2)
    factors = {"pm25": 1.0, "pm10": 1.3, "so2": 0.08, "no2": 0.3, "co": 12.0, "o3": 0.2, "o3_8h": 0.25}
    values = np.stack([pm25 * factors[name] for name in names], axis=2) * 1e-9
    aqi = index_of(pm25)
    dusty = np.zeros((1, steps, count), dtype=np.int8)
    for place, when in (dust or {}).items():
        dusty[0, list(when), list(course).index(place)] = 1
    probability = np.stack([(level_of_aqi(aqi) == n).mean(axis=-1) for n in range(1, 7)], axis=-1)
    median_aqi = aqi[..., 9]
    primary = np.zeros((1, steps, count, len(names)), dtype=np.int8)
    primary[..., 0] = median_aqi[None] > 50
    cell = ("reference_time", "lead_time", "place")
    one = {"units": "1"}
    unit = np.timedelta64(1, "D" if averaging == "day" else "h").astype("timedelta64[ns]")
    lead = np.arange(1, steps + 1) * unit
    valid = reference + lead - (unit if averaging == "day" else 0 * unit)
    dataset = xr.Dataset(
        {
            "concentration": ((*cell, "pollutant", "quantile"), values[None], {"units": "kg m-3"}),
            "aqi": ((*cell, "quantile"), aqi[None], one),
            "aqi_low": (cell, np.maximum(median_aqi - 15, 0)[None], one),
            "aqi_high": (cell, np.minimum(median_aqi + 15, 500)[None], one),
            "level": (cell, level_of_aqi(median_aqi)[None].astype(np.int8), one),
            "primary": ((*cell, "pollutant"), primary, one),
            "level_probability": ((*cell, "aqi_level"), probability[None], one),
            "dust": (cell, dusty, one),
        },
        coords={
            "reference_time": ("reference_time", np.array([reference], dtype="datetime64[ns]")),
            "lead_time": ("lead_time", lead.astype("timedelta64[ns]")),
            "valid_time": (("reference_time", "lead_time"), valid[None].astype("datetime64[ns]")),
            "place": ("place", list(course)),
            "pollutant": ("pollutant", list(names)),
            "quantile": ("quantile", QUANTILES, one),
            "aqi_level": ("aqi_level", np.arange(1, 7)),
        },
        attrs={
            "contract": "forecast",
            "averaging": averaging,
            "rules": "HJ 633-2026",
            "model": "damped persistence",
            "synthetic": int(synthetic),
        },
    )
    if scenarios is not None:
        members = np.array(list(scenarios.values()), dtype=float).T
        joint = np.repeat(members[None, :, None, :], count, axis=2)
        dataset["aqi_scenario"] = ((*cell, "scenario"), joint, one)
    return dataset


def observations(places: tuple[str, ...], averaging: str, steps: int) -> xr.Dataset:
    """Place means up to the reference time: slow waves, with a gap in one place."""
    unit = np.timedelta64(1, "D" if averaging == "day" else "h").astype("timedelta64[ns]")
    end = REFERENCE - unit if averaging == "day" else REFERENCE
    times = end - np.arange(steps)[::-1] * unit
    per_day = 1.0 if averaging == "day" else 24.0
    day = np.arange(steps) / per_day
    wave = 78 + 30 * np.sin(day / 2.1) + (12 * np.sin(day * 2 * np.pi) if averaging == "hour" else 0)
    names = pollutants_of(averaging)
    pm25 = np.stack([wave * DIRT.get(place, 0.7) for place in places], axis=1)
    pm25[steps // 3 : steps // 3 + 2, 0] = np.nan
    dims = ("time", "place")
    return xr.Dataset(
        {
            **{name: (dims, pm25 * 1e-9, {"units": "kg m-3"}) for name in names},
            **{f"{name}_flag": (dims, np.zeros(pm25.shape, dtype=np.int32)) for name in names},
        },
        coords={"time": ("time", times.astype("datetime64[ns]")), "place": ("place", list(places))},
        attrs={"averaging": averaging, "source": "demo"},
    )


def verification() -> dict[str, Any]:
    """Scores and yesterday's verification, in the form of the daily run; some values are null."""
    scores = []
    for place in PLACES[:4]:
        for day in range(1, 8):
            for model, mae in (("published", 30.1), ("persistence", 33.6), ("climatology", 47.0)):
                growth = 0.0 if model == "climatology" else 5.5 * np.log(day)
                scores.append(
                    {
                        "place": place, "lead_hours": 24 * day, "pollutant": "pm25", "model": model, "n": 118,
                        "mae": round(mae + growth, 1), "rmse": 48.0, "bias": -2.1,
                        "crps": round(0.7 * mae + growth, 1), "coverage80": 0.79,
                        "correlation": 0.71, "csi150": None, "csi200": None,
                    }
                )  # fmt: skip
    yesterday = [
        {
            "place": "urumqi", "valid_day": "2026-12-09", "pollutant": "pm25", "forecast": 88.0, "low": 62.0,
            "high": 120.0, "observed": 97.0, "aqi_forecast": 126, "aqi_low": 111, "aqi_high": 141,
            "aqi_observed": 134, "level_forecast": 3, "level_observed": 3, "level_hit": True,
            "range_hit": True, "primary_hit": True, "persistence": 79.0,
        },
        {
            "place": "changji", "valid_day": "2026-12-09", "pollutant": "pm25", "forecast": 104.0,
            "low": 74.0, "high": 139.0, "observed": 131.0, "aqi_forecast": 140, "aqi_low": 125,
            "aqi_high": 155,
            "aqi_observed": 173, "level_forecast": 3, "level_observed": 4, "level_hit": False,
            "range_hit": False, "primary_hit": True, "persistence": 110.0,
        },
        {
            "place": "kuitun", "valid_day": "2026-12-09", "pollutant": "pm25", "forecast": 51.0, "low": None,
            "high": None, "observed": None, "aqi_forecast": 82, "aqi_low": None, "aqi_high": None,
            "aqi_observed": None, "level_forecast": 2, "level_observed": None, "level_hit": None,
            "range_hit": None, "primary_hit": None, "persistence": None,
        },
    ]  # fmt: skip
    return {"period": {"from": "2026-08-12", "to": "2026-12-08"}, "scores": scores, "yesterday": yesterday}


def manifest() -> dict[str, Any]:
    """A manifest with two inputs and one degradation."""
    return {
        "domain": "demo",
        "reference_time": "2026-12-09T16:00:00Z",
        "created": "2026-12-10T01:10:00Z",
        "synthetic": True,
        "inputs": [
            {"path": "/data/daily/urumqi.csv", "sha256": "ab" * 32, "size_bytes": 2048, "role": "daily"},
            {"path": "/data/daily/changji.csv", "sha256": "cd" * 32, "size_bytes": 1843, "role": "daily"},
        ],
        "configuration": {"case": "demo"},
        "versions": {"bogda": "0.1.0", "python": "3.11.2", "numpy": "2.4.0"},
        "models": {"published": "damped persistence"},
        "degradations": [
            {
                "code": "no-weather",
                "chinese": "未接入气象预报，扩散条件未计入",
                "english": "No weather forecast: dispersion conditions are not accounted for",
            }
        ],
    }  # fmt: skip


def hourly_course(daily: tuple[float, ...]) -> tuple[float, ...]:
    """Hour by hour course with the daily means' trend and a daily cycle."""
    hours = np.arange(24 * len(daily)) + 0.5
    trend = np.interp(hours, 24 * np.arange(len(daily)) + 12, daily)
    return tuple(trend * (1 + 0.15 * np.cos((hours - 22) * 2 * np.pi / 24)))


def write_run(folder: Path, *, hourly: bool = True, complete: bool = True, synthetic: bool = True) -> Path:
    """Write the products of a plausible run; without `complete` only the forecast."""
    folder.mkdir(parents=True, exist_ok=True)
    course = {place: tuple(DIRT[place] * value for value in COURSE) for place in PLACES}
    day = forecast(course, dust={"karamay": (2,)}, synthetic=synthetic)
    day.to_netcdf(folder / "forecast.nc")
    if hourly:
        hours = {place: hourly_course(values) for place, values in course.items()}
        forecast(hours, averaging="hour", synthetic=synthetic).to_netcdf(
            folder / "forecast.nc", mode="a", group="hour"
        )
    if complete:
        observations(PLACES, "day", 30).to_netcdf(folder / "observations.nc")
        observations(PLACES, "hour", 168).to_netcdf(folder / "observations.nc", mode="a", group="hour")
        for name, document in (("verification.json", verification()), ("manifest.json", manifest())):
            (folder / name).write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    return folder


def write_red_run(folder: Path) -> Path:
    """Write the forecast of a run whose rules call for red: five days above 300 over the region."""
    folder.mkdir(parents=True, exist_ok=True)
    course = {place: tuple(DIRT[place] * value for value in (380.0,) * 5) for place in PLACES}
    (folder / "forecast.nc").unlink(missing_ok=True)
    forecast(course).to_netcdf(folder / "forecast.nc")
    return folder


@pytest.fixture(scope="session")
def make_forecast() -> Callable[..., xr.Dataset]:
    """Builds a forecast that keeps the contract."""
    return forecast


@pytest.fixture(scope="session")
def make_run() -> Callable[..., Path]:
    """Writes a run folder."""
    return write_run
