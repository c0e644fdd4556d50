"""What is judged: forecasts of the past beside what was measured, and the cases that count.

A case is one issue, lead, place and pollutant. Models are compared on the same cases only.
"""

from __future__ import annotations

import numpy as np
import xarray as xr

from foundation.contracts import Contract, Variable
from foundation.errors import ContractError

INDEX = "aqi"
"""Name under which the air quality index stands among the pollutants."""

MEAN = "mean"
"""Name under which the mean over places stands among the places."""

FLOOR = "persistence"
"""The model that every other has to beat."""

_TEXT = "OUST"
_POINT = ("issue", "lead", "place")
_PUBLISHED = ("model", *_POINT)

HINDCAST = Contract(
    "hindcast",
    {
        "model": Variable(("model",), None, _TEXT),
        "issue": Variable(("issue",), None, "M"),
        "lead": Variable(("lead",), None, "iu"),
        "place": Variable(("place",), None, _TEXT),
        "pollutant": Variable(("pollutant",), None, _TEXT),
        "quantile": Variable(("quantile",), None, "f", 0.0, 1.0, may_be_missing=False),
    },
    {
        "concentration": Variable((*_PUBLISHED, "pollutant", "quantile")),
        "observed": Variable((*_POINT, "pollutant")),
    },
    optional={
        "valid_time": Variable(("issue", "lead"), None, "M"),
        "aqi": Variable((*_PUBLISHED, "quantile"), None, "f", 0, 500),
        "aqi_observed": Variable(_POINT, None, "f", 0, 500),
        "primary": Variable((*_PUBLISHED, "pollutant"), None, "biuf"),
        "primary_observed": Variable((*_POINT, "pollutant"), None, "biuf"),
        "range_low": Variable(_PUBLISHED, None, "f", 0, 500),
        "range_high": Variable(_PUBLISHED, None, "f", 0, 500),
    },
)
"""Concentrations in display units (µg m-3, CO mg m-3); NaN where missing; `lead` in hours."""

_PAIRS = (("aqi", "aqi_observed"), ("primary", "primary_observed"), ("range_low", "range_high"))
_NEEDS_INDEX = ("primary", "range_low")


def checked(hindcast: xr.Dataset) -> xr.Dataset:
    """The hindcast with its dimensions in order, or what is wrong with it.

    Raises:
        ContractError: when a variable, a dimension, the median or one half of a pair is missing, or an
            issue time, a model or a place comes twice.
    """
    order = ("model", *_POINT, "pollutant", "quantile")
    missing = [name for name in order if name not in hindcast.dims]
    if missing:
        raise ContractError(f"hindcast contract: expected dimensions {order}, got {tuple(hindcast.dims)}")
    ordered = HINDCAST.check(hindcast.transpose(*order, ..., missing_dims="ignore"))
    for first, second in _PAIRS:
        if (first in ordered) != (second in ordered):
            raise ContractError(f"hindcast contract: expected {first!r} and {second!r} together, got one")
    for name in _NEEDS_INDEX:
        if name in ordered and INDEX not in ordered:
            raise ContractError(f"hindcast contract: {name!r} needs 'aqi', which is missing")
    for name in order:
        if not ordered.indexes[name].is_unique:
            twice = ordered.indexes[name][ordered.indexes[name].duplicated()][0]
            raise ContractError(f"hindcast contract: {name} {twice} comes twice")
    quantile_position(ordered, 0.5)
    return ordered


def quantile_position(hindcast: xr.Dataset, level: float) -> int:
    """Position of a quantile level.

    Raises:
        ContractError: when the hindcast does not hold it.
    """
    found = np.flatnonzero(np.isclose(hindcast["quantile"].values, level))
    if found.size == 0:
        held = ", ".join(f"{value:g}" for value in hindcast["quantile"].values)
        raise ContractError(f"hindcast contract: expected the quantile {level:g}, got {held or 'none'}")
    return int(found[0])


def forecasts(hindcast: xr.Dataset) -> xr.DataArray:
    """Forecasts of all pollutants and, where given, of the index, which comes last among them.

    Returns:
        Float64, dims (model, issue, lead, place, pollutant, quantile).
    """
    return _with_index(hindcast, "concentration", "aqi")


def observations(hindcast: xr.Dataset) -> xr.DataArray:
    """Measurements in the form of `forecasts`, dims (issue, lead, place, pollutant)."""
    return _with_index(hindcast, "observed", "aqi_observed")


def _with_index(hindcast: xr.Dataset, name: str, index: str) -> xr.DataArray:
    array = hindcast[name].reset_coords(drop=True).astype(float)
    if index not in hindcast:
        return array
    last = hindcast[index].reset_coords(drop=True).astype(float).expand_dims(pollutant=[INDEX])
    return xr.concat([array, last], "pollutant", join="outer").transpose(*array.dims)


def cases(forecast: xr.DataArray, observed: xr.DataArray, median: int) -> tuple[xr.DataArray, xr.DataArray]:
    """The cases on which the models are compared, and the models that give a distribution.

    A model takes part in a series (lead, place, pollutant) when it has any forecast there; one that has
    none, such as a model for a single city, does not empty the comparison of the others. A case counts
    when it was measured and every model that takes part has a whole forecast of it: the median, and all
    quantiles if the model gives quantiles in that series at all.

    Args:
        forecast: dims (model, issue, lead, place, pollutant, quantile).
        observed: dims (issue, lead, place, pollutant).
        median: position of the median along `quantile`.

    Returns:
        Which cases count for each model, dims (model, issue, lead, place, pollutant); and whether a model
        gives a distribution, dims (model, lead, place, pollutant).
    """
    present = forecast.notnull()
    all_quantiles = present.all("quantile")
    point = present.isel(quantile=median, drop=True)
    takes_part = point.any("issue")
    distribution = all_quantiles.any("issue")
    whole = point & (all_quantiles | ~distribution)
    counted = (whole | ~takes_part).all("model") & observed.notnull()
    return (counted & takes_part).transpose(*point.dims), distribution
