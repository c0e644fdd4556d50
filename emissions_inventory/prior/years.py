"""Values between the years for which they are given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

__all__ = ["in_year"]


def in_year(values: Mapping[int, Mapping[str, float]], year: int, species: Sequence[str]) -> np.ndarray:
    """Values of a year, (species,): between two years by the logarithm, beyond them held.

    Args:
        values: by year and species; 0 stays 0.
        year: the year wanted.
        species: in the order wanted.
    """
    years = sorted(values)
    table = np.array([[values[known][name] for name in species] for known in years], float)
    logarithm = np.log(np.maximum(table, 1e-300))
    found = [np.interp(year, years, column) for column in logarithm.T]
    return np.asarray(np.where((table > 0).all(0), np.exp(found), 0.0))
