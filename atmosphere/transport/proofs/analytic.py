"""A Gaussian plume and a well-mixed box, whose answers are known."""

from __future__ import annotations

import math

import torch

from atmosphere.transport.forcing import AirFlow, Processes, at_rest
from atmosphere.transport.model import Hour, TransportModel
from atmosphere.transport.proofs.proof import Proof
from atmosphere.transport.tracers import Emissions, Outside

__all__ = ["analytic_proofs", "plume"]

_WIND, _DIFFUSIVITY, _CELL, _LAYER = 5.0, 5.0, 1000.0, 16.0
_AIR = 1.0


def plume(engine: str | None = None) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Steady plume of a line source at the ground across a uniform wind with constant diffusivity.

    Returns:
        Heights (z,), the model's concentration 40 km downwind (z,), and the closed form there: the integral
        across the wind of the Gaussian plume (Seinfeld and Pandis 2016, section 18.9), kg m-3.
    """
    layers, columns, rows = 60, 50, 3
    shape = (1, layers, rows, columns)
    mass = torch.full(shape, _AIR * _CELL * _CELL * _LAYER, dtype=torch.float64)
    flow = AirFlow(
        mass, torch.full((1, layers, rows, columns + 1), _AIR * _WIND * _CELL * _LAYER, dtype=torch.float64),
        torch.zeros(1, layers, rows + 1, columns, dtype=torch.float64),
        torch.zeros(1, layers + 1, rows, columns, dtype=torch.float64), 3600.0,
    )  # fmt: skip
    exchange = torch.full(
        (1, layers - 1, rows, columns), _AIR * _DIFFUSIVITY * _CELL**2 / _LAYER, dtype=torch.float64
    )
    processes = Processes(exchange, torch.zeros(1, 1, rows, columns, dtype=torch.float64))
    state = torch.zeros(*shape, 1, 1, dtype=torch.float64)
    rates = torch.zeros(1, rows, columns, 1, 1, dtype=torch.float64)
    rates[0, :, 2] = 1.0
    hour = Hour(flow, processes, Outside.uniform(state), Emissions.from_fields(rates))
    state = TransportModel(60.0, engine).run(state, [hour] * 6)
    height = (torch.arange(layers, dtype=torch.float64) + 0.5) * _LAYER
    distance = 40 * _CELL
    spread = math.sqrt(2 * _DIFFUSIVITY * distance / _WIND)
    per_metre = 1.0 / _CELL
    exact = (
        2 * per_metre / (math.sqrt(2 * math.pi) * _WIND * spread) * torch.exp(-0.5 * (height / spread) ** 2)
    )
    return height, _AIR * state[0, :, 1, 42, 0, 0], exact


def analytic_proofs(engine: str | None = None) -> list[Proof]:
    """Largest error of the plume relative to its ground value, and of the box relative to its answer."""
    _, model, exact = plume(engine)
    error = float((model - exact).abs().max() / exact.max())
    return [Proof("Gaussian plume 40 km downwind", error, 0.03), *_box(engine)]


def _box(engine: str | None) -> list[Proof]:
    """One column so turbulent that it is a box: dq/dt = E / m - D q / m.

    Seinfeld and Pandis 2016, section 25.1.
    """
    mass = torch.full((1, 10, 3, 3), 1e9, dtype=torch.float64)
    lost, emitted, hours = 2e5, 3.0, 10
    processes = Processes(
        torch.full((1, 9, 3, 3), 1e10, dtype=torch.float64),
        torch.full((1, 1, 3, 3), lost, dtype=torch.float64),
    )
    state = torch.zeros(1, 10, 3, 3, 1, 1, dtype=torch.float64)
    rates = torch.full((1, 3, 3, 1, 1), emitted, dtype=torch.float64)
    hour = Hour(at_rest(mass, 3600.0), processes, Outside.uniform(state), Emissions.from_fields(rates))
    end = TransportModel(60.0, engine).run(state, [hour] * hours)
    total = 1e10
    exact = emitted / lost * -math.expm1(-lost / total * hours * 3600)
    return [Proof("well-mixed box with emission and deposition", float((end / exact - 1).abs().max()), 0.005)]
