"""Emissions of people and of nature in one data set."""

from __future__ import annotations

import numpy as np
import xarray as xr

from foundation.emission_contracts import EMISSIONS
from foundation.errors import InputError

__all__ = ["joined_emissions"]

_NAMES = ("sector", "region", "source_chinese", "source_english")


def joined_emissions(first: xr.Dataset, second: xr.Dataset) -> xr.Dataset:
    """Two data sets of emissions of the same hours and grid as one; every stream, point and source is kept.

    Args:
        first: keeps `EMISSIONS`; its attributes are kept.
        second: keeps `EMISSIONS`; has no points, as dust.

    Raises:
        InputError: when hours or grids differ, a source is in both, or the second has points.
    """
    for name in ("time", "y", "x"):
        one, other = first[name].values, second[name].values
        alike = one.shape == other.shape and np.all(
            one == other if name == "time" else np.isclose(one, other)
        )
        if not alike:
            raise InputError(f"emissions: the two differ in {name!r}", remedy="Make both for one run")
    twice = sorted(set(first["source"].values) & set(second["source"].values))
    if twice or second.sizes["point"]:
        raise InputError(
            f"emissions: expected other sources and no points, got {', '.join(twice) or 'points'}"
        )
    species = list(dict.fromkeys([*first["species"].values, *second["species"].values]))
    layers = max(first.sizes["layer"], second.sizes["layer"])
    parts = [_filled(one, species, layers, first) for one in (first, second)]
    moved = parts[1]["stream_source"] + first.sizes["source"]
    streams = xr.concat(
        [parts[0][_STREAMS], parts[1].assign(stream_source=moved)[_STREAMS]], "stream", data_vars="minimal",
        coords="minimal", compat="override", join="override",
    )  # fmt: skip
    names = [name for name in ("source", *_NAMES) if name in first and name in second]
    sources = {name: ("source", np.concatenate([first[name].values, second[name].values])) for name in names}
    points = parts[0].drop_vars([*_STREAMS, *[name for name in ("source", *_NAMES) if name in first]])
    made = points.assign(streams.drop_vars(list(streams.coords))).assign_coords(sources)
    made.attrs = {**first.attrs, "joined": str(second.attrs.get("source", ""))}
    return EMISSIONS.check(made, "joined emissions")


_STREAMS = ["emission_flux", "layer_share", "time_factor", "stream_source"]


def _filled(one: xr.Dataset, species: list[str], layers: int, like: xr.Dataset) -> xr.Dataset:
    """With all species and layers, none emitted where it had none."""
    made = one.reindex(species=species, layer=np.arange(layers), fill_value=0.0)
    return made.assign_coords(y=like["y"], x=like["x"])
