"""Which factor of another fit is which factor of the base fit."""

from __future__ import annotations

from sources.receptor.least_squares import Tensor

__all__ = ["best_partners", "correlations"]


def correlations(base: Tensor, others: Tensor) -> Tensor:
    """Correlation of contributions.

    Args:
        base: (factors, samples).
        others: (starts, factors, samples).

    Returns:
        (starts, factors of others, factors of base); zero where a factor does not vary.
    """
    return _standardised(others) @ _standardised(base).mT


def best_partners(base: Tensor, others: Tensor) -> tuple[Tensor, Tensor]:
    """For each factor of the others, the base factor whose contributions it follows best, and how well."""
    strength, partner = correlations(base, others).max(2)
    return partner, strength


def _standardised(table: Tensor) -> Tensor:
    centred = table - table.mean(-1, keepdim=True)
    return centred / centred.norm(dim=-1, keepdim=True).clamp(min=1e-300)
