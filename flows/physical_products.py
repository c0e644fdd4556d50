"""What the transport model leaves in the folder of a run."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from flows.budget import daily_config
from flows.hot_start import restart_record
from flows.plan import DayPlan
from flows.transport import Physical
from foundation.times import stamp
from sources.measures.emission_totals import TOTALS_FILE
from sources.tagging.runs import TAGS_FILE

if TYPE_CHECKING:
    from forecast.physical.assimilation import Corrected
    from forecast.physical.restart import Restart
    from forecast.physical.simulation import PhysicalForecast

FIELDS_FOLDER = "fields.zarr"
PLACES_FILE = "physical.nc"
START_FILE = "start.nc"

_MODEL = "tagged transport model"
_CHUNK_HOURS = 24
_PACKING = {"zlib": True, "complevel": 1, "shuffle": True}


@dataclass(frozen=True)
class Written:
    """What the manifest says of the physical forecast."""

    products: dict[str, str] = field(default_factory=dict)
    models: dict[str, str] = field(default_factory=dict)
    configuration: dict[str, Any] = field(default_factory=dict)


def write_physical(folder: Path, plan: DayPlan, physical: Physical) -> Written:
    """Write fields, series, tags and states for later runs; nothing where there is no forecast.

    Args:
        folder: of the run, being written.
        plan: the run.
        physical: the forecast of the transport model, if any.
    """
    forecast = physical.forecast
    if forecast is None:
        return Written()
    from flows.footprint_products import FOOTPRINTS_FILE, write_footprints
    from forecast.physical.configuration import physical_config
    from forecast.physical.restart import write_restart

    marks = run_marks(plan, physical)
    _write_fields(folder / FIELDS_FOLDER, forecast.fields.assign_attrs(marks | {"contract": "fields"}))
    for name, dataset, contract in (
        (TAGS_FILE, forecast.tags, "contributions"),
        (PLACES_FILE, forecast.places, "physical"),
    ):
        packing = {str(variable): _PACKING for variable in dataset.data_vars}
        told = marks | {"contract": contract, "corrected": int(bool(forecast.corrections))}
        dataset.assign_attrs(told).to_netcdf(folder / name, encoding=packing)
    states = _write_states(folder, forecast.restart)
    write_restart(forecast.start, folder / START_FILE)
    products = {"fields": FIELDS_FOLDER, "tags": TAGS_FILE, "physical": PLACES_FILE, "start": START_FILE}
    if physical.emission_totals is not None:
        physical.emission_totals.to_csv(folder / TOTALS_FILE, index=False, lineterminator="\n")
        products["emission_totals"] = TOTALS_FILE
    if physical.footprints is not None:
        write_footprints(physical.footprints.assign_attrs(marks), folder / FOOTPRINTS_FILE)
        products["footprints"] = FOOTPRINTS_FILE
    return Written(
        products=products | {file.stem: file.name for file in states.values()},
        models={"physical": _MODEL} | _inventory(forecast),
        configuration={
            "physical": physical_config().model_dump(mode="json"),
            "corrections": [_corrected(each) for each in forecast.corrections],
            "restart": restart_record(plan.case, plan.inventory, states),
        },
    )  # fmt: skip


def run_marks(plan: DayPlan, physical: Physical) -> dict[str, Any]:
    """What every product of the model says of itself."""
    return {
        "synthetic": int(physical.synthetic), "title": plan.case.english, "Conventions": "CF-1.11",
        "created_by": "bogda", "domain": str(plan.case.physical),
    }  # fmt: skip


def _inventory(forecast: PhysicalForecast) -> dict[str, str]:
    """The inventory behind a forecast, by name and version; nothing where emissions were made up."""
    told = forecast.tags.attrs
    if "inventory_version" not in told:
        return {}
    return {"emissions": f"{told['inventory']} {told['inventory_version']}"}


def _write_fields(path: Path, fields: xr.Dataset) -> None:
    """Zarr of format 2, which every reader knows; a day of one species to a chunk, as maps are read."""
    fixed = fields.assign_coords(species=fields["species"].astype(np.str_))
    hours = min(_CHUNK_HOURS, fields.sizes["lead_time"])
    small = {"lead_time": hours, "species": 1}
    chunks = tuple(small.get(str(dim), fields.sizes[dim]) for dim in fields["concentration"].dims)
    fixed.to_zarr(
        path, mode="w", zarr_format=2, consolidated=True, encoding={"concentration": {"chunks": chunks}}
    )


def _write_states(folder: Path, states: Sequence[Restart]) -> dict[np.datetime64, Path]:
    """The states of the first leads, from which the next runs go on; later ones are worth less."""
    from forecast.physical.restart import write_restart

    kept = list(states)[: daily_config().states_kept]
    return {state.time: write_restart(state, folder / f"restart-{stamp(state.time)}.nc") for state in kept}


def _corrected(each: Corrected) -> dict[str, Any]:
    """What the measurements did, as JSON: what is not a number is null."""
    numbers = {"before": each.before, "after": each.after}
    return {
        "pollutant": each.pollutant, "stations": len(each.stations), "factors": list(each.factors),
        "skipped": {reason: len(codes) for reason, codes in each.skipped.items()},
        **{name: value if math.isfinite(value) else None for name, value in numbers.items()},
    }  # fmt: skip
