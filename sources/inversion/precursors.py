"""Which part of a contribution stems from primary particles, sulphur and nitrogen."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import xarray as xr

from sources.inversion.arrays import Array

__all__ = ["PRECURSORS", "precursor_shares"]

PRECURSORS = ("primary", "sulphur", "nitrogen")
"""Groups of what is emitted: primary particles, sulphur dioxide, nitrogen oxides."""

_GASES = {"so2": "sulphur", "no2": "nitrogen"}
_COMPONENTS = {"ppm_fine": "primary", "ppm_coarse": "primary", "sulfate": "sulphur", "nitrate": "nitrogen"}


def precursor_shares(tags: xr.Dataset, pollutants: Sequence[str]) -> Array | None:
    """Shares of `PRECURSORS` in contributions, 1, (time, place, pollutant, source, 3).

    Args:
        tags: with `component_contribution` (time, place, component, source), kg m-3, and `fine_share`
            (component,), for particles.
        pollutants: names of gases and particles.

    Returns:
        Shares that sum to 1, primary where nothing is contributed; None where particles are asked for and the
        tags do not tell their components.
    """
    if set(pollutants) - set(_GASES) and "component_contribution" not in tags:
        return None
    sizes = [tags.sizes[name] for name in ("time", "place", "source")]
    shares = np.zeros((sizes[0], sizes[1], len(pollutants), sizes[2], len(PRECURSORS)))
    for number, pollutant in enumerate(pollutants):
        if pollutant in _GASES:
            shares[:, :, number, :, PRECURSORS.index(_GASES[pollutant])] = 1.0
        else:
            shares[:, :, number] = _of_particles(tags, pollutant)
    return shares


def _of_particles(tags: xr.Dataset, pollutant: str) -> Array:
    """Shares of precursors in a particle pollutant, (time, place, source, 3)."""
    components = tags["component_contribution"]
    if pollutant == "pm25":
        components = components * tags["fine_share"]
    groups = [_COMPONENTS.get(name, "primary") for name in map(str, components["component"].values)]
    values = components.transpose("time", "place", "source", "component").values
    member = np.array([[group == wanted for wanted in PRECURSORS] for group in groups], float)
    parts = values @ member
    total = parts.sum(-1, keepdims=True)
    primary = np.broadcast_to(np.eye(len(PRECURSORS))[0], parts.shape).copy()
    return np.asarray(np.divide(parts, total, out=primary, where=total > 0))
