"""A published forecast with what each source adds to it, and what of that a cut can still change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from sources.tagging.published import UNATTRIBUTED

__all__ = ["ALL_OF_IT", "Sources", "TaggedForecast"]

ALL_OF_IT = 0.999
"""Share from which nothing is left to the tags."""


@dataclass(frozen=True)
class Sources:
    """The sources of a run, all (source,).

    Attributes:
        ids: `sector.region`, or `boundary`, `initial`, `unattributed`.
        sector: group of sectors.
        region: group of regions.
        chinese: names.
        english: names.
    """

    ids: tuple[str, ...]
    sector: tuple[str, ...]
    region: tuple[str, ...]
    chinese: tuple[str, ...]
    english: tuple[str, ...]

    def __len__(self) -> int:
        """How many."""
        return len(self.ids)


@dataclass(frozen=True)
class TaggedForecast:
    """Published concentrations of one averaging, by source.

    Attributes:
        averaging: `day` or `hour`.
        kind: `day` for places by day, `region` for regions by day, `hour` for places by hour.
        valid_time: starts of days or ends of hours, UTC, (lead,).
        places: ids, (place,).
        pollutants: published, (pollutant,).
        species: emitted species of the model, (species,).
        sources: (source,).
        quantiles: (quantile,).
        concentration: kg m-3, NaN where there is none, (lead, place, pollutant, quantile).
        contribution: kg m-3, to the quantile 0.5, (lead, place, pollutant, source).
        responsive: part of the contribution that goes with what is emitted from the beginning of the measure
            on, by the emitted species that it goes with, kg m-3, (lead, place, pollutant, species, source).
        synthetic: whether made data stand in for measured ones.
    """

    averaging: str
    kind: str
    valid_time: np.ndarray
    places: tuple[str, ...]
    pollutants: tuple[str, ...]
    species: tuple[str, ...]
    sources: Sources
    quantiles: np.ndarray
    concentration: np.ndarray
    contribution: np.ndarray
    responsive: np.ndarray
    synthetic: bool = False

    @property
    def published(self) -> np.ndarray:
        """The quantile 0.5, kg m-3, (lead, place, pollutant)."""
        return self.at(0.5)

    def at(self, quantile: float) -> np.ndarray:
        """Published concentrations at the nearest quantile, kg m-3, (lead, place, pollutant)."""
        return np.asarray(self.concentration[..., int(np.abs(self.quantiles - quantile).argmin())])

    @property
    def unexplained(self) -> np.ndarray:
        """Share of each concentration that no tag explains, (lead, place, pollutant)."""
        if UNATTRIBUTED not in self.sources.ids:
            return np.zeros(self.contribution.shape[:3])
        part = self.contribution[..., self.sources.ids.index(UNATTRIBUTED)]
        total = self.contribution.sum(axis=-1)
        return np.asarray(np.divide(part, total, out=np.zeros_like(part), where=total > 0))

    def of_places(self, wanted: Sequence[str]) -> TaggedForecast:
        """Those of the places that are there, in the order of the forecast."""
        held = [number for number, place in enumerate(self.places) if place in wanted]
        return replace(
            self, places=tuple(self.places[number] for number in held),
            concentration=self.concentration[:, held], contribution=self.contribution[:, held],
            responsive=self.responsive[:, held],
        )  # fmt: skip
