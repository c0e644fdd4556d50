"""The linear answer held against a full re-run with cut emissions."""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr

from foundation.errors import InputError
from sources.measures.configuration import DriversConfig
from sources.measures.responsive import responsive_parts

__all__ = ["compare_with_rerun", "linear_decrease"]

_CELL = ("lead_time", "place", "pollutant")
_SCALE = 1e9


def linear_decrease(tags: xr.Dataset, share: np.ndarray, drivers: DriversConfig) -> xr.DataArray:
    """What a cut takes from the model's concentrations by the tags of a run.

    Args:
        tags: of the run without the cut, with components and what was carried over.
        share: cut, (species of the drivers, source).
        drivers: which emitted species decides which component.

    Returns:
        kg m-3, (lead_time, place, pollutant).

    Raises:
        InputError: when the tags lack what it takes.
    """
    first = tags.isel(reference_time=0)
    contribution = first["contribution"].transpose(*_CELL, "source").values
    parts = responsive_parts(first, contribution, drivers, "hour", None, "tags")
    less = np.einsum("lpxds,ds->lpx", parts, share)
    return xr.DataArray(less, {name: first[name] for name in _CELL}, _CELL)


def compare_with_rerun(
    tags: xr.Dataset,
    rerun: xr.Dataset,
    share: np.ndarray,
    drivers: DriversConfig,
    smallest_ug_m3: float = 0.1,
) -> dict[str, Any]:
    """How far the linear answer is from a re-run of the model in which emissions were cut.

    The re-run must begin from the same state at the same reference time, with the same weather; only its
    emissions after the reference time differ.

    Args:
        tags: of the run without the cut.
        rerun: of the run with the cut; `contribution` of the same times, places and pollutants.
        share: cut, (species of the drivers, source).
        drivers: which emitted species decides which component.
        smallest_ug_m3: cells of which the re-run changes less are not judged one by one.

    Returns:
        For each pollutant that changes: `relative_error` of all cells together, the sum of the differences
        over the sum of the changes (both without sign); `of_means`, of the mean change; `of_places`, the
        largest of the means of the places; `worst` and `percentile_95` over single cells that change enough,
        `cells` of them; the mean changes in µg/m³.

    Raises:
        InputError: when the two runs do not fit, or nothing changes.
    """
    linear = linear_decrease(tags, share, drivers)
    before, after = (one["contribution"].isel(reference_time=0).sum("source") for one in (tags, rerun))
    try:
        before, after, linear = xr.align(before, after, linear, join="exact")
    except ValueError as error:
        raise InputError(
            f"the two runs have other times, places or pollutants: {error}", where="re-run",
            remedy="Make both with the same case",
        ) from error  # fmt: skip
    true = (before - after).transpose(*_CELL).values * _SCALE
    made = linear.transpose(*_CELL).values * _SCALE
    found = {
        str(name): _errors(made[:, :, number], true[:, :, number], smallest_ug_m3)
        for number, name in enumerate(linear["pollutant"].values)
        if np.abs(true[:, :, number]).max() >= smallest_ug_m3
    }
    if not found:
        raise InputError(
            f"nothing changes by {smallest_ug_m3:g} µg/m³ or more", where="re-run",
            remedy="Cut more, or check that the emissions of the re-run were cut",
        )  # fmt: skip
    return found


def _errors(made: np.ndarray, true: np.ndarray, smallest: float) -> dict[str, float]:
    """Errors of one pollutant, (lead, place)."""
    off = np.abs(made - true)
    judged = np.abs(true) >= smallest
    single = off[judged] / np.abs(true[judged])
    means = np.abs(true.mean(axis=0))
    of_places = np.divide(
        np.abs(made.mean(axis=0) - true.mean(axis=0)),
        means,
        out=np.zeros_like(means),
        where=means >= smallest,
    )
    return {
        "relative_error": float(off.sum() / np.abs(true).sum()),
        "of_means": float(abs(made.mean() - true.mean()) / max(abs(true.mean()), 1e-12)),
        "of_places": float(of_places.max()),
        "worst": float(single.max()),
        "percentile_95": float(np.quantile(single, 0.95)),
        "cells": int(judged.sum()),
        "mean_decrease_linear": float(made.mean()),
        "mean_decrease_rerun": float(true.mean()),
    }
