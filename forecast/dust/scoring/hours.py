"""Persistence of hourly PM10 one to three days ahead, by event: what an hourly dust forecast has to beat."""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr

from forecast.dust.learned.configuration import learned_dust_config
from forecast.dust.scoring.judging import Judged, judged_document
from foundation.times import shown
from foundation.units import si_factor
from observations.dust.series import particles_of

__all__ = ["hour_benchmark"]

_LEADS_H = (24, 48, 72)
_TOLERANCE_H = 2
_LONGEST_GAP_H = 12


def hour_benchmark(dataset: xr.Dataset, source: str) -> dict[str, Any]:
    """Judge the last hour known and "always no" on an hourly record that nothing is fitted on.

    An event may hold twelve missing hours in a row, no more; hours not measured are not judged.

    Args:
        dataset: places, hourly, keeps `place_observations`.
        source: of the measurements, for the reader.
    """
    series = particles_of(dataset)
    coarse = series.coarse / si_factor("ug m-3", "pm10")
    last = _last_known(coarse)
    scores = []
    for mark in learned_dust_config().thresholds_ug_m3:
        for lead in _LEADS_H:
            passed, at_issue, stays = (np.full(coarse.shape, np.nan) for _ in range(3))
            passed[np.isfinite(coarse)] = (coarse > mark)[np.isfinite(coarse)]
            stays[lead:] = last[:-lead] > mark
            at_issue[lead:] = np.where(np.isfinite(last[:-lead]), stays[lead:], np.nan)
            known = np.isfinite(passed) & np.isfinite(at_issue)
            models = {"persistence": (np.nan_to_num(stays), 0.5), "always no": (np.zeros(coarse.shape), 0.5)}
            times = series.steps.times
            judged = Judged(
                "pm10", mark, lead, times, series.places, passed, known, models, at_issue, coarse,
                _TOLERANCE_H, _LONGEST_GAP_H,
            )  # fmt: skip
            scores.append(judged_document(judged))
    held = np.isfinite(coarse).any(1)
    return {
        "source": source, "from": shown(series.steps.times[0]), "to": shown(series.steps.times[-1]),
        "hours_measured": int(held.sum()), "places": list(series.places), "scores": scores,
    }  # fmt: skip


def _last_known(values: np.ndarray) -> np.ndarray:
    """The last value known at each step, (step, place); NaN before the first."""
    step = np.where(np.isfinite(values), np.arange(len(values))[:, None], -1)
    last = np.maximum.accumulate(step, axis=0)
    return np.where(last >= 0, np.take_along_axis(values, np.maximum(last, 0), 0), np.nan)
