"""Where a tracer's mass goes: emitted, come in, left, deposited, washed out, and what is in the air.

What passes the sides and the top is found by carrying the state before every step through the sweeps of
`plain` once more; what reaches the ground and what rain takes follows from the state after the step. Neither
is a difference of masses, so that the sum proves the engine.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

import torch

from atmosphere.transport.forcing import Processes
from atmosphere.transport.model import Hour, TransportModel
from atmosphere.transport.plain import Edges, advected
from atmosphere.transport.stepping import Interval
from atmosphere.transport.tracers import Emissions, tracer_mass
from foundation.errors import InputError

__all__ = ["Ledger"]


@dataclass
class Ledger:
    """Masses of every species of every tag since the beginning, kg, each (species, tag), double precision.

    Attributes:
        before: in the air at the beginning.
        airborne: in the air now.
        emitted: by the emissions.
        entered: through the sides and the top.
        left: through the sides and the top.
        deposited: on the ground, by turbulence and by settling.
        scavenged: by rain and snow.
    """

    before: torch.Tensor
    airborne: torch.Tensor = field(init=False)
    emitted: torch.Tensor = field(init=False)
    entered: torch.Tensor = field(init=False)
    left: torch.Tensor = field(init=False)
    deposited: torch.Tensor = field(init=False)
    scavenged: torch.Tensor = field(init=False)

    def __post_init__(self) -> None:
        """Nothing has happened yet."""
        self.airborne = self.before
        for name in ("emitted", "entered", "left", "deposited", "scavenged"):
            setattr(self, name, torch.zeros_like(self.before))

    @classmethod
    def of(cls, state: torch.Tensor, air: torch.Tensor) -> Ledger:
        """Begin with a state, (member, z, y, x, species, tag), on an air mass, kg, (member, z, y, x)."""
        return cls(tracer_mass(state, air).sum(0))

    def hour(self, model: TransportModel, state: torch.Tensor, hour: Hour) -> torch.Tensor:
        """Carry a state through an hour and book what happens.

        Args:
            model: carries it.
            state: as `TransportModel.hour` takes it.
            hour: what drives it; without reactions, which would turn one species into another.

        Raises:
            InputError: as the model does, and for reactions.
        """
        if hour.processes.reactions and hour.processes.conversion is not None:
            raise InputError("the ledger knows no reactions", remedy="Choose species that do not react")
        taken, seen = model.taken, []
        state = model.hour(state, hour, lambda now: seen.append(now.clone()))
        interval = model.prepare(hour)
        with torch.no_grad():
            for number, (one, next_) in enumerate(pairwise([*seen, state])):
                self._step(one, next_, interval, number, hour, (taken + number) % 2 == 1)
        self.airborne = tracer_mass(state, hour.flow.mass_after(hour.flow.duration_s)).sum(0)
        return state

    @property
    def missing(self) -> torch.Tensor:
        """What came and is not found again, kg, (species, tag); rounding, when the model keeps mass."""
        came = self.before + self.emitted + self.entered
        return came - self.airborne - self.left - self.deposited - self.scavenged

    def _step(
        self, before: torch.Tensor, after: torch.Tensor, interval: Interval, number: int, hour: Hour,
        y_first: bool,
    ) -> None:  # fmt: skip
        edges: Edges = []
        _, mass = advected(
            before.double(), interval, number, hour.outside, hour.emissions, y_first, edges=edges
        )
        for crossing in (part.reshape(-1, *part.shape[-2:]) for pair in edges for part in pair):
            self.entered += crossing.clamp(min=0).sum(0)
            self.left -= crossing.clamp(max=0).sum(0)
        if hour.emissions is not None:
            self.emitted += interval.seconds * _rates(hour.emissions) * before.shape[0]
        solved = after.double()
        if interval.kept is not None:
            kept = interval.kept.double().permute(0, 2, 3, 4, 1)[..., None]
            solved = solved / kept
            self.scavenged += ((1 - kept) * solved * mass[..., None, None]).sum((0, 1, 2, 3))
        ground = interval.seconds * _to_ground(interval.processes)
        self.deposited += (ground.permute(0, 2, 3, 1)[..., None] * solved[:, 0]).sum((0, 1, 2))


def _to_ground(processes: Processes) -> torch.Tensor:
    """Air that gives its tracer to the ground, kg s-1, (member, species, y, x)."""
    found = processes.deposition.double().clone()
    if processes.settling is not None:
        for place, species in enumerate(processes.settling_species):
            found[:, species] += processes.settling[:, place, 0]
    return found


def _rates(emissions: Emissions) -> torch.Tensor:
    """Emission of every species of every tag, kg s-1, (species, tag)."""
    total = torch.zeros(emissions.species * emissions.tags, dtype=torch.float64)
    total.index_add_(0, emissions.slot.long(), emissions.rate.double())
    return total.reshape(emissions.species, emissions.tags)
