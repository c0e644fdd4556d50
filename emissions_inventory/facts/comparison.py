"""Our coal capacity beside another table, cluster by cluster, and whether every difference is explained."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from emissions_inventory.facts.clusters import Placed, PowerClusters, coal_capacity_by_cluster, power_clusters
from foundation.errors import InputError

__all__ = [
    "ClusterComparison",
    "ReferencePlant",
    "compare_with_reference",
    "comparison_faults",
    "comparison_table",
    "read_reference",
]

LARGEST_UNEXPLAINED = 0.10
"""A larger relative difference needs an explanation."""

_ROUNDING_MW = 1.0
_FUELS = {"煤电": "coal", "油气": "gas", "生物质能": "biomass"}
_COLUMNS = ("name", "fuel", "lat", "lon", "capacity_mw", "likely_xinjiang")


@dataclass(frozen=True)
class ReferencePlant:
    """A plant of the table that ours is laid beside.

    Attributes:
        name: in Chinese.
        fuel: `coal`, `gas` or `biomass`.
        lon: degrees east.
        lat: degrees north.
        capacity_mw: MW.
    """

    name: str
    fuel: str
    lon: float
    lat: float
    capacity_mw: float


@dataclass(frozen=True)
class ClusterComparison:
    """Coal capacity of a cluster in both tables.

    Attributes:
        cluster: id.
        ours_mw: ours.
        reference_mw: the other's.
        explained_mw: sum of the explained parts of the difference.
        explanation: their reasons.
    """

    cluster: str
    ours_mw: float
    reference_mw: float
    explained_mw: float
    explanation: tuple[str, ...]

    @property
    def difference_mw(self) -> float:
        """Ours less the other's."""
        return self.ours_mw - self.reference_mw

    @property
    def relative(self) -> float:
        """The difference over the other's capacity; infinite where that is 0 and ours is not."""
        if self.reference_mw == 0:
            return math.copysign(math.inf, self.difference_mw) if self.difference_mw else 0.0
        return self.difference_mw / self.reference_mw


def read_reference(path: Path) -> tuple[ReferencePlant, ...]:
    """Read the plants of Xinjiang from a table of thermal power plants.

    Args:
        path: CSV in UTF-8 with the columns name, fuel (煤电, 油气, 生物质能), lat, lon, capacity_mw and
            likely_xinjiang (1 or 0).

    Raises:
        InputError: naming row and column, when the file is not such a table.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            table = csv.DictReader(file)
            missing = [name for name in _COLUMNS if name not in (table.fieldnames or ())]
            rows = list(enumerate(table, start=2))
    except (OSError, UnicodeDecodeError) as error:
        raise InputError("cannot be read as CSV in UTF-8", where=str(path)) from error
    if missing:
        raise InputError(f"missing column {', '.join(missing)}", where=str(path))
    return tuple(
        _plant(row, f"{path}, row {number}") for number, row in rows if row["likely_xinjiang"] == "1"
    )


def _plant(row: dict[str, str], where: str) -> ReferencePlant:
    if row["fuel"] not in _FUELS:
        raise InputError(f"column fuel: expected {', '.join(_FUELS)}, got {row['fuel']!r}", where=where)
    lon, lat, capacity = (_number(row, column, where) for column in ("lon", "lat", "capacity_mw"))
    return ReferencePlant(row["name"], _FUELS[row["fuel"]], lon, lat, capacity)


def _number(row: dict[str, str], column: str, where: str) -> float:
    try:
        value = float(row[column])
    except (TypeError, ValueError):
        value = math.nan
    if not math.isfinite(value):
        raise InputError(f"column {column}: expected a number, got {row[column]!r}", where=where)
    return value


def compare_with_reference(
    plants: Iterable[Placed], reference: Iterable[Placed], clusters: PowerClusters | None = None
) -> tuple[ClusterComparison, ...]:
    """Lay coal capacities beside each other.

    Args:
        plants: ours.
        reference: the other table's.
        clusters: with their explanations; those that ship with the program by default.

    Returns:
        One comparison for every cluster.

    Raises:
        InputError: when a coal plant lies in no cluster.
    """
    clusters = clusters or power_clusters()
    ours, theirs = (coal_capacity_by_cluster(table, clusters) for table in (plants, reference))
    return tuple(
        ClusterComparison(
            one.id,
            ours[one.id],
            theirs[one.id],
            sum(part.mw for part in one.differences),
            tuple(f"{part.mw:+g} MW: {part.why}" for part in one.differences),
        )
        for one in clusters.clusters
    )


def comparison_faults(comparisons: Sequence[ClusterComparison]) -> tuple[str, ...]:
    """What is wrong with the explanations; empty when all is well.

    A difference of more than 10 % must be explained, and what is explained must be the difference, to 1 MW.
    """
    faults = []
    for one in comparisons:
        line = f"{one.cluster}: ours {one.ours_mw:g} MW, reference {one.reference_mw:g} MW"
        if one.explanation and abs(one.explained_mw - one.difference_mw) > _ROUNDING_MW:
            faults.append(f"{line}: explained {one.explained_mw:+g} MW of {one.difference_mw:+g} MW")
        elif not one.explanation and abs(one.relative) > LARGEST_UNEXPLAINED:
            faults.append(f"{line}: a difference of {one.relative:+.0%} without an explanation")
    return tuple(faults)


def comparison_table(comparisons: Sequence[ClusterComparison]) -> str:
    """The comparison as a table in Markdown, with the sum of all clusters."""
    names = {one.id: f"{one.chinese} {one.english}" for one in power_clusters().clusters}
    ours, theirs = (sum(getattr(one, part) for one in comparisons) for part in ("ours_mw", "reference_mw"))
    total = ClusterComparison("all", ours, theirs, 0.0, ())
    lines = ["| Cluster | Ours, MW | Reference, MW | Difference |", "|---|---|---|---|"]
    for one in (*comparisons, total):
        name = names.get(one.cluster, "全部 All")
        lines.append(f"| {name} | {one.ours_mw:,.0f} | {one.reference_mw:,.0f} | {one.relative:+.1%} |")
    return "\n".join(lines)
