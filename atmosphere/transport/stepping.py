"""An interval cut into steps, and what of it no longer depends on the tracers."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import torch

from atmosphere.transport.forcing import AirFlow, Processes
from foundation.errors import InputError

__all__ = ["Interval", "prepare"]

_LARGEST_COURANT = 0.9
"""Share of a cell's air that may leave in one sub-step of one sweep."""

_LARGEST_DRAIN = 0.25
"""Share of a cell's air that the divergence along one direction may take in a step."""

_MOST_PARTS = 64
_MOST_STEPS = 1000


@dataclass(frozen=True)
class Interval:
    """An interval of constant flow, ready to step through.

    Attributes:
        flow: the air.
        processes: what acts in columns and cells.
        seconds: length of one step, s.
        steps: number of steps.
        parts_x: sub-steps of the sweep along x, int32, shape (member, z).
        parts_y: sub-steps along y, int32, (member, z).
        parts_z: sub-steps in the vertical, int32, (member, y, x).
        kept: share that scavenging leaves in a step, (member, species, z, y, x); None without.
        converted: share that a reaction uses up in a step, (member, reaction, z, y, x); None without.
        drain: air that leaves each cell, kg s-1, (member, z, y, x).
    """

    flow: AirFlow
    processes: Processes
    seconds: float
    steps: int
    parts_x: torch.Tensor
    parts_y: torch.Tensor
    parts_z: torch.Tensor
    kept: torch.Tensor | None
    converted: torch.Tensor | None

    drain: torch.Tensor
    _last_mass: dict[int, torch.Tensor] = field(default_factory=dict, repr=False, compare=False)

    def mass(self, step: int) -> torch.Tensor:
        """Air mass before a step, kg, (member, z, y, x); the last one asked for is remembered."""
        if step not in self._last_mass:
            self._last_mass.clear()
            self._last_mass[step] = torch.sub(self.flow.mass, self.drain, alpha=step * self.seconds)
        return self._last_mass[step]


def prepare(flow: AirFlow, processes: Processes, longest_step_s: float) -> Interval:
    """Cut an interval into equal steps and each sweep into sub-steps by its local Courant number.

    Args:
        flow: the air of the interval.
        processes: what acts in columns and cells.
        longest_step_s: no step is longer, s.

    Raises:
        InputError: when the flow would empty a cell, or needs absurdly many sub-steps: the wind is wrong.
    """
    if not longest_step_s > 0:
        raise InputError(f"longest step: expected more than 0 s, got {longest_step_s:g}")
    least_mass = torch.minimum(flow.mass, flow.mass_after(flow.duration_s))
    if not bool((least_mass > 0).all()):
        raise InputError(
            "the flow takes more air out of a cell than it holds", remedy="Check winds and pressure there"
        )
    steps = _steps(flow, least_mass, longest_step_s)
    seconds = flow.duration_s / steps
    x, y, z = _courant(flow, least_mass, seconds)
    scavenging, conversion = processes.scavenging, processes.conversion
    return Interval(
        flow, processes, seconds, steps,
        _parts(x.amax((-2, -1)), "x"), _parts(y.amax((-2, -1)), "y"), _parts(z.amax(1), "the vertical"),
        None if scavenging is None else torch.exp(-seconds * scavenging),
        None if conversion is None else -torch.expm1(-seconds * conversion),
        flow.drain(),
    )  # fmt: skip


def _steps(flow: AirFlow, mass: torch.Tensor, longest_step_s: float) -> int:
    """Steps so short that the divergence along one direction takes at most a quarter of a cell's air.

    The sweeps follow one another; what one direction takes out another brings in, but only afterwards.
    """
    rates = ((flow.flux_x, -1), (flow.flux_y, -2), (flow.flux_z, -3))
    fastest = max(float((flux.diff(dim=dim).abs() / mass).max()) for flux, dim in rates)
    steps = math.ceil(
        max(flow.duration_s / longest_step_s - 1e-9, flow.duration_s * fastest / _LARGEST_DRAIN, 1.0)
    )
    if steps > _MOST_STEPS:
        raise InputError(
            f"divergence of {fastest:.3g} per second would need steps of {flow.duration_s / steps:.2g} s",
            remedy="Check the units of the wind, or take a coarser grid",
        )
    return steps


def _courant(flow: AirFlow, mass: torch.Tensor, seconds: float) -> tuple[torch.Tensor, ...]:
    """Share of a cell's air that leaves along x, y and z in a step, of the least air the cell then holds.

    That is the mass at the beginning or end of the interval, less what the sweeps before may have taken and
    what the sweep itself takes in all: the horizontal ones come in either order, the vertical one last.
    """
    fluxes = ((flow.flux_x, -1), (flow.flux_y, -2), (flow.flux_z, -3))
    taken = [seconds * flux.diff(dim=dim).clamp(min=0) for flux, dim in fluxes]
    before = (taken[1], taken[0], taken[0] + taken[1])
    found = []
    for (flux, dim), own, earlier in zip(fluxes, taken, before, strict=True):
        cells = flux.shape[dim] - 1
        out = flux.narrow(dim, 1, cells).clamp(min=0) - flux.narrow(dim, 0, cells).clamp(max=0)
        found.append(seconds * out / (mass - earlier - own))
    return tuple(found)


def _parts(courant: torch.Tensor, direction: str) -> torch.Tensor:
    parts = torch.ceil(courant / _LARGEST_COURANT).clamp(min=1)
    largest = float(courant.max())
    if not largest <= _LARGEST_COURANT * _MOST_PARTS:
        raise InputError(
            f"Courant number {largest:.3g} along {direction} would need more than {_MOST_PARTS} sub-steps",
            remedy="Check the units of the wind, or take a shorter step or a coarser grid",
        )
    return parts.to(torch.int32).contiguous()
