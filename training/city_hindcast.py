"""Learned models of city days put beside the hindcast of all other models, and into their combination."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import xarray as xr
from torch import Tensor

from forecast.calibration.past_errors import QUANTILES
from forecast.combination import combine
from forecast.configuration import ForecastConfig
from forecast.hindcast import joined_parts
from forecast.learned import NAME
from forecast.learned.ensemble import ask
from forecast.learned.forecaster import Forecaster
from forecast.learned.normalisation import fit_normalisation
from forecast.learned.panel import Panel
from forecast.learned.windows import Cutter
from forecast.prediction import Prediction, choice_of
from forecast.verification.quantile_levels import at_levels
from foundation.errors import InputError
from training.configuration import Recipe
from training.ensemble import fit_ensemble
from training.member import Data
from training.pretraining import rescaled
from training.splitting import Split

LEADS = np.arange(1, 8)


def said_by(model: Forecaster, panel: Panel, issues: np.ndarray) -> np.ndarray:
    """Quantiles of a learned model at the levels of a hindcast.

    Args:
        model: a release of daily means.
        panel: what it looks at.
        issues: (issue,) UTC instants.

    Returns:
        (issue, lead, place, pollutant, quantile) display units, at `past_errors.QUANTILES`.

    Raises:
        InputError: when an issue is not in the panel, or lies before the end of training.
    """
    rows = np.searchsorted(panel.times, issues)
    inside = rows < len(panel.times)
    if not inside.all() or (panel.times[rows] != issues).any():
        raise InputError("an issue of the hindcast is not in the panel", remedy="Give a panel of all issues")
    if issues.min() < model.trained_until:
        raise InputError(
            f"the first issue, {issues.min()} UTC, lies in the training of the network",
            remedy=f"Judge issues from {model.trained_until} UTC on",
        )
    told = model.forecast(panel, rows, LEADS)
    return at_levels(told.quantiles, told.levels, QUANTILES)


def beside(base: xr.Dataset, lines: Mapping[str, np.ndarray], config: ForecastConfig) -> xr.Dataset:
    """A hindcast with further models, on the issues and places it has.

    Args:
        base: daily hindcast, as `forecast.hindcast.hindcast` makes it.
        lines: by name in scores, (issue, lead, place, pollutant, quantile) display units.
        config: the choices of the index.

    Returns:
        Keeps `forecast.verification.hindcast.HINDCAST`; a forecast counts only where the place is measured.
    """
    dims = ("model", "issue", "lead", "place", "quantile")
    parts = []
    for number, name in enumerate(base["pollutant"].values):
        held = base[["concentration", "observed"]].sel(pollutant=name).drop_vars("pollutant")
        further = np.stack([values[..., number, :] for values in lines.values()])
        added = xr.DataArray(further, {"model": list(lines)}, dims)
        whole = xr.concat([held["concentration"].transpose(*dims).drop_vars("valid_time"), added], "model")
        parts.append(
            xr.Dataset({"concentration": whole, "observed": held["observed"]}).assign_coords(
                valid_time=base["valid_time"]
            )
        )
    return joined_parts(parts, base["place"].values, "day", config)


def rolling_medians(
    panel: Panel, recipe: Recipe, origins: Sequence[int], first: Sequence[dict[str, Tensor]] | None = None
) -> np.ndarray:
    """Medians of an ensemble fitted anew at several times, each fit on what was known by then.

    So the past of a learned model can be verified as that of the regressions is, which are fitted anew each
    quarter. All passes of the recipe are made: no part of the record is left out to stop by.

    Args:
        panel: the series.
        recipe: what is fitted.
        origins: rows of the panel at which it is fitted, increasing.
        first: weights that each member begins with, learned elsewhere before the first origin.

    Returns:
        (row, lead, place, pollutant) natural logarithms; NaN before the first origin.
    """
    medians = np.full((len(panel.times), len(LEADS), len(panel.stations), len(panel.pollutants)), np.nan)
    fixed = recipe.fit.model_copy(update={"keep": "last", "patience": recipe.fit.most_epochs})
    recipe = recipe.model_copy(update={"fit": fixed})
    middle = recipe.network.levels.index(0.5)
    for origin, following in zip(origins, [*origins[1:], len(panel.times)], strict=True):
        data = _known_at(panel, recipe, origin)
        begun = None if first is None else [rescaled(weights, data.scales) for weights in first]
        networks = fit_ensemble(data, recipe, first=begun).networks()
        rows = np.arange(origin, following)
        said = ask(networks, Cutter(panel, recipe.network.windows, data.scales), rows, LEADS)
        medians[rows] = np.log(said.quantiles[..., middle])
    return medians


def _known_at(panel: Panel, recipe: Recipe, origin: int) -> Data:
    """What can be fitted to at an issue; the last case known stands for a validation that decides nothing."""
    known = panel.without_future(origin)
    train = np.arange(recipe.network.windows.fine, origin + 1 - len(LEADS) - panel.delay)
    parts = Split(train, train[-1:], np.arange(0), (origin + 1, origin + 1))
    return Data(known, parts, fit_normalisation(known, np.arange(origin + 1)))


def among_candidates(prediction: Prediction, points: np.ndarray, config: ForecastConfig) -> Prediction:
    """A prediction whose combination has one candidate more, by the rule of `forecast.combination`.

    Args:
        prediction: of one pollutant.
        points: (issue, lead, place) natural logarithms of the new candidate; NaN where it does not speak.
        config: the choices of the combination.
    """
    first = 1 + len(prediction.candidates)
    candidates = np.concatenate([prediction.points[1:first], points[None]])
    usual = choice_of(config)
    choice = replace(usual, fallback=np.append(usual.fallback, 0.0))
    rows = np.arange(len(prediction.issues))
    combined = combine(prediction.cases, prediction.leads, candidates, choice, rows)
    return replace(
        prediction, points=np.concatenate([combined.forecast[None], prediction.points[1:]]),
        weights=combined.weights, candidates=(*prediction.candidates, NAME),
    )  # fmt: skip
