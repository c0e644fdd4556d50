"""What every start found, kept beside the best."""

from __future__ import annotations

from dataclasses import dataclass

from sources.receptor.samples import Array

__all__ = ["Solutions"]


@dataclass(frozen=True)
class Solutions:
    """Solutions of all starts as they ended, factors in no order.

    Attributes:
        contributions: (starts, factors, samples).
        profiles: (starts, factors, species).
    """

    contributions: Array
    profiles: Array
