"""The mean over places, each of the same weight, and over the same places for every model."""

from __future__ import annotations

import xarray as xr

from forecast.verification.events import THRESHOLDS, event_scores
from forecast.verification.hindcast import MEAN

_COUNTS = ("hits", "misses", "false_alarms", "correct_negatives")
_MAY_BE_UNDEFINED = ("correlation", "primary_hit", "range_hit")
"""Scores that a place with cases need not have; the mean is over the places that have one."""


def with_mean_of_places(scores: xr.Dataset, index: xr.Dataset) -> tuple[xr.Dataset, xr.Dataset]:
    """Add the place `mean`, and the ratios of events.

    A model has a mean only if it has cases at every place at which any model has some: a model for one
    city is not set beside the mean of four. Counts of events are added up before ratios are taken, since
    most places see few events.

    Args:
        scores: variables with dims among (model, lead, place, pollutant, ...), with the count `n`.
        index: scores of the index with dims (model, lead, place) and `n`; empty where it is not judged.

    Returns:
        Both with `mean` as the last place; `index` with `csi150`, `pod150`, `far150` and so on.
    """
    scores = _extended(scores, ())
    if not index:
        return scores, index
    counts = tuple(f"{count}{threshold}" for threshold in THRESHOLDS for count in _COUNTS)
    index = _extended(index, counts)
    for threshold in THRESHOLDS:
        table = xr.Dataset({count: index[f"{count}{threshold}"] for count in _COUNTS})
        ratios = event_scores(table)
        index = index.merge(ratios.rename({name: f"{name}{threshold}" for name in ratios}))
    return scores, index


def _extended(scores: xr.Dataset, added_up: tuple[str, ...]) -> xr.Dataset:
    present = scores["n"] > 0
    comparable = (present | ~present.any("model")).all("place")
    mean = xr.Dataset(
        {name: _mean(scores, str(name), present, added_up).where(comparable) for name in scores}
    )
    mean["n"] = mean["n"].fillna(0).astype(int)
    return xr.concat([scores, mean.expand_dims(place=[MEAN])], "place", join="outer")


def _mean(scores: xr.Dataset, name: str, present: xr.DataArray, added_up: tuple[str, ...]) -> xr.DataArray:
    values = scores[name]
    if name == "n" or name in added_up:
        return values.sum("place").astype(float)
    mean = values.mean("place")
    if name in _MAY_BE_UNDEFINED or "resample" in values.dims:
        return mean
    return mean.where(~(values.isnull() & present).any("place"))
