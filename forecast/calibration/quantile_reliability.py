"""Do the quantiles hold as often as they say? Shares below each level by lead, and the PIT histogram."""

from __future__ import annotations

import numpy as np
import xarray as xr

from forecast.calibration.distribution import share_below
from forecast.calibration.judged_cases import CountedCases, counted_cases
from forecast.verification.resampling import draws_of_issues, interval, resampled_means
from foundation.errors import InputError

RESAMPLES = 500
BINS = 10


def quantile_reliability(hindcast: xr.Dataset, model: str, pollutant: str = "pm25") -> xr.Dataset:
    """Share of the measurements at or below each quantile, by lead, over all places.

    Half of the measurements that equal a quantile count as below it: near the detection limit many do.

    Args:
        hindcast: keeps `forecast.verification.hindcast.HINDCAST`.
        model: name.
        pollutant: name, or `aqi` for the index.

    Returns:
        `below`, with `low` and `high` of its interval of 95 % by weekly block bootstrap (lead, quantile), the
        share `inside80` between the quantiles of 10 and 90 % with `inside80_low` and `inside80_high` (lead,),
        where both are levels, and the cases `n` (lead,).

    Raises:
        ContractError: when the hindcast is not what is expected.
        InputError: when the model or pollutant is not in it, or no case counts.
    """
    chosen = counted_cases(hindcast, model, pollutant)
    known = np.isfinite(chosen.forecast).all(axis=-1) & np.isfinite(chosen.observed)
    if not known.any():
        raise InputError(
            f"no case of the model {model!r} counts",
            remedy="Choose another period, or a model with quantiles",
        )
    draws = draws_of_issues(chosen.issues, resamples=RESAMPLES)
    observed = chosen.observed[..., None]
    below = np.where(observed == chosen.forecast, 0.5, observed < chosen.forecast)
    found = _share(below, known, chosen, draws, ("below", "low", "high"))
    outer = [np.flatnonzero(np.isclose(chosen.levels, level)) for level in (0.1, 0.9)]
    if all(position.size for position in outer):
        low, high = (chosen.forecast[..., position] for position in outer)
        inside = ((observed >= low) & (observed <= high)).astype(float)
        held = _share(inside, known, chosen, draws, ("inside80", "inside80_low", "inside80_high"))
        found = found.merge(held.isel(quantile=0, drop=True))
    return found.assign(n=("lead", known.sum(axis=(0, 2))))


def _share(
    values: np.ndarray, known: np.ndarray, chosen: CountedCases, draws: xr.DataArray,
    names: tuple[str, str, str],
) -> xr.Dataset:  # fmt: skip
    """Mean over issues and places by lead with its interval; the places of an issue stay together."""
    levels = chosen.levels if values.shape[-1] == len(chosen.levels) else np.array([np.nan])
    weight = xr.DataArray(known.sum(axis=2).astype(float), dims=("issue", "lead"))
    total = xr.DataArray(
        np.where(known[..., None], values, 0.0).sum(axis=2), dims=("issue", "lead", "quantile")
    )
    mean = total.sum("issue") / weight.sum("issue").where(weight.sum("issue") > 0)
    resampled = resampled_means(total, draws) / resampled_means(weight, draws)
    low, high = interval(resampled)
    order = ("lead", "quantile")
    return xr.Dataset(
        dict(zip(names, (array.transpose(*order) for array in (mean, low, high)), strict=True)),
        {"lead": chosen.leads, "quantile": levels},
    )


def pit_histogram(hindcast: xr.Dataset, model: str, pollutant: str = "pm25", bins: int = BINS) -> xr.Dataset:
    """Histogram of where the measurements stand in their forecast distribution, 0 to 1.

    Flat when the forecast is calibrated, a bowl when its intervals are too narrow, a hill when too wide
    (Dawid 1984, doi:10.2307/2981683). Beyond the outermost quantiles the tails of
    `forecast.calibration.distribution` are used.

    Args:
        hindcast: keeps `forecast.verification.hindcast.HINDCAST`.
        model: name.
        pollutant: name, or `aqi` for the index.
        bins: number of bins of equal width.

    Returns:
        `share` (lead, bin), which sums to one, with the coordinate `bin`, the middle of each bin.

    Raises:
        ContractError: when the hindcast is not what is expected.
        InputError: when the model or pollutant is not in it, or no case of a lead counts.
    """
    chosen = counted_cases(hindcast, model, pollutant)
    standing = share_below(chosen.forecast, chosen.levels, chosen.observed)
    edges = np.linspace(0.0, 1.0, bins + 1)
    shares = []
    for number, lead in enumerate(chosen.leads):
        values = standing[:, number][np.isfinite(standing[:, number])]
        if not values.size:
            raise InputError(
                f"no case of the model {model!r} at lead {lead} h counts", remedy="Choose another period"
            )
        shares.append(np.histogram(values, edges)[0] / values.size)
    middle = (edges[1:] + edges[:-1]) / 2
    return xr.Dataset({"share": (("lead", "bin"), np.stack(shares))}, {"lead": chosen.leads, "bin": middle})
