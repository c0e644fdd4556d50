"""Proofs of the chemical mass balance and of the naming of factors."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np

from atmosphere.transport.proofs.proof import Proof
from sources.receptor.cmb.balance import apportion
from sources.receptor.cmb.collinearity import collinearity
from sources.receptor.cmb.effective_variance import Equations, effective_variances
from sources.receptor.cmb.layout import lay_out
from sources.receptor.cmb.profile_files import joined, read_compounds, read_profiles
from sources.receptor.cmb.profiles import Profiles
from sources.receptor.cmb.synthetic import known_mixture, known_profiles
from sources.receptor.factorisation import factorise
from sources.receptor.naming.command import profile_uncertainties
from sources.receptor.naming.naming import name_factors
from sources.receptor.samples import Array, Samples, prepare
from sources.receptor.tables import read_pair

__all__ = ["ST_LOUIS_PROFILES", "collinear_case", "frozen_optimum", "proofs"]

ST_LOUIS_PROFILES = (
    "compound:ammonium_sulfate", "compound:ammonium_nitrate", "speciate:900072.5", "speciate:3688",
    "speciate:330042.5", "speciate:411302.5",
)  # fmt: skip
"""Ammonium sulfate, ammonium nitrate, metal production, coal, traffic, road dust: these state all species."""

_NOT_AT_HAND = "the set or the profiles are not at hand"
_COVERED = 0.9
_WITHIN = 1.6449


def proofs(data_folder: str | Path | None = None, seed: int = 0) -> list[Proof]:
    """All proofs; those on real files only where they are at hand.

    Args:
        data_folder: with `StLouis-con.csv`, `StLouis-unc.csv` and `profiles/`.
        seed: of what is drawn.
    """
    return [
        _exact(seed), _coverage(seed), _optimum(seed), _collinear(), _speed(seed), *_real(data_folder, seed)
    ]  # fmt: skip


def _exact(seed: int) -> Proof:
    made = known_mixture(seed, noise=0.0, doubt=0.0)
    found = apportion(lay_out(made.samples, made.profiles))
    worst = np.abs(found.contributions / made.contributions - 1.0).max()
    return Proof("cmb: known contributions without errors, largest relative error", float(worst), 1e-9)


def _coverage(seed: int) -> Proof:
    inside = []
    for replicate in range(100):
        made = known_mixture(seed + replicate)
        found = apportion(lay_out(made.samples, made.profiles))
        inside.append(np.abs(found.contributions - made.contributions) <= _WITHIN * found.standard_errors)
    covered = float(np.mean(inside))
    return Proof(
        "cmb: coverage of 90 % intervals less 0.9, size", abs(covered - _COVERED), 0.05,
        note=f"{covered:.3f} over 100 replicates of 50 samples, errors 5 % in samples, 10 % in profiles",
    )  # fmt: skip


def _optimum(seed: int) -> Proof:
    made = known_mixture(seed, samples=10)
    found = apportion(lay_out(made.samples, made.profiles))
    other = frozen_optimum(made.samples, made.profiles)
    worst = np.abs((found.contributions - other) / found.standard_errors).max()
    note = "hybrid method on 10 samples; in standard errors"
    return Proof("cmb: effective-variance solution by an independent solver", float(worst), 1e-6, note=note)


def frozen_optimum(samples: Samples, profiles: Profiles) -> Array:
    """Contributions whose own effective variances make them the best fit, by a general solver.

    The root of (best fit with the variances of S) - S by Powell's hybrid method from an ordinary fit;
    the fits by orthogonal factorisation.
    """
    from scipy.optimize import root

    equations = lay_out(samples, profiles).equations()
    fractions, rows = equations.profiles, []
    for row in range(len(equations.concentrations)):
        part = equations.of(np.array([row]))

        def step(contribution: Array, part: Equations = part) -> Array:
            weight = effective_variances(part, contribution[None])[0] ** -0.5
            fit = np.linalg.lstsq((fractions * weight).T, part.concentrations[0] * weight, rcond=None)[0]
            return np.asarray(fit - contribution)

        begin = np.linalg.lstsq(fractions.T, part.concentrations[0], rcond=None)[0]
        rows.append(root(step, begin, method="hybr", tol=1e-13).x)
    return np.array(rows)


def collinear_case() -> tuple[Samples, Profiles]:
    """Three sources, of which two differ in one trace by less than its error."""
    species = tuple(f"species {number}" for number in range(1, 7))
    one = np.array([0.4, 0.3, 0.1, 0.01, 0.0, 0.0])
    fractions = np.array([one, one * [1.0, 1.0, 1.05, 1.0, 1.0, 1.0], [0.0, 0.0, 0.05, 0.0, 0.5, 0.3]])
    profiles = known_profiles(fractions, 0.1 * fractions + 1e-4, species)
    values = np.array([[4.0, 6.0, 5.0], [3.0, 1.0, 8.0]]) @ fractions
    return Samples(("day 1", "day 2"), species, values, 0.05 * values + 0.01), profiles


def _collinear() -> Proof:
    near = collinearity(apportion(lay_out(*collinear_case())))
    right = [near.clusters(row) == [(0, 1)] and bool(near.estimable[row, 2]) for row in range(2)]
    note = "of two samples in which A and B are nearly one composition and C is not"
    return Proof(
        "cmb: collinear sources found as a cluster, fraction", float(np.mean(right)), 1.0, True, note
    )


def _speed(seed: int) -> Proof:
    made = known_mixture(seed, samples=5000)
    given = lay_out(made.samples, made.profiles)
    begun = time.process_time()
    collinearity(apportion(given))
    seconds = time.process_time() - begun
    return Proof("cmb: 5,000 samples, 5 sources, 18 species, seconds", seconds, 5.0, note="processor time")


def _real(data_folder: str | Path | None, seed: int) -> list[Proof]:
    names = (
        "cmb: correlation of secondary sulfate by CMB and PMF at St Louis",
        "naming: factors of sulfate and nitrate of St Louis named so, of 2",
    )
    folder = Path(data_folder) if data_folder else None
    files = [folder / one for one in ("StLouis-con.csv", "StLouis-unc.csv", "profiles")] if folder else []
    if not files or not all(file.exists() for file in files):
        return [
            Proof(name, None, bound, True, _NOT_AT_HAND)
            for name, bound in zip(names, (0.9, 2.0), strict=True)
        ]
    samples, published = read_pair(files[0], files[1]), joined([read_profiles(files[2]), read_compounds()])
    found = apportion(lay_out(samples, published.chosen(ST_LOUIS_PROFILES)), eliminate_negative=True)
    factors = factorise(prepare(samples), 6, starts=5, seed=seed)
    sulfate, nitrate = (int(factors.profiles[:, samples.column(name)].argmax()) for name in ("SO4", "NO3"))
    told = collinearity(found).estimable[:, 0]
    both = np.corrcoef(found.contributions[told, 0], factors.contributions[told, sulfate])[0, 1]
    named = name_factors(factors, profile_uncertainties(factors), published).factors
    right = (named[sulfate].category == "secondary_sulfate") + (
        named[nitrate].category == "secondary_nitrate"
    )
    note = f"{int(told.sum())} of {len(samples.times)} samples in which it is estimable, six profiles"
    return [
        Proof(names[0], float(both), 0.9, True, note),
        Proof(names[1], float(right), 2.0, True, f"{len(published)} published profiles"),
    ]
