"""What a learned model's quantiles must be like, and what they are drawn to by its own errors of late."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from flows.budget import ChampionConfig
from forecast.learned.panel import Panel
from foundation.errors import InputError

if TYPE_CHECKING:
    from forecast.learned.forecaster import LearnedForecast

__all__ = ["AbsurdError", "adapted", "own_issues", "refuse_absurd"]


class AbsurdError(InputError):
    """A learned model gave what cannot be."""


def refuse_absurd(told: LearnedForecast, panel: Panel, choices: ChampionConfig) -> None:
    """Refuse what cannot be.

    Args:
        told: what a learned model says; its last issue is today's.
        panel: what it looked at.
        choices: the largest medians.

    Raises:
        AbsurdError: for numbers that are not finite, quantiles that cross, medians that are not possible.
    """
    quantiles = told.quantiles
    if not np.isfinite(quantiles).all():
        raise AbsurdError(f"learned model: {int((~np.isfinite(quantiles)).sum())} numbers are not finite")
    if (np.diff(quantiles, axis=-1) < 0).any() or (quantiles < 0).any():
        raise AbsurdError("learned model: quantiles cross or are negative")
    median = quantiles[-1, ..., int(np.abs(told.levels - 0.5).argmin())]
    for number, name in enumerate(panel.pollutants):
        largest = float(median[..., number].max())
        if largest > choices.largest[name]:
            raise AbsurdError(
                f"learned model: median of {name} {largest:.0f}, expected {choices.largest[name]:g} at most"
            )


def own_issues(times: np.ndarray, until: np.datetime64, most: int) -> np.ndarray:
    """Numbers of the last issues whose outcomes judge a model, and of the last of all, which is asked for.

    Args:
        times: (issue,) UTC, increasing, of one clock time.
        until: the end of all that the model was trained on; only later issues are its own.
        most: how many.
    """
    own = np.flatnonzero(times > until.astype("datetime64[ns]"))[-most:]
    return np.union1d(own, [len(times) - 1])


def adapted(
    told: LearnedForecast, panel: Panel, issues: np.ndarray, leads: np.ndarray, choices: ChampionConfig
) -> np.ndarray:
    """Quantiles drawn in or out by the model's own errors of late, each issue by those known at it.

    Forecasts with the weather that the model expects are not judged by those without, nor the other way
    round: only the issues count that had at each place what the last one has there.

    Args:
        told: what a learned model says of issues after its training.
        panel: what it looked at, and what was measured since.
        issues: (issue,) rows of the panel.
        leads: (lead,) steps ahead.
        choices: how many errors it takes.

    Returns:
        Quantiles as those told, with the same medians.
    """
    from forecast.calibration.adaptive import AdaptiveConfig, adaptive_factors
    from forecast.calibration.median_scaling import DAY_LEADS, HOUR_LEADS, QuantileAxes
    from forecast.learned.situations import NO_WEATHER

    bounds = DAY_LEADS if panel.steps_per_day == 1 else HOUR_LEADS
    axes = QuantileAxes(told.levels, leads, panel.pollutants)
    config = AdaptiveConfig(lead_bounds=bounds, minimum_issues=choices.fewest_own_errors)
    without = told.flags & NO_WEATHER
    alike = (without == without[-1])[:, None, :, None]
    observed = np.where(alike, np.exp(panel.targets(issues, leads)), np.nan)
    factors = adaptive_factors(told.quantiles, observed, axes, issues, config, panel.delay)
    return factors.apply(told.quantiles)
