"""PSCF and CWT from a sample to a result: maps, significance, and plain data for commands and reports."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import xarray as xr

from foundation.grids import Grid
from sources.trajectory_statistics.binning import Binned, bin_points
from sources.trajectory_statistics.configuration import StatisticsConfig, statistics_config
from sources.trajectory_statistics.maps import (
    Mean,
    above_threshold,
    concentration_weighted,
    potential_source_contribution,
    residence,
    thresholds,
)
from sources.trajectory_statistics.matching import Sample
from sources.trajectory_statistics.resampling import Drawing
from sources.trajectory_statistics.significance import Significance, significance

__all__ = ["MapResult", "cwt", "pscf"]


@dataclass(frozen=True)
class MapResult:
    """A map of PSCF or CWT with all that belongs to it.

    Attributes:
        kind: `pscf` or `cwt`.
        name: of what was measured.
        unit: of the concentrations.
        fields: of `potential_source_contribution` or `concentration_weighted`.
        residence: of `residence`.
        significance: None where it was not asked for.
        thresholds: of PSCF, by receptor, in `unit`; empty for CWT.
        receptor_places: longitude and latitude by receptor, degrees.
        hours: length of the trajectories.
        report: of the sample, with the points inside, outside and above the grid.
    """

    kind: Literal["pscf", "cwt"]
    name: str
    unit: str
    fields: xr.Dataset
    residence: xr.Dataset
    significance: Significance | None
    thresholds: dict[str, float]
    receptor_places: dict[str, tuple[float, float]]
    hours: float
    report: dict[str, Any]

    def document(self, top: int = 20) -> dict[str, Any]:
        """Plain data: what was done, and the cells with the highest weighted values; nothing in it is NaN."""
        found = self.significance
        return {
            "statistic": self.kind, "name": self.name, "unit": "1" if self.kind == "pscf" else self.unit,
            "hours": self.hours, "thresholds": self.thresholds,
            "receptors": {name: list(place) for name, place in self.receptor_places.items()},
            "weighting": self.fields.attrs["weighting"],
            "weighting_source": self.fields.attrs["weighting_source"],
            "report": self.report,
            "significance": None if found is None else found.document(),
            "cells": self.cells()[:top],
        }  # fmt: skip

    def cells(self) -> list[dict[str, Any]]:
        """Every cell that holds a point, the highest weighted value first; plain data."""
        weighted = self.fields[f"weighted_{self.kind}"].values
        rows, columns = np.nonzero(np.isfinite(weighted))
        order = np.argsort(-weighted[rows, columns], kind="stable")
        return [self._cell(int(rows[index]), int(columns[index])) for index in order]

    def _cell(self, row: int, column: int) -> dict[str, Any]:
        values = {
            name: float(self.fields[name].values[row, column])
            for name in (self.kind, "weight", f"weighted_{self.kind}")
        }
        cell: dict[str, Any] = {
            "lon": float(self.fields["x"].values[column]), "lat": float(self.fields["y"].values[row]),
            "endpoints": int(self.fields["endpoints"].values[row, column]), **values,
        }  # fmt: skip
        found = self.significance
        if found is not None and found.judged[row, column]:
            cell["p_value"] = float(found.p_value[row, column])
            cell["share_below"] = float(found.share_below[row, column])
            cell["significant"] = bool(found.significant[row, column])
        return cell


def pscf(  # noqa: PLR0913 - what a user may choose
    sample: Sample, grid: Grid, *, percentile: float | None = None, threshold: float | None = None,
    weighting: str | None = None, drawing: Drawing | None = "permutation",
    config: StatisticsConfig | None = None,
) -> MapResult:  # fmt: skip
    """Potential source contribution function of all receptors of a sample.

    Args:
        sample: trajectories with concentrations.
        grid: cells; its top bounds the heights that count.
        percentile: threshold, of each receptor's measurements; the configuration's if no threshold is given.
        threshold: the same for all receptors, in the sample's unit.
        weighting: name of a weighting function; the configuration's if None.
        drawing: how chance maps are drawn; None for no test.
        config: the shipped one if None.

    Raises:
        InputError: when no point lies in the grid, the threshold lies outside the data, or the period is
            too short for the test.
        ConfigurationError: when there is no such weighting.
    """
    config = config or statistics_config()
    weights = config.weight_function(weighting)
    if percentile is None and threshold is None:
        percentile = config.percentile
    limits = thresholds(sample, percentile, threshold)
    high = above_threshold(sample, limits)
    binned = bin_points(sample.trajectories, grid)
    fields = potential_source_contribution(binned, high, weights)
    tested = None if drawing is None else significance(binned, sample, high, config.resampling, drawing)
    return _result("pscf", sample, binned, fields, tested, limits)


def cwt(
    sample: Sample, grid: Grid, *, mean: Mean = "arithmetic", weighting: str | None = None,
    drawing: Drawing | None = "permutation", config: StatisticsConfig | None = None,
) -> MapResult:  # fmt: skip
    """Concentration-weighted trajectories of all receptors of a sample.

    Args:
        sample: trajectories with concentrations.
        grid: cells; its top bounds the heights that count.
        mean: `arithmetic` or `logarithmic`.
        weighting: name of a weighting function; the configuration's if None.
        drawing: how chance maps are drawn; None for no test.
        config: the shipped one if None.

    Raises:
        InputError: when no point lies in the grid, a logarithm is asked of 0, or the period is too short for
            the test.
        ConfigurationError: when there is no such weighting.
    """
    config = config or statistics_config()
    weights = config.weight_function(weighting)
    binned = bin_points(sample.trajectories, grid)
    fields = concentration_weighted(binned, sample.concentration, sample.unit, weights, mean)
    values = np.log(sample.concentration) if mean == "logarithmic" else sample.concentration
    tested = None if drawing is None else significance(binned, sample, values, config.resampling, drawing)
    return _result("cwt", sample, binned, fields, tested, {})


def _result(
    kind: Literal["pscf", "cwt"], sample: Sample, binned: Binned, fields: xr.Dataset,
    tested: Significance | None, limits: dict[str, float],
) -> MapResult:  # fmt: skip
    ours = sample.trajectories
    first = {name: int(np.argmax(ours.receptor == name)) for name in ours.receptors}
    places = {name: (float(ours.lon[row, 0]), float(ours.lat[row, 0])) for name, row in first.items()}
    report = dict(sample.report) | {
        "points": binned.total, "points_outside": binned.outside, "points_above": binned.above,
        "points_inside": int(binned.endpoints.sum()), "cells_with_points": int((binned.endpoints > 0).sum()),
    }  # fmt: skip
    hours = float(ours.age_h[-1])
    return MapResult(
        kind, sample.name, sample.unit, fields, residence(binned), tested, limits, places, hours, report
    )
