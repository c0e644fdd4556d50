"""The transmission matrix (传输矩阵): which region contributes how much to which receptor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from foundation.pollutants import POLLUTANTS
from foundation.times import shown
from foundation.units import to_display
from sources.tagging.groups import Group, groups_of, receptor_names, sums_by
from sources.tagging.means import Means

__all__ = ["Matrix", "transmission_matrix"]


@dataclass(frozen=True)
class Matrix:
    """Mean contributions of regions to receptors.

    Attributes:
        receptors: rows; places and target regions.
        sources: columns; groups of regions, what flows in, the initial state, what is unattributed.
        values: in the unit that people read, (receptor, source); missing for a receptor without a value.
        published: in the same unit, (receptor,); the sum of each row.
        means: what they are means over.
    """

    receptors: tuple[Group, ...]
    sources: tuple[Group, ...]
    values: np.ndarray
    published: np.ndarray
    means: Means

    @property
    def percent(self) -> np.ndarray:
        """Shares of each row, %, (receptor, source); missing where nothing is published."""
        total = np.where(self.published > 0, self.published, np.nan)
        return 100.0 * self.values / total[:, None]

    def document(self) -> dict[str, Any]:
        """The matrix as plain data; missing values are null."""
        means, known = self.means, POLLUTANTS[self.means.pollutant]
        return {
            "pollutant": means.pollutant, "unit": known.shown_unit,
            "period": {"from": shown(means.begins), "to": shown(means.ends), "steps": means.steps},
            "sources": [vars(source) for source in self.sources],
            "receptors": [
                {
                    **vars(receptor), "published": _number(self.published[row]),
                    "steps": means.counted[receptor.id],
                    "contributions": [_number(value) for value in self.values[row]],
                    "percent": [_number(value) for value in self.percent[row]],
                }
                for row, receptor in enumerate(self.receptors)
            ],
        }  # fmt: skip


def transmission_matrix(means: Means) -> Matrix:
    """Contributions of every region to every receptor.

    Args:
        means: over the period, of one pollutant.
    """
    sums = sums_by(means.dataset, "region")
    names = [str(name) for name in means.dataset["place"].values]
    values = np.asarray(to_display(sums.values, means.pollutant))
    return Matrix(
        tuple(receptor_names(name) for name in names), groups_of(means.dataset, "region"), values,
        np.asarray(to_display(means.dataset["published"].values, means.pollutant)), means,
    )  # fmt: skip


def _number(value: float) -> float | None:
    return round(float(value), 4) if np.isfinite(value) else None
