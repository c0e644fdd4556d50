"""One step along a velocity: explicit midpoint and the classical Runge-Kutta scheme.

Orders two and four (Hairer, Nørsett and Wanner 1993, Solving Ordinary Differential Equations I, II.1).
"""

from __future__ import annotations

from collections.abc import Callable

import torch

__all__ = ["STAGES", "Rate", "carry"]

Rate = Callable[[torch.Tensor, float], tuple[torch.Tensor, torch.Tensor]]
"""Gives, for positions and a share of the step (0 at its start, 1 at its end), the positions as they have to
be understood (lifted to the ground, wrapped round the earth) and their rates of change per second."""

STAGES = {"midpoint": 2, "runge_kutta_4": 4}
"""Evaluations of the velocity in a step."""


def carry(rate: Rate, position: torch.Tensor, step_s: float, scheme: str) -> torch.Tensor:
    """Positions after one step.

    Args:
        rate: the velocity.
        position: shape (particle, coordinate).
        step_s: length of the step, s; negative goes back in time.
        scheme: `midpoint` or `runge_kutta_4`.
    """
    position, first = rate(position, 0.0)
    _, second = _at(rate, position, first, 0.5 * step_s, 0.5)
    if scheme == "midpoint":
        return position + step_s * second
    _, third = _at(rate, position, second, 0.5 * step_s, 0.5)
    _, fourth = _at(rate, position, third, step_s, 1.0)
    return position + step_s * ((first + 2.0 * second + 2.0 * third + fourth) / 6.0)


def _at(
    rate: Rate, position: torch.Tensor, slope: torch.Tensor, seconds: float, share: float
) -> tuple[torch.Tensor, torch.Tensor]:
    return rate(position + seconds * slope, share)
