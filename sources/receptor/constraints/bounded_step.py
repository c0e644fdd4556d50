"""A damped Newton step within bounds, some unknowns fixed at a value they still have to come to."""

from __future__ import annotations

from dataclasses import dataclass

from sources.receptor.least_squares import Tensor

__all__ = ["Bounds", "bounded_step"]

_PASSES = 4


@dataclass
class Bounds:
    """Least and largest value of each unknown, (starts, unknowns); equal where the unknown is fixed."""

    lower: Tensor
    upper: Tensor

    def of(self, chosen: Tensor) -> Bounds:
        """The bounds of some of the starts."""
        return Bounds(self.lower[chosen], self.upper[chosen])


def bounded_step(
    point: Tensor, slope: Tensor, curvature: Tensor, damping: Tensor, bounds: Bounds
) -> tuple[Tensor, Tensor]:
    """Where a damped Newton step leads, and by how much it promises to lower the objective.

    An unknown at a bound that the slope presses on stays there; one that would pass a bound stops there and
    the others are solved for again.

    Args:
        point: (starts, unknowns).
        slope: half of it, (starts, unknowns).
        curvature: half of it, (starts, unknowns, unknowns).
        damping: added to the diagonal, (starts, unknowns).
        bounds: of the unknowns.

    Returns:
        The new point, and the fall promised by the free unknowns alone, (starts,); the fall is infinite where
        the curvature is not positive.
    """
    import torch

    fixed = bounds.lower == bounds.upper
    bound = fixed | ((point <= bounds.lower) & (slope > 0.0)) | ((point >= bounds.upper) & (slope < 0.0))
    aim = torch.where(point >= bounds.upper, bounds.upper, bounds.lower)
    aim = torch.where(fixed, bounds.lower, torch.where(bound, aim, point))
    damped = curvature + torch.diag_embed(damping)
    diagonal = damped.diagonal(dim1=1, dim2=2).abs() + 1e-300
    for _ in range(_PASSES):
        free = (~bound).to(point.dtype)
        to_bound = torch.where(bound, aim - point, 0.0)
        right = -(slope + (damped @ to_bound[:, :, None])[:, :, 0]) * free
        matrix = damped * free[:, :, None] * free[:, None] + torch.diag_embed((1.0 - free) * diagonal)
        factor, failed = torch.linalg.cholesky_ex(matrix)
        found = torch.cholesky_solve(torch.stack([right, -slope * free], 2), factor)
        sound = (failed == 0) & found.isfinite().all(2).all(1)
        step = torch.where(sound[:, None], found[:, :, 0] * free + to_bound, 0.0)
        new = point + step
        passed = ((new < bounds.lower) | (new > bounds.upper)) & ~bound
        if not passed.any():
            break
        bound = bound | passed
        aim = torch.where(passed, new.maximum(bounds.lower).minimum(bounds.upper), aim)
    fall = -(found[:, :, 1] * slope * free).sum(1)
    new = new.maximum(bounds.lower).minimum(bounds.upper)
    return torch.where(sound[:, None], new, point), torch.where(sound, fall, torch.inf)
