"""Proofs of error estimates and constraints: rises that are re-fitted ones, intervals that cover."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from atmosphere.transport.proofs.proof import Proof
from sources.receptor.constraints.application import constrain
from sources.receptor.errors.coverage import NINETY_PERCENT, NINETY_PERCENT_BS, measure_coverage
from sources.receptor.errors.displacement import displace
from sources.receptor.factorisation import factorise
from sources.receptor.proofs import synthetic_samples
from sources.receptor.samples import prepare
from sources.receptor.tables import read_pair

__all__ = ["error_proofs"]

_NOMINAL, _WITHIN_ALL, _WITHIN_SOME = 0.90, 0.04, 0.10
_ALL = 100


def error_proofs(
    folder: str | Path | None = None,
    replicates: int = 16,
    progress: Callable[[str], None] = lambda _step: None,
) -> list[Proof]:
    """All proofs; that of the real set only where `folder` holds it.

    Args:
        folder: with `StLouis-con.csv` and `StLouis-unc.csv`.
        replicates: of the coverage; with 100, the rate must be within 4 % of the nominal one, with fewer
            within 10 %, for chance.
        progress: told of each set begun.
    """
    return [*_coverage(replicates, progress), *_constraints(), *_displacement(folder)]


def _coverage(replicates: int, progress: Callable[[str], None]) -> list[Proof]:
    made = measure_coverage(replicates, bs_replicates=replicates // 2, progress=progress)
    bound = _WITHIN_ALL if replicates >= _ALL else _WITHIN_SOME
    rows = [("displacement", NINETY_PERCENT, made.displacement, made.elements),
            ("BS-DISP", NINETY_PERCENT_BS, made.bs_displacement, made.bs_elements)]  # fmt: skip
    proofs = []
    for name, level, rates, count in rows:
        rate = rates.get(level)
        note = f"dQ {level:g} covers {100.0 * (rate or 0.0):.1f} % of {count} elements, {replicates} sets"
        proofs.append(
            Proof(
                f"receptor: {name} intervals, coverage off 90 %",
                None if rate is None else abs(rate - _NOMINAL), bound, note=note,
            )
        )  # fmt: skip
    return proofs


def _constraints() -> list[Proof]:
    samples, _, _ = synthetic_samples(3, factors=3, shape=(80, 9))
    found = factorise(prepare(samples), 3, starts=6, seed=1)
    made = constrain(found, ["factor 2 species 4=max dQ=1%", "factor 1 species 1/species 2=1 dQ=5"])
    used = max(one.rise / (one.limit or 1.0) for one in made.applied)
    title = "receptor: rise of Q by a constraint, over its limit"
    return [Proof(title, used, 1.0, note="pulled to a maximum, and to a ratio")]


def _displacement(folder: str | Path | None) -> list[Proof]:
    name = "receptor: displaced rise of Q off its level, St Louis, all 78 elements"
    speed = "receptor: displacement of all 78 St Louis elements, seconds of processor time"
    if folder is None or not (Path(folder) / "StLouis-con.csv").is_file():
        return [Proof(name, None, 0.02, note="the set is not at hand"), Proof(speed, None, 60.0)]
    path = Path(folder)
    found = factorise(prepare(read_pair(path / "StLouis-con.csv", path / "StLouis-unc.csv")), 6, seed=42)
    begun = time.process_time()
    moved = displace(found, (4.0,))
    took = time.process_time() - begun
    inner = np.concatenate([moved.rise_upper.ravel(), moved.rise_lower[moved.lower > 0.0]])
    off = float(np.abs(inner / 4.0 - 1.0).max())
    return [
        Proof(name, off, 0.02, note=f"{int((moved.lower <= 0.0).sum())} lower ends at zero"),
        Proof(speed, took, 60.0),
    ]
