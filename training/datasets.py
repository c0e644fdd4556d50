"""The windows of a training epoch."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from forecast.learned.panel import Panel
from forecast.learned.windows import Cutter, Windows


@dataclass(frozen=True)
class Epoch:
    """The batches of one pass over the training part.

    Attributes:
        panel: what is judged.
        cutter: cuts windows of what is seen.
        issues: rows of the training part.
        batch: issues in a batch.
        leads_drawn: leads drawn for each batch of each range, beside its first.
        ranges: first and last lead of each range that is trained.
    """

    panel: Panel
    cutter: Cutter
    issues: np.ndarray
    batch: int
    leads_drawn: int
    ranges: tuple[tuple[int, int], ...]

    def batches(self, random: np.random.Generator) -> Iterator[tuple[Windows, np.ndarray]]:
        """Windows and what was measured (issue, lead, station, pollutant), in random order."""
        order = random.permutation(self.issues)
        for first in range(0, len(order), self.batch):
            issues = np.sort(order[first : first + self.batch])
            leads = np.concatenate([draw_leads(*ends, self.leads_drawn, random) for ends in self.ranges])
            yield self.cutter.cut(issues, leads), self.panel.targets(issues, leads)


def draw_leads(first: int, last: int, number: int, random: np.random.Generator) -> np.ndarray:
    """Leads of a range evenly spread in logarithm, the first always among them; increasing."""
    if last - first < number:
        return np.arange(first, last + 1)
    drawn = np.exp(random.uniform(np.log(first), np.log(last + 1), number)).astype(int)
    return np.union1d([first], np.clip(drawn, first, last))


def spread_leads(first: int, last: int, number: int) -> np.ndarray:
    """Leads of a range evenly spread in logarithm, both ends among them; increasing."""
    return np.unique(np.round(np.geomspace(first, last, number)).astype(int))
