"""The cases of a hindcast on which one model's probabilities are judged: those of the score table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr

from forecast.verification import hindcast as judged
from foundation.errors import ContractError, InputError


@dataclass(frozen=True)
class CountedCases:
    """Forecasts of one model and pollutant where a case counts for all models.

    Attributes:
        forecast: (issue, lead, place, level) display units, or index; NaN where a case does not count.
        observed: (issue, lead, place) what was measured; NaN likewise.
        levels: (level,).
        issues: (issue,) UTC.
        leads: (lead,) hours.
    """

    forecast: np.ndarray
    observed: np.ndarray
    levels: np.ndarray
    issues: np.ndarray
    leads: np.ndarray


def counted_cases(
    hindcast: xr.Dataset, model: str, pollutant: str, leads: tuple[int, ...] | None = None
) -> CountedCases:
    """Choose the cases of one model and pollutant.

    Args:
        hindcast: keeps `forecast.verification.hindcast.HINDCAST`.
        model: name.
        pollutant: name, or `aqi` for the index.
        leads: lead times in hours; None for all.

    Raises:
        ContractError: when the hindcast is not what is expected, or has no index where one is asked for.
        InputError: when the model, the pollutant or a lead is not in it.
    """
    data = judged.checked(_narrowed(hindcast, model, pollutant, leads))
    if pollutant == judged.INDEX and judged.INDEX not in data:
        raise ContractError("hindcast contract: expected 'aqi' and 'aqi_observed', got none")
    forecast = judged.forecasts(data).sel(pollutant=[pollutant])
    observed = judged.observations(data).sel(pollutant=[pollutant])
    counted, _ = judged.cases(forecast, observed, judged.quantile_position(data, 0.5))
    counts = counted.sel(model=model).isel(pollutant=0)
    return CountedCases(
        forecast.sel(model=model).isel(pollutant=0).where(counts).values,
        observed.isel(pollutant=0).where(counts).values,
        data["quantile"].values, data["issue"].values, forecast["lead"].values,
    )  # fmt: skip


def _narrowed(hindcast: xr.Dataset, model: str, pollutant: str, leads: tuple[int, ...] | None) -> xr.Dataset:
    """The hindcast with no more pollutants and leads than are needed: it is large.

    One without the dimensions that are needed goes through as it is, to be refused by its contract.
    """
    if not {"model", "pollutant", "lead"} <= set(hindcast.dims):
        return hindcast
    wanted: dict[str, list[Any]] = {"model": [model], "pollutant": [pollutant], "lead": list(leads or ())}
    if pollutant == judged.INDEX:
        wanted["pollutant"] = []
    for name, names in wanted.items():
        absent = [one for one in names if one not in hindcast[name].values]
        if absent:
            held = ", ".join(str(value) for value in hindcast[name].values)
            raise InputError(f"no {name} {absent[0]!r} in the hindcast", remedy=f"There are: {held}")
    chosen = wanted["pollutant"] or hindcast["pollutant"].values[:1]
    narrow = hindcast.sel(pollutant=chosen)
    return narrow if leads is None else narrow.sel(lead=list(leads))
