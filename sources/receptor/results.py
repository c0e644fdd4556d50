"""What a factorisation found: profiles, contributions, and how well they fit."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from sources.receptor.samples import Array, Samples
from sources.receptor.solutions import Solutions
from sources.receptor.weighted_table import OUTLIER

__all__ = ["NEAR", "Factorisation", "StartReport", "q_expected"]

NEAR = 0.001
"""A start is near the best within this fraction of its Q."""


@dataclass(frozen=True)
class StartReport:
    """How each start ended.

    Attributes:
        q_true: (starts,).
        q_robust: (starts,).
        converged: (starts,), whether it stood still within the sweeps allowed.
        best: which one is the solution.
        solutions: what each found; None where it was read from a folder.
    """

    q_true: Array
    q_robust: Array
    converged: np.ndarray[Any, np.dtype[np.bool_]]
    best: int
    solutions: Solutions | None = None

    def near_best(self, robust: bool) -> int:
        """How many starts end within 0.1 % of the best."""
        q = self.q_robust if robust else self.q_true
        return int((q <= q.min() * (1.0 + NEAR)).sum())


@dataclass(frozen=True)
class Factorisation:
    """Factors of a receptor site's samples; the largest contributor first.

    Attributes:
        samples: what was factorised.
        contributions: (samples, factors), each column of mean one, as EPA PMF gives them.
        profiles: (factors, species), in the unit of the concentrations: a factor's mean contribution to each
            species.
        starts: how each start ended.
        robust: whether Q(robust) was minimised instead of Q(true).
        fpeak: strength of the rotation; zero for none.
        seed: of the starts.
        seconds: that it took.
    """

    samples: Samples
    contributions: Array
    profiles: Array
    starts: StartReport
    robust: bool = False
    fpeak: float = 0.0
    seed: int = 0
    seconds: float = 0.0

    @property
    def factors(self) -> int:
        """How many."""
        return len(self.profiles)

    @property
    def scaled_residuals(self) -> Array:
        """Residual over uncertainty, (samples, species)."""
        fitted = self.contributions @ self.profiles
        return (self.samples.concentrations - fitted) / self.samples.uncertainties

    @property
    def q_true(self) -> float:
        """Sum of the squares of the scaled residuals."""
        return float(np.square(self.scaled_residuals).sum())

    @property
    def q_robust(self) -> float:
        """The same, in which an outlier r counts with 4 |r|."""
        size = np.abs(self.scaled_residuals)
        return float((size * np.minimum(size, OUTLIER)).sum())

    @property
    def q_expected(self) -> float:
        """Values of strong species less the elements of both tables."""
        return q_expected(self.samples, self.factors)

    @property
    def species_shares(self) -> Array:
        """Each factor's part of the modelled mean of each species, (factors, species); columns sum to one."""
        total = self.profiles.sum(0)
        return np.asarray(self.profiles / np.where(total > 0.0, total, 1.0))

    @property
    def explained_variation(self) -> Array:
        """Explained variation, (factors + 1, species), the last row what is unexplained; columns sum to one.

        Paatero 2004, user's guide of PMF2, part 2: shares of |g f| and |residual|, in units of uncertainty,
        in their sum.
        """
        weight = 1.0 / self.samples.uncertainties
        parts = np.einsum("ik,kj,ij->kj", self.contributions, self.profiles, weight)
        rest = np.abs(self.scaled_residuals).sum(0)
        rows = np.vstack([parts, rest])
        return np.asarray(rows / rows.sum(0))

    def mass_contributions(self, total: str | None = None) -> Array:
        """Contributions in the unit of the concentrations, (samples, factors).

        Args:
            total: the species that is the total mass; the sum of all species where None.

        Raises:
            InputError: when there is no such species.
        """
        return np.asarray(self.contributions * self._mass(total))

    def shares(self, total: str | None = None) -> Array:
        """Each factor's share of the modelled total, (factors,), sums to one; `total` as above."""
        mass = self._mass(total)
        return np.asarray(mass / mass.sum())

    def _mass(self, total: str | None) -> Array:
        if total is None:
            return np.asarray(self.profiles.sum(1))
        return np.asarray(self.profiles[:, self.samples.column(total)])

    def fit_statistics(self) -> list[dict[str, object]]:
        """Per species: r2, intercept and slope of modelled against measured, residuals beyond 3."""
        fitted = self.contributions @ self.profiles
        rows: list[dict[str, object]] = []
        for at, name in enumerate(self.samples.species):
            measured, modelled = self.samples.concentrations[:, at], fitted[:, at]
            spread = float(np.var(measured))
            slope = float(np.cov(measured, modelled, bias=True)[0, 1] / spread) if spread > 0.0 else 0.0
            both = spread > 0.0 and float(np.var(modelled)) > 0.0
            rows.append({
                "species": name,
                "r2": float(np.corrcoef(measured, modelled)[0, 1] ** 2) if both else 0.0,
                "slope": slope,
                "intercept": float(modelled.mean() - slope * measured.mean()),
                "beyond_3": int((np.abs(self.scaled_residuals[:, at]) > 3.0).sum()),
            })  # fmt: skip
        return rows

    def to_folder(self, path: str | Path) -> Path:
        """Write tables and a JSON file into a folder, whole or not at all; see `archive.write_folder`."""
        from sources.receptor.archive import write_folder

        return write_folder(self, path)

    def summary(self) -> dict[str, object]:
        """The figures a command prints."""
        return {
            "factors": self.factors,
            "samples": len(self.samples.times),
            "species": len(self.samples.species),
            "q_true": self.q_true,
            "q_robust": self.q_robust,
            "q_expected": self.q_expected,
            "q_over_expected": self.q_true / self.q_expected if self.q_expected > 0.0 else None,
            "starts": len(self.starts.q_true),
            "starts_converged": int(self.starts.converged.sum()),
            "starts_near_best": self.starts.near_best(self.robust),
            "best_start": self.starts.best,
            "robust": self.robust,
            "fpeak": self.fpeak,
            "seed": self.seed,
            "seconds": self.seconds,
            "shares": [float(share) for share in self.shares()],
            "notes": list(self.samples.notes),
        }


def q_expected(samples: Samples, factors: int) -> float:
    """Values of strong species less the elements of both tables (EPA PMF 5.0 User Guide, base model runs)."""
    count, species = samples.concentrations.shape
    return float(count * (species - len(samples.weak)) - factors * (count + species))
