"""Two runs of different species and sources as one forecast: what people emit, and desert dust.

Dust takes part in no reaction, so that runs side by side give what one run of all would.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import xarray as xr

from forecast.physical.emitting import BOUNDARY, INITIAL
from forecast.physical.simulation import PhysicalForecast
from foundation.atmospheric_contracts import FIELDS
from foundation.contracts import CONTRIBUTIONS, check_closure
from foundation.errors import InputError

__all__ = ["joined_fields", "joined_forecast", "joined_tags"]

_OF_NOBODY = (BOUNDARY, INITIAL)
_SUMS = ("pm25", "pm10")
_NAMES = ("sector", "region", "source_chinese", "source_english")


def joined_forecast(first: PhysicalForecast, fields: xr.Dataset, tags: xr.Dataset) -> PhysicalForecast:
    """A forecast with the particles of another run in it; states and notes are the first's.

    Args:
        first: of the run that carries the gases.
        fields: of the other run, keeps `FIELDS`.
        tags: of the other run, keeps `CONTRIBUTIONS`.

    Raises:
        InputError: when grids, places or reference times differ.
        ContractError: when the parts no longer sum to the series.
    """
    made = joined_tags(first.tags, tags)
    places = first.places.assign(
        concentration=made["contribution"].sum("source").assign_attrs(first.places["concentration"].attrs)
    )
    check_closure(made, places["concentration"])
    return replace(first, fields=joined_fields(first.fields, fields), tags=made, places=places)


def joined_fields(first: xr.Dataset, second: xr.Dataset) -> xr.Dataset:
    """Fields of both; PM2.5 and PM10 are their sums. Hours that the second lacks have none of its species.

    Args:
        first: keeps `FIELDS`.
        second: keeps `FIELDS`, of the same grid and reference time.

    Raises:
        InputError: when grids or reference times differ.
    """
    _same(first, second, ("y", "x"))
    own = (
        second["concentration"]
        .drop_vars("valid_time", errors="ignore")
        .reindex(lead_time=first["lead_time"], fill_value=0.0)
    )
    sums = first["concentration"].sel(species=list(_SUMS)) + own.sel(species=list(_SUMS)).values
    rest = [one.drop_sel(species=list(_SUMS)) for one in (first["concentration"], own)]
    species = [rest[0], rest[1].assign_coords(y=first["y"], x=first["x"]), sums]
    joined = xr.concat(species, "species", coords="minimal", compat="override", join="override")
    dims = first["concentration"].dims
    return FIELDS.check(
        first.drop_dims("species").assign(concentration=joined.transpose(*dims)), "joined fields"
    )


def joined_tags(first: xr.Dataset, second: xr.Dataset) -> xr.Dataset:
    """Contributions of both; what is nobody's emission is summed. Hours that the second lacks count as none.

    Args:
        first: keeps `CONTRIBUTIONS`.
        second: keeps `CONTRIBUTIONS`, of the same places and reference time.

    Raises:
        InputError: when places or reference times differ, or a source is in both.
    """
    _same(first, second, ("place",))
    theirs = [name for name in second["source"].values if name not in _OF_NOBODY]
    twice = sorted(set(theirs) & set(first["source"].values))
    if twice:
        raise InputError(f"contributions: source {twice[0]!r} is in both runs")
    own = [name for name in first["source"].values if name not in _OF_NOBODY]
    order = {
        "source": [*own, *theirs, *_OF_NOBODY],
        "component": list(dict.fromkeys([*first["component"].values, *second["component"].values])),
    }
    filled = [
        one.drop_vars([*_NAMES, "fine_share"]).reindex(
            order | {"lead_time": first["lead_time"], "pollutant": first["pollutant"]}, fill_value=0.0
        )
        for one in (first, second.drop_vars("valid_time"))
    ]
    parts = {
        name: (filled[0][name] + filled[1][name].values).transpose(*first[name].dims)
        for name in first.data_vars
    }
    labels = {name: ("source", _looked_up(first, second, name, order["source"])) for name in _NAMES}
    shares = ("component", _looked_up(first, second, "fine_share", order["component"]), {"units": "1"})
    made = filled[0].assign({name: part.assign_attrs(first[name].attrs) for name, part in parts.items()})
    return CONTRIBUTIONS.check(made.assign_coords({**labels, "fine_share": shares}), "joined contributions")


def _looked_up(first: xr.Dataset, second: xr.Dataset, name: str, order: list[str]) -> list[object]:
    """Labels of sources or components in a new order."""
    known: dict[object, object] = {}
    for one in (second, first):
        known |= dict(zip(one[one[name].dims[0]].values.tolist(), one[name].values.tolist(), strict=True))
    return [known[key] for key in order]


def _same(first: xr.Dataset, second: xr.Dataset, dims: tuple[str, ...]) -> None:
    for name in ("reference_time", *dims):
        if not np.array_equal(first[name].values, second[name].values):
            raise InputError(f"the two runs differ in {name!r}", remedy="Make both for one domain and time")
