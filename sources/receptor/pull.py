"""A pull on one element of the profiles, and the shape of Q under it."""

from __future__ import annotations

from dataclasses import dataclass

from sources.receptor.curvature import Fitted, Shape, equations, fitted_from, mean_contribution_slope
from sources.receptor.least_squares import Tensor, flattened, solve
from sources.receptor.weighted_table import WeightedTable

__all__ = ["Pull", "element_slope", "fit_pulled", "pulled_shape"]

_ROUNDS, _PRECISION = 12, 1e-6


@dataclass(frozen=True)
class Pull:
    """A pull on one element of the profiles of each start: stiffness (v - target)^2 is added to Q.

    v is the element times the mean contribution of its factor, so that it does not hang on how profile and
    contributions share a scale.

    Attributes:
        factor: (starts,).
        species: (starts,).
        target: (starts,).
        stiffness: (starts,).
    """

    factor: Tensor
    species: Tensor
    target: Tensor
    stiffness: Tensor

    def of(self, chosen: Tensor) -> Pull:
        """The pulls of some of the starts."""
        return Pull(self.factor[chosen], self.species[chosen], self.target[chosen], self.stiffness[chosen])

    def element(self, profiles: Tensor) -> Tensor:
        """The pulled element of each start."""
        return profiles[self.factor.new_tensor(range(len(self.factor))), self.factor, self.species]

    def mean(self, fitted: Fitted) -> Tensor:
        """The mean contribution of its factor."""
        return fitted.contributions[self.factor.new_tensor(range(len(self.factor))), self.factor].mean(1)

    def give(self, fitted: Fitted) -> Tensor:
        """By how much that mean falls per unit of force on it."""
        each = self.factor.new_tensor(range(len(self.factor)))
        own = fitted.inverse[each, :, self.factor, self.factor]
        return own.sum(1) / own.shape[1] ** 2

    def value(self, fitted: Fitted) -> Tensor:
        """The element times that mean."""
        return self.element(fitted.profiles) * self.mean(fitted)

    def objective(self, fitted: Fitted) -> Tensor:
        """Q with the pull."""
        return fitted.q + self.stiffness * (self.value(fitted) - self.target).square()


def fit_pulled(
    table: WeightedTable, profiles: Tensor, pull: Pull, free: Tensor | None, force: Tensor | None
) -> Fitted:
    """The contributions that go best with profiles under a pull.

    The pull couples all samples through the mean contribution. Under a given force, stiffness (v - target),
    they come apart again; Newton steps on the force, in which the mean is piecewise linear, make it that of
    the pull.
    """
    import torch

    starts, factors = profiles.shape[:2]
    count = table.values.shape[0]
    element, each = pull.element(profiles), torch.arange(starts, device=profiles.device)
    now = torch.zeros_like(element) if force is None else force
    size = pull.stiffness * pull.target.abs().maximum(element)
    normal, right = equations(table, profiles)
    guess = torch.ones_like(right, dtype=torch.bool) if free is None else flattened(free)
    row = right.reshape(factors, starts, count)[pull.factor, each].clone()
    for _ in range(_ROUNDS):
        right.view(factors, starts, count)[pull.factor, each] = row - (now * element / count)[:, None]
        found, inverse, guess = solve(normal, right, guess)
        mean = found.reshape(factors, starts, count)[pull.factor, each].mean(1)
        own = inverse.view(factors, factors, starts, count)[pull.factor, pull.factor, each].sum(1)
        off = now - pull.stiffness * (element * mean - pull.target)
        if bool((off.abs() <= _PRECISION * size).all()):
            break
        now = now - off / (1.0 + pull.stiffness * element.square() * own / count**2)
    return fitted_from(table, profiles, (found, inverse, guess), now)


def element_slope(pull: Pull, fitted: Fitted, shape: Shape) -> tuple[Tensor, Tensor]:
    """How v and the mean contribution answer to the profiles, contributions following, (starts, unknowns)."""
    mean = mean_contribution_slope(fitted, shape, pull.factor).flatten(1)
    element = pull.element(fitted.profiles)
    answer = mean * element[:, None]
    direct = pull.mean(fitted) - fitted.force * element * pull.give(fitted)
    return answer + _unit(pull, fitted.profiles) * direct[:, None], mean


def pulled_shape(pull: Pull, fitted: Fitted, shape: Shape) -> tuple[Tensor, Tensor]:
    """Half the slope and half the curvature of Q with the pull, contributions eliminated."""
    answer, mean = element_slope(pull, fitted, shape)
    unit, give = _unit(pull, fitted.profiles), pull.give(fitted)
    slope = shape.slope.flatten(1) + unit * (fitted.force * pull.mean(fitted))[:, None]
    mixed = (fitted.force[:, None] * mean)[:, :, None] * unit[:, None]
    corner = (fitted.force.square() * give)[:, None, None] * unit[:, :, None] * unit[:, None]
    softness = 1.0 / pull.stiffness + pull.element(fitted.profiles).square() * give
    held = answer[:, :, None] * answer[:, None] / softness[:, None, None]
    return slope, shape.curvature + mixed + mixed.mT - corner + held


def _unit(pull: Pull, profiles: Tensor) -> Tensor:
    found = profiles.new_zeros(profiles.shape)
    found[pull.factor.new_tensor(range(len(found))), pull.factor, pull.species] = 1.0
    return found.flatten(1)
