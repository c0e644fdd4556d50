"""A run of the dust domain: from weather and what it raises to fields and series at places."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
import xarray as xr

from forecast.dust.boundary import Shell, couple
from forecast.dust.columns import ColumnRecorder
from forecast.dust.configuration import DustForecastConfig, dust_forecast_config
from forecast.physical.correcting import NO_CORRECTION
from forecast.physical.restart import Restart
from forecast.physical.run import Progress, Run, Watch
from foundation.grids import Grid
from foundation.provenance import Degradation

__all__ = ["DustForecast", "dust_forecast"]


@dataclass(frozen=True)
class DustForecast:
    """The products of a run.

    Attributes:
        fields: keeps `FIELDS`: hourly means near the ground of the bins, PM2.5 and PM10, with
            `dust_optical_depth` and `visibility` (lead_time, y, x).
        tags: keeps `CONTRIBUTIONS`: PM2.5 and PM10 at places by region of dust.
        places: `concentration` of PM2.5 and PM10, kg m-3, with `dust_optical_depth` and `visibility`, both
            (reference_time, lead_time, place).
        optical_depth: `dust_optical_depth` (lead_time, place, source): optical depth by region of dust.
        start: the state at the reference time.
        restart: states from which later runs go on.
        notes: what was degraded.
    """

    fields: xr.Dataset
    tags: xr.Dataset
    places: xr.Dataset
    optical_depth: xr.Dataset
    start: Restart
    restart: tuple[Restart, ...]
    notes: tuple[Degradation, ...]


def dust_forecast(  # noqa: PLR0913, PLR0917 - everything a run is made from
    weather: xr.Dataset, grid: Grid, emissions: xr.Dataset, reference_time: np.datetime64,
    config: DustForecastConfig | None = None, restart: Restart | None = None, watch: Watch | None = None,
    progress: Progress | None = None, inflow: Shell | None = None,
) -> DustForecast:  # fmt: skip
    """Forecast dust by the transport model; measurements correct the source (`correction`), not the state.

    Args:
        weather: keeps `METEOROLOGY`; from the spin-up to the last lead.
        grid: the model's grid.
        emissions: keeps `EMISSIONS`, of bins of dust, for every hour, as `dust_emissions` makes them.
        reference_time: a full hour, UTC.
        config: the choices; those shipped by default.
        restart: state of an earlier run; without, a cold start in air without dust.
        watch: shown the state every hour, such as `boundary.Shell.watch`.
        progress: told how far the run is.
        inflow: of a wide run around this one; without, no dust comes in at the sides.

    Raises:
        InputError: when weather, emissions or the restart do not fit.
        ContractError: when one of them breaks its contract.
    """
    config = config or dust_forecast_config()
    run = Run.of([weather], grid, emissions, reference_time.astype("datetime64[ns]"), config.model)
    if inflow is not None:
        couple(run, inflow)
    run.synthetic = bool(weather.attrs.get("synthetic", 0)) or (restart is not None and restart.synthetic)
    columns = ColumnRecorder(grid, run.driver.table, run.reference_time, emissions)

    def seen(time: np.datetime64, state: torch.Tensor, mass: torch.Tensor) -> None:
        columns.watch(time, state, mass)
        if watch is not None:
            watch(time, state, mass)

    run.watch = seen
    done = run.go(restart, None, progress)
    tags = done.recorder.tags(0)
    optical = columns.places()
    fields = done.recorder.fields(0).merge(columns.fields(), combine_attrs="override")
    at_places = optical.assign(
        dust_optical_depth=optical["dust_optical_depth"].sum("source", keep_attrs=True)
    )
    places = done.recorder.places(tags).merge(
        at_places[["dust_optical_depth", "visibility"]].expand_dims(reference_time=[run.reference_time]),
        combine_attrs="override",
    )
    depth = optical[["dust_optical_depth"]]
    notes = tuple(note for note in done.notes if note.code != NO_CORRECTION)
    return DustForecast(fields, tags, places, depth, done.start[0], tuple(done.kept[0]), notes)
