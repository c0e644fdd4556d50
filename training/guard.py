"""Proof that nothing after an issue reaches its windows: the future is exchanged, and nothing may change."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np

from forecast.learned.configuration import NetworkConfig
from forecast.learned.normalisation import Normalisation
from forecast.learned.panel import Panel
from forecast.learned.windows import Cutter
from foundation.errors import ContractError

ISSUES_TRIED = 5
_SEED = 7


def check_blind(panel: Panel, shape: NetworkConfig, scales: Normalisation, issues: np.ndarray) -> None:
    """Exchange everything after some issues by noise and by nothing, and compare what a network sees of them.

    What an outer model foresaw (`ahead`, `tags`) was known at the issue and stays, unless it is marked as
    perfect, when it is what was measured in the end and is no forecast; scores with it say so.

    Args:
        panel: the series.
        shape: of the network.
        scales: of the training part.
        issues: rows of issues, of which a few are tried.

    Raises:
        ContractError: names the part of the windows that changed, and the issue.
    """
    random = np.random.default_rng(_SEED)
    tried = np.sort(random.choice(issues, min(ISSUES_TRIED, len(issues)), replace=False))
    leads = np.arange(1, shape.windows.horizon + 1)
    usual = Cutter(panel, shape.windows, scales, shape.sources)
    for issue in tried:
        row = np.array([issue])
        seen = usual.cut(row, leads)
        for other in (panel.without_future(int(issue)), shuffled_future(panel, int(issue), random)):
            changed = Cutter(other, shape.windows, scales, shape.sources).cut(row, leads)
            for part in fields(seen):
                if not np.array_equal(getattr(seen, part.name), getattr(changed, part.name)):
                    raise ContractError(
                        f"windows: {part.name} of the issue at {panel.times[issue]} UTC "
                        "depends on what came after it"
                    )


def shuffled_future(panel: Panel, issue: int, random: np.random.Generator) -> Panel:
    """The same panel with all rows after an issue in another order."""
    after = issue + 1 + random.permutation(len(panel.times) - issue - 1)
    parts = {}
    for name in ("recent", "weather"):
        values = getattr(panel, name).copy()
        values[issue + 1 :] = values[after]
        parts[name] = values
    judged = panel.target.copy()
    first = issue + 1 - panel.delay
    judged[first:] = judged[first + random.permutation(len(panel.times) - first)]
    return replace(panel, target=judged, **parts)
