"""Footprints: what a kilogram emitted anywhere, any hour, adds at a place and hour; by the model's adjoint.

The scheme is linearised about a run in which all tags are one. It is homogeneous of degree one in
emissions, initial and outside values together, so by Euler's theorem the footprint times the emissions, plus
the sensitivities to initial and outside values times these, is the concentration of that run
(docs/science/transport.md).
"""

from __future__ import annotations

from collections.abc import Sequence

import torch

from atmosphere.transport.model import Hour, TransportModel, one_tag
from atmosphere.transport.receptors import Footprints, Receptor
from atmosphere.transport.stepping import Interval
from atmosphere.transport.sums import Sums
from atmosphere.transport.tracers import Emissions, Outside
from foundation.errors import InputError

__all__ = ["RECORD_BYTES", "Footprints", "Receptor", "footprints"]

RECORD_BYTES = 2**30
"""States kept on the way forward; hours beyond that are repeated from a checkpoint on the way back."""


def footprints(
    state: torch.Tensor, hours: Sequence[Hour], receptors: Sequence[Receptor], model: TransportModel,
    emission_layers: int,
) -> Footprints:  # fmt: skip
    """Run forward with one tag, then back with a tag for each receptor.

    Args:
        state: first mixing ratios, (member, z, y, x, species, tag); the tags are added up.
        hours: what drives the model; kept whole, so give as many as memory holds.
        receptors: what is measured.
        model: steps, engine and number of steps taken; advanced by the run.
        emission_layers: lowest layers in which the footprint is wanted; emissions above are refused.

    Raises:
        InputError: for a receptor outside, or an emission above the layers.
    """
    where = model.device or state.device
    single = [hour.to(where).one_tag() for hour in hours]
    base = one_tag(state.to(where)).contiguous()
    _check(base, single, receptors, emission_layers)
    past: list[_Past] = []
    measured = base.new_zeros(len(receptors))
    room = RECORD_BYTES
    for number, hour in enumerate(single):
        past.append(_Past(base.clone(), model.taken, hour, model.prepare(hour)))
        room -= past[-1].interval.steps * base.nbytes
        base = past[-1].record(base, model) if room >= 0 else model.hour(base, hour)
        for index, receptor in _at(receptors, number):
            measured[index] = (receptor.weights.to(base) * _cell(base, receptor)[:, 0]).sum()
    return _back(past, receptors, model, measured, emission_layers)


class _Past:
    """An hour of the forward run: its first state, and all states where there was room for them."""

    def __init__(self, start: torch.Tensor, taken: int, hour: Hour, interval: Interval) -> None:
        self.start = start
        self.taken = taken
        self.hour = hour
        self.interval = interval
        self.states: list[torch.Tensor] = []

    def record(self, base: torch.Tensor, model: TransportModel) -> torch.Tensor:
        """Run the hour and keep the state before each step; the state at the end comes back."""
        return model.hour(base, self.hour, lambda state: self.states.append(state.clone()))


def _back(
    past: list[_Past],
    receptors: Sequence[Receptor],
    model: TransportModel,
    measured: torch.Tensor,
    emission_layers: int,
) -> Footprints:
    first = past[0].start
    adjoint = first.new_zeros(*first.shape[:-1], len(receptors))
    emitted, from_emissions = [], torch.zeros_like(measured)
    from_outside = torch.zeros_like(measured)
    for number in range(len(past) - 1, -1, -1):
        for index, receptor in _at(receptors, number):
            _cell(adjoint, receptor)[:, index] += receptor.weights.to(adjoint)
        sums, hour = Sums(adjoint, emission_layers), past[number].hour
        adjoint = _back_hour(adjoint, past.pop(), model, sums)
        emitted.append(sums.emitted)
        from_emissions += _times_emissions(sums.emitted, hour.emissions)
        from_outside += _times_outside(sums.outside, hour.outside)
    from_initial = (adjoint * first).sum((0, 1, 2, 3, 4))
    return Footprints(
        measured, torch.stack(emitted[::-1]), from_emissions, adjoint.clone(), from_initial, from_outside
    )


def _back_hour(adjoint: torch.Tensor, past: _Past, model: TransportModel, sums: Sums) -> torch.Tensor:
    """Step back through an hour, repeating it first from its checkpoint where no states were kept."""
    interval, engine = past.interval, model.engine(past.start)
    if not past.states:
        past.record(
            past.start.clone(),
            TransportModel(model.longest_step_s, model.wanted_engine, past.taken, model.device),
        )
    for number in range(interval.steps - 1, -1, -1):
        y_first = (past.taken + number) % 2 == 1
        adjoint = engine.back(
            adjoint,
            past.states[number],
            interval,
            number,
            past.hour.outside,
            past.hour.emissions,
            y_first,
            sums,
        )
    return adjoint


def _at(receptors: Sequence[Receptor], hour: int) -> list[tuple[int, Receptor]]:
    return [(index, receptor) for index, receptor in enumerate(receptors) if receptor.hour == hour]


def _cell(state: torch.Tensor, receptor: Receptor) -> torch.Tensor:
    return state[receptor.member, receptor.layer, receptor.row, receptor.column]


def _times_emissions(emitted: torch.Tensor, emissions: Emissions | None) -> torch.Tensor:
    """Footprint times emissions of an hour, summed over cells and species, (receptor,)."""
    if emissions is None or not len(emissions.rate):
        return emitted.new_zeros(emitted.shape[-1])
    cells = emitted.shape[2] * emitted.shape[3]
    rows = emitted.reshape(emitted.shape[0], -1, emitted.shape[-1])[:, emissions.index(cells)]
    return (rows * emissions.rate[None, :, None].to(emitted)).sum((0, 1))


def _times_outside(sums: Outside, outside: Outside) -> torch.Tensor:
    total = (sums.top.sum(1) * outside.top).sum((0, 1))
    for name in ("west", "east", "south", "north"):
        total = total + (getattr(sums, name) * getattr(outside, name)).sum((0, 1, 2, 3))
    return total


def _check(
    base: torch.Tensor, hours: list[Hour], receptors: Sequence[Receptor], emission_layers: int
) -> None:
    member, z, y, x, species, _ = base.shape
    for receptor in receptors:
        inside = (
            0 <= receptor.hour < len(hours) and 0 <= receptor.layer < z and 0 <= receptor.row < y
            and 0 <= receptor.column < x and 0 <= receptor.member < member
        )  # fmt: skip
        if not inside or receptor.weights.shape != (species,):
            raise InputError(
                f"receptor {receptor}: outside the run", remedy="Check its hour, cell and weights"
            )
    for hour in hours:
        if (
            hour.emissions is not None
            and len(hour.emissions.rate)
            and int(hour.emissions.layer.max()) >= emission_layers
        ):
            raise InputError(
                f"emissions reach layer {int(hour.emissions.layer.max())}, the footprint only "
                f"{emission_layers - 1}", remedy="Ask for more emission layers"
            )  # fmt: skip
