"""Hours in another clock, found by the sun: ozone peaks some three hours after solar noon.

Photochemical ozone builds up until mid-afternoon by the sun, summer and winter. For each station and window
of days the first harmonic of the mean diurnal cycle is fitted by local mean solar time (UTC plus longitude /
15). Where its peak lies near eight hours from the expected one, the hours are Beijing time read as UTC or the
reverse. On the twelve stations of UCI data set 501 (1,044 windows of 15 days with a clear cycle) the peak
lies between 11.4 and 18.6 h of solar time, and at 15.4 in the middle of them.
"""

from __future__ import annotations

import numpy as np
import xarray as xr

from foundation.configuration import Config
from foundation.places import gazetteer
from foundation.times import DAY, HOUR
from foundation.units import si_factor

_HOURS = 24
_MINIMUM_HOURS_COVERED = 18


class SlipRule(Config):
    """When a window of days is in another clock.

    Attributes:
        window_days: length of a window.
        minimum_hours: valid hours of ozone it needs; with fewer nothing is said.
        minimum_amplitude: of the mean diurnal cycle, µg/m³; with less nothing is said.
        peak_solar_hour: expected peak, hours of local mean solar time.
        slip_hours: size of the slip looked for, in both directions.
        within_hours: how near to it the peak must lie.
    """

    window_days: int
    minimum_hours: int
    minimum_amplitude: float
    peak_solar_hour: float
    slip_hours: float
    within_hours: float


def slipped(dataset: xr.Dataset, rule: SlipRule) -> np.ndarray:
    """Where hours are in another clock, shape (time, station).

    Args:
        dataset: hourly, keeps `foundation.contracts.observations`.
        rule: when a window counts.
    """
    times = dataset["time"].values
    result = np.zeros((len(times), dataset.sizes["station"]), dtype=bool)
    if not len(times):
        return result
    window = ((times - times[0]) // (DAY * rule.window_days)).astype(int)
    lon = _longitudes(dataset)
    ozone = dataset["o3"].values / si_factor("ug m-3", "o3")
    for number in np.unique(window):
        rows = window == number
        peak, amplitude, count = diurnal_peak(times[rows], ozone[rows], lon)
        off = np.abs(_circular(peak - rule.peak_solar_hour))
        with np.errstate(invalid="ignore"):
            bad = (np.abs(off - rule.slip_hours) <= rule.within_hours) & (amplitude >= rule.minimum_amplitude)
        result[rows] = bad & (count >= rule.minimum_hours)
    return result


def diurnal_peak(
    times: np.ndarray, values: np.ndarray, lon: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Peak and amplitude of the first harmonic of the mean diurnal cycle.

    Args:
        times: UTC, end of each hour, shape (time,).
        values: shape (time, station).
        lon: degrees east, shape (station,).

    Returns:
        Hour of the peak in local mean solar time, 0 to 24; amplitude in the unit of `values`; number of
        values. Each of shape (station,); NaN where fewer than 18 hours of the day are covered.
    """
    hour = ((np.asarray(times, dtype="datetime64[ns]") - HOUR).astype("datetime64[h]").astype(int)) % _HOURS
    present = np.isfinite(values)
    sums = np.zeros((_HOURS, values.shape[1]))
    counts = np.zeros((_HOURS, values.shape[1]))
    np.add.at(sums, hour, np.where(present, values, 0.0))
    np.add.at(counts, hour, present)
    covered = counts > 0
    mean = np.where(covered, sums / np.maximum(counts, 1), 0.0)
    overall = mean.sum(0) / np.maximum(covered.sum(0), 1)
    anomaly = np.where(covered, mean - overall, 0.0)
    turn = np.exp(2j * np.pi * (np.arange(_HOURS) + 0.5) / _HOURS)
    harmonic = 2 * (anomaly * turn[:, None]).sum(0) / np.maximum(covered.sum(0), 1)
    peak = (np.angle(harmonic) * _HOURS / (2 * np.pi) + lon / 15) % _HOURS
    enough = covered.sum(0) >= _MINIMUM_HOURS_COVERED
    return np.where(enough, peak, np.nan), np.where(enough, np.abs(harmonic), np.nan), counts.sum(0)


def _circular(hours: np.ndarray) -> np.ndarray:
    return (hours + _HOURS / 2) % _HOURS - _HOURS / 2


def _longitudes(dataset: xr.Dataset) -> np.ndarray:
    """Longitude of each station, of its place where its own is not known."""
    places = gazetteer()
    known = dataset["lon"].values.astype(float)
    found = [places.find(str(name)) for name in dataset["place"].values]
    fallback = np.asarray([place.lon if place else np.nan for place in found], dtype=float)
    return np.where(np.isfinite(known), known, fallback)
