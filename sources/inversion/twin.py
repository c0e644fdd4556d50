"""Twin experiments: measurements made of known factors with known errors, and what is found of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr

from sources.inversion.arrays import Array
from sources.inversion.balance import mean_contributions
from sources.inversion.configuration import InversionConfig
from sources.inversion.inversion import INTERVAL, Inversion, invert
from sources.inversion.made_measurements import Noise, drawn_factors, made_measurements
from sources.inversion.samples import Source, sources_of

__all__ = ["Twins", "twins"]


@dataclass(frozen=True)
class Twins:
    """What came of many draws.

    Attributes:
        sources: in their order.
        pollutants: in their order.
        truth: logarithms of the factors, (draw, source).
        found: as found, (draw, source).
        deviation: as told, (draw, source).
        removed: share of the variance that was removed, as told, (draw, source).
        before: error of the sector shares with all factors 1, (draw, pollutant).
        after: with the factors found, (draw, pollutant).
        chi_square: per value, with the errors as assumed, (draw,).
    """

    sources: tuple[Source, ...]
    pollutants: tuple[str, ...]
    truth: Array
    found: Array
    deviation: Array
    removed: Array
    before: Array
    after: Array
    chi_square: Array

    @property
    def ratio(self) -> Array:
        """Error of the sector shares after over before, (draw, pollutant)."""
        return np.asarray(self.after / self.before)

    @property
    def inside(self) -> Array:
        """Whether the truth lies in the interval of probability `INTERVAL`, 0 or 1, (draw, source)."""
        from scipy.stats import norm

        reach = norm.ppf((1 + INTERVAL) / 2) * self.deviation
        return np.asarray(np.abs(self.found - self.truth) <= reach, float)

    @property
    def skill(self) -> Array:
        """Share of the squared error of the logarithm that the correction removes, 1 at best, (source,)."""
        left = ((self.found - self.truth) ** 2).mean(0)
        return np.asarray(1.0 - left / (self.truth**2).mean(0))


def twins(  # noqa: PLR0913, PLR0917 - the experiment's parts
    tags: xr.Dataset, places: Sequence[str], config: InversionConfig, noise: Noise, draws: int, seed: int = 0,
    progress: Callable[[int], None] | None = None,
) -> Twins:  # fmt: skip
    """Draw factors, make measurements of them and correct them back, many times.

    Args:
        tags: hourly contributions of one run, of which the truth is made.
        places: where is measured.
        config: of the inversion.
        noise: of the measurements.
        draws: how many.
        seed: of the first draw; the others follow.
        progress: told the draws done.
    """
    kept: dict[str, list[Array]] = {}
    sources: tuple[Source, ...] = ()
    pollutants: tuple[str, ...] = ()
    for number in range(draws):
        generator = np.random.default_rng([seed, number])
        truth = drawn_factors(sources_of(tags), noise.config, generator)
        found = invert(tags, made_measurements(tags, places, np.exp(truth), noise, generator), config)
        sources, pollutants = found.sources, found.samples.pollutants
        for name, value in _scored(found, truth).items():
            kept.setdefault(name, []).append(value)
        if progress is not None:
            progress(number + 1)
    return Twins(sources, pollutants, **{name: np.stack(values) for name, values in kept.items()})


def _scored(found: Inversion, truth: Array) -> dict[str, Array]:
    true = _sector_shares(found, np.exp(truth))
    return {
        "truth": truth, "found": found.logarithm, "deviation": found.deviation, "removed": found.removed,
        "before": _distance(_sector_shares(found, np.ones(len(truth))), true),
        "after": _distance(_sector_shares(found, found.factor), true),
        "chi_square": np.array(found.assumed_chi_square),
    }  # fmt: skip


def _sector_shares(found: Inversion, factors: Array) -> Array:
    """Shares of groups of sectors in the mean contributions at places, (place, pollutant, sector)."""
    names = list(dict.fromkeys(source.sector for source in found.sources))
    member = np.array([[source.sector == name for name in names] for source in found.sources], float)
    parts = (mean_contributions(found) * factors) @ member
    return np.asarray(parts / parts.sum(-1, keepdims=True))


def _distance(shares: Array, true: Array) -> Array:
    """Root mean square difference over places and sectors, (pollutant,)."""
    return np.asarray(np.sqrt(((shares - true) ** 2).mean((0, 2))))
