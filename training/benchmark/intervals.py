"""Intervals of the benchmark's network that follow its own outcomes, as those of the daily run do."""

from __future__ import annotations

import numpy as np

from forecast.calibration.adaptive import AdaptiveConfig, adaptive_factors
from forecast.calibration.median_scaling import QuantileAxes
from training.benchmark.configuration import IntervalsConfig
from training.uci_beijing import Protocol


def followed(
    quantiles: np.ndarray, levels: tuple[float, ...], protocol: Protocol, config: IntervalsConfig
) -> np.ndarray:
    """Quantiles drawn in or out at each issue by the outcomes known at it; medians stay.

    Every lead has factors of its own. Nothing measured before the judged part counts: there the network was
    stopped.

    Args:
        quantiles: (issue, lead, station, level) of PM2.5, display units, at the issues of the protocol.
        levels: (level,).
        protocol: what is judged.
        config: how many outcomes it takes.
    """
    axes = QuantileAxes(np.array(levels), protocol.leads, ("pm25",))
    adaptive = AdaptiveConfig(
        lead_bounds=tuple(map(int, protocol.leads)), rate=config.rate,
        window_issues=config.window_issues, minimum_issues=config.minimum_issues,
    )  # fmt: skip
    whole = quantiles[:, :, :, None, :]
    observed = protocol.observed()[..., None]
    factors = adaptive_factors(whole, observed, axes, protocol.issues, adaptive, protocol.panel.delay)
    return factors.apply(whole)[:, :, :, 0]
