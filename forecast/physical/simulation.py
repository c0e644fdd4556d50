"""A run of the transport model from a reference time, and its products."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr

from forecast.physical.assimilation import Corrected
from forecast.physical.configuration import PhysicalConfig
from forecast.physical.restart import Restart
from forecast.physical.run import Outcome, Progress, Run
from foundation.errors import InputError
from foundation.grids import Grid
from foundation.provenance import Degradation

__all__ = ["PhysicalForecast", "Progress", "simulate", "simulate_members"]


@dataclass(frozen=True)
class PhysicalForecast:
    """The products of a run.

    Attributes:
        fields: keeps `FIELDS`: hourly means near the ground of species, PM2.5 and PM10.
        tags: keeps `CONTRIBUTIONS`: hourly means at places of every pollutant by source, with what each is
            made of and what of it was in the air at the reference time.
        places: `concentration` (reference_time, lead_time, place, pollutant), kg m-3: sums over sources.
        start: the state at the reference time, corrected by the measurements.
        restart: states from which later runs go on, the earliest first.
        notes: what was degraded, in words a forecaster understands.
        corrections: what the measurements did.
    """

    fields: xr.Dataset
    tags: xr.Dataset
    places: xr.Dataset
    start: Restart
    restart: tuple[Restart, ...]
    notes: list[Degradation]
    corrections: tuple[Corrected, ...]


def simulate(  # noqa: PLR0913, PLR0917 - everything a run is made from
    weather: xr.Dataset, grid: Grid, emissions: xr.Dataset, observations: xr.Dataset | None,
    reference_time: np.datetime64, config: PhysicalConfig, restart: Restart | None = None,
    progress: Progress | None = None,
) -> PhysicalForecast:  # fmt: skip
    """Forecast by the transport model.

    Lead times count to the end of the valid hour; a value is the mean of the hour's beginning and end.

    Args:
        weather: keeps `METEOROLOGY`, on the grid or on another that covers it; spin-up to last lead.
        grid: the model's grid.
        emissions: keeps `EMISSIONS`, on the grid, for every hour of the run.
        observations: keeps `foundation.contracts.observations("hour")`; nothing after the reference time is
            used. None for no correction.
        reference_time: a full hour, UTC.
        config: the choices.
        restart: state of an earlier run; without, a cold start.
        progress: told how far the run is.

    Raises:
        InputError: when weather, emissions or the restart do not fit, with the first thing that does not.
        ContractError: when one of them breaks its contract.
    """
    return simulate_members(
        [weather], grid, emissions, observations, reference_time, config, restart, progress
    )[0]  # fmt: skip


def simulate_members(  # noqa: PLR0913, PLR0917 - as simulate
    weather: Sequence[xr.Dataset], grid: Grid, emissions: xr.Dataset, observations: xr.Dataset | None,
    reference_time: np.datetime64, config: PhysicalConfig, restart: Restart | None = None,
    progress: Progress | None = None,
) -> tuple[PhysicalForecast, ...]:  # fmt: skip
    """Forecast with several weathers at once, as members of one state.

    Args:
        weather: of each member.
        grid: as in `simulate`.
        emissions: as in `simulate`.
        observations: as in `simulate`.
        reference_time: as in `simulate`.
        config: as in `simulate`.
        restart: state with which every member begins.
        progress: as in `simulate`.

    Returns:
        A forecast for each member.

    Raises:
        InputError: as `simulate`, and without members.
        ContractError: as `simulate`.
    """
    if not weather:
        raise InputError("weather: expected one or more members, got none")
    run = Run.of(weather, grid, emissions, reference_time.astype("datetime64[ns]"), config)
    run.synthetic = _any_synthetic(
        [*weather, emissions, *([] if observations is None else [observations])], restart
    )
    result = run.go(restart, observations, progress)
    return tuple(_forecast(result, member) for member in range(len(weather)))


def _forecast(result: Outcome, member: int) -> PhysicalForecast:
    tags = result.recorder.tags(member)
    mine = tuple(one for one in result.corrections if one.member == member)
    return PhysicalForecast(
        result.recorder.fields(member), tags, result.recorder.places(tags), result.start[member],
        tuple(result.kept[member]), list(result.notes), mine,
    )  # fmt: skip


def _any_synthetic(inputs: Sequence[xr.Dataset], restart: Restart | None) -> bool:
    return any(one.attrs.get("synthetic", 0) for one in inputs) or (restart is not None and restart.synthetic)
