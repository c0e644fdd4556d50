"""The contracts of an inventory on file and of the emissions that drive the model."""

from __future__ import annotations

from typing import Any

import numpy as np

from foundation.contract_checks import Contract, Variable

__all__ = ["EMISSIONS", "INVENTORY", "STACK_UNITS", "no_points"]

_TEXT = "OUST"
_INDEX = "iu"


def _coordinate(name: str) -> Variable:
    return Variable((name,), None, _TEXT)


STACK_UNITS = {"height": "m", "diameter": "m", "temperature": "K", "velocity": "m s-1"}
"""What is known of a stack, with units; variables are named `stack_height` and so on."""

_HIGHEST = {"height": 500.0, "diameter": 50.0, "temperature": 2000.0, "velocity": 100.0}
_STACKS = {
    f"stack_{name}": Variable(("point",), units, "f", 0.0, _HIGHEST[name])
    for name, units in STACK_UNITS.items()
}


INVENTORY = Contract(
    "inventory",
    {
        "month": _coordinate("month"),
        "species": _coordinate("species"),
        "sector": _coordinate("sector"),
        "region": _coordinate("region"),
        "lon_edge": Variable(("lon_edge",), "degrees_east", "f", -360.0, 360.0, may_be_missing=False),
        "lat_edge": Variable(("lat_edge",), "degrees_north", "f", -90.0, 90.0, may_be_missing=False),
    },
    {
        "area_sector": Variable(("area",), None, _INDEX, 0),
        "area_region": Variable(("area",), None, _INDEX, 0),
        "area_row": Variable(("area",), None, _INDEX, 0),
        "area_column": Variable(("area",), None, _INDEX, 0),
        "area_emission": Variable(("month", "area", "species"), "kg", "f", 0.0, may_be_missing=False),
        "point_id": Variable(("point",), None, _TEXT),
        "point_name": Variable(("point",), None, _TEXT),
        "point_sector": Variable(("point",), None, _INDEX, 0),
        "point_region": Variable(("point",), None, _INDEX, 0),
        "point_county": Variable(("point",), None, _TEXT),
        "point_grade": Variable(("point",), None, _TEXT),
        "point_lon": Variable(("point",), "degrees_east", "f", -360.0, 360.0, may_be_missing=False),
        "point_lat": Variable(("point",), "degrees_north", "f", -90.0, 90.0, may_be_missing=False),
        **_STACKS,
        "point_emission": Variable(("month", "point", "species"), "kg", "f", 0.0, may_be_missing=False),
        "uncertainty": Variable(("sector", "species"), "1", "f", 0.0, 10.0, may_be_missing=False),
    },
    optional={
        "profile_point": Variable(("profile",), None, _INDEX, 0),
        "profile_weight": Variable(("profile", "weekday", "hour"), "1", "f", 0.0, may_be_missing=False),
    },
    attributes=("version", "title", "trail"),
)
"""A version of an inventory. `month` is a calendar month in Beijing time, written `2026-01`; what is emitted
in it is in kg, NOx as NO2. `area` counts pairs of a source and a cell of the grid, rows from the south;
`area_sector` and the like are places in `sector` and `region`. A stack that is not known is NaN.
`uncertainty` is the standard deviation of the logarithm of a sector's total. A `profile` replaces the
week of its sector for one point: Monday first, hours of Xinjiang time. `trail` is JSON, see
`emissions_inventory.trail`."""

EMISSIONS = Contract(
    "emissions",
    {
        "time": Variable(("time",), None, "M"),
        "source": _coordinate("source"),
        "species": _coordinate("species"),
        "layer": Variable(("layer",), "1", "iu", 0, 1000),
        "y": Variable(("y",), "degrees_north", "f", -90.0, 90.0, may_be_missing=False),
        "x": Variable(("x",), "degrees_east", "f", -360.0, 360.0, may_be_missing=False),
    },
    {
        "emission_flux": Variable(
            ("stream", "species", "y", "x"), "kg m-2 s-1", "f", 0.0, 1.0, may_be_missing=False
        ),
        "layer_share": Variable(("stream", "layer"), "1", "f", 0.0, 1.0 + 1e-9, may_be_missing=False),
        "time_factor": Variable(("time", "stream"), "1", "f", 0.0, 1000.0, may_be_missing=False),
        "stream_source": Variable(("stream",), None, _INDEX, 0),
        "point_emission": Variable(("point", "species"), "kg s-1", "f", 0.0, may_be_missing=False),
        "point_time_factor": Variable(("time", "point"), "1", "f", 0.0, 1000.0, may_be_missing=False),
        "point_source": Variable(("point",), None, _INDEX, 0),
        "point_lon": Variable(("point",), "degrees_east", "f", -360.0, 360.0, may_be_missing=False),
        "point_lat": Variable(("point",), "degrees_north", "f", -90.0, 90.0, may_be_missing=False),
        **_STACKS,
    },
    attributes=("source",),
)
"""Emissions on the grid of the model. A `stream` is what shares a source, heights and hours: in the hour
that begins at `time` it emits `emission_flux` times its `time_factor`, `layer_share` of it into each
layer, those of the lowest first. A `point` emits `point_emission` times its `point_time_factor` from its
stack, at the height that the weather of the hour lets its plume rise to. `stream_source` and
`point_source` are places in `source`: a sector or group of sectors in a region, named `sector.region`,
which is a tag of the model."""


def no_points(times: int, species: int) -> dict[str, Any]:
    """The variables of `EMISSIONS` about points, for emissions without any."""
    nothing = np.empty(0)
    degrees = {"lon": "degrees_east", "lat": "degrees_north"}
    return {
        "point_emission": (("point", "species"), np.empty((0, species)), {"units": "kg s-1"}),
        "point_time_factor": (("time", "point"), np.empty((times, 0)), {"units": "1"}),
        "point_source": ("point", np.empty(0, np.int64)),
        **{f"point_{name}": ("point", nothing, {"units": units}) for name, units in degrees.items()},
        **{f"stack_{name}": ("point", nothing, {"units": units}) for name, units in STACK_UNITS.items()},
    }
