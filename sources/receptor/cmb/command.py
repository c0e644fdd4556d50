"""What the command calls: from files to a folder of results and the figures to print."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from foundation.errors import InputError
from sources.receptor.cmb.archive import write_balance
from sources.receptor.cmb.balance import apportion
from sources.receptor.cmb.collinearity import collinearity
from sources.receptor.cmb.layout import lay_out
from sources.receptor.cmb.profile_files import joined, read_compounds, read_profiles
from sources.receptor.cmb.profiles import Profiles
from sources.receptor.cmb.summary import summary
from sources.receptor.tables import read_pair

__all__ = ["BalanceChoices", "run_cmb"]

_MOST_UNCHOSEN = 20
"""More profiles than this in a file are a collection, from which some have to be chosen."""


@dataclass(frozen=True)
class BalanceChoices:
    """Choices of the analyst.

    Attributes:
        profiles: codes or `collection:code`, compounds such as `compound:ammonium_sulfate` among them; all of
            the file where none is given.
        fit: species to be fitted; those that all profiles state where none is given.
        eliminate_negative: take sources with a negative contribution out, one at a time.
        maximum_uncertainty: of an eligible direction, as a fraction of the total mass.
        minimum_projection: of an estimable source on the eligible space.
    """

    profiles: Sequence[str] = ()
    fit: Sequence[str] = ()
    eliminate_negative: bool = False
    maximum_uncertainty: float = 0.2
    minimum_projection: float = 0.95


def run_cmb(
    concentrations: str | Path,
    uncertainties: str | Path,
    profiles: str | Path,
    choices: BalanceChoices | None = None,
    out: str | Path | None = None,
) -> dict[str, Any]:
    """Apportion a pair of tables to sources of known profiles.

    Args:
        concentrations: as `pmf` takes them.
        uncertainties: the same.
        profiles: file or folder, as `read_profiles`.
        choices: of the analyst.
        out: folder for tables; none is written where None.

    Returns:
        As `summary.summary`, with `seconds` and, where written, `folder`.

    Raises:
        InputError: when a table, profile or species cannot be used; the line names it.
        RunError: when the folder cannot be written.
    """
    wanted = choices or BalanceChoices()
    samples = read_pair(concentrations, uncertainties)
    sources = _chosen(read_profiles(profiles), wanted.profiles, str(profiles))
    given = lay_out(samples, sources, wanted.fit)
    begun = time.perf_counter()
    found = apportion(given, eliminate_negative=wanted.eliminate_negative)
    near = collinearity(
        found,
        maximum_uncertainty=wanted.maximum_uncertainty,
        minimum_projection=wanted.minimum_projection,
    )
    document = summary(found, near) | {"seconds": time.perf_counter() - begun}
    if out is not None:
        document["folder"] = str(write_balance(found, near, out))
    return document


def _chosen(profiles: Profiles, wanted: Sequence[str], where: str) -> Profiles:
    if wanted:
        return joined([profiles, read_compounds()]).chosen(wanted)
    if len(profiles) > _MOST_UNCHOSEN:
        raise InputError(
            f"{len(profiles)} profiles are a collection",
            where=where,
            remedy="Choose some with --profile CODE",
        )
    return profiles
