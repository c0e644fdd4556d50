"""Which sources the species cannot tell apart: the eligible space, and clusters of sources outside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from foundation.errors import InputError
from sources.receptor.cmb.balance import Balance
from sources.receptor.cmb.effective_variance import Mask, effective_variances
from sources.receptor.samples import Array

__all__ = ["Collinearity", "collinearity"]

_TAKES_PART = 0.1
"""A source takes part in a direction when it holds this much of its largest coefficient."""


@dataclass(frozen=True)
class Collinearity:
    """Per sample.

    Attributes:
        maximum_uncertainty: fraction of the total mass up to which a direction is eligible.
        minimum_projection: of a source on the eligible space, from which it is estimable.
        inverse_singular_values: (samples, sources), uncertainty of each direction in the unit of the samples,
            largest last; NaN where unsolved or a source is eliminated.
        dimension: (samples,), of the eligible space.
        projections: (samples, sources), length of each source's unit vector in the eligible space, 0 to 1.
        estimable: (samples, sources).
        together: (samples, sources, sources), pairs of sources that are inestimable by one direction.
    """

    maximum_uncertainty: float
    minimum_projection: float
    inverse_singular_values: Array
    dimension: np.ndarray[Any, np.dtype[np.int64]]
    projections: Array
    estimable: Mask
    together: Mask

    def clusters(self, row: int) -> list[tuple[int, ...]]:
        """Groups of sources of a sample that only have an estimable sum, if at all."""
        pairs = self.together[row]
        groups: list[set[int]] = []
        for source in np.flatnonzero(pairs.any(1)).tolist():
            linked = {source, *np.flatnonzero(pairs[source]).tolist()}
            near = [group for group in groups if group & linked]
            groups = [group for group in groups if group not in near]
            groups.append(linked.union(*near))
        return sorted(tuple(sorted(group)) for group in groups)


def collinearity(
    found: Balance, *, maximum_uncertainty: float = 0.2, minimum_projection: float = 0.95
) -> Collinearity:
    """Eligible space of each sample (Henry 1992, Atmospheric Environment 26A, 933-938; EPA-CMB8.2).

    The weighed profiles V^-1/2 F' are taken apart into singular values and directions of source space.
    A direction's uncertainty is the inverse of its singular value; directions up to `maximum_uncertainty` of
    the total mass span the eligible space. A source whose unit vector lies in it by less than
    `minimum_projection` is inestimable. Sources belong together when a direction outside the eligible space
    has a part of both; these clusters are this project's reading of the uncertainty/similarity clusters of
    CMB7.

    Args:
        found: a balance.
        maximum_uncertainty: as a fraction of the measured mass, or of the sum of the contributions' sizes
            where the mass was not measured.
        minimum_projection: 0 to 1.

    Raises:
        InputError: when a threshold is not above zero, or the projection above one.
    """
    if not (maximum_uncertainty > 0.0 and 0.0 < minimum_projection <= 1.0):
        raise InputError(
            f"maximum uncertainty {maximum_uncertainty:g}, minimum projection {minimum_projection:g}",
            remedy="Give an uncertainty above 0 and a projection from 0 to 1",
        )
    inverses, directions = _directions(found)
    mass = found.given.total_mass
    sums = np.abs(found.contributions).sum(1)
    mass = np.where(np.isfinite(mass) & (mass > 0.0), mass, sums)
    solved = found.solved
    present = ~found.eliminated & solved[:, None]
    with np.errstate(invalid="ignore"):
        eligible = inverses <= maximum_uncertainty * mass[:, None]
    projections = np.sqrt(np.einsum("nd,ndj->nj", eligible.astype(float), np.square(directions)))
    projections = np.where(present, np.minimum(projections, 1.0), np.nan)
    with np.errstate(invalid="ignore"):
        estimable = present & (projections >= minimum_projection)
    size = np.abs(directions)
    part = size >= _TAKES_PART * size.max(2, keepdims=True)
    outside = np.isfinite(inverses) & ~eligible
    inestimable = present & ~estimable
    takes = part & outside[:, :, None] & inestimable[:, None, :]
    together = np.einsum("ndj,ndk->njk", takes.astype(int), takes.astype(int)) > 0
    together &= ~np.eye(together.shape[1], dtype=bool)
    return Collinearity(
        maximum_uncertainty, minimum_projection, inverses, eligible.sum(1), projections, estimable, together
    )


def _directions(found: Balance) -> tuple[Array, Array]:
    """Inverse singular values (samples, directions) and directions (samples, directions, sources)."""
    equations = found.given.equations()
    roots = np.where(equations.there, effective_variances(equations, found.contributions) ** -0.5, 0.0)
    present = ~found.eliminated & found.solved[:, None]
    weighed = np.einsum("ji,ni,nj->nij", equations.profiles, np.nan_to_num(roots), present.astype(float))
    _, values, directions = np.linalg.svd(weighed, full_matrices=False)
    with np.errstate(divide="ignore"):
        inverses = np.where(values > 1e-12 * values.max(1, keepdims=True), 1.0 / values, np.nan)
    return np.where(found.solved[:, None], inverses, np.nan), np.asarray(directions)
