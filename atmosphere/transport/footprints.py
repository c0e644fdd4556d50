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
from atmosphere.transport.receptors import (
    BEFORE_FIRST,
    EachHour,
    Footprints,
    Measures,
    PointMeasures,
    Receptor,
    ReceptorSum,
    Sweep,
    check_cell,
)
from atmosphere.transport.recorded import Piece
from atmosphere.transport.stepping import Interval
from atmosphere.transport.sums import Sums, check_layers, times_emissions, times_outside

__all__ = [
    "PIECE_HOURS",
    "RECORD_BYTES",
    "Footprints",
    "Receptor",
    "ReceptorSum",
    "Sweep",
    "footprints",
    "sweep_back",
]

RECORD_BYTES = 2**30
"""States kept on the way forward; pieces beyond that are repeated from a checkpoint on the way back."""

PIECE_HOURS = 12
"""Hours asked for at once, and repeated at once."""


def footprints(
    state: torch.Tensor, hours: Sequence[Hour], receptors: Sequence[Receptor | ReceptorSum],
    model: TransportModel, emission_layers: int,
) -> Footprints:  # fmt: skip
    """Run forward with one tag, then back with a tag for each receptor, and keep every hour's footprint.

    Args:
        state: first mixing ratios, (member, z, y, x, species, tag); the tags are added up.
        hours: what drives the model.
        receptors: what is measured, each a point or a sum of points.
        model: steps, engine and number of steps taken; advanced by the run.
        emission_layers: lowest layers in which the footprint is wanted; emissions above are refused.

    Raises:
        InputError: for a receptor outside, or an emission above the layers.
    """
    measures = PointMeasures(receptors)
    measures.check(len(hours), state.shape)
    emitted: list[torch.Tensor] = []
    found = sweep_back(
        state, hours, measures, model, emission_layers, lambda _, one: emitted.append(one.clone())
    )
    return Footprints(**vars(found), emitted=torch.stack(emitted[::-1]))


def sweep_back(
    state: torch.Tensor, hours: Sequence[Hour], measures: Measures, model: TransportModel,
    emission_layers: int, each_hour: EachHour,
) -> Sweep:  # fmt: skip
    """Run forward with one tag and back with a tag for each measure, an hour's footprint after the other.

    Args:
        state: first mixing ratios, (member, z, y, x, species, tag); the tags are added up.
        hours: what drives the model. They are asked for `PIECE_HOURS` at a time, first to last and again
            last to first: a sequence may make them anew each time, so that a long run needs little memory.
        measures: what is measured.
        model: steps, engine and number of steps taken; advanced by the run.
        emission_layers: lowest layers in which the footprint is wanted.
        each_hour: called for the last hour first; the tensor is used again, so it must be copied to be kept.

    Raises:
        InputError: for a receptor outside, or an emission above the layers.
    """
    base = one_tag(state.to(model.device or state.device)).contiguous()
    measured = base.new_zeros(len(measures), dtype=torch.float64)
    last = [BEFORE_FIRST] * len(measures)
    pieces: list[Piece] = []
    room = RECORD_BYTES
    for first in range(0, len(hours), PIECE_HOURS):
        pieces.append(Piece(first, base.clone(), model.taken))
        single = _single(hours, first, base, emission_layers)
        if first == 0:
            _measure((measured, last), base, measures, BEFORE_FIRST)
        for hour in single:
            base, room = pieces[-1].forward(base, hour, model, room)
            _measure((measured, last), base, measures, pieces[-1].last)
    return _back(pieces, hours, measures, model, (emission_layers, measured, last, each_hour))


def _back(
    pieces: list[Piece], hours: Sequence[Hour], measures: Measures, model: TransportModel,
    told: tuple[int, torch.Tensor, list[int], EachHour],
) -> Sweep:  # fmt: skip
    layers, measured, last, each_hour = told
    first = pieces[0].start
    adjoint = _Adjoint(first, last)
    from_emissions, from_outside = torch.zeros_like(measured), torch.zeros_like(measured)
    while pieces:
        piece = pieces.pop()
        single = _single(hours, piece.first, first, layers)
        piece.repeat(single, model)
        for place in range(len(single) - 1, -1, -1):
            number, hour = piece.first + place, single[place]
            adjoint.inject(measures, number)
            sums = Sums(adjoint.values, layers)
            states = piece.states.pop()
            if adjoint.active:
                adjoint.values = _back_hour(adjoint.values, states, (hour, piece.taken[place]), model, sums)
                from_emissions[adjoint.active] += times_emissions(sums.emitted, hour.emissions)
                from_outside[adjoint.active] += times_outside(sums.outside, hour.outside)
            each_hour(number, adjoint.every(sums.emitted))
    adjoint.inject(measures, BEFORE_FIRST)
    initial = adjoint.every(adjoint.values)
    return Sweep(
        measured, from_emissions, initial, (initial * first).double().sum((0, 1, 2, 3, 4)), from_outside
    )


class _Adjoint:
    """The adjoint of those measures that have begun on the way back; the others are 0 and not carried."""

    def __init__(self, first: torch.Tensor, last: list[int]) -> None:
        self.active: list[int] = []
        self.values = first.new_zeros(*first.shape[:-1], 0)
        self._last = last

    def inject(self, measures: Measures, hour: int) -> None:
        """Add the parts that measure at the end of an hour."""
        begun = [number for number, last in enumerate(self._last) if last == hour]
        if begun:
            self.active += begun
            nothing = self.values.new_zeros(*self.values.shape[:-1], len(begun))
            self.values = torch.cat([self.values, nothing], -1)
        for number, receptor in measures.at(hour):
            cell = _cell(self.values, receptor)
            cell[:, self.active.index(number)] += receptor.weights.to(cell)

    def every(self, values: torch.Tensor) -> torch.Tensor:
        """Values of the measures that have begun among those of all, in their order."""
        whole = values.new_zeros(*values.shape[:-1], len(self._last))
        whole[..., self.active] = values
        return whole


def _back_hour(
    adjoint: torch.Tensor, states: list[torch.Tensor], run: tuple[Hour, int], model: TransportModel,
    sums: Sums,
) -> torch.Tensor:  # fmt: skip
    """Step back through an hour that began when so many steps had been taken."""
    hour, taken = run
    interval: Interval = model.prepare(hour)
    engine = model.engine(adjoint)
    for number in range(interval.steps - 1, -1, -1):
        y_first = (taken + number) % 2 == 1
        adjoint = engine.back(
            adjoint, states.pop(), interval, number, hour.outside, hour.emissions, y_first, sums
        )
    return adjoint


def _single(hours: Sequence[Hour], first: int, like: torch.Tensor, layers: int) -> list[Hour]:
    """A piece of the hours with all tags as one, where the state lies."""
    found = [hour.to(like.device).one_tag() for hour in hours[first : first + PIECE_HOURS]]
    for hour in found:
        check_layers(hour.emissions, layers)
    return found


def _measure(kept: tuple[torch.Tensor, list[int]], base: torch.Tensor, measures: Measures, hour: int) -> None:
    """Add what is measured now, and remember that it is: measures are followed back from their last hour."""
    measured, last = kept
    for number, receptor in measures.at(hour):
        check_cell(receptor, base.shape)
        measured[number] += (receptor.weights.to(measured) * _cell(base, receptor)[:, 0]).sum()
        last[number] = hour


def _cell(state: torch.Tensor, receptor: Receptor) -> torch.Tensor:
    return state[receptor.member, receptor.layer, receptor.row, receptor.column]
