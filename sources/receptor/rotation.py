"""Fpeak: turn a solution towards sharper profiles or sharper contributions, and see what Q says."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from foundation.errors import InputError
from sources.receptor.admission import tensor_table
from sources.receptor.least_squares import Tensor, coordinate_descent, flattened, gathered, normal_matrices
from sources.receptor.results import Factorisation
from sources.receptor.samples import Array
from sources.receptor.weighted_table import WeightedTable, robust_weights

__all__ = ["rotated"]

_SWEEPS = 400
_STRENGTH = 0.1


def rotated(found: Factorisation, fpeak: float, device: str = "cpu") -> Factorisation:
    """Rotate a solution.

    A positive strength subtracts profiles from each other, a negative one contributions. The turned table,
    T^-1 F with `0.1 |fpeak|` off the diagonal of T and negative values cut, is pulled at while Q is
    minimised, each element with the weight that the data themselves give it times |fpeak|. The rise of Q
    tells how far the data allow the turn (Paatero et al. 2002, doi:10.1016/S0169-7439(01)00200-3, for the
    idea; their strengths are not on this scale).

    Args:
        found: base solution.
        fpeak: -5 to 5.
        device: for torch.

    Raises:
        InputError: when the strength is out of range.
    """
    import torch

    if not -5.0 <= fpeak <= 5.0:
        raise InputError(f"Fpeak {fpeak:g}", remedy="Give a strength from -5 to 5")
    if fpeak == 0.0:
        return found
    table = tensor_table(found.samples, device)
    profiles = torch.as_tensor(found.profiles, dtype=torch.float64, device=device)[None]
    held = torch.as_tensor(found.contributions.T.copy(), dtype=torch.float64, device=device)[None]
    if found.robust:
        table = table.own_weights(robust_weights(table, held, profiles)[0])
    if fpeak > 0.0:
        held, profiles = _pulled(table, held, _turned(profiles, fpeak), fpeak)
    else:
        across = WeightedTable(table.values.mT, table.weights.mT)
        profiles, held = _pulled(across, profiles, _turned(held, -fpeak), -fpeak)
    contributions, shapes = held[0].cpu().numpy().T, profiles[0].cpu().numpy()
    return replace(found, contributions=_mean_one(contributions)[0],
                   profiles=shapes * _mean_one(contributions)[1][:, None], fpeak=fpeak)  # fmt: skip


def _turned(profiles: Tensor, fpeak: float) -> Tensor:
    """T^-1 F with negative values cut, each row against the others in shares of their own size."""
    import torch

    count = profiles.shape[1]
    turn = torch.full((count, count), _STRENGTH * fpeak, dtype=profiles.dtype, device=profiles.device)
    turn.fill_diagonal_(1.0)
    size = profiles.sum(2, keepdim=True)
    shares = torch.linalg.solve(turn, profiles / size).clamp(min=0.0)
    return shares * size


def _pulled(table: WeightedTable, held: Tensor, target: Tensor, strength: float) -> tuple[Tensor, Tensor]:
    """Contributions and profiles at the least of Q plus the pull at the target."""
    profiles = target.clone()
    own = normal_matrices(held, table.weights).diagonal(dim1=0, dim2=1).T * strength
    for _ in range(_SWEEPS):
        normal = normal_matrices(profiles, table.weights.mT)
        right = flattened(profiles @ (table.weights * table.values).mT)
        held = gathered(coordinate_descent(normal, right, flattened(held), 2), 1)
        normal = normal_matrices(held, table.weights)
        normal.diagonal(dim1=0, dim2=1).add_(own.T)
        right = flattened(held @ (table.weights * table.values)) + own * flattened(target)
        profiles = gathered(coordinate_descent(normal, right, flattened(profiles), 3), 1)
    return held, profiles


def _mean_one(contributions: Array) -> tuple[Array, Array]:
    mean = contributions.mean(0)
    mean = np.where(mean > 0.0, mean, 1.0)
    return np.ascontiguousarray(contributions / mean), mean
