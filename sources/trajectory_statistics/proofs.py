"""Every proof of the trajectory statistics, with its value and its bound."""

from __future__ import annotations

from typing import Any

import numpy as np

from sources.trajectory_statistics.binning import bin_points
from sources.trajectory_statistics.configuration import ResamplingConfig, statistics_config
from sources.trajectory_statistics.made_case import MadeCase, made_case
from sources.trajectory_statistics.matching import Sample, sample
from sources.trajectory_statistics.reference import plain_maps
from sources.trajectory_statistics.significance import significance
from sources.trajectory_statistics.source_maps import MapResult, cwt, pscf

__all__ = ["proofs", "share_of_false_alarms", "source_cells_on_top"]

Proof = dict[str, Any]

_PERSISTENCE = 0.9
"""Correlation of a concentration with the next one 6 h later, as in winter haze that lasts for days."""


def proofs(worlds: int = 300) -> list[Proof]:
    """Run all proofs; ten seconds on one core.

    Args:
        worlds: made worlds without any source, for the rate of false alarms.

    Returns:
        For each proof its name, value, bound and whether it passed.
    """
    case = made_case(1500, 3)
    joined = sample(case.trajectories, case.series)
    found = {"pscf": pscf(joined, case.grid, drawing=None), "cwt": cwt(joined, case.grid, drawing=None)}
    return [
        *_against_loops(case, joined, found),
        *(_on_top(kind, source_cells_on_top(case, one)) for kind, one in found.items()),
        _conserved(joined, case),
        _significant(case, joined),
        _false_alarms(worlds),
    ]  # fmt: skip


def source_cells_on_top(case: MadeCase, result: MapResult) -> float:
    """Share of the cells of the known source area among as many cells with the highest weighted values."""
    west, east, south, north = case.source_area
    area = [
        (lon, lat)
        for lon in case.grid.lon
        for lat in case.grid.lat
        if west < lon < east and south < lat < north
    ]
    top = {(cell["lon"], cell["lat"]) for cell in result.cells()[: len(area)]}
    return sum(place in top for place in area) / len(area)


def share_of_false_alarms(worlds: int, block_days: int, level: float = 0.1) -> float:
    """Share of worlds without any source in which the whole map of CWT passes for significant at a level.

    Concentrations last for days but have nothing to do with where the air came from.
    """
    config = ResamplingConfig(replicates=99, block_days=block_days, alpha=0.05, fewest_trajectories=5, seed=3)
    alarms = 0
    for world in range(worlds):
        case = made_case(400, seed=100 + world)
        binned = bin_points(case.trajectories, case.grid)
        generator = np.random.default_rng(world)
        values = generator.normal(size=len(case.trajectories))
        for index in range(1, len(values)):
            values[index] = _PERSISTENCE * values[index - 1] + np.sqrt(1 - _PERSISTENCE**2) * values[index]
        drawn = Sample(case.trajectories, np.exp(values), "pm25", "ug m-3", {})
        alarms += significance(binned, drawn, drawn.concentration, config).field_p_value <= level
    return alarms / worlds


def _against_loops(case: MadeCase, joined: Sample, found: dict[str, MapResult]) -> list[Proof]:
    weights = statistics_config().weight_function()
    plain = plain_maps(joined, case.grid, found["pscf"].thresholds, weights)
    differences = []
    for kind, one in found.items():
        ours = one.fields[f"weighted_{kind}"].values
        theirs = np.full(ours.shape, np.nan)
        for (row, column), values in plain.items():
            theirs[row, column] = values[kind]
        same_cells = np.array_equal(np.isnan(ours), np.isnan(theirs))
        worst = float(np.nanmax(np.abs(ours - theirs) / np.nanmax(np.abs(theirs)))) if same_cells else np.inf
        differences.append(_proof(f"weighted {kind} = plain loops (relative)", worst, 0.0, 1e-12))
    return differences


def _on_top(kind: str, share: float) -> Proof:
    return _proof(f"cells of the known source among as many highest, {kind} (share)", share, 1.0, 0.0)


def _conserved(joined: Sample, case: MadeCase) -> Proof:
    binned = bin_points(joined.trajectories, case.grid)
    lost = binned.total - binned.endpoints.sum() - binned.outside - binned.above
    return _proof("points neither inside, outside nor above", float(lost), 0.0, 0.0)


def _significant(case: MadeCase, joined: Sample) -> Proof:
    found = cwt(joined, case.grid).significance
    west, east, south, north = case.source_area
    rows = (case.grid.lat > south) & (case.grid.lat < north)
    columns = (case.grid.lon > west) & (case.grid.lon < east)
    share = 0.0 if found is None else float(found.significant[np.ix_(rows, columns)].mean())
    return _proof("cells of the known source found significant, cwt (share)", share, 1.0, 0.0)


def _false_alarms(worlds: int) -> Proof:
    level = 0.1
    bound = level + 3.0 * float(np.sqrt(level * (1 - level) / worlds))
    share = share_of_false_alarms(worlds, 5, level)
    name = f"false alarms at the {100 * level:g} % level, {worlds} worlds without a source, blocks of 5 days"
    return {"name": name, "value": share, "bound": bound, "passed": share <= bound}


def _proof(name: str, value: float, expected: float, tolerance: float) -> Proof:
    passed = bool(abs(value - expected) <= tolerance)
    return {"name": name, "value": value, "bound": expected + tolerance, "passed": passed}
