"""What a learned model said: only at issues after everything that it was trained on."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from flows.hindcasts.candidate import Candidate
from flows.hindcasts.foreseen import outer_of
from flows.hindcasts.plan import HindcastPlan
from flows.hindcasts.said import Said, is_candidate, said_at
from flows.hindcasts.work import plan_in
from forecast.learned import NAME
from forecast.models import published_with
from forecast.prediction import Prediction
from forecast.verification.quantile_levels import at_levels
from foundation.errors import ConfigurationError
from foundation.times import shown

if TYPE_CHECKING:
    from forecast.learned.forecaster import Forecaster

CHAMPION = "champion"
"""Name in scores of the learned model in use, beside a candidate (`training.promotion.CHAMPION`)."""

_DIMS = ("issue", "lead", "place", "pollutant", "quantile")
_TOLD = ("name", "created", "trained_from", "trained_until", "weather_names", "perfect_weather", "synthetic")


@lru_cache(maxsize=2)
def open_release(folder: str) -> Forecaster:
    """The learned model of a release.

    Raises:
        InputError: when it is absent or damaged.
    """
    from forecast.learned.forecaster import Forecaster

    return Forecaster.read(folder)


def releases_of(plan: HindcastPlan) -> dict[str, str]:
    """Folders of the learned models of a hindcast, by their names in scores."""
    named = {NAME: plan.release, CHAMPION: plan.champion}
    return {name: folder for name, folder in named.items() if folder is not None}


def check_honest(plan: HindcastPlan) -> dict[str, dict[str, Any]]:
    """What a hindcast says of its learned models, after making sure that no issue lies in their training.

    Returns:
        For each model its name, end of training, weather, whether it is a `candidate` and `fingerprint`, as
        JSON.

    Raises:
        ConfigurationError: when a release is of another averaging, or was trained on what is judged; the
            message tells the first honest issue.
    """
    return {name: _checked(plan, folder) for name, folder in releases_of(plan).items()}


def outer_found(plan: HindcastPlan) -> dict[str, dict[str, Any]]:
    """What each learned model of a hindcast finds beside measurements, as JSON, once all runs are made."""
    return {
        name: outer_of(plan, open_release(folder)).document(plan)
        for name, folder in releases_of(plan).items()
    }


def _checked(plan: HindcastPlan, folder: str) -> dict[str, Any]:
    from forecast.learned.release import release_fingerprint

    model = open_release(folder)
    kind = "day" if model.windows.steps_per_day == 1 else "hour"
    if kind != plan.averaging:
        raise ConfigurationError(
            f"expected a release for {plan.averaging} means, got one for {kind} means", where=folder,
            remedy="Name another release, or give --averaging",
        )  # fmt: skip
    until = model.trained_until.astype("datetime64[ns]")
    if plan.first < until:
        raise ConfigurationError(
            f"--from {shown(plan.first)}: the release was trained on measurements until {shown(until)}",
            where=folder, remedy=f"The first honest issue is {_honest(plan, until)} Beijing time",
        )  # fmt: skip
    told = {name: model.card.get(name) for name in _TOLD}
    return told | {"candidate": is_candidate(model), "fingerprint": release_fingerprint(folder)}


def _honest(plan: HindcastPlan, until: np.datetime64) -> str:
    """The first time of issue on the plan's clock that is not before the end of training."""
    every = np.timedelta64(plan.every, "h")
    return shown(plan.first + -((plan.first - until) // every) * every)


def with_learned(
    joined: xr.Dataset, work: Path, clock: int, wanted: np.ndarray, predictions: Mapping[str, Prediction]
) -> xr.Dataset:
    """A part of a hindcast with the learned models as its last.

    Before them, named by `forecast.models.published_with`, what would be published with each that is a
    candidate of the combination.

    Args:
        joined: `concentration` (model, issue, lead, place, pollutant, quantile) of the other models.
        work: the work folder.
        clock: hours after the first issue at which the clock time of the issues lies.
        wanted: (issue,) UTC.
        predictions: of the statistical models, by pollutant, in the order of `joined`.

    Returns:
        The same with `situation` (model, issue, place), what each learned model had to do without, as a bit
        mask of `forecast.learned.situations`.

    Raises:
        ContractError: when a release expects other pollutants.
    """
    from forecast.learned.release import read_past

    plan = plan_in(work)
    among: dict[str, tuple[np.ndarray, np.ndarray]] = {}
    alone: dict[str, tuple[np.ndarray, np.ndarray]] = {}
    for label, folder in releases_of(plan).items():
        model = open_release(folder)
        said = said_at(model, work, clock, wanted)
        if is_candidate(model):
            candidate = Candidate(model, read_past(folder), predictions)
            among[published_with(label)] = (candidate.published(said, wanted), said.flags)
        alone[label] = (_alone(model, said, plan.leads, joined), said.flags)
    lines = among | alone
    said_values = np.stack([values for values, _ in lines.values()]).astype(np.float32)
    learned = xr.DataArray(said_values, {"model": list(lines)}, ("model", *_DIMS))
    parts = [joined["concentration"].transpose("model", *_DIMS), learned]
    none = np.zeros((len(parts[0]), joined.sizes["issue"], joined.sizes["place"]), np.int8)
    flags = np.concatenate([none, np.stack([own for _, own in lines.values()]).astype(np.int8)])
    told = joined.drop_dims("model").assign(concentration=xr.concat(parts, "model", join="outer"))
    return told.assign(situation=(("model", "issue", "place"), flags))


def _alone(model: Forecaster, said: Said, leads: np.ndarray, joined: xr.Dataset) -> np.ndarray:
    """What a learned model says by itself, on the axes `_DIMS` of a part; NaN for what it does not say."""
    names = [str(name) for name in joined["pollutant"].values]
    within = np.flatnonzero(leads <= said.leads[-1])
    values = np.full([joined.sizes[name] for name in _DIMS], np.nan)
    columns = np.array([names.index(name) for name in model.scales.pollutants])
    brought = at_levels(said.quantiles[:, leads[within] - 1], said.levels, joined["quantile"].values)
    values[:, within[:, None], :, columns] = np.moveaxis(brought, (1, 3), (0, 1))
    return values
