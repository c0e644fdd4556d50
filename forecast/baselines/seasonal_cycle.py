"""The seasonal, weekly and daily cycle as it could be known at each issue.

A harmonic regression on the logarithm (Wilks 2011, section 10.4): annual wave, weekend, and for hours
the daily wave with its change over the year. Each place is drawn towards all places together, so that
a short record borrows from its neighbours. Normal equations are summed up to each issue, so every
issue has its own fit and none sees what comes after it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forecast.history import History, day_of_year, last_days, trailing_anchors
from foundation.times import beijing_from_utc

_WITHIN = 60.0
"""Weight, in days of data, with which a place is drawn to the mean of all places."""

_TOWARDS_NONE = 30.0
"""Weight, in days of data, with which the common cycle is drawn to no cycle."""


@dataclass(frozen=True)
class SeasonalCycle:
    """Coefficients (issue, regressor, place) of the cycle, fitted up to each issue."""

    coefficients: np.ndarray

    def ahead(self, history: History, issues: np.ndarray, leads: np.ndarray) -> np.ndarray:
        """The cycle (issue, lead, place) at the steps ahead of each issue."""
        return self._at(_design(history, issues[:, None] + leads))

    def last_day(self, history: History, issues: np.ndarray) -> np.ndarray:
        """The cycle (issue, step, place) in the day that ends at each issue."""
        return self._at(_design(history, issues[:, None] + np.arange(1 - history.steps_per_day, 1)))

    def trailing(self, history: History, issues: np.ndarray, days: int) -> np.ndarray:
        """Mean of the cycle (issue, step, place) over the last days, for each hour of the day."""
        steps = np.arange(len(history.times))
        design = regressors(history.times[0] + steps * _spacing(history), history.steps_per_day)
        return self._at(trailing_anchors(design, issues, days, history.steps_per_day))

    def _at(self, design: np.ndarray) -> np.ndarray:
        return np.asarray(np.einsum("isr,irp->isp", design, self.coefficients, optimize=True))


def _spacing(history: History) -> np.timedelta64:
    return np.timedelta64(86_400_000_000_000 // history.steps_per_day, "ns")


def _design(history: History, rows: np.ndarray) -> np.ndarray:
    """Regressors (issue, step, regressor) at rows of the history or beyond its ends."""
    times = history.times[0] + rows.ravel() * _spacing(history)
    return regressors(times, history.steps_per_day).reshape(*rows.shape, -1)


def regressors(times: np.ndarray, steps_per_day: int) -> np.ndarray:
    """Regressors (time, regressor) of the cycle; the value belongs to the step that ends at a time."""
    middle = times - np.timedelta64(43_200_000_000_000 // steps_per_day, "ns")
    year = 2 * np.pi * day_of_year(middle) / 365.25
    weekday = (middle_day(middle).astype(int) + 3) % 7
    annual = [np.cos(year), np.sin(year)]
    columns = [np.ones(len(times)), *annual, (weekday >= 5).astype(float) - 2 / 7]
    if steps_per_day > 1:
        clock = beijing_from_utc(middle)
        day = 2 * np.pi * ((clock - middle_day(middle)) / np.timedelta64(1, "D"))
        daily = [np.cos(day), np.sin(day), np.cos(2 * day), np.sin(2 * day)]
        columns += daily + [wave * season for wave in daily for season in annual]
    return np.column_stack(columns)


def middle_day(times: np.ndarray) -> np.ndarray:
    """Beijing calendar day of UTC instants."""
    return beijing_from_utc(times).astype("datetime64[D]")


def seasonal_cycle(history: History, issues: np.ndarray) -> SeasonalCycle:
    """Fit the cycle up to each issue.

    Args:
        history: the series.
        issues: (issue,) rows, increasing.
    """
    design = regressors(history.times, history.steps_per_day)
    gram, moment = _sums_up_to(design, history.recent, issues, history.steps_per_day)
    steps = float(history.steps_per_day)
    penalty = np.diag([0.0] + [1.0] * (design.shape[1] - 1))
    return SeasonalCycle(_drawn_together(gram, moment, penalty * steps))


def _sums_up_to(
    design: np.ndarray, values: np.ndarray, issues: np.ndarray, steps_per_day: int
) -> tuple[np.ndarray, np.ndarray]:
    """Sums of X'X (issue, place, r, r) and X'y (issue, place, r) over the rows up to each issue."""
    lead_in = -(int(issues[0]) + 1) % steps_per_day
    rows, data = last_days(design, lead_in, steps_per_day), last_days(values, lead_in, steps_per_day)
    known, rows = np.isfinite(data), np.nan_to_num(rows)
    gram = np.einsum("dsr,dst,dsp->dprt", rows, rows, known.astype(float), optimize=True)
    moment = np.einsum("dsr,dsp->dpr", rows, np.where(known, data, 0.0))
    day = (issues + 1 + lead_in) // steps_per_day - 1
    return gram.cumsum(axis=0)[day], moment.cumsum(axis=0)[day]


def _drawn_together(gram: np.ndarray, moment: np.ndarray, penalty: np.ndarray) -> np.ndarray:
    """Solve for every place with the shape of the cycle drawn to that of all places together."""
    tiny = 1e-6 * np.eye(gram.shape[-1])
    shape = _common_shape(gram, moment, penalty, tiny)
    pull = np.einsum("rs,is->ir", _WITHIN * penalty, shape)
    drawn = (moment + pull[:, None, :])[..., None]
    fitted = np.linalg.solve(gram + _WITHIN * penalty + tiny, drawn)[..., 0]
    known = gram[..., 0, 0] > 0
    return np.where(known[..., None], fitted, np.nan).swapaxes(1, 2)


def _common_shape(gram: np.ndarray, moment: np.ndarray, penalty: np.ndarray, tiny: np.ndarray) -> np.ndarray:
    """Coefficients (issue, regressor) of all places together, each place keeping its own mean."""
    count = np.maximum(gram[..., 0, 0], 1e-9)[..., None]
    mean_design = gram[..., 0, :] / count
    centred = gram - np.einsum("ipr,ips->iprs", mean_design, mean_design) * count[..., None]
    mean_value = moment[..., :1] / count
    centred_moment = moment - mean_design * mean_value * count
    total = centred.sum(axis=1) + _TOWARDS_NONE * penalty + tiny
    return np.asarray(np.linalg.solve(total, centred_moment.sum(axis=1)[..., None])[..., 0])
