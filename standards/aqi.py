"""The air quality index of HJ 633 over whole data sets; `report` gives one set of values exactly."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import xarray as xr

from foundation.errors import ContractError, InputError
from foundation.pollutants import POLLUTANTS
from foundation.times import beijing_day, day_of_hour
from foundation.units import CONCENTRATION
from standards.breakpoints import NOT_AVAILABLE, column_chain, look_up, steps_per_unit
from standards.dates_of_effect import Date
from standards.levels import level_of_index
from standards.report import AirQualityReport, air_quality_report
from standards.rounding import reported_steps_of
from standards.rules import AirQualityRules, rule_book, rules_on

__all__ = ["AirQualityReport", "air_quality_index", "air_quality_report"]


def air_quality_index(
    dataset: xr.Dataset, date_or_rules: Date | AirQualityRules | None, averaging: str
) -> xr.Dataset:
    """Air quality index of whole data sets; equal to `air_quality_report` element by element.

    Args:
        dataset: concentrations, kg m-3, NaN where missing, in variables named by pollutant; any
            dimensions. Other variables are passed over.
        date_or_rules: a calendar day in Beijing time, or rules; None takes for each element of the
            coordinate `time` (or `valid_time`), in UTC, the rules of its Beijing day. An hourly mean
            labelled 00:00 belongs to the day that ends there.
        averaging: `day` or `hour`.

    Returns:
        `aqi` (float, NaN where no pollutant is present), `level` (int8, 0 where none is present),
        `publishable` (bool), and with a last dimension `pollutant` `iaqi` (float, NaN) and `primary`
        (int8, 0 or 1). The attribute `rules` names what was applied.

    Raises:
        InputError: when no pollutant is given, one is no item of the report, a value is negative,
            infinite or beyond any air, or the rules cannot be chosen.
        ContractError: when a concentration is not in kg m-3.
    """
    names, arrays = _concentrations(dataset)
    steps = {name: reported_steps_of(array.values, name) for name, array in zip(names, arrays, strict=True)}
    periods = _periods(dataset, date_or_rules, averaging)
    parts = [_indices(steps, rules, averaging) for rules, _ in periods]
    iaqi, publishable = parts[-1]
    for (_, when), (earlier, earlier_publishable) in zip(periods[:-1], parts[:-1], strict=True):
        mask = when.broadcast_like(arrays[0]).transpose(*arrays[0].dims).values
        iaqi = np.where(mask, earlier, iaqi)
        publishable = np.where(mask, earlier_publishable, publishable)
    threshold = periods[-1][0].primary_above
    result = _result(iaqi, publishable, threshold, arrays[0], names)
    result.attrs = {"averaging": averaging, "rules": ", ".join(rules.name for rules, _ in periods)}
    return result


def _concentrations(dataset: xr.Dataset) -> tuple[list[str], tuple[xr.DataArray, ...]]:
    names = [name for name in POLLUTANTS if name in dataset.data_vars]
    if not names:
        raise InputError(
            "no pollutant to work out an index from", remedy=f"Name variables {', '.join(POLLUTANTS)}"
        )
    for name in names:
        units = dataset[name].attrs.get("units", CONCENTRATION)
        if units != CONCENTRATION:
            raise ContractError(f"{name!r}: expected units {CONCENTRATION!r}, got {units!r}")
    return names, xr.broadcast(*(dataset[name] for name in names))


def _periods(
    dataset: xr.Dataset, date_or_rules: Date | AirQualityRules | None, averaging: str
) -> list[tuple[AirQualityRules, xr.DataArray]]:
    if isinstance(date_or_rules, AirQualityRules):
        return [(date_or_rules, xr.DataArray(True))]
    if date_or_rules is not None:
        return [(rules_on(date_or_rules), xr.DataArray(True))]
    times = next((dataset[name] for name in ("time", "valid_time") if name in dataset.coords), None)
    if times is None:
        raise InputError("no coordinate `time` to choose rules by", remedy="Give a date or rules")
    days = beijing_day(times.values) if averaging == "day" else day_of_hour(times.values)
    if np.isnat(days).any() or days.size == 0:
        raise InputError("a time is missing, so that no rules can be chosen", remedy="Give a date or rules")
    for edge in (days.min(), days.max()):
        rules_on(edge)
    periods = []
    for rules in rule_book().rules:
        held = rules.holds_on(days)
        if held.any():
            periods.append((rules, xr.DataArray(held, dims=times.dims)))
    return periods


def _indices(
    steps: Mapping[str, np.ndarray], rules: AirQualityRules, averaging: str
) -> tuple[np.ndarray, np.ndarray]:
    """Individual indices (int16, pollutant first) and whether the index may be published."""
    indices = []
    for name, reported in steps.items():
        column_name = rules.column_of(name, averaging)
        index = look_up(column_chain(rules, column_name), reported, steps_per_unit(name))
        above = rules.columns[column_name].above
        if above is not None and above.item is not None and above.item in steps:
            last = steps_per_unit(name) * rules.columns[column_name].breakpoints[-1]
            index[(reported > last) & ~np.isnan(steps[above.item])] = NOT_AVAILABLE
        indices.append(index)
    iaqi = np.stack(indices)
    required = rules.report(averaging).required
    publishable = iaqi.max(axis=0) > rules.incomplete_published_above
    if set(required) <= set(steps):
        present = np.stack([~np.isnan(steps[name]) for name in required])
        publishable |= present.all(axis=0)
    return iaqi, publishable


def _result(
    iaqi: np.ndarray, publishable: np.ndarray, threshold: int, like: xr.DataArray, names: list[str]
) -> xr.Dataset:
    aqi = iaqi.max(axis=0)
    available = aqi != NOT_AVAILABLE
    level = np.where(available, level_of_index()[aqi], 0).astype(np.int8)
    primary = ((iaqi == aqi) & (aqi > threshold)).astype(np.int8)
    shown = iaqi.astype(float)
    shown[iaqi == NOT_AVAILABLE] = np.nan
    dims = (*like.dims, "pollutant")
    one = {"units": "1"}
    return xr.Dataset(
        {
            "aqi": (like.dims, np.where(available, aqi, np.nan), one),
            "level": (like.dims, level, one),
            "publishable": (like.dims, publishable),
            "iaqi": (dims, np.moveaxis(shown, 0, -1), one),
            "primary": (dims, np.moveaxis(primary, 0, -1), one),
        },
        coords={**like.coords, "pollutant": names},
    )
