"""What the commands call: from files to a folder of results and the figures to print."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sources.receptor.archive import write_folder
from sources.receptor.choices import Choices, prepared_samples
from sources.receptor.factorisation import factorise
from sources.receptor.results import Factorisation
from sources.receptor.rotation import rotated

__all__ = ["Fit", "run_pmf"]


@dataclass(frozen=True)
class Fit:
    """How samples are factorised.

    Attributes:
        factors: how many.
        starts: random starts.
        seed: of the starts.
        robust: minimise Q(robust).
        fpeak: strength of a rotation after the base run; zero for none.
    """

    factors: int
    starts: int = 20
    seed: int = 0
    robust: bool = False
    fpeak: float = 0.0


def run_pmf(
    choices: Choices,
    fit: Fit,
    out: str | Path | None = None,
    *,
    figures: bool = False,
    workbooks: bool = False,
) -> dict[str, object]:
    """Factorise samples.

    Args:
        choices: files and what is made of them.
        fit: how.
        out: folder for the tables; none is written where None.
        figures: draw them into the folder.
        workbooks: write workbooks in the layout of EPA PMF 5 into the folder.

    Returns:
        q_true, q_robust, q_expected, starts_converged, starts_near_best, seconds and more, as
        `Factorisation.summary`; numbers of the starts that did not converge, from 1; category and signal to
        noise of each species; with a rotation also `fpeak_rise`, that of the minimised Q.

    Raises:
        InputError: when the tables cannot be used; the line names file, species and sample.
        RunError: when the folder cannot be written.
    """
    prepared = prepared_samples(choices)
    found = factorise(prepared.samples, fit.factors, starts=fit.starts, seed=fit.seed, robust=fit.robust)
    more: dict[str, object] = {
        "shares_of": choices.total or "sum of species",
        "shares": [float(share) for share in found.shares(choices.total)],
        "starts_not_converged": (1 + (~found.starts.converged).nonzero()[0]).tolist(),
        "species_detail": list(prepared.species),
    }
    if fit.fpeak != 0.0:
        base = _minimised(found)
        found = rotated(found, fit.fpeak)
        more["fpeak_rise"] = _minimised(found) - base
    if out is not None:
        more["folder"] = str(_written(found, prepared.species, choices.total, Path(out), figures, workbooks))
    return found.summary() | more


def _minimised(found: Factorisation) -> float:
    return found.q_robust if found.robust else found.q_true


def _written(
    found: Factorisation, species: Sequence[dict[str, object]], total: str | None, out: Path,
    figures: bool, workbooks: bool,
) -> Path:  # fmt: skip
    def also(folder: Path) -> None:
        if workbooks:
            from sources.receptor.workbooks import write_workbooks

            write_workbooks(found, folder, out.name, total, species)
        if figures:
            from sources.receptor.figures import draw_all

            draw_all(found, folder, total)

    return write_folder(found, out, total, also)
