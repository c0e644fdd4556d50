"""Dust as the transport model takes it: every hour, by tag, in the model's bins."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr

from emissions_inventory.natural.configuration import DustEmissionConfig, dust_config
from emissions_inventory.natural.fields import DustField, ThresholdFactor, dust_field
from emissions_inventory.natural.region_configuration import dust_regions
from emissions_inventory.natural.regions import RegionMap
from emissions_inventory.natural.sizes import bin_shares, dust_bins
from foundation.emission_contracts import EMISSIONS, no_points
from foundation.grids import Grid
from foundation.provenance import Degradation
from foundation.times import HOUR

__all__ = ["SECTOR", "DustEmissions", "dust_emissions"]

SECTOR = "dust"
"""First part of the names of sources, such as `dust.taklamakan`."""


@dataclass(frozen=True)
class DustEmissions:
    """Emissions of dust of a run.

    Attributes:
        dataset: keeps `EMISSIONS`; one stream for each hour and tag that emits.
        field: what it was made from.
        notes: what stood in for something better.
    """

    dataset: xr.Dataset
    field: DustField
    notes: tuple[Degradation, ...]


def dust_emissions(
    weather: xr.Dataset, grid: Grid, config: DustEmissionConfig | None = None,
    threshold_factor: ThresholdFactor = 1.0, times: np.ndarray | None = None,
    sources: RegionMap | None = None,
) -> DustEmissions:  # fmt: skip
    """Dust of every hour of a run, all from the lowest layer.

    The wind of an hour is that at its beginning.

    Args:
        weather: with the wind at 10 m, as `dust_field` takes it.
        grid: the model's grid.
        config: scheme and constants; those shipped by default.
        threshold_factor: multiplies thresholds, also by tag.
        times: starts of hours, UTC; every hour of the weather by default.
        sources: regions on the grid, from `dust_sources`; made when None.

    Raises:
        InputError: when the weather cannot be used, or has a gap of more than 6 h.
    """
    config = config or dust_config()
    if times is None:
        first, last = weather["time"].values[[0, -1]]
        times = np.arange(first, last + np.timedelta64(1, "ns"), HOUR)
    field = dust_field(weather, grid, config, threshold_factor, times, sources)
    return DustEmissions(EMISSIONS.check(_dataset(field, grid, config), "dust emissions"), field, field.notes)


def _dataset(field: DustField, grid: Grid, config: DustEmissionConfig) -> xr.Dataset:
    flux = field.dataset["flux"].values
    time, tag = np.nonzero(flux.any(axis=(2, 3)))
    bins = dust_bins()
    parts = bin_shares(bins, config.sizes).astype(flux.dtype)
    factor = np.zeros((len(flux), len(time)))
    factor[time, np.arange(len(time))] = 1.0
    tags = dust_regions().tags
    names = {
        "source": [f"{SECTOR}.{one.id}" for one in tags],
        "sector": [SECTOR] * len(tags), "region": [one.id for one in tags],
        "source_chinese": [one.chinese for one in tags], "source_english": [one.english for one in tags],
    }  # fmt: skip
    streams = flux[time, tag][:, None] * parts[None, :, None, None]
    return xr.Dataset(
        {
            "emission_flux": (("stream", "species", "y", "x"), streams, {"units": "kg m-2 s-1"}),
            "layer_share": (("stream", "layer"), np.ones((len(time), 1)), {"units": "1"}),
            "time_factor": (("time", "stream"), factor, {"units": "1"}),
            "stream_source": ("stream", tag.astype(np.int64)),
            **no_points(len(flux), len(bins)),
        },
        {
            "time": field.dataset["time"].values,
            **{name: ("source", values) for name, values in names.items()},
            "species": list(bins),
            "layer": ("layer", np.arange(1), {"units": "1"}),
            "y": ("y", grid.lat, {"units": "degrees_north"}),
            "x": ("x", grid.lon, {"units": "degrees_east"}),
        },
        {"source": "dust", "scheme": config.scheme},
    )
