"""Scores of what is decided by: polluted days, levels, primary pollutants, the published range."""

from __future__ import annotations

import operator

import numpy as np
import xarray as xr
from scores.categorical import BasicContingencyManager, ThresholdEventOperator

from standards.levels import level_of_index

THRESHOLDS = (150, 200)
"""An event is an index above it; at 150 heavy pollution is near, above 200 it is there."""

PRIMARY_ABOVE = 50
"""A primary pollutant is named when the index is above it (HJ 633)."""

_ROUNDING = 6


def contingency_counts(forecast: xr.DataArray, observed: xr.DataArray, threshold: int) -> xr.Dataset:
    """Hits, misses, false alarms and correct negatives of an index above a threshold, over the issues.

    Args:
        forecast: median of the index, dims (model, issue, ...), NaN where a case does not count.
        observed: index measured, the same dims less `model`.
        threshold: the event is an index above it, not at it.
    """
    events = ThresholdEventOperator(default_event_threshold=threshold, default_op_fn=operator.gt)
    matched = observed.broadcast_like(forecast).where(forecast.notnull())
    table = events.make_contingency_manager(forecast, matched).transform(reduce_dims=["issue"])
    counts = table.get_counts()
    return xr.Dataset(
        {
            "hits": counts["tp_count"],
            "misses": counts["fn_count"],
            "false_alarms": counts["fp_count"],
            "correct_negatives": counts["tn_count"],
        }
    )


def event_scores(counts: xr.Dataset) -> xr.Dataset:
    """Critical success index, probability of detection and false alarm ratio of `contingency_counts`.

    Returns:
        `csi`, `pod`, `far`; NaN where the ratio has nothing below the line.
    """
    named = {
        "tp_count": counts["hits"].astype(float),
        "fn_count": counts["misses"].astype(float),
        "fp_count": counts["false_alarms"].astype(float),
        "tn_count": counts["correct_negatives"].astype(float),
    }
    table = BasicContingencyManager({**named, "total_count": sum(named.values())})
    with np.errstate(divide="ignore", invalid="ignore"):
        return xr.Dataset(
            {
                "csi": table.critical_success_index(),
                "pod": table.probability_of_detection(),
                "far": table.false_alarm_ratio(),
            }
        )


def level_of(index: xr.DataArray) -> xr.DataArray:
    """Level 1 to 6 of an index, 0 where it is missing; fractions of the index round up (HJ 633)."""
    whole = np.ceil(np.round(index.values, _ROUNDING))
    steps = np.clip(np.nan_to_num(whole), 0, 500).astype(int)
    return index.copy(data=np.where(np.isnan(whole), 0, level_of_index()[steps]))


def level_hits(forecast: xr.DataArray, observed: xr.DataArray) -> xr.DataArray:
    """Whether the level of the median index is the level measured; NaN where a case does not count."""
    hit = level_of(forecast) == level_of(observed)
    return hit.where(forecast.notnull() & observed.notnull())


def primary_hits(
    forecast: xr.DataArray, observed: xr.DataArray, index: xr.DataArray, counted: xr.DataArray
) -> xr.DataArray:
    """Whether forecast and measurement name a primary pollutant in common, where the index was above 50.

    Args:
        forecast: primary or not, dims (model, issue, lead, place, pollutant).
        observed: the same of the measurement, less `model`.
        index: index measured, dims (issue, lead, place).
        counted: which cases count, dims (model, issue, lead, place).

    Returns:
        1 or 0; NaN where the index was 50 or less, nothing was named in the measurement, or a case does not
        count.
    """
    named, true = forecast.fillna(0).astype(bool), observed.fillna(0).astype(bool)
    asked = counted & (index > PRIMARY_ABOVE) & true.any("pollutant")
    return (named & true).any("pollutant").where(asked)


def range_hits(
    low: xr.DataArray, high: xr.DataArray, observed: xr.DataArray, counted: xr.DataArray
) -> xr.DataArray:
    """Whether the index measured lies in the published range, both ends included; NaN without a range."""
    inside = (low <= observed) & (high >= observed)
    return inside.where(counted & low.notnull() & high.notnull())
