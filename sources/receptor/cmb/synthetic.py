"""Samples of sources whose contributions are known, with errors in samples and profiles."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sources.receptor.cmb.profiles import Profiles
from sources.receptor.samples import Array, Samples

__all__ = ["KnownMixture", "known_mixture", "known_profiles"]


@dataclass(frozen=True)
class KnownMixture:
    """A made case.

    Attributes:
        samples: with noise as their uncertainties say.
        profiles: as measured, with errors as their uncertainties say.
        contributions: (samples, sources), the truth.
    """

    samples: Samples
    profiles: Profiles
    contributions: Array


def known_mixture(
    seed: int, *, samples: int = 50, shape: tuple[int, int] = (5, 18), noise: float = 0.05, doubt: float = 0.1
) -> KnownMixture:
    """Draw a case: true profiles of a few main species each, lognormal contributions, normal errors.

    Args:
        seed: of all that is drawn.
        samples: how many.
        shape: sources and species.
        noise: relative error of the concentrations.
        doubt: relative error of the profiles.
    """
    draw = np.random.default_rng(seed)
    sources, species = shape
    truth = 0.9 * draw.dirichlet(np.full(species, 0.4), sources)
    doubts = doubt * truth + (1e-4 if doubt else 0.0)
    profiles = np.maximum(truth + draw.normal(size=truth.shape) * doubts, 0.0)
    contributions = draw.lognormal(1.5, 0.5, (samples, sources))
    clean = contributions @ truth
    errors = noise * clean + 0.01
    values = np.maximum(clean + draw.normal(size=clean.shape) * errors, 0.0) if noise else clean
    names = tuple(f"species {number}" for number in range(1, species + 1))
    times = tuple(f"day {number}" for number in range(1, samples + 1))
    return KnownMixture(
        Samples(times, names, values, errors), known_profiles(profiles, doubts, names), contributions
    )


def known_profiles(fractions: Array, doubts: Array, species: tuple[str, ...]) -> Profiles:
    """Profiles `own:A`, `own:B`, ... from tables (sources, species)."""
    codes = tuple(chr(ord("A") + number) for number in range(len(fractions)))
    return Profiles(codes, codes, codes, ("own",) * len(codes), species, fractions, doubts)
