"""Contributions that go best with profiles while the mean contribution of each factor is one."""

from __future__ import annotations

from dataclasses import dataclass, fields

from sources.receptor.curvature import Fitted, equations, shape_of
from sources.receptor.least_squares import Tensor, flattened, gathered, solve
from sources.receptor.weighted_table import WeightedTable, q_true

__all__ = ["NormalisedFit", "Wells", "curved", "normalised_fit"]


@dataclass(frozen=True)
class Wells:
    """Squares that hold contributions: stiffness (g - target)^2 is added to Q for each.

    Attributes:
        stiffness: (factors, samples), zero where nothing holds.
        target: (factors, samples).
    """

    stiffness: Tensor
    target: Tensor

    def objective(self, contributions: Tensor) -> Tensor:
        """What is added to Q of each start."""
        return (self.stiffness * (contributions - self.target).square()).sum((1, 2))


@dataclass(frozen=True)
class NormalisedFit:
    """Profiles with the contributions of mean one that fit them best.

    Profiles on this scale are the factors' mean contributions to the species. The mean is over the samples as
    often as they count.

    Attributes:
        profiles: (starts, factors, species).
        contributions: (starts, factors, samples).
        inverse: (starts, samples, factors, factors), of the normal matrix of the free contributions.
        free: (starts, factors, samples), which contributions are above zero.
        q: (starts,), without what holds the contributions.
        objective: (starts,), with it.
        force: (starts, factors), half the multiplier that keeps each mean at one.
    """

    profiles: Tensor
    contributions: Tensor
    inverse: Tensor
    free: Tensor
    q: Tensor
    objective: Tensor
    force: Tensor

    def of(self, chosen: Tensor) -> NormalisedFit:
        """Some of the starts."""
        return NormalisedFit(*(getattr(self, one.name)[chosen] for one in fields(self)))

    def put(self, places: Tensor, new: NormalisedFit) -> None:
        """Write the starts of another batch over these, in place."""
        for one in fields(self):
            getattr(self, one.name)[places] = getattr(new, one.name)


def normalised_fit(
    table: WeightedTable,
    profiles: Tensor,
    force: Tensor | None = None,
    free: Tensor | None = None,
    wells: Wells | None = None,
) -> NormalisedFit:
    """Fit contributions under forces on their means, then scale profiles so that the means are one.

    The product, and with it Q, is untouched by the scaling, and the scaled contributions are the best of mean
    one that go with the scaled profiles.

    Args:
        table: with counts where samples count unequally.
        profiles: (starts, factors, species).
        force: (starts, factors); none where None.
        free: guess of which contributions are above zero, (starts, factors, samples).
        wells: that hold contributions.
    """
    import torch

    starts, factors = profiles.shape[:2]
    force = torch.zeros_like(profiles[:, :, 0]) if force is None else force
    shares = mean_weights(table, profiles)
    normal, right = equations(table, profiles)
    right.view(factors, starts, -1).sub_((force / _total(table))[:, :, None].transpose(0, 1))
    if wells is not None:
        _hold(normal, right, wells, starts)
    guess = torch.ones_like(right, dtype=torch.bool) if free is None else flattened(free)
    found, inverse, guess = solve(normal, right, guess)
    held = gathered(found, starts)
    inverse = inverse.reshape(factors, factors, starts, -1).permute(2, 3, 0, 1)
    mean = (held * shares).sum(2)
    scale = torch.where(mean > 0.0, mean, 1.0)
    held = held / scale[:, :, None]
    profiles, force = profiles * scale[:, :, None], force * scale
    inverse = inverse / (scale[:, None, :, None] * scale[:, None, None])
    q = q_true(table, held, profiles)
    objective = q if wells is None else q + wells.objective(held)
    return NormalisedFit(profiles, held, inverse, gathered(guess, starts), q, objective, force)


def curved(table: WeightedTable, fit: NormalisedFit) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Half the slope and curvature of Q over the profiles, contributions following with means of one.

    The curvature is that of the free problem plus A' G^-1 A, A how the means answer to the profiles and G to
    the forces: the means are held by eliminating their multipliers from the equations of the whole problem.

    Returns:
        Slope (starts, unknowns), curvature (starts, unknowns, unknowns), the curvature with contributions
        held (starts, unknowns), and how the forces answer (starts, factors, unknowns).
    """
    import torch

    shape = shape_of(table, Fitted(fit.profiles, fit.contributions, fit.inverse, fit.free, fit.q))
    shares = mean_weights(table, fit.profiles)
    weighted = shape.response * shares.mT[..., None]
    starts, samples, factors, species = weighted.shape
    answer = fit.contributions @ weighted.reshape(starts, samples, factors * species)
    answer = answer.reshape(starts, factors, factors, species).transpose(1, 2)
    each = (fit.inverse * shares.mT[..., None]).reshape(starts, samples, -1).mT @ shape.residuals
    means = (each.reshape(starts, factors, factors, species) - answer).reshape(starts, factors, -1)
    give = give_of_means(table, fit.inverse)
    forces = torch.linalg.solve(give + _ridge(give), means)
    return shape.slope.flatten(1), shape.curvature + means.mT @ forces, shape.scale, forces


def mean_weights(table: WeightedTable, like: Tensor) -> Tensor:
    """Weights of the samples in a mean, (starts or 1, 1, samples); they sum to one."""
    if table.counts is None:
        count = table.values.shape[0]
        return like.new_full((1, 1, count), 1.0 / count)
    return (table.counts / table.counts.sum(1, keepdim=True))[:, None]


def give_of_means(table: WeightedTable, inverse: Tensor) -> Tensor:
    """How far each mean falls per unit of each force, (starts, factors, factors)."""
    if table.counts is None:
        return inverse.sum(1) / float(inverse.shape[1] ** 2)
    total = table.counts.sum(1)[:, None, None]
    return (inverse * table.counts[:, :, None, None]).sum(1) / total.square()


def _total(table: WeightedTable) -> Tensor | float:
    return float(table.values.shape[0]) if table.counts is None else table.counts.sum(1)[:, None]


def _hold(normal: Tensor, right: Tensor, wells: Wells, starts: int) -> None:
    stiffness = wells.stiffness.repeat(1, starts)
    normal.diagonal(dim1=0, dim2=1).add_(stiffness.T)
    right.add_(stiffness * wells.target.repeat(1, starts))


def _ridge(give: Tensor) -> Tensor:
    import torch

    size = give.diagonal(dim1=1, dim2=2).amax(1)[:, None, None].clamp(min=1e-300)
    return torch.eye(give.shape[1], dtype=give.dtype, device=give.device) * size * 1e-12
