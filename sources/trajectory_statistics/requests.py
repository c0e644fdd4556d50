"""A statistic as a user asks for it: the map, its intervals, its clusters, as plain data and as a file."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import xarray as xr

from foundation.errors import InputError
from foundation.grids import Grid
from foundation.store import written_beside
from sources.trajectory_statistics.binning import bin_points
from sources.trajectory_statistics.clusters import Clusters, Distance, clusters
from sources.trajectory_statistics.configuration import StatisticsConfig, statistics_config
from sources.trajectory_statistics.maps import Mean, above_threshold
from sources.trajectory_statistics.matching import Sample
from sources.trajectory_statistics.resampling import Drawing
from sources.trajectory_statistics.significance import Intervals, intervals
from sources.trajectory_statistics.source_maps import MapResult, cwt, pscf

__all__ = ["MapRequest", "SourceMap", "source_map"]


@dataclass(frozen=True)
class MapRequest:
    """What is asked for.

    Attributes:
        kind: `pscf` or `cwt`.
        threshold: of PSCF, in the unit of the concentrations.
        percentile: of PSCF, of each receptor's own measurements.
        weighting: name of a weighting function; the configuration's if None.
        mean: of CWT.
        bootstraps: chance maps of the test and draws of the intervals; 0 for neither, the configuration's
            number if None.
        block_days: days that are drawn together; the configuration's if None.
        levelled: bring each receptor to the mean of all before CWT.
        clusters: how many clusters of each receptor's trajectories; 0 lets their variance decide, None for
            none.
        distance: what clusters compare.
    """

    kind: Literal["pscf", "cwt"]
    threshold: float | None = None
    percentile: float | None = None
    weighting: str | None = None
    mean: Mean = "arithmetic"
    bootstraps: int | None = None
    block_days: int | None = None
    levelled: bool = False
    clusters: int | None = None
    distance: Distance = "path"

    def config(self) -> StatisticsConfig:
        """The shipped configuration with the choices of the request."""
        shipped = statistics_config()
        chosen = {"replicates": self.bootstraps or None, "block_days": self.block_days}
        given = {name: value for name, value in chosen.items() if value is not None}
        if self.bootstraps and not 19 <= self.bootstraps <= 20_000:
            raise InputError(f"{self.bootstraps} bootstraps", remedy="Give 0, or 19 to 20000")
        if self.block_days is not None and not 1 <= self.block_days <= 60:
            raise InputError(f"blocks of {self.block_days} days", remedy="Give 1 to 60")
        return shipped.model_copy(update={"resampling": shipped.resampling.model_copy(update=given)})


@dataclass(frozen=True)
class SourceMap:
    """A map with what belongs to it.

    Attributes:
        result: the map, its significance and report.
        intervals: of the plain (unweighted) map; None where nothing was drawn.
        clusters: by receptor; empty where none were asked for.
        concentration: of the trajectories, by receptor, shape (trajectory,).
    """

    result: MapResult
    intervals: Intervals | None
    clusters: dict[str, Clusters]
    concentration: dict[str, np.ndarray]

    def document(self, top: int = 20) -> dict[str, Any]:
        """Plain data; nothing in it is NaN."""
        made = self.result.document(top)
        if self.clusters:
            made["clusters"] = {
                name: one.document(self.concentration[name]) for name, one in self.clusters.items()
            }
        return made

    def passed_most(self, top: int = 20) -> list[dict[str, Any]]:
        """The cells that most trajectories pass: place, share of them, hours each stays; plain data."""
        held = self.result.residence
        share = held["passage_share"].values
        order = np.argsort(-share, axis=None, kind="stable")[:top]
        return [
            {"lon": float(held["x"].values[column]), "lat": float(held["y"].values[row]),
             "passage_share": float(share[row, column]),
             "residence_h": float(held["residence"].values[row, column])}
            for row, column in zip(*np.unravel_index(order, share.shape), strict=True)
            if share[row, column] > 0
        ]  # fmt: skip

    def dataset(self) -> xr.Dataset:
        """Everything on the grid (y, x): map, weight, residence, p-values and intervals."""
        result = self.result
        held = xr.merge([result.fields, result.residence], combine_attrs="override", compat="override",
                        join="exact")  # fmt: skip
        more: dict[str, tuple[np.ndarray, str]] = {}
        if result.significance is not None:
            more["p_value"] = result.significance.p_value, "1"
            more["share_below"] = result.significance.share_below, "1"
            more["significant"] = result.significance.significant.astype(np.int8), "1"
        if self.intervals is not None:
            unit = result.fields[result.kind].attrs["units"]
            more["interval_low"] = self.intervals.low, unit
            more["interval_high"] = self.intervals.high, unit
        for name, (values, unit) in more.items():
            held[name] = (("y", "x"), values, {"units": unit})
        told = {key: value for key, value in result.document(0).items() if key != "cells"}
        return held.assign_attrs(
            title=f"{result.kind} of {result.name}", document=json.dumps(told, ensure_ascii=False)
        )

    def write(self, path: str | Path) -> None:
        """Write `dataset` as NetCDF, whole or not at all.

        Raises:
            OSError: when it cannot be written.
        """
        with written_beside(path) as beside:
            self.dataset().to_netcdf(beside, engine="netcdf4")


def source_map(sample: Sample, grid: Grid, request: MapRequest) -> SourceMap:
    """Make the map that was asked for.

    Raises:
        InputError: as `pscf`, `cwt` and `clusters`.
    """
    config = request.config()
    drawing: Drawing | None = None if request.bootstraps == 0 else "permutation"
    joined = sample.levelled() if request.levelled and request.kind == "cwt" else sample
    if request.kind == "pscf":
        result = pscf(joined, grid, percentile=request.percentile, threshold=request.threshold,
                      weighting=request.weighting, drawing=drawing, config=config)  # fmt: skip
        values = above_threshold(joined, result.thresholds).astype(float)
    else:
        result = cwt(joined, grid, mean=request.mean, weighting=request.weighting, drawing=drawing,
                     config=config)  # fmt: skip
        values = np.log(joined.concentration) if request.mean == "logarithmic" else joined.concentration
    spread = None
    if drawing is not None:
        spread = intervals(bin_points(joined.trajectories, grid), joined, values, config.resampling)
        if request.kind == "cwt" and request.mean == "logarithmic":
            spread = Intervals(np.exp(spread.low), np.exp(spread.high), spread.level)
    return SourceMap(result, spread, *_clustered(sample, request, config))


def _clustered(
    sample: Sample, request: MapRequest, config: StatisticsConfig
) -> tuple[dict[str, Clusters], dict[str, np.ndarray]]:
    if request.clusters is None:
        return {}, {}
    parts = {name: sample.at(name) for name in sample.trajectories.receptors}
    found = {
        name: clusters(part.trajectories, config.clusters, request.distance, request.clusters or None)
        for name, part in parts.items()
    }
    return found, {name: part.concentration for name, part in parts.items()}
