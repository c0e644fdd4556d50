"""Contributions joined with the forecast they belong to."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import xarray as xr

from foundation.contracts import CONTRIBUTIONS
from foundation.errors import InputError
from sources.measures.configuration import DriversConfig
from sources.measures.responsive import Fraction, responsive_parts
from sources.measures.run_folder import RunPart
from sources.measures.tagged_forecast import Sources, TaggedForecast
from sources.tagging.runs import FORECAST_FILE

__all__ = ["tagged", "tagged_forecasts"]

_CLOSURE = 1e-4


def tagged_forecasts(
    parts: Mapping[str, RunPart], drivers: DriversConfig, fraction: Fraction | None = None
) -> dict[str, TaggedForecast]:
    """Join what a run published with its contributions.

    Args:
        parts: of the run, by kind: `day`, `region`, `hour`.
        drivers: which emitted species decides which component.
        fraction: share that is emitted after a measure begins later than the reference time, see `beginning`.

    Raises:
        InputError: when the run does not tell what was in the air already, or its files do not fit.
        ContractError: when the contributions break their contract.
    """
    return {
        kind: tagged(part.contributions, part.forecast, kind, drivers, fraction, part.where)
        for kind, part in parts.items()
    }


def tagged(
    contributions: xr.Dataset, forecast: xr.Dataset, kind: str, drivers: DriversConfig,
    fraction: Fraction | None = None, where: str = "contributions",
) -> TaggedForecast:  # fmt: skip
    """Join contributions with what is published.

    Args:
        contributions: keeps `CONTRIBUTIONS`, with components and what was carried over.
        forecast: keeps `FORECAST`, of the same places and times.
        kind: `day`, `region` or `hour`.
        drivers: which emitted species decides which component.
        fraction: see `tagged_forecasts`.
        where: the file, for messages.

    Raises:
        InputError: when components or what was carried over are missing, or coordinates differ.
        ContractError: when the contributions break the contract.
    """
    CONTRIBUTIONS.check(contributions, where)
    cells = {name: contributions[name].values for name in ("lead_time", "place", "pollutant")}
    try:
        published = forecast["concentration"].sel(cells).isel(reference_time=0)
    except KeyError as error:
        raise InputError(
            f"its places, times or pollutants are not those of {FORECAST_FILE}: {error}", where=where,
            remedy="Use the files of one run together",
        ) from error  # fmt: skip
    first = contributions.isel(reference_time=0)
    dims = ("lead_time", "place", "pollutant", "source")
    contribution = np.nan_to_num(first["contribution"].transpose(*dims).values)
    concentration = published.transpose("lead_time", "place", "pollutant", "quantile").values
    made = TaggedForecast(
        "hour" if kind == "hour" else "day", kind,
        _valid_times(forecast).sel(lead_time=cells["lead_time"]).values,
        _words(first, "place"), _words(first, "pollutant"), drivers.species, _sources(first),
        published["quantile"].values.astype(float), concentration, contribution,
        responsive_parts(first, contribution, drivers, kind, fraction, where),
        bool(contributions.attrs.get("synthetic", 0)),
    )  # fmt: skip
    _check_sums(made, where)
    return made


def _check_sums(made: TaggedForecast, where: str) -> None:
    total, published = made.contribution.sum(axis=-1), made.published
    wrong = np.abs(total - published) > _CLOSURE * np.abs(published) + 1e-15
    if wrong.any():
        raise InputError(
            f"contributions sum to {total[wrong][0]:g}, {FORECAST_FILE} has {published[wrong][0]:g} kg m-3",
            where=where, remedy="Use the files of one run together, or make the run again",
        )  # fmt: skip


def _valid_times(forecast: xr.Dataset) -> xr.DataArray:
    return forecast["valid_time"].isel(reference_time=0)


def _words(dataset: xr.Dataset, name: str) -> tuple[str, ...]:
    return tuple(str(value) for value in dataset[name].values)


def _sources(dataset: xr.Dataset) -> Sources:
    ids = _words(dataset, "source")
    parts = [one.partition(".") for one in ids]
    given = {
        "sector": tuple(before for before, _, _ in parts),
        "region": tuple(after or before for before, _, after in parts),
        "source_chinese": ids, "source_english": ids,
    }  # fmt: skip
    found = {name: _words(dataset, name) if name in dataset else other for name, other in given.items()}
    return Sources(ids, *found.values())
