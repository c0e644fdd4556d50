"""What a learned model says on the issues of the statistical forecast: only of days it was not trained on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from forecast.calibration.past_errors import QUANTILES
from forecast.candidates import issues_weighed
from forecast.prediction import Prediction

if TYPE_CHECKING:
    from forecast.learned.forecaster import Forecaster, LearnedForecast
    from forecast.learned.past import LearnedPast

__all__ = ["medians_said", "padded", "quantiles_said", "weighed_issues"]


def weighed_issues(prediction: Prediction, until: np.datetime64) -> np.ndarray:
    """Numbers of the issues by which a candidate is weighed and that are its own, and of the last of all.

    Args:
        prediction: of one pollutant by the statistical models.
        until: the end of all that the model was trained on; only later issues are its own.
    """
    times, wanted = prediction.history.times[prediction.issues], issues_weighed(prediction)
    own = wanted[times[wanted] > until.astype("datetime64[ns]")]
    return np.union1d(own, [len(times) - 1])


def quantiles_said(
    predictions: Mapping[str, Prediction], model: Forecaster, chosen: np.ndarray, quantiles: np.ndarray
) -> dict[str, np.ndarray]:
    """Quantiles (issue, lead, place, quantile) of each pollutant at `QUANTILES`, ln; NaN for nothing said.

    Args:
        predictions: of the statistical models, by pollutant.
        model: the release.
        chosen: numbers of the issues that it was asked about.
        quantiles: (chosen, lead, place, pollutant, level) display units.
    """
    from forecast.verification.quantile_levels import at_levels

    brought = at_levels(quantiles, np.array(model.network.levels), QUANTILES)
    return _on_all_issues(predictions, model, chosen, np.log(brought))


def medians_said(
    predictions: Mapping[str, Prediction], places: Sequence[str], model: Forecaster, chosen: np.ndarray,
    told: LearnedForecast, past: LearnedPast | None,
) -> dict[str, np.ndarray]:  # fmt: skip
    """Medians (issue, lead, place, 1) of each pollutant, ln; up to the end of training those of its past.

    Args:
        predictions: of the statistical models, by pollutant.
        places: (place,) ids along their axes.
        model: the release.
        chosen: numbers of the issues that it was asked about.
        told: what it said.
        past: what its release carries; None where it carries none, so that nothing is said of those issues.
    """
    middle = model.network.levels.index(0.5)
    found = _on_all_issues(predictions, model, chosen, np.log(told.quantiles[..., middle : middle + 1]))
    if past is None:
        return found
    for name, prediction in predictions.items():
        times = prediction.history.times[prediction.issues]
        early = times <= model.trained_until.astype("datetime64[ns]")
        found[name][early, ..., 0] = past.of(times[early], prediction.leads, places, name)
    return found


def _on_all_issues(
    predictions: Mapping[str, Prediction], model: Forecaster, chosen: np.ndarray, said: np.ndarray
) -> dict[str, np.ndarray]:
    """What was said (chosen, lead, place, pollutant, level) on all issues and leads of the predictions."""
    found = {}
    for name, prediction in predictions.items():
        shape = (len(prediction.issues), len(prediction.leads), said.shape[2], said.shape[-1])
        found[name] = np.full(shape, np.nan)
        if name in model.scales.pollutants:
            number = model.scales.pollutants.index(name)
            found[name][chosen, : said.shape[1]] = said[:, :, :, number]
    return found


def padded(sources: np.ndarray | None, leads: int) -> np.ndarray | None:
    """Sources (lead, place, source + 1) of the last issue; NaN at leads that the model does not reach."""
    if sources is None:
        return None
    last = sources[-1]
    return np.concatenate([last, np.full((leads - len(last), *last.shape[1:]), np.nan)])
