"""The table that is factorised: values, weights, how often each sample counts; and Q of a factorisation."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sources.receptor.least_squares import Tensor

__all__ = ["OUTLIER", "WeightedTable", "q_robust", "q_true", "robust_weights", "scaled_residuals", "table_of"]

OUTLIER = 4.0
"""Scaled residuals beyond this are outliers (EPA PMF 5.0 User Guide, base model runs)."""


@dataclass(frozen=True)
class WeightedTable:
    """What is factorised.

    Attributes:
        values: (samples, species).
        weights: (samples, species), or (starts, samples, species) where each start has its own.
        counts: (starts, samples), how often each sample counts, as in a bootstrap; None for once.
    """

    values: Tensor
    weights: Tensor
    counts: Tensor | None = None

    def of(self, chosen: Tensor) -> WeightedTable:
        """The table of some of the starts."""
        own = self.weights[chosen] if self.weights.ndim == 3 else self.weights
        return replace(self, weights=own, counts=None if self.counts is None else self.counts[chosen])

    def own_weights(self, weights: Tensor) -> WeightedTable:
        """The same table with other weights."""
        return replace(self, weights=weights)


def table_of(concentrations: Tensor, uncertainties: Tensor) -> WeightedTable:
    """The table whose weights are the inverse squares of the uncertainties."""
    return WeightedTable(concentrations, uncertainties**-2)


def scaled_residuals(table: WeightedTable, contributions: Tensor, profiles: Tensor) -> Tensor:
    """Residual over uncertainty, (starts, samples, species).

    Args:
        table: of which the weights are those of the uncertainties.
        contributions: (starts, factors, samples).
        profiles: (starts, factors, species).
    """
    return (table.values - contributions.mT @ profiles) * table.weights.sqrt()


def q_true(table: WeightedTable, contributions: Tensor, profiles: Tensor) -> Tensor:
    """Sum of squared scaled residuals of each start."""
    squared = scaled_residuals(table, contributions, profiles).square().sum(-1)
    return (squared if table.counts is None else squared * table.counts).sum(-1)


def q_robust(table: WeightedTable, contributions: Tensor, profiles: Tensor) -> Tensor:
    """Q in which an outlier counts with 4 |r| instead of r^2, r its scaled residual.

    Paatero 1997 (doi:10.1016/S0169-7439(96)00044-5): r / h with h^2 = |r| / 4 where |r| > 4.
    """
    size = scaled_residuals(table, contributions, profiles).abs()
    parts = (size * size.clamp(max=OUTLIER)).sum(-1)
    return (parts if table.counts is None else parts * table.counts).sum(-1)


def robust_weights(table: WeightedTable, contributions: Tensor, profiles: Tensor) -> Tensor:
    """Weights whose weighted squares touch Q(robust) from above at this factorisation.

    Q(robust) is concave in the squared residual: slope 1 to |r| = 4 and 2 / |r| beyond. Squares weighed by
    that slope bound it from above, so that each weighted fit can only lower Q(robust).
    """
    import torch

    size = scaled_residuals(table, contributions, profiles).abs()
    slope = torch.where(size > OUTLIER, 0.5 * OUTLIER / size.clamp(min=OUTLIER), 1.0)
    return table.weights * slope
