"""The contract of footprints: what emission anywhere, any time adds to a mean, and what it added."""

from __future__ import annotations

import xarray as xr

from foundation.contract_checks import Contract, Variable
from foundation.errors import ContractError
from foundation.units import CONCENTRATION

__all__ = ["FOOTPRINTS", "SENSITIVITY_UNITS", "check_footprint_closure"]

SENSITIVITY_UNITS = "s m-3"
"""(kg m-3) / (kg s-1)."""

_TEXT = "OUST"
_LARGEST = 0.1
"""kg m-3, as in `foundation.contracts`."""


def _concentration(*dims: str) -> Variable:
    return Variable(dims, CONCENTRATION, "f", -_LARGEST, _LARGEST, may_be_missing=False)


FOOTPRINTS = Contract(
    "footprints",
    {
        "reference_time": Variable((), None, "M"),
        "receptor": Variable(("receptor",), None, _TEXT),
        "place": Variable(("receptor",), None, _TEXT),
        "pollutant": Variable(("receptor",), None, _TEXT),
        "mean_start": Variable(("receptor",), None, "M"),
        "mean_end": Variable(("receptor",), None, "M"),
        "emission_start": Variable(("emission_start",), None, "M"),
        "emission_end": Variable(("emission_start",), None, "M"),
        "release": Variable(("release",), None, _TEXT),
        "release_bottom": Variable(("release",), "m", "f", 0.0),
        "release_top": Variable(("release",), "m", "f", 0.0),
        "species": Variable(("species",), None, _TEXT),
        "source": Variable(("source",), None, _TEXT),
        "y": Variable(("y",), "degrees_north", "f", -90.0, 90.0, may_be_missing=False),
        "x": Variable(("x",), "degrees_east", "f", -360.0, 360.0, may_be_missing=False),
    },
    {
        "concentration": _concentration("receptor"),
        "contribution": _concentration("receptor", "source"),
        "carried_over": _concentration("receptor", "source"),
        "emitted_contribution": _concentration("receptor", "emission_start", "source"),
        "cell_contribution": _concentration("receptor", "source", "y", "x"),
        "sensitivity": Variable(
            ("receptor", "emission_start", "release", "species", "y", "x"), SENSITIVITY_UNITS, "f",
            may_be_missing=False,
        ),
    },
    optional={
        "county": Variable(("county",), None, _TEXT),
        "county_contribution": _concentration("receptor", "source", "county"),
        "surface_height": Variable(("y", "x"), "m", "f", -500.0, 9000.0, may_be_missing=False),
    },
    attributes=("averaging", "source"),
)  # fmt: skip
"""Means over hours or days at places, explained backward in time to the reference time of a run.

`sensitivity` is the rise of the mean by 1 kg/s emitted in a cell from `emission_start` to `emission_end`,
spread over the heights of the release. `emitted_contribution` is what was emitted then, of each source;
`cell_contribution` what was emitted in each cell since the reference time. `carried_over` was in the air
at the reference time already, and `contribution` is all of a source: emitted, carried over, and for
`boundary` what flowed in. The sources sum to `concentration`, that of the model run with all sources as
one. A sensitivity, and a part by it, may be slightly negative: the transport scheme keeps a tracer from
new extremes, so that a little more in one cell can hold back what passes its neighbour."""


def check_footprint_closure(footprints: xr.Dataset, tolerance: float = 1e-4) -> float:
    """Largest relative difference of the sum of the sources from the concentration of each receptor.

    Args:
        footprints: keeps `FOOTPRINTS`.
        tolerance: largest difference allowed.

    Raises:
        ContractError: naming the first receptor that does not close, by sources, by cells or by hours.
    """
    total = footprints["concentration"]
    emitted = footprints["cell_contribution"].sum(("y", "x"))
    timed = footprints["emitted_contribution"].sum("emission_start")
    gaps = {
        "sources": abs(footprints["contribution"].sum("source") - total),
        "cells against emission times": abs(emitted - timed).sum("source"),
    }
    for name, gap in gaps.items():
        open_ones = (gap > tolerance * total.clip(min=1e-15)).values
        if open_ones.any():
            first = int(open_ones.argmax())
            raise ContractError(
                f"footprints contract: {name} differ by {float(gap[first]):.3g} kg m-3 of "
                f"{float(total[first]):.3g}", where=str(footprints["receptor"].values[first]),
                remedy="Every footprint must close over its sources",
            )  # fmt: skip
    return float((gaps["sources"] / total.clip(min=1e-15)).max())
