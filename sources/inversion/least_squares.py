"""The simpler way, as a cross-check: factors of 0 or more by least squares on the tags, without a prior."""

from __future__ import annotations

import numpy as np

from sources.inversion.arrays import Array
from sources.inversion.inversion import Inversion
from sources.inversion.threads import one_thread

__all__ = ["least_squares_factors"]


def least_squares_factors(found: Inversion) -> Array:
    """Factors that minimise |L^-1 (y - H f)|^2 with f of 0 or more (Lawson and Hanson 1974), 1, (source,).

    Values are not logarithms here; L is the root of the errors' covariance about the corrected model, brought
    from logarithms to values, so that outliers count less too. Lasting errors of the model and what is known
    before are left out: sources that the data cannot tell apart go to 0 or far above 1.
    """
    from scipy.optimize import nnls

    problem = found.solution.problem
    slope = 1.0 / (problem.values(found.solution.state) + problem.row_errors.offset)
    with one_thread():
        values = found.solution.errors.whitened(found.samples.measured * slope)
        tags = found.solution.errors.whitened(found.samples.tags * slope[:, None])
        size = np.sqrt((tags**2).sum(0))
        size[size <= 0] = 1.0
        factors, _ = nnls(tags / size, values)
    return np.asarray(factors / size)
