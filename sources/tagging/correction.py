"""Contributions with the factors of an inversion, their sum kept at what is published."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import xarray as xr

from foundation.errors import InputError

__all__ = ["check_factors", "corrected"]


def check_factors(factors: Mapping[str, tuple[float, float]], sources: Sequence[str]) -> None:
    """Refuse factors of unknown sources, and what is no factor or no standard deviation.

    Raises:
        InputError: naming the first.
    """
    for name, (factor, deviation) in sorted(factors.items()):
        if name not in sources:
            raise InputError(f"factors: unknown source {name!r}", remedy=f"Known: {', '.join(sources)}")
        if not (factor > 0 and deviation >= 0 and math.isfinite(factor) and math.isfinite(deviation)):
            raise InputError(f"factors: {name!r}: expected a factor above 0, got {factor} ± {deviation}")


def corrected(data: xr.Dataset, factors: Mapping[str, tuple[float, float]] | None) -> xr.Dataset:
    """Every source multiplied by its factor, and all of them scaled so that they sum as before.

    Args:
        data: holds `contribution` (..., source) of one pollutant, and perhaps `component_contribution`.
        factors: factor and standard deviation of its logarithm by source; sources that are not named keep
            their share against the others. None or none at all leaves the data as they are.

    Raises:
        InputError: when a source is unknown or a factor is not above 0.
    """
    if not factors:
        return data
    sources = [str(name) for name in data["source"].values]
    check_factors(factors, sources)
    by = xr.DataArray([factors.get(name, (1.0, 0.0))[0] for name in sources], dims="source")
    before = data["contribution"].sum("source", skipna=False)
    after = (data["contribution"] * by).sum("source", skipna=False)
    kept = (before / after).where(after > 0, 1.0)
    changed = {"contribution": data["contribution"] * by * kept}
    if "component_contribution" in data:
        changed["component_contribution"] = data["component_contribution"] * by * kept
    return data.assign(
        {
            name: part.transpose(*data[name].dims).assign_attrs(data[name].attrs)
            for name, part in changed.items()
        }
    )
