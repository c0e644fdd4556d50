"""Proofs of the receptor models: known factors found again, published sets at their best known Q."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np

from atmosphere.transport.proofs.proof import Proof
from sources.receptor.factorisation import factorise
from sources.receptor.number_of_factors import cross_validate
from sources.receptor.samples import Array, Samples, prepare
from sources.receptor.tables import read_pair

__all__ = ["BEST_KNOWN", "matched", "pmf_benchmark", "receptor_proofs", "synthetic_samples"]

BEST_KNOWN = {"StLouis": 6527.5, "BatonRouge": 63818.7}
"""Best known Q(true) of EPA's sample sets, 6 factors, all strong (ESAT 2025.0.1: 6553.4 and 64502.3)."""

_FACTORS, _STARTS = 6, 20


def synthetic_samples(
    seed: int,
    *,
    factors: int = 5,
    noise: float = 0.1,
    missing: float = 0.1,
    shape: tuple[int, int] = (300, 20),
) -> tuple[Samples, Array, Array]:
    """Samples of known factors, with noise and gaps.

    Contributions are lognormal and sometimes nought, as of sources that the wind brings or not; profiles
    have a few marker species each.

    Args:
        seed: of all that is drawn.
        factors: how many.
        noise: relative standard deviation of the error of each value.
        missing: fraction of values that are missing.
        shape: samples and species.

    Returns:
        The samples, with NaN in the gaps; true contributions (samples, factors); true profiles (factors,
        species).
    """
    draw = np.random.default_rng(seed)
    count, species = shape
    contributions = draw.lognormal(0.0, 0.8, (count, factors)) * (draw.random((count, factors)) > 0.25)
    contributions /= contributions.mean(0)
    profiles = draw.exponential(1.0, (factors, species)) ** 2 * (draw.random((factors, species)) > 0.4) + 0.05
    for factor in range(factors):
        profiles[factor, factor :: factors * 2] += 2.0
    truth = contributions @ profiles
    doubts = noise * truth + 0.02 * truth.mean(0)
    values = np.maximum(truth + draw.normal(size=truth.shape) * doubts, 0.0)
    values[draw.random(values.shape) < missing] = np.nan
    times = tuple(f"day {number}" for number in range(1, count + 1))
    names = tuple(f"species {number}" for number in range(1, species + 1))
    return Samples(times, names, values, doubts), contributions, profiles


def matched(found: Array, truth: Array) -> tuple[Array, np.ndarray[tuple[int], np.dtype[np.intp]]]:
    """Pair found columns with true ones so that their correlations add up to the most.

    Returns:
        Correlation of each true column with its partner; the partner's column.
    """
    from scipy.optimize import linear_sum_assignment

    count = truth.shape[1]
    table = np.corrcoef(truth.T, found.T)[:count, count:]
    rows, columns = linear_sum_assignment(-np.nan_to_num(table, nan=-1.0))
    return np.asarray(table[rows, columns]), columns


def receptor_proofs(folder: str | Path | None = None, seed: int = 0) -> list[Proof]:
    """All proofs; those of real sets only where `folder` holds them.

    Args:
        folder: with `StLouis-con.csv`, `StLouis-unc.csv`, `BatonRouge-con.csv`, `BatonRouge-unc.csv`.
        seed: of synthetic samples and starts.
    """
    return [
        *_known_factors(seed),
        _known_number(seed),
        *(_best_q(name, best, folder, seed) for name, best in BEST_KNOWN.items()),
    ]


def _known_factors(seed: int) -> list[Proof]:
    samples, contributions, profiles = synthetic_samples(seed)
    found = factorise(prepare(samples), profiles.shape[0], seed=seed)
    by_sample, partner = matched(found.contributions, contributions)
    by_species = [
        float(np.corrcoef(found.profiles[other], profiles[one])[0, 1]) for one, other in enumerate(partner)
    ]
    note = "5 factors, 300 samples, 20 species, 10 % noise, 10 % missing; the least correlation"
    return [
        Proof("receptor: known contributions found again", float(by_sample.min()), 0.98, True, note),
        Proof("receptor: known profiles found again", min(by_species), 0.98, True, note),
    ]


def _known_number(seed: int) -> Proof:
    samples, _, profiles = synthetic_samples(seed, factors=4, shape=(160, 14))
    measured = np.isfinite(samples.concentrations)
    true = len(profiles)
    found = cross_validate(prepare(samples), range(true - 2, true + 3), measured=measured, folds=6,
                           full_starts=2, seed=seed)  # fmt: skip
    note = f"{true} factors, 160 samples, 14 species, 10 % noise, 10 % missing; suggested {found.suggested}"
    title = "receptor: number of factors suggested by held-out elements less the known one"
    return Proof(title, float(abs(found.suggested - true)), 0.0, note=note)


def _best_q(name: str, best: float, folder: str | Path | None, seed: int) -> Proof:
    title = f"receptor: Q(true) of {name} above the best known, fraction"
    if folder is None or not (Path(folder) / f"{name}-con.csv").is_file():
        return Proof(title, None, 0.001, note="the set is not at hand")
    found = factorise(_real(Path(folder), name), _FACTORS, starts=_STARTS, seed=seed)
    return Proof(title, found.q_true / best - 1.0, 0.001, note=f"Q(true) {found.q_true:.1f}, seed {seed}")


def _real(folder: Path, name: str) -> Samples:
    return prepare(read_pair(folder / f"{name}-con.csv", folder / f"{name}-unc.csv"))


def pmf_benchmark(folder: str | Path, seeds: int = 5) -> dict[str, object]:
    """Time and quality of the factorisation of both published sets.

    Args:
        folder: as `receptor_proofs`.
        seeds: how many seeds to try.

    Returns:
        By set, for each seed: seconds, Q(true), its fraction above the best known, starts near the best.
    """
    report: dict[str, object] = {"factors": _FACTORS, "starts": _STARTS}
    for name, best in BEST_KNOWN.items():
        samples = _real(Path(folder), name)
        rows = []
        for seed in range(seeds):
            begun = time.perf_counter()
            found = factorise(samples, _FACTORS, starts=_STARTS, seed=seed)
            rows.append({
                "seed": seed,
                "seconds": time.perf_counter() - begun,
                "q_true": found.q_true,
                "above_best_known": found.q_true / best - 1.0,
                "starts_converged": int(found.starts.converged.sum()),
                "starts_near_best": found.starts.near_best(robust=False),
            })  # fmt: skip
        report[name] = rows
    return report
