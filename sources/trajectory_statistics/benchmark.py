"""How fast trajectories become maps."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np

from foundation.grids import GridConfig
from sources.trajectory_statistics.binning import bin_points
from sources.trajectory_statistics.clusters import clusters
from sources.trajectory_statistics.configuration import statistics_config
from sources.trajectory_statistics.made_case import wandering
from sources.trajectory_statistics.maps import concentration_weighted, potential_source_contribution
from sources.trajectory_statistics.matching import Sample
from sources.trajectory_statistics.significance import significance

__all__ = ["trajectory_statistics_benchmark"]


def trajectory_statistics_benchmark(
    trajectories: int = 10_000, hours: int = 72, repeats: int = 3, clustered: int | None = None,
    replicates: int | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Time binning, maps, significance and clusters of hourly trajectories on a grid of 0.5°.

    Args:
        trajectories: how many.
        hours: length of each.
        repeats: how often binning and maps are timed; the best counts, as other work on the machine can
            only slow it.
        clustered: trajectories that are clustered; all if None.
        replicates: chance maps of the test; those of the configuration if None.

    Returns:
        Seconds of each part, trajectories binned a second, and what was run.
    """
    config = statistics_config()
    grid = GridConfig(
        name="benchmark", west=70.0, east=106.0, south=34.0, north=54.0, step_deg=0.5, layer_tops_m=(3000.0,)
    ).grid()
    made = wandering(trajectories, hours=hours)
    values = np.random.default_rng(5).lognormal(3.5, 0.6, trajectories)
    high = values > np.percentile(values, config.percentile)
    bin_points(made.select(np.arange(2)), grid)  # loads scipy
    binning, binned = _best(lambda: bin_points(made, grid), repeats)
    weights = config.weight_function()
    pscf, _ = _best(lambda: potential_source_contribution(binned, high, weights), repeats)
    cwt, _ = _best(lambda: concentration_weighted(binned, values, "ug m-3", weights), repeats)
    sample = Sample(made, values, "pm25", "ug m-3", {})
    draws = config.resampling.model_copy(update={"replicates": replicates} if replicates else {})
    tested, _ = _best(lambda: significance(binned, sample, high, draws), 1)
    few = made.select(np.arange(clustered or trajectories))
    sorted_s, found = _best(lambda: clusters(few, config.clusters), 1)
    return {
        "binning_s": binning, "pscf_s": pscf, "cwt_s": cwt, "significance_s": tested, "clusters_s": sorted_s,
        "trajectories_binned_per_second": trajectories / binning, "trajectories": trajectories,
        "hours": hours, "points": binned.total, "cells": int(np.prod(binned.shape)),
        "replicates": draws.replicates, "clustered": len(few), "clusters_tried": len(found.variance),
        "cluster_starts": config.clusters.starts, "repeats": repeats,
    }  # fmt: skip


def _best(work: Callable[[], Any], repeats: int) -> tuple[float, Any]:
    seconds, result = [], None
    for _ in range(repeats):
        start = time.perf_counter()
        result = work()
        seconds.append(time.perf_counter() - start)
    return min(seconds), result
