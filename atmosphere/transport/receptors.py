"""What is measured of a run, and what its footprints are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import torch

from foundation.errors import InputError

__all__ = ["BEFORE_FIRST", "Footprints", "Measures", "PointMeasures", "Receptor", "ReceptorSum", "Sweep"]

BEFORE_FIRST = -1
"""Hour of a receptor that measures the state before the first hour."""


@dataclass(frozen=True)
class Receptor:
    """A linear measure of the state at the end of an hour.

    Attributes:
        hour: number of the hour at whose end it measures; `BEFORE_FIRST` for the state at the beginning.
        layer: of the cell.
        row: of the cell.
        column: of the cell.
        weights: factor of each species' mixing ratio, shape (species,); with the density of air times mass
            factors the measure is a concentration, kg m-3.
        member: ensemble member.
    """

    hour: int
    layer: int
    row: int
    column: int
    weights: torch.Tensor
    member: int = 0


@dataclass(frozen=True)
class ReceptorSum:
    """Receptors added up to one measure, such as a mean over hours and places: one tag of the adjoint.

    Attributes:
        parts: the receptors; the share of each in a mean is a factor of its weights.
    """

    parts: tuple[Receptor, ...]


class Measures(Protocol):
    """Measures of a run, asked for when the run reaches an hour: their weights may depend on its air."""

    def __len__(self) -> int:
        """Number of measures."""
        ...

    def at(self, hour: int) -> Sequence[tuple[int, Receptor]]:
        """The parts that measure at the end of an hour, each with the number of its measure."""
        ...


class PointMeasures:
    """Measures that are known beforehand.

    Args:
        measures: receptors, and sums of them.
    """

    def __init__(self, measures: Sequence[Receptor | ReceptorSum]) -> None:
        self._count = len(measures)
        self._by_hour: defaultdict[int, list[tuple[int, Receptor]]] = defaultdict(list)
        for number, measure in enumerate(measures):
            for part in measure.parts if isinstance(measure, ReceptorSum) else (measure,):
                self._by_hour[part.hour].append((number, part))

    def __len__(self) -> int:
        """Number of measures."""
        return self._count

    def at(self, hour: int) -> Sequence[tuple[int, Receptor]]:
        """See `Measures.at`."""
        return self._by_hour.get(hour, ())

    def check(self, hours: int, shape: Sequence[int]) -> None:
        """Refuse what lies outside a run.

        Args:
            hours: length of the run.
            shape: of its state, (member, z, y, x, species, tag).

        Raises:
            InputError: naming the first such part.
        """
        for hour, parts in self._by_hour.items():
            for _, part in parts:
                if not BEFORE_FIRST <= hour < hours:
                    raise _outside(part)
                check_cell(part, shape)


def check_cell(receptor: Receptor, shape: Sequence[int]) -> None:
    """Refuse a receptor whose cell or species are not the state's.

    Raises:
        InputError: naming it.
    """
    place = receptor.member, receptor.layer, receptor.row, receptor.column
    inside = all(0 <= mine < limit for mine, limit in zip(place, shape, strict=False))
    if not inside or receptor.weights.shape != (shape[4],):
        raise _outside(receptor)


def _outside(receptor: Receptor) -> InputError:
    return InputError(
        f"receptor {receptor}: outside the run", remedy="Check its hour, cell and weights"
    )  # fmt: skip


@dataclass(frozen=True)
class Sweep:
    """What a sweep back leaves besides what it told of each hour; the last dimension is the measure.

    Attributes:
        measured: values in the one-tag run, shape (receptor,).
        from_emissions: share of them that was emitted, in their units, (receptor,).
        initial: sensitivity to the first mixing ratios, (member, z, y, x, species, receptor).
        from_initial: part that was there at the beginning, (receptor,).
        from_outside: part that flowed in, (receptor,).
    """

    measured: torch.Tensor
    from_emissions: torch.Tensor
    initial: torch.Tensor
    from_initial: torch.Tensor
    from_outside: torch.Tensor


@dataclass(frozen=True)
class Footprints(Sweep):
    """Sensitivities of every receptor, all hours kept.

    Attributes:
        emitted: change of the measure by emission in a cell during an hour, per kg s-1,
            shape (hour, member, layer, y, x, species, receptor).
    """

    emitted: torch.Tensor


EachHour = Callable[[int, torch.Tensor], None]
"""Told the number of an hour and its sensitivity to emission, as `Footprints.emitted` without the hour."""
