"""Scores of models side by side on the same cases.

A model is judged by MAE on its median and by RMSE and R² on its mean, as each score asks for (Gneiting 2011,
doi:10.1198/jasa.2011.r10138); a model that gives one number is judged by it on all. R² is one less the
squared errors over the squared departures from the mean of what was measured, all stations together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr
from scores.continuous import additive_bias, mae, nse, quantile_score, rmse

from forecast.verification.probabilistic import covered

LOW, HIGH = 0.1, 0.9
"""Levels that bound the interval of 80 %."""

_DIMS = ("issue", "lead", "station")


@dataclass(frozen=True)
class Entry:
    """What a model said at every issue; µg m-3.

    Attributes:
        model: name.
        perfect_weather: whether it was given the weather of the hours ahead as it was measured.
        median: (issue, lead, station).
        mean: likewise; the same where a model says one number.
        quantiles: (issue, lead, station, level); None where a model gives none.
        levels: (level,).
        seconds: processor time that fitting and asking took; None where it was kept from before.
    """

    model: str
    perfect_weather: bool
    median: np.ndarray
    mean: np.ndarray
    quantiles: np.ndarray | None = None
    levels: tuple[float, ...] = ()
    seconds: float | None = None


def mean_of_quantiles(quantiles: np.ndarray, levels: tuple[float, ...]) -> np.ndarray:
    """Mean of a distribution from quantiles (..., level); each stands for the probabilities nearest to it."""
    return np.asarray(quantiles @ _shares(levels))


def _shares(levels: tuple[float, ...]) -> np.ndarray:
    inner = (np.array(levels[1:]) + np.array(levels[:-1])) / 2
    return np.diff(np.concatenate([[0.0], inner, [1.0]]))


def mean_of_entries(model: str, entries: Sequence[Entry]) -> Entry:
    """Several models of the same weather as one: the mean of their medians, and of their means."""
    medians, means = ([getattr(entry, name) for entry in entries] for name in ("median", "mean"))
    return Entry(model, entries[0].perfect_weather, np.mean(medians, axis=0), np.mean(means, axis=0))


@dataclass(frozen=True)
class Judged:
    """Forecasts of all models on the cases that count for all of them.

    Attributes:
        entries: what the models said.
        observed: (issue, lead, station), NaN where a case does not count.
        issues: (issue,) times.
        leads: (lead,) hours.
    """

    entries: tuple[Entry, ...]
    observed: np.ndarray
    issues: np.ndarray
    leads: np.ndarray

    def table(self) -> list[dict[str, Any]]:
        """One record for each model and lead."""
        observed = xr.DataArray(self.observed, dims=_DIMS)
        return [record for entry in self.entries for record in _records(entry, observed, self.leads)]


def judge(entries: Sequence[Entry], observed: np.ndarray, issues: np.ndarray, leads: np.ndarray) -> Judged:
    """Keep the cases that were measured and that every model has forecast.

    Args:
        entries: what the models said.
        observed: (issue, lead, station), NaN where not measured.
        issues: (issue,) times.
        leads: (lead,) hours.
    """
    there = np.isfinite(observed)
    for entry in entries:
        there &= np.isfinite(entry.median) & np.isfinite(entry.mean)
    return Judged(tuple(entries), np.where(there, observed, np.nan), issues, leads)


def _records(entry: Entry, observed: xr.DataArray, leads: np.ndarray) -> list[dict[str, Any]]:
    over = ["issue", "station"]
    median, mean = (
        xr.DataArray(values, dims=_DIMS).where(observed.notnull()) for values in (entry.median, entry.mean)
    )
    scores = {
        "n": observed.notnull().sum(over), "mae": mae(median, observed, reduce_dims=over),
        "rmse": rmse(mean, observed, reduce_dims=over), "r2": nse(mean, observed, reduce_dims=over),
        "r2_of_stations": nse(mean, observed, reduce_dims=["issue"]).mean("station"),
        "bias": additive_bias(mean, observed, reduce_dims=over), **_of_distribution(entry, observed),
    }  # fmt: skip
    return [
        {
            "model": entry.model, "perfect_weather": entry.perfect_weather, "lead_hours": int(lead),
            **{name: plain(values[row]) for name, values in scores.items()},
        }
        for row, lead in enumerate(leads)
    ]  # fmt: skip


def _of_distribution(entry: Entry, observed: xr.DataArray) -> dict[str, xr.DataArray]:
    """CRPS, mean quantile loss and share within the interval of 80 %; NaN for a single number.

    The CRPS is twice the quantile loss over all levels, each weighted by the probabilities nearest to it
    (Gneiting and Ranjan 2011, doi:10.1198/jbes.2010.08110, equation 12).
    """
    over = ["issue", "station"]
    if entry.quantiles is None:
        nothing = xr.full_like(observed.isel(issue=0, station=0), np.nan)
        return {"crps": nothing, "pinball": nothing, "coverage80": nothing}
    said = xr.DataArray(entry.quantiles, dims=(*_DIMS, "quantile"))
    losses = xr.concat(
        [quantile_score(said.isel(quantile=number), observed, level, reduce_dims=over)
         for number, level in enumerate(entry.levels)],
        "quantile",
    )  # fmt: skip
    low, high = (int(np.argmin(np.abs(np.array(entry.levels) - level))) for level in (LOW, HIGH))
    inside = covered(said, observed, low, high)
    weights = xr.DataArray(_shares(entry.levels), dims="quantile")
    return {
        "crps": 2 * xr.dot(losses, weights, dim="quantile"), "pinball": losses.mean("quantile"),
        "coverage80": inside.mean(over),
    }  # fmt: skip


def plain(value: Any) -> float | int | None:
    """A number as JSON has it; None for what is none."""
    number = float(value)
    if not np.isfinite(number):
        return None
    return int(number) if isinstance(value, xr.DataArray) and value.dtype.kind in "iu" else round(number, 6)
