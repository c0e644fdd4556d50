"""Maps from binned trajectories: residence, PSCF and CWT, with the weight of cells that hold few points.

With n(l) points of trajectory l in a cell and c(l) the concentration on its arrival:

* PSCF = sum of n(l) over c(l) > threshold / sum of n(l): Ashbaugh, Malm and Sadeh 1985, Atmospheric
  Environment 19, 1263, doi:10.1016/0004-6981(85)90256-2. Several receptors: both sums run over all, each
  with its own threshold.
* CWT = sum of c(l) n(l) / sum of n(l): Hsu, Holsen and Hopke 2003, Atmospheric Environment 37, 545,
  doi:10.1016/S1352-2310(02)00886-5; the mean of log c as in Seibert et al. 1994 with `logarithmic`.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
import xarray as xr

from foundation.errors import InputError
from sources.trajectory_statistics.binning import Binned
from sources.trajectory_statistics.configuration import EndpointWeights
from sources.trajectory_statistics.matching import Sample

__all__ = ["above_threshold", "concentration_weighted", "map_of_means", "potential_source_contribution",
           "residence", "thresholds"]  # fmt: skip

Mean = Literal["arithmetic", "logarithmic"]


def residence(binned: Binned) -> xr.Dataset:
    """Where the air was.

    Returns:
        On (y, x): `endpoints`; `endpoint_share` of all points that were followed; `passage_share` of the
        trajectories that have a point there; `residence` in hours for each trajectory, a point standing for
        one step of time.
    """
    trajectories = binned.points.shape[1]
    endpoints = binned.endpoints
    return _dataset(
        binned,
        endpoints=(endpoints, "1"),
        endpoint_share=(endpoints / binned.total, "1"),
        passage_share=(binned.passages / trajectories, "1"),
        residence=(endpoints * binned.step_h / trajectories, "h"),
    )


def thresholds(sample: Sample, percentile: float | None, value: float | None = None) -> dict[str, float]:
    """Threshold of each receptor: a percentile of its own measurements on arrival, or one value for all.

    Raises:
        InputError: when not exactly one of the two is given, or a threshold lies outside what was measured.
    """
    if (percentile is None) == (value is None):
        raise InputError("PSCF threshold: expected a percentile or a value, got both or neither")
    if percentile is not None and not 0 < percentile < 100:
        raise InputError(f"PSCF threshold: expected a percentile between 0 and 100, got {percentile:g}")
    found: dict[str, float] = {}
    for name in sample.trajectories.receptors:
        measured = sample.concentration[sample.trajectories.receptor == name]
        found[name] = float(value if value is not None else np.percentile(measured, percentile or 0.0))
        low, high = float(measured.min()), float(measured.max())
        if not low <= found[name] <= high:
            raise InputError(
                f"PSCF threshold {found[name]:g} {sample.unit} lies outside the data, {low:g} to {high:g}",
                where=f"{sample.name} at {name}", remedy="Choose one within, or a percentile",
            )  # fmt: skip
    return found


def above_threshold(sample: Sample, limits: dict[str, float]) -> np.ndarray:
    """Which arrivals are above their receptor's threshold, shape (trajectory,)."""
    own = np.array([limits[str(name)] for name in sample.trajectories.receptor])
    return np.asarray(sample.concentration > own)


def map_of_means(binned: Binned, values: np.ndarray) -> np.ndarray:
    """Mean over the points of a cell of a value of their trajectory.

    Args:
        binned: the points.
        values: shape (trajectory,) or (trajectory, map).

    Returns:
        Shape (y, x) or (cell, map); NaN where no point lies.
    """
    number = binned.endpoints if values.ndim == 1 else binned.endpoints.reshape(-1, 1)
    held = np.where(number > 0, number, np.nan)
    return np.asarray(binned.summed(values) / held)


def potential_source_contribution(binned: Binned, high: np.ndarray, weights: EndpointWeights) -> xr.Dataset:
    """Share of the points in each cell whose trajectory brought more than the threshold.

    Args:
        binned: the points.
        high: which trajectories did, shape (trajectory,).
        weights: W(n).

    Returns:
        On (y, x): `pscf`, `weight`, `weighted_pscf`, `endpoints`, `endpoints_above`; NaN where no point lies.
    """
    above = binned.summed(high.astype(float))
    found = map_of_means(binned, high.astype(float))
    weight = weights.of(binned.endpoints)
    return _dataset(
        binned, pscf=(found, "1"), weight=(weight, "1"), weighted_pscf=(found * weight, "1"),
        endpoints=(binned.endpoints, "1"), endpoints_above=(above, "1"),
    ).assign_attrs(weighting=weights.name, weighting_source=weights.source)  # fmt: skip


def concentration_weighted(
    binned: Binned, concentration: np.ndarray, unit: str, weights: EndpointWeights, mean: Mean = "arithmetic"
) -> xr.Dataset:
    """Mean concentration on arrival of the air that was in each cell.

    Args:
        binned: the points.
        concentration: on arrival, shape (trajectory,).
        unit: of it.
        weights: W(n).
        mean: `arithmetic` or `logarithmic`.

    Returns:
        On (y, x): `cwt`, `weight`, `weighted_cwt`, `endpoints`; NaN where no point lies.

    Raises:
        InputError: when a logarithm is asked of 0.
    """
    if mean == "logarithmic":
        if not (concentration > 0).all():
            number = int((concentration <= 0).sum())
            raise InputError(f"CWT: the logarithmic mean needs concentrations above 0, got {number} of 0")
        found = np.exp(map_of_means(binned, np.log(concentration)))
    else:
        found = map_of_means(binned, concentration)
    weight = weights.of(binned.endpoints)
    return _dataset(
        binned, cwt=(found, unit), weight=(weight, "1"), weighted_cwt=(found * weight, unit),
        endpoints=(binned.endpoints, "1"),
    ).assign_attrs(weighting=weights.name, weighting_source=weights.source, mean=mean)  # fmt: skip


def _dataset(binned: Binned, **variables: tuple[np.ndarray, str]) -> xr.Dataset:
    return xr.Dataset(
        {name: (("y", "x"), values, {"units": unit}) for name, (values, unit) in variables.items()},
        coords={
            "y": ("y", binned.grid.lat, {"units": "degrees_north"}),
            "x": ("x", binned.grid.lon, {"units": "degrees_east"}),
        },
    )  # fmt: skip
