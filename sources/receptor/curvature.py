"""Slope and curvature of Q as a function of the profiles alone, contributions fitted anew for each."""

from __future__ import annotations

from dataclasses import dataclass, fields

from sources.receptor.least_squares import Tensor, flattened, gathered, normal_matrices, right_sides, solve
from sources.receptor.weighted_table import WeightedTable, q_true

__all__ = [
    "Fitted",
    "Shape",
    "equations",
    "fit_contributions",
    "fitted_from",
    "shape_of",
]


@dataclass(frozen=True)
class Fitted:
    """Profiles, with the contributions that fit them best.

    Attributes:
        profiles: (starts, factors, species).
        contributions: (starts, factors, samples).
        inverse: (starts, samples, factors, factors), of the normal matrix of the free contributions.
        free: (starts, factors, samples), which contributions are above zero.
        q: (starts,).
    """

    profiles: Tensor
    contributions: Tensor
    inverse: Tensor
    free: Tensor
    q: Tensor

    def of(self, chosen: Tensor) -> Fitted:
        """Some of the starts."""
        return Fitted(*(getattr(self, one.name)[chosen] for one in fields(self)))

    def with_new(self, new: Fitted, places: Tensor) -> Fitted:
        """These fits with new ones in their places."""
        pairs = ((getattr(self, one.name), getattr(new, one.name)) for one in fields(self))
        return Fitted(*(old.index_copy(0, places, fresh) for old, fresh in pairs))


@dataclass(frozen=True)
class Shape:
    """Half the slope and half the curvature of Q.

    Attributes:
        slope: (starts, factors, species).
        curvature: (starts, unknowns, unknowns), unknowns in the order factor, species.
        scale: (starts, unknowns), curvature with the contributions held.
        residuals: (starts, samples, species), weighted.
        response: (starts, samples, factors, species), inverse times weighted profiles.
    """

    slope: Tensor
    curvature: Tensor
    scale: Tensor
    residuals: Tensor
    response: Tensor


def fit_contributions(table: WeightedTable, profiles: Tensor, free: Tensor | None = None) -> Fitted:
    """The contributions that go best with profiles; `free` is a guess of which are above zero."""
    import torch

    normal, right = equations(table, profiles)
    guess = torch.ones_like(right, dtype=torch.bool) if free is None else flattened(free)
    return fitted_from(table, profiles, solve(normal, right, guess))


def equations(table: WeightedTable, profiles: Tensor) -> tuple[Tensor, Tensor]:
    """Normal matrices and right sides of the contributions to profiles."""
    normal = normal_matrices(profiles, table.weights.mT)
    return normal, right_sides(profiles, (table.weights * table.values).mT)


def fitted_from(
    table: WeightedTable,
    profiles: Tensor,
    solution: tuple[Tensor, Tensor, Tensor],
) -> Fitted:
    """The fit that a solution of these equations is."""
    found, inverse, free = solution
    starts, factors = profiles.shape[:2]
    contributions = gathered(found, starts)
    by_start = inverse.reshape(factors, factors, starts, -1).permute(2, 3, 0, 1)
    q = q_true(table, contributions, profiles)
    return Fitted(profiles, contributions, by_start, gathered(free, starts), q)


def shape_of(table: WeightedTable, fitted: Fitted) -> Shape:
    """Slope and exact curvature of Q over the profiles where the set of free contributions stays as it is.

    The contributions are eliminated from the normal equations of the whole problem (variable projection:
    Golub and Pereyra 1973), sample by sample, second-order terms kept.
    """
    profiles, held = fitted.profiles, fitted.contributions
    starts, factors, species = profiles.shape
    samples = held.shape[2]
    residuals = (table.values - held.mT @ profiles) * table.weights
    counted = held if table.counts is None else held * table.counts[:, None]
    products = (counted[:, :, None] * held[:, None]).reshape(starts, factors * factors, samples)
    own = (products @ table.weights).reshape(starts, factors, factors, species)
    weighted = profiles[:, None] * table.weights[..., :, None, :]
    response = fitted.inverse @ weighted
    curvature = _through_contributions(table, fitted, products, weighted, response, residuals)
    curvature.diagonal(dim1=3, dim2=4).add_(own)
    scale = own.diagonal(dim1=1, dim2=2).mT.reshape(starts, -1)
    square = curvature.permute(0, 1, 3, 2, 4).reshape(starts, factors * species, factors * species)
    return Shape(-(counted @ residuals), square, scale, residuals, response)


def _through_contributions(
    table: WeightedTable,
    fitted: Fitted,
    products: Tensor,
    weighted: Tensor,
    response: Tensor,
    residuals: Tensor,
) -> Tensor:
    """Minus what the contributions give way, (starts, factor, factor', species, species')."""
    starts, factors, species = fitted.profiles.shape
    samples = residuals.shape[1]
    coupled = (weighted.mT @ response).reshape(starts, samples, species * species)
    given = products @ coupled
    del coupled
    inverse = fitted.inverse.reshape(starts, samples, -1).mT
    counted = residuals
    if table.counts is not None:
        inverse, counted = inverse * table.counts[:, None], residuals * table.counts[:, :, None]
    pairs = (residuals[:, :, :, None] * residuals[:, :, None]).reshape(starts, samples, species * species)
    given = given + inverse @ pairs
    del pairs
    by_residual = (fitted.contributions.mT[:, :, :, None] * counted[:, :, None]).reshape(starts, samples, -1)
    mixed = response.reshape(starts, samples, -1).mT @ by_residual
    mixed = mixed.reshape(starts, factors, species, factors, species).permute(0, 3, 1, 2, 4)
    shape = (starts, factors, factors, species, species)
    return mixed + mixed.permute(0, 2, 1, 4, 3) - given.reshape(shape)
