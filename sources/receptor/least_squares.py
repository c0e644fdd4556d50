"""Many small non-negative least squares at once, laid out so that each step is one long vector.

A batch of problems, min g.A g - 2 b.g with g >= 0, is held as normal matrices A (factors, factors, problems)
and right sides b (factors, problems): `problems` runs over all starts and all samples together.
"""

from __future__ import annotations

from typing import Any

__all__ = ["Tensor", "coordinate_descent", "flattened", "gathered", "normal_matrices", "right_sides", "solve"]

Tensor = Any
"""A torch tensor of double precision; torch is loaded only where something is computed."""

_TINY = 1e-300
_SLACK = 1e-9


def flattened(table: Tensor) -> Tensor:
    """(starts, factors, length) as (factors, starts x length)."""
    return table.permute(1, 0, 2).reshape(table.shape[1], -1).contiguous()


def gathered(table: Tensor, starts: int) -> Tensor:
    """(factors, starts x length) as (starts, factors, length)."""
    return table.reshape(table.shape[0], starts, -1).permute(1, 0, 2)


def normal_matrices(factors: Tensor, weights: Tensor) -> Tensor:
    """Normal matrices of each column of the table that `weights` weighs.

    Args:
        factors: (starts, factors, length).
        weights: (length, columns), or (starts, length, columns).

    Returns:
        (factors, factors, starts x columns).
    """
    starts, count, length = factors.shape
    products = (factors[:, :, None] * factors[:, None]).reshape(starts, count * count, length)
    return (products @ weights).permute(1, 0, 2).reshape(count, count, -1)


def right_sides(factors: Tensor, weighted: Tensor) -> Tensor:
    """Right sides that go with `normal_matrices`; `weighted` is weights times table, shaped as weights."""
    return flattened(factors @ weighted)


def coordinate_descent(normal: Tensor, right: Tensor, start: Tensor, sweeps: int) -> Tensor:
    """Improve each unknown in turn, the others held (HALS: Cichocki and Phan 2009).

    Args:
        normal: (factors, factors, problems).
        right: (factors, problems).
        start: (factors, problems), not negative; left as it is.
        sweeps: times that each unknown has its turn.
    """
    found = start.clone()
    for _ in range(sweeps):
        for one in range(len(found)):
            slope = right[one] - (normal[one] * found).sum(0)
            found[one].add_(slope.div_(normal[one, one] + _TINY)).clamp_(min=0.0)
    return found


def solve(normal: Tensor, right: Tensor, free: Tensor, rounds: int = 60) -> tuple[Tensor, Tensor, Tensor]:
    """Exact solution by block principal pivoting (Kim and Park 2011, doi:10.1137/110821172).

    Args:
        normal: (factors, factors, problems).
        right: (factors, problems).
        free: (factors, problems), a guess of which unknowns are above zero.
        rounds: of exchange at most; after eight, one unknown is exchanged at a time.

    Returns:
        The solution; the inverse of its free part, zero elsewhere; which are free.
    """
    found, inverse, slope = _with_free(normal, right, free)
    wrong = _wrong(found, slope, right, free)
    open_ = wrong.any(0).nonzero()[:, 0]
    free, wrong = free.clone(), wrong[:, open_]
    for turn in range(rounds):
        if not len(open_):
            break
        change = wrong if turn < 8 else wrong & (wrong.flip(0).cumsum(0).flip(0) == 1)
        now = free[:, open_] ^ change
        matrices, sides = normal[:, :, open_], right[:, open_]
        values, inverted, slope = _with_free(matrices, sides, now)
        free[:, open_], found[:, open_], inverse[:, :, open_] = now, values, inverted
        wrong = _wrong(values, slope, sides, now)
        kept = wrong.any(0)
        open_, wrong = open_[kept], wrong[:, kept]
    return found.clamp_(min=0.0), inverse, free


def _with_free(normal: Tensor, right: Tensor, free: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    mask = free.to(normal.dtype)
    both = mask[:, None] * mask[None]
    inverse = normal * both
    inverse.diagonal(dim1=0, dim2=1).add_((1.0 - mask).T).add_(
        inverse.abs().amax((0, 1))[:, None], alpha=1e-13
    )
    inverse = _invert(inverse).mul_(both)
    found = (inverse * right[None]).sum(1)
    return found, inverse, (normal * found[None]).sum(1) - right


def _invert(matrices: Tensor) -> Tensor:
    """Gauss-Jordan in place, without pivoting, which symmetric positive matrices do not need."""
    for pivot in range(len(matrices)):
        row = matrices[pivot] / matrices[pivot, pivot]
        row[pivot] = 1.0 / matrices[pivot, pivot]
        column = matrices[:, pivot].clone()
        column[pivot] = 0.0
        matrices[:, pivot] = 0.0
        matrices.sub_(column[:, None] * row[None])
        matrices[pivot] = row
    return matrices


def _wrong(found: Tensor, slope: Tensor, right: Tensor, free: Tensor) -> Tensor:
    return (free & (found < 0.0)) | (~free & (slope < -_SLACK * right.abs().amax(0)))
