"""What holds a fit: bounds on profile elements, ratios within a factor, single contributions."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from sources.receptor.constraints.bounded_step import Bounds
from sources.receptor.constraints.normalised_fit import NormalisedFit, Wells
from sources.receptor.least_squares import Tensor

__all__ = ["Hold", "Holds"]

_STIFF = 1e8


@dataclass(frozen=True)
class Hold:
    """One coordinate of a solution kept at, above or below a value.

    The coordinate is a profile element (`species` alone), the ratio of two elements of a factor (`species`
    over `divisor`), or a contribution of mean one (`sample`).

    Attributes:
        factor: number from 0.
        species: column; None for a contribution.
        divisor: column of the divisor of a ratio; None otherwise.
        sample: row; None for an element or a ratio.
        least: the coordinate is not below; minus infinity for none.
        most: not above; infinity for none.
    """

    factor: int
    species: int | None = None
    divisor: int | None = None
    sample: int | None = None
    least: float = -float("inf")
    most: float = float("inf")

    def at(self, value: float) -> Hold:
        """The same coordinate kept at a value."""
        return replace(self, least=value, most=value)

    def value(self, fit: NormalisedFit) -> float:
        """The coordinate in a fit; infinite for a ratio to nothing."""
        if self.sample is not None:
            return float(fit.contributions[0, self.factor, self.sample])
        own = float(fit.profiles[0, self.factor, self.species])
        if self.divisor is None:
            return own
        other = float(fit.profiles[0, self.factor, self.divisor])
        return own / other if other > 0.0 else float("inf")

    def off(self, fit: NormalisedFit) -> float:
        """By which part of itself the coordinate misses its range, a contribution of one; zero within."""
        value = self.value(fit)
        miss = max(self.least - value, value - self.most, 0.0)
        size = max(abs(value), 1.0 if self.sample is not None else 1e-300)
        return miss / size if miss > 0.0 else 0.0


@dataclass(frozen=True)
class Holds:
    """All holds of a fit together."""

    table: tuple[Hold, ...] = field(default=())

    def plus(self, hold: Hold) -> Holds:
        """These and one more."""
        return Holds((*self.table, hold))

    def bounds(self, fit: NormalisedFit) -> Bounds:
        """Of the profile elements, (1, unknowns)."""
        lower = fit.profiles.new_zeros(fit.profiles.shape)
        upper = lower + float("inf")
        for hold in self.table:
            if hold.sample is None and hold.divisor is None:
                place = (0, hold.factor, hold.species)
                lower[place] = max(float(lower[place]), hold.least)
                upper[place] = min(float(upper[place]), hold.most)
        return Bounds(lower.flatten(1), upper.flatten(1))

    def wells(self, fit: NormalisedFit, stiffness: Tensor) -> Wells | None:
        """Stiff squares on the contributions that press on a bound, (factors, samples).

        Args:
            fit: by which it is judged which contributions press.
            stiffness: curvature of Q with each contribution, (factors, samples).
        """
        single = [hold for hold in self.table if hold.sample is not None]
        if not single:
            return None
        stiff, target = stiffness.new_zeros(stiffness.shape), stiffness.new_zeros(stiffness.shape)
        for hold in single:
            place, pressed = (hold.factor, hold.sample), _pressed(hold, fit)
            if pressed is not None:
                stiff[place] = _STIFF * float(stiffness[place])
                target[place] = pressed
        return Wells(stiff, target)

    def ratios(self, fit: NormalisedFit, scale: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Half the slope and curvature of the stiff squares that keep ratios, and their sum.

        A ratio a / b that presses on r adds stiffness (a - r b)^2.

        Args:
            fit: where.
            scale: curvature of Q with each element, (1, unknowns).

        Returns:
            Slope (1, unknowns), curvature (1, unknowns, unknowns), what is added to Q (1,).
        """
        species = fit.profiles.shape[2]
        flat = fit.profiles.flatten(1)
        slope, curvature = flat * 0.0, flat.new_zeros(1, flat.shape[1], flat.shape[1])
        added = fit.q * 0.0
        for hold in self.table:
            ratio = _pressed(hold, fit)
            if hold.divisor is None or ratio is None:
                continue
            own, other = hold.factor * species + int(hold.species or 0), hold.factor * species + hold.divisor
            form = flat.new_zeros(flat.shape[1])
            form[own], form[other] = 1.0, -ratio
            stiff = _STIFF * float(scale[0, own])
            miss = float(flat[0] @ form)
            slope[0] += stiff * miss * form
            curvature[0] += stiff * form[:, None] * form
            added = added + stiff * miss**2
        return slope, curvature, added


def _pressed(hold: Hold, fit: NormalisedFit) -> float | None:
    """The end of its range that a coordinate presses on, or has passed; None within."""
    value = hold.value(fit)
    if value <= hold.least:
        return hold.least
    return hold.most if value >= hold.most else None
