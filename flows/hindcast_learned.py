"""What a learned model said: only at issues after everything that it was trained on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from flows.hindcast_plan import HindcastPlan
from forecast.history import History
from forecast.learned import NAME
from forecast.verification.quantile_levels import at_levels
from foundation.errors import ConfigurationError, ContractError
from foundation.times import shown

if TYPE_CHECKING:
    from forecast.learned.forecaster import Forecaster
    from forecast.learned.panel import Panel

CHAMPION = "champion"
"""Name in scores of the learned model in use, beside a candidate (`training.promotion.CHAMPION`)."""

_TOLD = ("name", "created", "trained_from", "trained_until", "weather_names", "perfect_weather", "synthetic")


@lru_cache(maxsize=2)
def open_release(folder: str) -> Forecaster:
    """The learned model of a release.

    Raises:
        InputError: when it is absent or damaged.
    """
    from forecast.learned.forecaster import Forecaster

    return Forecaster.read(folder)


def champion_of(store: str, averaging: str) -> str | None:
    """Folder of the release that a store's registry calls champion; None when it has none.

    Raises:
        BogdaError: when the registry cannot be read.
    """
    from forecast.learned.champion import champion

    found = champion(store, averaging)
    return None if found is None else str(found)


def releases_of(plan: HindcastPlan) -> dict[str, str]:
    """Folders of the learned models of a hindcast, by their names in scores."""
    named = {NAME: plan.release, CHAMPION: plan.champion}
    return {name: folder for name, folder in named.items() if folder is not None}


def check_honest(plan: HindcastPlan) -> dict[str, dict[str, Any]]:
    """What a hindcast says of its learned models, after making sure that no issue lies in their training.

    Returns:
        For each model its name, end of training, weather and `fingerprint`, as JSON.

    Raises:
        ConfigurationError: when a release is of another averaging, or was trained on what is judged; the
            message tells the first honest issue.
    """
    return {name: _checked(plan, folder) for name, folder in releases_of(plan).items()}


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
    return {name: model.card.get(name) for name in _TOLD} | {"fingerprint": release_fingerprint(folder)}


def _honest(plan: HindcastPlan, until: np.datetime64) -> str:
    """The first time of issue on the plan's clock that is not before the end of training."""
    every = np.timedelta64(plan.every, "h")
    return shown(plan.first + -((plan.first - until) // every) * every)


def with_learned(
    joined: xr.Dataset, plan: HindcastPlan, histories: Mapping[str, History], wanted: np.ndarray
) -> xr.Dataset:
    """A part of a hindcast with the learned models as its last.

    Args:
        joined: `concentration` (model, issue, lead, place, pollutant, quantile) of the other models.
        plan: of the hindcast.
        histories: of each pollutant, in which no value stands in for a missing one.
        wanted: (issue,) UTC.

    Raises:
        ContractError: when a release expects other pollutants.
    """
    dims = ("issue", "lead", "place", "pollutant", "quantile")
    names = [str(name) for name in joined["pollutant"].values]
    parts = [joined["concentration"].transpose("model", *dims)]
    levels, shape = joined["quantile"].values, tuple(joined.sizes[name] for name in dims)
    for label, folder in releases_of(plan).items():
        model = open_release(folder)
        panel = panel_for(model, histories, tuple(map(str, joined["place"].values)))
        rows = np.searchsorted(panel.times, wanted)
        within = np.flatnonzero(plan.leads <= model.windows.horizon)
        told = model.forecast(panel.without_future(int(rows[-1])), rows, plan.leads[within])
        values = np.full(shape, np.nan, np.float32)
        columns = np.array([names.index(name) for name in panel.pollutants])
        cells = (slice(None), within[:, None], slice(None), columns)
        brought = at_levels(told.quantiles, told.levels, levels)
        values[cells] = np.moveaxis(brought, (1, 3), (0, 1))
        parts.append(xr.DataArray(values[None], {"model": [label]}, ("model", *dims)))
    return joined.drop_dims("model").assign(concentration=xr.concat(parts, "model", join="outer"))


def panel_for(model: Forecaster, histories: Mapping[str, History], places: tuple[str, ...]) -> Panel:
    """What a learned model looks at; weather that it expects and nobody has is missing, which it flags.

    Args:
        model: the learned model.
        histories: of each pollutant.
        places: ids along the second axis of the histories.

    Raises:
        ContractError: when it expects a pollutant that is not measured here.
    """
    from forecast.learned.panel import panel_of

    expected = tuple(model.card["pollutants"])
    absent = [name for name in expected if name not in histories]
    if absent:
        held = ", ".join(histories)
        raise ContractError(f"learned model: expected pollutants among {held}, got {absent[0]}")
    panel = panel_of({name: histories[name] for name in expected}, places)
    names = tuple(model.card.get("weather_names") or ())
    return replace(panel, weather=np.full((*panel.recent.shape[:2], len(names)), np.nan), weather_names=names)
