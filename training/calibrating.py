"""Intervals of an ensemble, calibrated on its validation part in every situation it will meet."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from forecast.calibration.conformal import ConformalConfig, ConformalTable, QuantileAxes, fit_conformal
from forecast.calibration.conformal_table import USUAL
from forecast.calibration.median_scaling import lead_group, log_distance, median_position
from training.ensemble import Cases, Ensemble, cases_of, cases_of_strangers
from training.gaps import GapsConfig, with_gaps

HIDDEN = GapsConfig(silent=0.25, all_silent=0.15, weather=0.2, mean_hours=120.0)
"""What is hidden to see how forecasts fare without it: more than in training, for cases enough."""

WIDER = 1.05
"""How much wider, at least, intervals are where something is missing than they usually are, on average."""

_SMALLEST = 1e-6
_SEED = 20160101
_MOST_CASES = 1500
"""Issues on which a calibration rests at most; evenly spread over the validation part."""


def calibrate(ensemble: Ensemble, config: ConformalConfig, device: str = "cpu") -> ConformalTable:
    """Fit the factors of a conformal calibration.

    The validation part decided when each fit stopped and nothing else. It is forecast three times: as it is,
    with measurements and weather hidden, and, station by station, by the members that never trained on it.

    Args:
        ensemble: fitted.
        config: choices of the calibration.
        device: `cpu` or `cuda`.
    """
    data, shape = ensemble.data, ensemble.recipe.network
    every = max(1, len(data.parts.validation) // _MOST_CASES)
    issues = data.parts.validation[::every]
    leads = leads_for(config.lead_bounds, shape.windows.horizon)
    hidden = with_gaps(data.panel, HIDDEN, np.random.default_rng(_SEED))
    plain = cases_of(ensemble, data.panel, issues, leads, device)
    parts = [as_usual(plain), _degraded(cases_of(ensemble, hidden, issues, leads, device))]
    if parts[0] is not plain:
        parts.append(plain)
    strangers = cases_of_strangers(ensemble, issues, leads, device)
    if strangers is not None:
        parts.append(_padded(strangers, len(data.panel.stations)))
    axes = QuantileAxes(np.array(shape.levels), leads, data.panel.pollutants)
    table = fit_conformal(
        np.concatenate([part.quantiles for part in parts]), np.concatenate([part.observed for part in parts]),
        axes, np.concatenate([part.flags for part in parts]), config,
    )  # fmt: skip
    for part in parts[1:]:
        table = never_narrower(table, parts[0], part, axes)
    return replace(table, least=WIDER * usual_distance(table, parts[0], axes))


def as_usual(cases: Cases) -> Cases:
    """The same cases, without what all of them had to do without when none was in the usual situation.

    So it is where the weather of the validation part is missing: better intervals from such cases, which are
    rather too wide, than none.
    """
    if (cases.flags == USUAL).any():
        return cases
    return replace(cases, flags=cases.flags & ~np.bitwise_and.reduce(cases.flags, axis=None))


def usual_distance(table: ConformalTable, usual: Cases, axes: QuantileAxes) -> np.ndarray:
    """Mean calibrated distance from the median in ln space (lead group, pollutant, level), usually."""
    calibrated = table.apply(usual.quantiles, axes.leads, np.zeros_like(usual.flags))
    distance = log_distance(calibrated, axes.levels).mean(axis=(0, 2))
    groups = lead_group(axes.leads, table.lead_bounds)
    known = np.stack([distance[groups == group].mean(axis=0) for group in np.unique(groups)])
    nearest = np.searchsorted(np.unique(groups), np.arange(len(table.lead_bounds)))
    return np.asarray(known[nearest.clip(max=len(known) - 1)])


def never_narrower(table: ConformalTable, usual: Cases, other: Cases, axes: QuantileAxes) -> ConformalTable:
    """Factors with which nothing missing ever narrows intervals, on average over the cases of a situation.

    Args:
        table: fitted.
        usual: forecasts with nothing missing.
        other: forecasts of the same issues and stations with something missing.
        axes: what the axes of quantiles stand for.
    """
    factors = table.factors.copy()
    groups = lead_group(axes.leads, table.lead_bounds)
    distances = [log_distance(part.quantiles, axes.levels) for part in (usual, other)]
    for number, situation in enumerate(table.situations):
        issues, stations = np.nonzero(other.flags == situation)
        if situation == USUAL or len(issues) == 0:
            continue
        wide, narrow = (distance[issues, :, stations].mean(axis=0) for distance in distances)
        for group in np.unique(groups):
            inside = groups == group
            needed = WIDER * wide[inside].mean(axis=0) * table.factors[group, :, 0]
            given = np.maximum(narrow[inside].mean(axis=0), _SMALLEST)
            factors[group, :, number] = np.maximum(factors[group, :, number], needed / given)
    factors[..., median_position(axes.levels)] = 1.0
    return replace(table, factors=factors)


def leads_for(bounds: tuple[int, ...], horizon: int) -> np.ndarray:
    """A few leads of each group: its first, middle and last."""
    first, chosen = 1, set()
    for last in bounds:
        end = min(last, horizon)
        if first <= end:
            chosen |= {first, (first + end) // 2, end}
        first = last + 1
    return np.array(sorted(chosen))


def _degraded(cases: Cases) -> Cases:
    """Only cases in which something was hidden; the others are told by the whole record."""
    observed = np.where((cases.flags != 0)[:, None, :, None], cases.observed, np.nan)
    return Cases(cases.quantiles, observed, cases.flags)


def _padded(cases: Cases, stations: int) -> Cases:
    """The same cases on an axis of all stations; what is added was not measured."""
    missing = stations - cases.flags.shape[1]
    if missing == 0:
        return cases
    quantiles = np.concatenate(
        [cases.quantiles, np.repeat(cases.quantiles[:, :, :1], missing, axis=2)], axis=2
    )
    nothing = np.full((*cases.observed.shape[:2], missing, cases.observed.shape[3]), np.nan)
    flags = np.concatenate([cases.flags, np.repeat(cases.flags[:, :1], missing, axis=1)], axis=1)
    return Cases(quantiles, np.concatenate([cases.observed, nothing], axis=2), flags)
