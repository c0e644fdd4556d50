"""The tagged transport model: a state of tags carried through hours of air, processes and emissions."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import torch

from atmosphere.transport.engines import Engine, engine_for
from atmosphere.transport.forcing import AirFlow, Processes
from atmosphere.transport.moving import moved
from atmosphere.transport.stepping import Interval, prepare
from atmosphere.transport.tracers import Emissions, Outside
from foundation.errors import InputError

__all__ = ["LONGEST_STEP_S", "Hour", "TransportModel", "one_tag"]

LONGEST_STEP_S = 300.0
"""Longest step, s: vertical mixing and the sweeps are split within it."""


@dataclass(frozen=True)
class Hour:
    """Everything that drives one interval, usually an hour.

    Attributes:
        flow: the air.
        processes: what acts in columns and cells.
        outside: mixing ratios that flow in.
        emissions: what is emitted; None for nothing.
    """

    flow: AirFlow
    processes: Processes
    outside: Outside
    emissions: Emissions | None = None

    def to(self, device: torch.device | str) -> Hour:
        """The same hour on a device."""
        return Hour(
            moved(self.flow, device), moved(self.processes, device),
            self.outside.map(lambda part: part.to(device)),
            None if self.emissions is None else moved(self.emissions, device),
        )  # fmt: skip

    def one_tag(self) -> Hour:
        """The same with all tags added up to one."""
        emissions = None if self.emissions is None else self.emissions.summed()
        return Hour(self.flow, self.processes, self.outside.map(one_tag), emissions)


def one_tag(mixing_ratios: torch.Tensor) -> torch.Tensor:
    """All tags added up to one; the last dimension becomes 1."""
    return mixing_ratios.sum(-1, keepdim=True)


class TransportModel:
    """Steps through hours; keeps count of the steps, because the order of the sweeps alternates.

    Args:
        longest_step_s: no step is longer, s.
        engine: `kernels`, `cuda`, `plain`, or None for the fastest there is.
        taken: steps taken before, as a restart file says.
        device: where the steps are made; None for where the state is. States go there and come back.
    """

    def __init__(
        self, longest_step_s: float = LONGEST_STEP_S, engine: str | None = None, taken: int = 0,
        device: torch.device | None = None,
    ) -> None:  # fmt: skip
        self.longest_step_s = longest_step_s
        self.wanted_engine = engine
        self.taken = taken
        self.device = device
        self._prepared: tuple[Hour, Interval] | None = None

    def run(
        self, state: torch.Tensor, hours: Iterable[Hour],
        after_hour: Callable[[int, torch.Tensor, Hour], None] | None = None,
    ) -> torch.Tensor:  # fmt: skip
        """Carry a state through hours.

        Args:
            state: mixing ratios, kg kg-1, (member, z, y, x, species, tag); it is not changed.
            hours: what drives them, one after the other.
            after_hour: called after each with its number, the state and the hour; must not change the state.

        Returns:
            The state at the end.

        Raises:
            InputError: for a state that does not fit, is negative or no number, and for impossible air.
        """
        check_state(state)
        state = state.clone(memory_format=torch.contiguous_format)
        for number, hour in enumerate(hours):
            state = self.hour(state, hour)
            if after_hour is not None:
                after_hour(number, state, hour)
        return state

    def hour(
        self, state: torch.Tensor, hour: Hour, each_step: Callable[[torch.Tensor], None] | None = None
    ) -> torch.Tensor:
        """Carry a state through one hour; the old state may be used up.

        Args:
            state: mixing ratios.
            hour: what drives them.
            each_step: called with the state before each step.
        """
        check_fit(state, hour)
        if self.device is not None and self.device.type != state.device.type:
            return self.hour(state.to(self.device), hour.to(self.device), each_step).to(state.device)
        interval, engine = self.prepare(hour), engine_for(state, self.wanted_engine)
        for number in range(interval.steps):
            if each_step is not None:
                each_step(state)
            state = engine.forward(state, interval, number, hour.outside, hour.emissions, self.y_first())
            self.taken += 1
        if not bool(torch.isfinite(state).all()):
            raise InputError(
                "the model's state is no longer finite", remedy="Check winds, mixing and emissions"
            )
        return state.clone() if engine.keeps_state else state

    def prepare(self, hour: Hour) -> Interval:
        """The hour cut into steps; the last one asked for is remembered."""
        if self._prepared is None or self._prepared[0] is not hour:
            self._prepared = (hour, prepare(hour.flow, hour.processes, self.longest_step_s))
        return self._prepared[1]

    def y_first(self) -> bool:
        """Whether the sweep along y comes first in the next step."""
        return self.taken % 2 == 1

    def engine(self, state: torch.Tensor) -> Engine:
        """The engine for a state."""
        return engine_for(state, self.wanted_engine)


def check_state(state: torch.Tensor) -> None:
    """Refuse a state of another shape, with negative values, or values that are no numbers."""
    if state.ndim != 6:
        raise InputError(f"state: expected (member, z, y, x, species, tag), got shape {tuple(state.shape)}")
    if not bool(torch.isfinite(state).all()) or bool((state < 0).any()):
        raise InputError(
            "state: expected mixing ratios of 0 or more, got others", remedy="Check the restart file"
        )


def check_fit(state: torch.Tensor, hour: Hour) -> None:
    """Refuse an hour whose grid, species, tags or device are not the state's."""
    member, z, y, x, species, tags = state.shape
    processes, outside, emissions = hour.processes, hour.outside, hour.emissions
    settling, reactions = len(processes.settling_species), len(processes.reactions)
    wanted = {
        "air": (hour.flow.mass, (member, z, y, x)),
        "mixing": (processes.mixing, (member, z - 1, y, x)),
        "processes (species)": (processes.deposition, (member, species, y, x)),
        "settling": (processes.settling, (member, settling, z, y, x)),
        "scavenging": (processes.scavenging, (member, species, z, y, x)),
        "conversion": (processes.conversion, (member, reactions, z, y, x)),
        "west": (outside.west, (member, z, y, species, tags)),
        "east": (outside.east, (member, z, y, species, tags)),
        "south": (outside.south, (member, z, x, species, tags)),
        "north": (outside.north, (member, z, x, species, tags)),
        "top": (outside.top, (member, species, tags)),
    }  # fmt: skip
    for name, (value, shape) in wanted.items():
        if value is None:
            continue
        if tuple(value.shape) != shape:
            raise InputError(f"{name}: expected shape {shape}, got {tuple(value.shape)}")
        if value.device != state.device:
            raise InputError(f"{name}: expected on {state.device}, got {value.device}")
    if emissions is not None:
        _check_emissions(emissions, state)


def _check_emissions(emissions: Emissions, state: torch.Tensor) -> None:
    _, z, y, x, species, tags = state.shape
    got = (emissions.species, emissions.tags, len(emissions.first) - 1)
    if got != (species, tags, y * x):
        raise InputError(
            f"emissions: expected {species} species, {tags} tags and {y * x} columns, "
            f"got {got[0]} species, {got[1]} tags and {got[2]} columns"
        )
    if emissions.rate.device != state.device:
        raise InputError(
            f"emissions: expected on {state.device}, got {emissions.rate.device}", remedy="Use Hour.to"
        )
    if len(emissions.layer) and int(emissions.layer.max()) >= z:
        raise InputError(f"emissions: expected layers below {z}, got {int(emissions.layer.max())}")
