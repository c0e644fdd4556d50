"""An inventory as the model takes it: every hour of a run, by tag, on the model's grid."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import xarray as xr

from emissions_inventory.inventory import Inventory
from emissions_inventory.labels import source_labels
from emissions_inventory.laid_month import LaidMonth, totals_of
from emissions_inventory.run_months import run_months
from emissions_inventory.speciation import is_emitted
from emissions_inventory.streams import Streams
from emissions_inventory.timing import DailyTemperature, PointTiming
from foundation.emission_contracts import EMISSIONS, STACK_UNITS
from foundation.errors import InputError
from foundation.grids import Grid
from foundation.provenance import Degradation

__all__ = ["ModelEmissions", "model_emissions"]


@dataclass(frozen=True)
class ModelEmissions:
    """Emissions of a run.

    Attributes:
        dataset: keeps `EMISSIONS`.
        notes: what stood in for something better.
        totals: what the model's area emits on a mean day of the run, at the mean rates of its months:
            sector, region, tag, species (of the model), kg_per_day.
    """

    dataset: xr.Dataset
    notes: tuple[Degradation, ...]
    totals: pd.DataFrame


def model_emissions(
    inventory: Inventory, grid: Grid, carried: Sequence[str], times: np.ndarray,
    temperature: Mapping[str, DailyTemperature] | None = None,
) -> ModelEmissions:  # fmt: skip
    """Emissions of every hour of a run, with the tags of `configs/source_labels.yaml`.

    Points of which the stack is known stay points; the others go into fixed heights by their sector.

    Args:
        inventory: on any grid; what lies outside the model's is left out.
        grid: the model's grid.
        carried: species of the model.
        times: starts of hours, UTC, growing, (time,).
        temperature: mean temperatures of days by region, for heating; normals for the others.

    Raises:
        InputError: when the inventory has no month near that season, emits nothing that is carried,
            or times are no hours.
    """
    hours = np.asarray(times).astype("datetime64[ns]")
    emitted = [name for name in carried if is_emitted(name, inventory.species)]
    if not emitted:
        raise InputError(f"the inventory emits none of {', '.join(carried)}", where="inventory")
    months, notes = run_months(inventory, hours)
    known = np.all([np.isfinite(getattr(inventory.points.stacks, name)) for name in STACK_UNITS], axis=0)
    timing = PointTiming.of(inventory.points, inventory.profiles, temperature)
    weights = timing.factors(hours)
    parts = [LaidMonth(inventory, grid, emitted, month, known) for month in months]
    streams = [part.streams(hours, temperature or {}) for part in parts]
    rates = np.concatenate([part.points for part in parts])
    factors = np.concatenate([weights[:, known] * part.month.holds[:, None] for part in parts], axis=1)
    dataset = _gridded(grid, emitted, hours, streams).assign(_points(inventory, known, rates, factors))
    dataset.attrs |= {
        "source": "inventory", "inventory": inventory.title, "inventory_version": inventory.version,
    }  # fmt: skip
    notes += _stackless(known) + _coarse(inventory, emitted)
    totals = totals_of(parts, emitted)
    return ModelEmissions(EMISSIONS.check(dataset, "emissions of the run"), tuple(notes), totals)


def _gridded(grid: Grid, emitted: list[str], hours: np.ndarray, streams: list[Streams]) -> xr.Dataset:
    tags = source_labels().tags()
    names = {
        "source": source_labels().tag_ids(),
        "sector": [sector.id for sector, _ in tags], "region": [region.id for _, region in tags],
        "source_chinese": [f"{region.chinese}{sector.chinese}" for sector, region in tags],
        "source_english": [f"{sector.english}, {region.english}" for sector, region in tags],
    }  # fmt: skip
    share = np.concatenate([part.layer_share for part in streams])
    flux = np.concatenate([part.flux for part in streams])
    factor = np.concatenate([part.time_factor for part in streams], axis=1)
    layers = int(np.flatnonzero(share.any(0)).max(initial=0)) + 1
    number = [names["source"].index(tag) for part in streams for tag in part.tag]
    return xr.Dataset(
        {
            "emission_flux": (("stream", "species", "y", "x"), flux, {"units": "kg m-2 s-1"}),
            "layer_share": (("stream", "layer"), share[:, :layers], {"units": "1"}),
            "time_factor": (("time", "stream"), factor, {"units": "1"}),
            "stream_source": ("stream", np.array(number, np.int64)),
        },
        {
            "time": hours,
            **{name: ("source", values) for name, values in names.items()},
            "species": emitted,
            "layer": ("layer", np.arange(layers), {"units": "1"}),
            "y": ("y", grid.lat, {"units": "degrees_north"}),
            "x": ("x", grid.lon, {"units": "degrees_east"}),
        },
    )


def _points(
    inventory: Inventory, known: np.ndarray, rates: np.ndarray, factors: np.ndarray
) -> dict[str, xr.Variable]:
    """The points with stacks, once for each month of the run."""
    points = inventory.points.take(known)
    months = len(rates) // max(len(points), 1)
    sources = source_labels().tag_ids()
    number = [sources.index(tag) for tag in source_labels().tags_of(points.sector, points.region)]
    units = {f"stack_{name}": unit for name, unit in STACK_UNITS.items()}
    units |= {"point_lon": "degrees_east", "point_lat": "degrees_north"}
    values = {f"stack_{name}": getattr(points.stacks, name) for name in STACK_UNITS}
    values |= {"point_lon": points.lon, "point_lat": points.lat}
    return {
        "point_emission": xr.Variable(("point", "species"), rates, {"units": "kg s-1"}),
        "point_time_factor": xr.Variable(("time", "point"), factors, {"units": "1"}),
        "point_source": xr.Variable(("point",), np.tile(np.array(number, np.int64), months)),
        **{
            name: xr.Variable(("point",), np.tile(value, months), {"units": units[name]})
            for name, value in values.items()
        },
    }


def _stackless(known: np.ndarray) -> list[Degradation]:
    if known.all():
        return []
    count = int((~known).sum())
    return [Degradation(
        code="stacks-unknown", chinese=f"{count}个点源没有排气筒参数，按行业固定高度分配。",
        english=f"{count} points have no stack data: fixed heights by sector stand in.",
    )]  # fmt: skip


def _coarse(inventory: Inventory, emitted: Sequence[str]) -> list[Degradation]:
    """Whether PM10 is less than PM2.5 somewhere."""
    if "ppm_coarse" not in emitted:
        return []
    fine, all_of_it = (inventory.species.index(name) for name in ("pm25", "pm10"))
    parts = (inventory.areas.emission, inventory.points.emission)
    short = sum(float(np.maximum(part[..., fine] - part[..., all_of_it], 0.0).sum()) for part in parts)
    if short <= 1e-6 * sum(float(part[..., fine].sum()) for part in parts):
        return []
    return [Degradation(
        code="pm10-below-pm25", chinese=f"清单中PM10小于PM2.5，粗颗粒按0计（{short / 1000:.0f} t）。",
        english=f"PM10 is less than PM2.5 by {short / 1000:.0f} t: coarse particles count as 0 there.",
    )]  # fmt: skip
