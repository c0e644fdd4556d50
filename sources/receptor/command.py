"""What the commands call: from files to a folder of results and the figures to print."""

from __future__ import annotations

from pathlib import Path

from sources.receptor.factorisation import factorise
from sources.receptor.rotation import rotated
from sources.receptor.samples import Category, prepare
from sources.receptor.tables import read_pair

__all__ = ["run_pmf"]


def run_pmf(  # noqa: PLR0913, PLR0917 - the options of the command
    concentrations: str | Path,
    uncertainties: str | Path,
    factors: int,
    starts: int = 20,
    seed: int = 0,
    robust: bool = False,
    fpeak: float = 0.0,
    out: str | Path | None = None,
    *,
    categories: dict[str, Category] | None = None,
    extra_uncertainty: float = 0.0,
) -> dict[str, object]:
    """Factorise a pair of tables.

    Args:
        concentrations: CSV, or `.txt` of EPA PMF.
        uncertainties: the same for uncertainties.
        factors: how many.
        starts: random starts.
        seed: of the starts.
        robust: minimise Q(robust).
        fpeak: strength of a rotation after the base run; zero for none.
        out: folder for the tables; none is written where None.
        categories: weak and bad species; the others are strong.
        extra_uncertainty: extra model uncertainty, a fraction.

    Returns:
        q_true, q_robust, q_expected, starts_converged, starts_near_best, seconds and more, as
        `Factorisation.summary`; with a rotation also `fpeak_rise`, that of the minimised Q.

    Raises:
        InputError: when the tables cannot be used; the line names file, species and sample.
        RunError: when the folder cannot be written.
    """
    samples = prepare(
        read_pair(concentrations, uncertainties), categories, extra_uncertainty=extra_uncertainty
    )
    found = factorise(samples, factors, starts=starts, seed=seed, robust=robust)
    more: dict[str, object] = {}
    if fpeak != 0.0:
        base = found.q_robust if robust else found.q_true
        found = rotated(found, fpeak)
        more["fpeak_rise"] = (found.q_robust if robust else found.q_true) - base
    if out is not None:
        more["folder"] = str(found.to_folder(out))
    return found.summary() | more
