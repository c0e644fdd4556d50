"""The published forecast as a NetCDF file of the CF conventions, 1.11: time series at places."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import numpy as np
import xarray as xr

from consultation.exchange.netcdf_by_hand import add_by_hand
from consultation.products import is_synthetic
from consultation.run_folder import RunFolder
from foundation.contracts import concentration_attributes
from foundation.places import gazetteer
from foundation.pollutants import POLLUTANTS
from foundation.store import written_beside
from standards.levels import levels

CONVENTIONS = "CF-1.11"
_EPOCH = "seconds since 1970-01-01 00:00:00"
_STEP = {"day": np.timedelta64(1, "D"), "hour": np.timedelta64(1, "h")}
_CELL = ("station", "time")
_STATISTIC = "quantile of the forecast distribution"


def write_netcdf(run: RunFolder, out: str | Path, title: str) -> None:
    """Write the daily forecast and, in a group `hour`, the hourly one.

    Args:
        run: the products of a run.
        out: the file; a reader sees the old one or the new one.
        title: what the file is, for its attribute.

    Raises:
        OSError: when it cannot be written.
    """
    with written_beside(out) as beside:
        mode: Literal["w", "a"] = "w"
        for group, forecast in (("day", run.forecast.day), ("hour", run.forecast.hour)):
            if forecast is None:
                continue
            dataset = published_dataset(forecast, title)
            if group == "day":
                add_by_hand(dataset, run)
            encoding = {
                name: {"units": _EPOCH, "dtype": "i8", "calendar": "standard"}
                for name in ("time", "time_bounds", "forecast_reference_time")
                if name in dataset.variables
            }
            dataset.to_netcdf(
                beside,
                mode=mode,
                group=None if group == "day" else group,
                engine="netcdf4",
                encoding=encoding,
            )
            mode = "a"


def published_dataset(forecast: xr.Dataset, title: str) -> xr.Dataset:
    """One averaging of the forecast, dims (station, time, quantile), in SI units.

    Daily values carry the bounds of their Beijing day; hourly ones are labelled with the end of their hour.

    Args:
        forecast: keeps `foundation.contracts.FORECAST`, one reference time.
        title: of the file.
    """
    single = forecast.isel(reference_time=0)
    averaging = str(forecast.attrs["averaging"])
    dataset = xr.Dataset(coords=_coordinates(single), attrs=_attributes(forecast, title))
    start, end = _bounds(single, averaging)
    dataset["time_bounds"] = (("time", "bounds"), np.stack([start, end], axis=1))
    methods = "time: mean" if averaging == "hour" else "time: mean (interval: 1 hour)"
    for name in map(str, single["pollutant"].values):
        values = single["concentration"].sel(pollutant=name).transpose("place", "lead_time", "quantile")
        attributes: dict[str, Any] = concentration_attributes(name) | {
            "long_name": f"{POLLUTANTS[name].label} {_STATISTIC}",
            "cell_methods": "time: maximum" if name == "o3_8h" else methods,
        }
        if name == "o3_8h":
            attributes["comment"] = "largest 8 h mean of the Beijing day"
        dataset[name] = ((*_CELL, "quantile"), values.values.astype("f4"), attributes)
    return _with_index(dataset, single)


def _coordinates(single: xr.Dataset) -> dict[str, Any]:
    known = {place.id: place for place in gazetteer().places}
    names = [str(name) for name in single["place"].values]
    facts = [known.get(name) for name in names]
    lon = np.array([place.lon if place else np.nan for place in facts])
    lat = np.array([place.lat if place else np.nan for place in facts])
    seat = "seat of government"
    return {
        "time": ("time", single["valid_time"].values, {
            "standard_name": "time", "long_name": "time of validity, UTC", "axis": "T",
            "bounds": "time_bounds"}),
        "station_name": ("station", np.array(names, dtype=object), {
            "long_name": "place", "cf_role": "timeseries_id"}),
        "chinese_name": ("station", np.array([p.chinese if p else "" for p in facts], dtype=object), {
            "long_name": "place in Chinese"}),
        "division_code": ("station", np.array([p.adcode if p else "" for p in facts], dtype=object), {
            "long_name": "code of the administrative division, GB/T 2260"}),
        "longitude": ("station", lon, {
            "standard_name": "longitude", "units": "degrees_east", "long_name": f"longitude of the {seat}"}),
        "latitude": ("station", lat, {
            "standard_name": "latitude", "units": "degrees_north", "long_name": f"latitude of the {seat}"}),
        "quantile": ("quantile", single["quantile"].values, {"units": "1", "long_name": _STATISTIC}),
        "air_quality_level": ("air_quality_level", np.arange(1, 7, dtype="i4"), {
            "units": "1", "long_name": "level of the air quality index, HJ 633"}),
        "forecast_reference_time": ((), single["reference_time"].values, {
            "standard_name": "forecast_reference_time", "long_name": "time of issue, UTC"}),
    }  # fmt: skip


def _bounds(single: xr.Dataset, averaging: str) -> tuple[np.ndarray, np.ndarray]:
    """Begin and end of each step: a day is labelled with its start, an hour with its end."""
    times, step = single["valid_time"].values.astype("datetime64[ns]"), _STEP[averaging]
    return (times, times + step) if averaging == "day" else (times - step, times)


def _with_index(dataset: xr.Dataset, single: xr.Dataset) -> xr.Dataset:
    place = ("place", "lead_time")
    one = {"units": "1"}

    def plain(name: str, long_name: str) -> None:
        values = single[name].transpose(*place).values.astype("f4")
        dataset[name] = (_CELL, values, one | {"long_name": long_name})

    index = single["aqi"].transpose(*place, "quantile").values.astype("f4")
    dataset["aqi"] = ((*_CELL, "quantile"), index, one | {"long_name": f"air quality index, {_STATISTIC}"})
    plain("aqi_low", "lower end of the published range of the air quality index")
    plain("aqi_high", "upper end of the published range of the air quality index")
    dataset["level"] = (_CELL, single["level"].transpose(*place).values.astype("i1"), one | {
        "long_name": "level of the air quality index", "flag_values": np.arange(7, dtype="i1"),
        "flag_meanings": " ".join(["not_available", *(_word(level.english) for level in levels())])}
    )  # fmt: skip
    masks = (1 << np.arange(single.sizes["pollutant"])).astype("i2")
    primary = single["primary"].transpose(*place, "pollutant").values.astype(bool)
    dataset["primary_pollutants"] = (_CELL, (primary * masks).sum(axis=-1).astype("i2"), one | {
        "long_name": "primary pollutants", "flag_masks": masks,
        "flag_meanings": " ".join(map(str, single["pollutant"].values))})  # fmt: skip
    dataset["dust"] = (_CELL, single["dust"].transpose(*place).values.astype("i1"), one | {
        "long_name": "dust expected", "flag_values": np.array([0, 1], dtype="i1"),
        "flag_meanings": "no yes"})  # fmt: skip
    share = single["level_probability"].transpose(*place, "aqi_level").values.astype("f4")
    dataset["level_probability"] = ((*_CELL, "air_quality_level"), share, one | {
        "long_name": "probability of the level"})  # fmt: skip
    return dataset


def _word(text: str) -> str:
    return "_".join(text.lower().split())


def _attributes(forecast: xr.Dataset, title: str) -> dict[str, Any]:
    synthetic = is_synthetic(forecast)
    return {
        "Conventions": CONVENTIONS, "featureType": "timeSeries", "title": title,
        "source": f"Bogda, model {forecast.attrs['model']}", "rules": str(forecast.attrs["rules"]),
        "averaging": str(forecast.attrs["averaging"]), "synthetic": int(synthetic),
        "comment": "SYNTHETIC: made from idealised data, not from measurements" if synthetic else "",
    }  # fmt: skip
