"""Mixing ratios of all species of all tags, what flows in from outside, and what is emitted."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from foundation.errors import InputError

__all__ = ["Emissions", "Outside", "tracer_mass"]


@dataclass(frozen=True)
class Outside:
    """Mixing ratios that flow in through the sides and the top, kg kg-1; usually 0 but for one tag.

    Attributes:
        west: shape (member, z, y, species, tag).
        east: like `west`.
        south: shape (member, z, x, species, tag).
        north: like `south`.
        top: shape (member, species, tag).
    """

    west: torch.Tensor
    east: torch.Tensor
    south: torch.Tensor
    north: torch.Tensor
    top: torch.Tensor

    @classmethod
    def uniform(cls, state: torch.Tensor, profile: torch.Tensor | None = None) -> Outside:
        """The same everywhere around: a profile of shape (z, species, tag), or nothing at all.

        Args:
            state: mixing ratios, (member, z, y, x, species, tag); gives sizes and type.
            profile: kg kg-1; the top takes the uppermost layer's.
        """
        member, z, y, x, species, tag = state.shape
        known = state.new_zeros(z, species, tag) if profile is None else profile.to(state)
        side = known[None, :, None].expand(member, z, y, species, tag).contiguous()
        front = known[None, :, None].expand(member, z, x, species, tag).contiguous()
        return cls(side, side, front, front, known[-1].expand(member, species, tag).contiguous())

    def map(self, change: object) -> Outside:
        """The same change of all five parts; `change` takes and gives a tensor."""
        assert callable(change)  # noqa: S101 - typing only
        return Outside(*(change(part) for part in (self.west, self.east, self.south, self.north, self.top)))


@dataclass(frozen=True)
class Emissions:
    """What is emitted where by whom: one entry for each cell, species and tag that emits anything.

    Attributes:
        first: index of the first entry of each column, int64, shape (y * x + 1,).
        layer: layer of each entry, int32, shape (entry,).
        slot: species * tags + tag of each entry, int32.
        rate: kg s-1 of each entry.
        species: number of species.
        tags: number of tags.
    """

    first: torch.Tensor
    layer: torch.Tensor
    slot: torch.Tensor
    rate: torch.Tensor
    species: int
    tags: int

    @classmethod
    def from_fields(cls, rates: torch.Tensor) -> Emissions:
        """Entries of dense fields.

        Args:
            rates: kg s-1 in each cell, shape (z, y, x, species, tag); z may stop below the model's top.

        Raises:
            InputError: for a rate that is negative or no number.
        """
        if not bool(torch.isfinite(rates).all()) or bool((rates < 0).any()):
            raise InputError("emissions: expected rates of 0 or more", remedy="Check the inventory")
        z, y, x, species, tags = rates.shape
        by_column = rates.permute(1, 2, 0, 3, 4).reshape(y * x, z, species * tags)
        column, layer, slot = by_column.nonzero(as_tuple=True)
        first = torch.zeros(y * x + 1, dtype=torch.int64, device=rates.device)
        first[1:] = torch.bincount(column, minlength=y * x).cumsum(0)
        small = torch.int32
        return cls(
            first, layer.to(small), slot.to(small), by_column[column, layer, slot].contiguous(), species, tags
        )

    def scaled(self, factor: torch.Tensor | float) -> Emissions:
        """The same emitters at other strengths: one factor, or one for each entry."""
        return Emissions(self.first, self.layer, self.slot, self.rate * factor, self.species, self.tags)

    def summed(self) -> Emissions:
        """The emissions of all tags as one tag."""
        species = torch.div(self.slot, self.tags, rounding_mode="floor").long()
        layers = int(self.layer.max()) + 1 if len(self.layer) else 1
        key = (self.column() * layers + self.layer.long()) * self.species + species
        cells, entry = torch.unique(key, return_inverse=True)
        rate = torch.zeros_like(cells, dtype=self.rate.dtype).index_add_(0, entry, self.rate)
        column = torch.div(cells, layers * self.species, rounding_mode="floor")
        layer = torch.div(cells, self.species, rounding_mode="floor") % layers
        first = torch.zeros_like(self.first)
        first[1:] = torch.bincount(column, minlength=len(self.first) - 1).cumsum(0)
        small = torch.int32
        return Emissions(first, layer.to(small), (cells % self.species).to(small), rate, self.species, 1)

    def column(self) -> torch.Tensor:
        """Column y * x of each entry, int64, shape (entry,)."""
        counts = self.first.diff()
        return torch.repeat_interleave(torch.arange(len(counts), device=counts.device), counts)

    def index(self, cells: int) -> torch.Tensor:
        """Index of each entry in one member's flattened state (z, y, x, species, tag)."""
        slots = self.species * self.tags
        return (self.layer.long() * cells + self.column()) * slots + self.slot


def tracer_mass(state: torch.Tensor, air: torch.Tensor) -> torch.Tensor:
    """Mass of every species of every tag, kg, shape (member, species, tag), added up in double precision.

    Args:
        state: mixing ratios, (member, z, y, x, species, tag).
        air: air mass, kg, (member, z, y, x).
    """
    return torch.einsum("mzyxst,mzyx->mst", state.double(), air.double())
