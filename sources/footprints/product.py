"""Footprints as a data set: sensitivities, contributions by source, cell and county, and their closure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
import xarray as xr

from atmosphere.transport.receptors import Sweep
from foundation.footprint_contracts import FOOTPRINTS, SENSITIVITY_UNITS, check_footprint_closure
from foundation.grids import Grid
from foundation.times import HOUR, shown
from foundation.units import CONCENTRATION
from sources.footprints.configuration import Release
from sources.footprints.counties import CountyShares
from sources.footprints.recording import FootprintRecorder, carried_over
from sources.footprints.targets import Target

__all__ = ["Explained", "footprint_dataset"]

_BOUNDARY = "boundary"
_DIMS = ("receptor", "emission_start", "release", "species", "y", "x")


@dataclass(frozen=True)
class Explained:
    """What a sweep back found, and what it was made from.

    Attributes:
        targets: what is explained.
        sweep: of the adjoint.
        recorder: told of every hour.
        state: first mixing ratios, (member, z, y, x, species, source).
        sources: coordinates of the dimension `source`, as xarray takes them.
        species: names.
        grid: the model's grid.
        releases: of the maps.
        reference_time: beginning of the run, UTC.
    """

    targets: Sequence[Target]
    sweep: Sweep
    recorder: FootprintRecorder
    state: torch.Tensor
    sources: Mapping[str, Any]
    species: Sequence[str]
    grid: Grid
    releases: Sequence[Release]
    reference_time: np.datetime64


def footprint_dataset(
    found: Explained, counties: CountyShares | None = None, *, synthetic: bool = False
) -> xr.Dataset:
    """The data set, which keeps `FOOTPRINTS` and closes.

    Args:
        found: what the sweep found.
        counties: for contributions by county; None leaves them out.
        synthetic: whether anything behind it was made up.

    Raises:
        ContractError: when it does not close to 1e-4.
    """
    carried = carried_over(found.sweep.initial, found.state)
    total = found.recorder.emitted.sum(1) + carried
    total[:, list(found.sources["source"]).index(_BOUNDARY)] += found.sweep.from_outside.cpu().numpy()
    values: dict[str, tuple[tuple[str, ...], np.ndarray]] = {
        "concentration": (("receptor",), found.sweep.measured.cpu().numpy()),
        "contribution": (("receptor", "source"), total),
        "carried_over": (("receptor", "source"), carried),
        "emitted_contribution": (("receptor", "emission_start", "source"), found.recorder.emitted),
        "cell_contribution": (("receptor", "source", "y", "x"), found.recorder.cells.astype(np.float32)),
    }
    extra = {} if counties is None else _county_coordinates(counties)
    if counties is not None:
        by_county = counties.of_cells(found.recorder.cells)
        values["county_contribution"] = (("receptor", "source", "county"), by_county)
    made = xr.Dataset(
        {name: (dims, one, {"units": CONCENTRATION}) for name, (dims, one) in values.items()}
        | {"sensitivity": (_DIMS, found.recorder.sensitivity, {"units": SENSITIVITY_UNITS})},
        {**_receptors(found), **_axes(found), **dict(found.sources), **extra},
        _attributes(found, synthetic),
    )
    check_footprint_closure(FOOTPRINTS.check(made, "footprints"))
    return made


def _receptors(found: Explained) -> dict[str, Any]:
    targets = found.targets
    names = [f"{one.id} {one.pollutant} {shown(one.end if one.is_hour else one.start)}" for one in targets]
    return {
        "receptor": names,
        "place": ("receptor", [one.id for one in targets]),
        "place_chinese": ("receptor", [one.chinese for one in targets]),
        "place_english": ("receptor", [one.english for one in targets]),
        "pollutant": ("receptor", [one.pollutant for one in targets]),
        "mean_start": ("receptor", np.array([one.start for one in targets], "datetime64[ns]")),
        "mean_end": ("receptor", np.array([one.end for one in targets], "datetime64[ns]")),
    }


def _axes(found: Explained) -> dict[str, Any]:
    recorder, grid = found.recorder, found.grid
    starts = np.arange(0, recorder.hours, recorder.hours_together)
    ends = np.minimum(starts + recorder.hours_together, recorder.hours)
    held = [np.flatnonzero(share) for share in recorder.shares]
    edges = grid.layer_edges_m
    return {
        "reference_time": found.reference_time.astype("datetime64[ns]"),
        "emission_start": (found.reference_time + starts * HOUR).astype("datetime64[ns]"),
        "emission_end": ("emission_start", (found.reference_time + ends * HOUR).astype("datetime64[ns]")),
        "release": [one.id for one in found.releases],
        "release_chinese": ("release", [one.chinese for one in found.releases]),
        "release_bottom": ("release", [float(edges[one[0]]) for one in held], {"units": "m"}),
        "release_top": ("release", [float(edges[one[-1] + 1]) for one in held], {"units": "m"}),
        "species": list(found.species),
        "y": ("y", grid.lat, {"units": "degrees_north"}),
        "x": ("x", grid.lon, {"units": "degrees_east"}),
    }


def _county_coordinates(counties: CountyShares) -> dict[str, Any]:
    return {
        "county": list(counties.codes),
        "county_chinese": ("county", list(counties.chinese)),
        "county_english": ("county", list(counties.english)),
        "county_prefecture": ("county", list(counties.prefectures)),
        "county_region": ("county", list(counties.regions)),
    }


def _attributes(found: Explained, synthetic: bool) -> dict[str, Any]:
    kinds = {"hour" if one.is_hour else "day" for one in found.targets}
    return {
        "averaging": " and ".join(sorted(kinds)), "source": "adjoint of the transport model",
        "synthetic": int(synthetic), "contract": "footprints", "Conventions": "CF-1.11",
        "created_by": "bogda",
    }  # fmt: skip
