"""From WRF's variables to the contract's."""

from __future__ import annotations

import numpy as np
import xarray as xr

from atmosphere.meteorology.readers import moist_air
from atmosphere.meteorology.readers.projection import earth_relative

NEEDED = ("Times", "XLONG", "XLAT", "U", "V", "T", "P", "PB", "PH", "PHB")
"""Without these the contract cannot be kept."""

GRAVITY = 9.81
"""m s-2, as in WRF (share/module_model_constants.F): heights come out as the model had them."""

_BASE_THETA = 300.0
_KAPPA = 287.0 / 1004.5
_REFERENCE_PRESSURE = 100000.0

_PLAIN = {
    "HGT": "surface_height", "PSFC": "surface_pressure", "T2": "air_temperature_2m",
    "PBLH": "boundary_layer_height",
    "UST": "friction_velocity", "HFX": "sensible_heat_flux", "SNOWH": "snow_depth",
    "SWDOWN": "surface_downwelling_shortwave_flux",
}  # fmt: skip


def converted(
    dataset: xr.Dataset, times: np.ndarray, east: tuple[np.ndarray, np.ndarray] | None
) -> tuple[dict[str, np.ndarray], list[str]]:
    """Values by contract name, and notes.

    Args:
        dataset: the wanted part of a file.
        times: UTC.
        east: direction of east on the grid; None where the grid is longitude by latitude.
    """
    notes: list[str] = []
    values = {name: dataset[key].values for key, name in _PLAIN.items() if key in dataset}
    if values.get("surface_height", np.empty(0)).ndim == 3:
        values["surface_height"] = values["surface_height"][0]
    pressure = dataset["P"].values + dataset["PB"].values
    theta = dataset["T"].values + _BASE_THETA
    values["air_pressure"] = pressure
    values["air_temperature"] = theta * (pressure / _REFERENCE_PRESSURE) ** _KAPPA
    level_height = (dataset["PH"].values + dataset["PHB"].values) / GRAVITY
    values["height_above_ground"] = _middle(level_height, 1) - level_height[:, :1]
    _winds(values, dataset, east)
    if "W" in dataset:
        values["upward_air_velocity"] = _middle(dataset["W"].values, 1)
    if "QVAPOR" in dataset:
        ratio = np.maximum(dataset["QVAPOR"].values, 0.0)
        values["specific_humidity"] = ratio / (1.0 + ratio)
    if "QCLOUD" in dataset:
        values["cloud_water"] = np.maximum(dataset["QCLOUD"].values, 0.0)
    _surface(values, dataset, times, notes)
    return values, notes


def _middle(values: np.ndarray, axis: int) -> np.ndarray:
    """Mean of neighbours along an axis: from the faces of cells to their middle."""
    low = np.take(values, range(values.shape[axis] - 1), axis)
    high = np.take(values, range(1, values.shape[axis]), axis)
    return np.asarray(0.5 * (low + high))


def _winds(
    values: dict[str, np.ndarray], dataset: xr.Dataset, east: tuple[np.ndarray, np.ndarray] | None
) -> None:
    pairs = {"": (_middle(dataset["U"].values, 3), _middle(dataset["V"].values, 2))}
    if "U10" in dataset and "V10" in dataset:
        pairs["_10m"] = (dataset["U10"].values, dataset["V10"].values)
    for suffix, (along_x, along_y) in pairs.items():
        turned = (along_x, along_y) if east is None else earth_relative(along_x, along_y, east)
        values[f"eastward_wind{suffix}"], values[f"northward_wind{suffix}"] = turned


def _surface(values: dict[str, np.ndarray], dataset: xr.Dataset, times: np.ndarray, notes: list[str]) -> None:
    if "Q2" in dataset and "PSFC" in dataset:
        ratio = np.maximum(dataset["Q2"].values, 1e-6)
        vapour = moist_air.vapour_pressure(dataset["PSFC"].values, ratio / (1.0 + ratio))
        values["dew_point_2m"] = moist_air.dew_point(vapour)
    if "SMOIS" in dataset:
        values["soil_moisture"] = dataset["SMOIS"].values[:, 0]
    if "CLDFRA" in dataset:
        values["cloud_area_fraction"] = dataset["CLDFRA"].values.max(axis=1)
        notes.append("total cloud is the largest of the column")
    rain = _rain(dataset)
    if rain is not None and len(times) > 1:
        seconds = np.diff(times) / np.timedelta64(1, "s")
        rate = np.maximum(np.diff(rain, axis=0), 0.0) / seconds[:, None, None]
        values["precipitation_rate"] = np.concatenate([rate[:1], rate])
        notes.append(
            "precipitation is a mean over the interval before each time, the first that of the second"
        )
    elif rain is not None:
        notes.append("precipitation left out: one time only, WRF gives sums since its start")


def _rain(dataset: xr.Dataset) -> np.ndarray | None:
    """Precipitation since the model's start, kg m-2, buckets emptied on the way counted."""
    if "RAINNC" not in dataset:
        return None
    total = np.zeros(dataset["RAINNC"].shape)
    bucket = float(dataset.attrs.get("BUCKET_MM", -1.0))
    for name in ("RAINC", "RAINNC", "RAINSH"):
        if name in dataset:
            total = total + dataset[name].values
        if bucket > 0 and f"I_{name}" in dataset:
            total = total + bucket * dataset[f"I_{name}"].values
    return total
