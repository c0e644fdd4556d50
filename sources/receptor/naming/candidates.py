"""The profiles nearest to a factor, ranked."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sources.receptor.cmb.profiles import Profiles
from sources.receptor.naming.comparison import Comparison
from sources.receptor.naming.factor_names import Candidate
from sources.receptor.naming.published import NamingConfig

__all__ = ["candidates"]


def candidates(
    near: Comparison,
    factor: int,
    profiles: Profiles,
    categories: Sequence[str | None],
    config: NamingConfig,
    compound: int | None = None,
) -> tuple[Candidate, ...]:
    """The likeliest profiles of a factor, the likeliest first.

    Args:
        near: factors against profiles.
        factor: its row.
        profiles: that were compared.
        categories: id of the category of each; None where it has none.
        config: how many are told, and what is acceptable.
        compound: row of the compound that the factor is, which stands first; None where it is none.
    """
    acceptable, likely = near.acceptable(config)[factor], near.log_likelihood[factor]
    order = [int(at) for at in np.argsort(-likely, kind="stable") if np.isfinite(likely[at])]
    if compound is not None:
        order = [compound, *(at for at in order if at != compound)]
    return tuple(
        Candidate(
            profiles.labels[at],
            profiles.names[at],
            categories[at],
            _plain(near.pearson[factor, at]),
            _plain(near.identity[factor, at]),
            _plain(near.uncentred[factor, at]),
            _plain(near.weighted[factor, at]),
            _plain(near.misfit[factor, at]),
            int(near.species[factor, at]),
            bool(acceptable[at]),
        )
        for at in order[: config.candidates]
    )


def _plain(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
