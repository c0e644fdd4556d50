"""Is the median near, and do the quantiles hold what they say? PM10, beside that of today."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np

from forecast.dust.learned.cases import Cases
from forecast.dust.learned.configuration import Coefficients, learned_dust_config
from observations.regular import STEP

__all__ = ["quantile_document"]

_LOW, _HIGH = 0.1, 0.9
_BINS = (0.0, 150.0, 420.0, np.inf)


def quantile_document(
    cases: Cases, first: np.datetime64, last: np.datetime64, coefficients: Coefficients
) -> list[dict[str, Any]]:
    """By lead: mean absolute error of the median of PM10 beside that of today's PM10, and coverage.

    Args:
        cases: of the record.
        first: first step forecast that counts, UTC.
        last: last.
        coefficients: as fitted.
    """
    levels = np.array(learned_dust_config().levels)
    low, middle, high = (int(np.abs(levels - level).argmin()) for level in (_LOW, 0.5, _HIGH))
    found = []
    for lead in coefficients.leads:
        valid = cases.times + lead * STEP[coefficients.averaging]
        inside = np.asarray((valid >= first) & (valid <= last))
        today = cases.measured["pm10"]
        used = cases.usable("pm10", lead) & inside[:, None] & np.isfinite(today)
        truth, stays = cases.ahead("pm10", lead)[used], today[used]
        matrix = coefficients.standardised(cases.predictors[lead])[used]
        made = coefficients.of("pm10", lead).law().quantiles(matrix, levels)
        within = (truth >= made[:, low]) & (truth <= made[:, high])
        found.append({
            "lead": lead, "cases": int(used.sum()),
            "median_absolute_error_ug_m3": _rounded(np.median(np.abs(made[:, middle] - truth))),
            "mean_absolute_error_ug_m3": _rounded(np.abs(made[:, middle] - truth).mean()),
            "persistence_median_absolute_error_ug_m3": _rounded(np.median(np.abs(stays - truth))),
            "persistence_mean_absolute_error_ug_m3": _rounded(np.abs(stays - truth).mean()),
            "coverage_of_80_percent": round(float(within.mean()), 3),
            "coverage_by_measured": [
                {"from": low_end, "cases": int(part.sum()), "coverage": round(float(within[part].mean()), 3)}
                for low_end, high_end in pairwise(_BINS)
                if (part := (truth > low_end) & (truth <= high_end)).any()
            ],
        })  # fmt: skip
    return found


def _rounded(value: float) -> float:
    return round(float(value), 1)
