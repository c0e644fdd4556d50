"""What the command calls: from a folder of a factorisation to the names of its factors."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from sources.categories import source_categories
from sources.receptor.archive import read_folder
from sources.receptor.cmb.profile_files import joined, read_compounds, read_profiles
from sources.receptor.errors.bootstrap import bootstrap
from sources.receptor.naming.naming import name_factors
from sources.receptor.results import Factorisation
from sources.receptor.samples import Array

__all__ = ["profile_uncertainties", "run_names"]

_RUNS = 20
_WITHIN = 3.29
"""Standard deviations from the 5 to the 95 % quantile of a normal distribution."""


def run_names(folder: str | Path, profiles: str | Path) -> dict[str, Any]:
    """Name the factors of a factorisation.

    Args:
        folder: that `pmf` wrote.
        profiles: folder with SPECIATE or SPECIEUROPE, or a table as `read_profiles` takes.

    Returns:
        `factors` with share of the modelled mass and its standard deviation (errors of species added up),
        category, names in both languages, tag sector groups, verdict, support, candidates;
        `unmapped` factors; `left_out_species`; `profiles` compared; `notes` of reading the profiles.

    Raises:
        InputError: when folder or profiles cannot be used.
    """
    found = read_folder(folder)
    published = joined([read_profiles(profiles), read_compounds()])
    doubts = profile_uncertainties(found)
    names = name_factors(found, doubts, published)
    errors = doubts.sum(1) / found.profiles.sum()
    table, shares = source_categories(), found.shares()
    rows = []
    for at, one in enumerate(names.factors):
        category = table.category(one.category) if one.category else None
        rows.append({
            **asdict(one),
            "share": float(shares[at]),
            "share_error": float(errors[at]),
            "chinese": category.chinese if category else None,
            "english": category.english if category else None,
            "sector_groups": list(category.sector_groups) if category else [],
            "components": list(category.components) if category else [],
        })  # fmt: skip
    return {
        "folder": str(folder),
        "factors": rows,
        "unmapped": list(names.unmapped),
        "compared_species": list(names.compared),
        "left_out_species": names.left_out,
        "profiles": names.profiles,
        "notes": list(published.notes),
    }


def profile_uncertainties(found: Factorisation, seed: int = 0) -> Array:
    """Standard deviations of factor profiles, (factors, species).

    From the 5 to 95 % range of a bootstrap over blocks, and of least squares with the contributions held,
    (G' W G)^-1, which alone is left where no run mapped to a factor; both in quadrature.
    """
    weights = found.samples.uncertainties**-2.0
    held = found.contributions
    normal = np.einsum("ik,ij,il->jkl", held, weights, held, optimize=True)
    own = np.sqrt(np.diagonal(np.linalg.pinv(normal, hermitian=True), axis1=1, axis2=2)).T
    quantiles = bootstrap(found, _RUNS, seed=seed).quantiles
    drawn = np.nan_to_num((quantiles[4] - quantiles[0]) / _WITHIN)
    return np.asarray(np.hypot(own, drawn))
