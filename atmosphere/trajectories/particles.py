"""Particles and the stretch of time they are carried through."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from foundation.errors import InputError

__all__ = ["END_REASONS", "END_REASONS_CHINESE", "Course", "Particles"]

END_REASONS = {
    0: "",
    1: "left the weather's area",
    2: "rose above the weather's highest level",
    3: "the weather's times end",
}
"""Why a trajectory ends before its time, by the particle's state; 0 is inside."""

END_REASONS_CHINESE = {
    END_REASONS[1]: "移出气象资料范围",
    END_REASONS[2]: "升至气象资料最高层以上",
    END_REASONS[3]: "气象资料时段结束",
}
"""The same in Chinese."""


@dataclass(frozen=True)
class Particles:
    """Where particles are; an engine changes these tensors in place.

    Attributes:
        column: fractional column index, shape (particle,).
        row: fractional row index.
        height: vertical coordinate, m above ground or minus the pressure in Pa.
        level: lower level of the last place, int32; where the next search begins.
        state: a key of `END_REASONS`, int32.
        last_step: number of the step in which a particle that ended did so, int32.
        first_number: number of the first particle, for its random numbers.
    """

    column: torch.Tensor
    row: torch.Tensor
    height: torch.Tensor
    level: torch.Tensor
    state: torch.Tensor
    last_step: torch.Tensor
    first_number: int = 0

    @classmethod
    def at(
        cls, column: torch.Tensor, row: torch.Tensor, height: torch.Tensor, *, first_number: int = 0
    ) -> Particles:
        """Particles at rest at places given in the engine's floating type.

        Raises:
            InputError: when the three differ in shape, or there is no particle.
        """
        if not column.shape == row.shape == height.shape or column.ndim != 1 or not len(column):
            raise InputError(
                f"particles: expected one or more places, got shapes {tuple(column.shape)}, "
                f"{tuple(row.shape)}, {tuple(height.shape)}"
            )
        column, row, height = (value.clone().contiguous() for value in (column, row, height))
        level, state, last_step = torch.zeros(3, len(column), dtype=torch.int32, device=column.device)
        return cls(column, row, height, level, state, last_step, first_number)

    def __len__(self) -> int:
        """How many."""
        return len(self.column)

    def position(self) -> torch.Tensor:
        """Column, row and vertical coordinate, shape (particle, 3)."""
        return torch.stack([self.column, self.row, self.height], dim=-1)


@dataclass(frozen=True)
class Course:
    """Equal steps within one interval of the weather's times.

    Attributes:
        interval: index of the earlier of the two times.
        step_s: signed length of a step, s.
        weight: place of the start in the interval, 0 at the earlier time, 1 at the later.
        weight_step: its change in a step.
        steps: number of steps; 0 only lifts particles to the ground and marks those outside.
        first_step: number of the first step since the release.
        scheme: `midpoint` or `runge_kutta_4`.
    """

    interval: int
    step_s: float
    weight: float
    weight_step: float
    steps: int
    first_step: int
    scheme: str
