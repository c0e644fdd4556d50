"""What drives the transport model for an interval in which nothing but the air's mass changes.

Shapes: `member` runs over ensemble members, `z` upward from the ground, `y` to the north, `x` to the east.
All are tensors of one floating type on one device.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import torch

from foundation.errors import InputError

__all__ = ["AirFlow", "Processes", "Reaction", "at_rest"]


@dataclass(frozen=True)
class AirFlow:
    """Mass of air in the cells and its flow through their faces, constant over the interval.

    The flow is consistent with the mass: after `duration_s` seconds a cell holds
    `mass - duration_s * (outflow - inflow)`, and this is the next interval's `mass`.

    Attributes:
        mass: air in each cell at the beginning, kg, shape (member, z, y, x).
        flux_x: eastward mass flux through western and eastern faces, kg s-1, (member, z, y, x + 1).
        flux_y: northward mass flux, kg s-1, (member, z, y + 1, x).
        flux_z: upward mass flux, kg s-1, (member, z + 1, y, x); 0 at the ground.
        duration_s: length of the interval, s.
    """

    mass: torch.Tensor
    flux_x: torch.Tensor
    flux_y: torch.Tensor
    flux_z: torch.Tensor
    duration_s: float

    def __post_init__(self) -> None:
        """Refuse shapes that do not fit, values that are no numbers, and cells without air."""
        if self.mass.ndim != 4 or not self.duration_s > 0:
            raise InputError(f"air mass: expected (member, z, y, x) and a duration above 0, got "
                             f"{tuple(self.mass.shape)} and {self.duration_s}")  # fmt: skip
        member, z, y, x = self.mass.shape
        wanted = {
            "mass": (member, z, y, x), "flux_x": (member, z, y, x + 1),
            "flux_y": (member, z, y + 1, x), "flux_z": (member, z + 1, y, x),
        }  # fmt: skip
        for name, shape in wanted.items():
            _refuse(name, getattr(self, name), shape)
        if not bool((self.mass > 0).all()):
            raise InputError(
                "air mass: expected more than 0 kg in every cell", remedy="Check pressure and layers"
            )

    def drain(self) -> torch.Tensor:
        """Outflow less inflow of each cell, kg s-1, (member, z, y, x)."""
        return self.flux_x.diff(dim=-1) + self.flux_y.diff(dim=-2) + self.flux_z.diff(dim=-3)

    def mass_after(self, seconds: float) -> torch.Tensor:
        """Air mass after part of the interval, kg, (member, z, y, x)."""
        return self.mass - seconds * self.drain()


@dataclass(frozen=True)
class Processes:
    """What acts on the species in a column and in a cell, constant over the interval.

    Attributes:
        mixing: exchange of air between layers by turbulence, density * K / distance * area, kg s-1,
            through the faces between layers, shape (member, z - 1, y, x).
        deposition: dry deposition, density * velocity * area in the lowest layer, kg s-1,
            shape (member, species, y, x).
        settling: gravitational settling through the lower face of each layer, density * velocity * area,
            kg s-1, shape (member, settling species, z, y, x); None when nothing settles.
        settling_species: which species the first axis of `settling` means.
        scavenging: wet removal rate, s-1, shape (member, species, z, y, x); None without precipitation.
        conversion: rate of each reaction, s-1, shape (member, reaction, z, y, x); None without chemistry.
        reactions: which species turns into which, in the order of `conversion`.
    """

    mixing: torch.Tensor
    deposition: torch.Tensor
    settling: torch.Tensor | None = None
    settling_species: tuple[int, ...] = ()
    scavenging: torch.Tensor | None = None
    conversion: torch.Tensor | None = None
    reactions: tuple[Reaction, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what is negative or no number: the scheme's positivity rests on it."""
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, torch.Tensor) and not _is_quantity(value):
                raise InputError(f"{field.name}: expected numbers of 0 or more, got others")


@dataclass(frozen=True)
class Reaction:
    """A first-order reaction.

    Attributes:
        source: index of the species that is used up.
        product: index of the species that forms.
        mass_factor: kilograms of product from a kilogram used up.
    """

    source: int
    product: int
    mass_factor: float


def at_rest(mass: torch.Tensor, duration_s: float) -> AirFlow:
    """Air of a given mass that does not move."""
    member, z, y, x = mass.shape
    return AirFlow(
        mass, mass.new_zeros(member, z, y, x + 1), mass.new_zeros(member, z, y + 1, x),
        mass.new_zeros(member, z + 1, y, x), duration_s,
    )  # fmt: skip


def _is_quantity(values: torch.Tensor) -> bool:
    """Whether all are finite and none is negative."""
    return bool(torch.isfinite(values).all()) and not bool((values < 0).any())


def _refuse(name: str, value: torch.Tensor, shape: tuple[int, ...]) -> None:
    if tuple(value.shape) != shape:
        raise InputError(f"{name}: expected shape {shape}, got {tuple(value.shape)}")
    if not bool(torch.isfinite(value).all()):
        missing = int((~torch.isfinite(value)).sum())
        raise InputError(
            f"{name}: {missing} values are no numbers", remedy="Check the weather it was made from"
        )
