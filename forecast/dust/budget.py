"""Proof that dust is neither made nor lost: emitted = airborne + deposited + left through the sides."""

from __future__ import annotations

from collections.abc import Iterator

import torch
import xarray as xr

from atmosphere.transport.air_flow import air_flows
from atmosphere.transport.ledger import Ledger
from atmosphere.transport.model import Hour, TransportModel
from atmosphere.transport.processes.assembling import assemble
from atmosphere.transport.proofs.proof import Proof
from atmosphere.transport.species import load_species
from atmosphere.transport.tracers import Outside
from emissions_inventory.natural import dust_emissions
from forecast.dust.basin import basin_grid, basin_weather, hours, strong_scheme
from forecast.dust.configuration import dust_forecast_config
from forecast.dust.responses import emitting_only
from forecast.physical.emitting import Emitter
from foundation.grids import Grid

__all__ = ["budget_ledger", "budget_proofs"]

_BOUND, _BOUND_DOUBLE = 1e-5, 1e-11
_FACTOR, _SNOW = 0.8, 0.9


def budget_ledger(count: int, dtype: torch.dtype = torch.float32, step_deg: float = 0.5) -> Ledger:
    """Dust of a front with some snow over the basin, through so many hours, from air without dust.

    The domain ends close to the source and the front blows out of it, so that everything happens.
    """
    grid = basin_grid(west=81.5, east=88.5, south=43.0, north=46.0, step_deg=step_deg)
    weather = basin_weather(grid, count=count, dust=_SNOW)
    table = load_species().select(dust_forecast_config().model.species)
    emitted = emitting_only(
        dust_emissions(weather, grid, strong_scheme(), _FACTOR, hours(count - 1)).dataset
    )  # fmt: skip
    emitter = Emitter(emitted, grid, table)
    model = TransportModel(dust_forecast_config().model.longest_step_s)
    state = torch.zeros(1, *grid.shape, len(table.names), len(emitter.tags), dtype=dtype)
    ledger: Ledger | None = None
    for hour in _hours(weather, grid, emitter, state):
        ledger = ledger or Ledger.of(state, hour.flow.mass)
        state = ledger.hour(model, state, hour)
    assert ledger is not None  # noqa: S101 - typing only: there are hours
    return ledger


def _hours(weather: xr.Dataset, grid: Grid, emitter: Emitter, state: torch.Tensor) -> Iterator[Hour]:
    table = load_species().select(dust_forecast_config().model.species)
    outside = Outside.uniform(state)
    for number, flow in enumerate(air_flows(weather, grid, state.dtype)):
        made = assemble(weather.isel(time=[number]), grid, table, dtype=state.dtype)
        emissions = emitter.at(weather["time"].values[number], made.fields)
        yield Hour(flow, made.processes, outside, emissions)


def budget_proofs() -> list[Proof]:
    """A day in single precision, most of one in double precision; all bins and tags on their own."""
    proofs = []
    for dtype, count, bound in ((torch.float32, 24, _BOUND), (torch.float64, 18, _BOUND_DOUBLE)):
        made = budget_ledger(count, dtype)
        sums = {
            name: float(getattr(made, name).sum())
            for name in ("emitted", "airborne", "deposited", "scavenged", "left")
        }
        worst = float(made.missing.abs().sum()) / sums["emitted"]
        parts = ", ".join(f"{name} {100 * value / sums['emitted']:.1f} %" for name, value in sums.items())
        name = str(dtype).removeprefix("torch.")
        proofs.append(Proof(f"mass budget of dust over {count} h, {name}", worst, bound, note=parts))
    return proofs
