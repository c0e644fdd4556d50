"""What a reader of an imported table of enterprises should know."""

from __future__ import annotations

from emissions_inventory.emitters import PointSources
from emissions_inventory.tables.amounts import Amounts
from emissions_inventory.tables.coordinates import Places
from emissions_inventory.tables.lines import Lines
from foundation.grids import Grid

__all__ = ["enterprise_notes"]


def enterprise_notes(
    lines: Lines,
    amounts: Amounts,
    places: Places,
    good: PointSources,
    grid: Grid,
    times: tuple[tuple[str, ...], int],
) -> tuple[str, ...]:
    """Notes on what was filled in, left out or judged, Chinese first.

    Args:
        lines: the table.
        amounts: what its lines emit.
        places: where they lie.
        good: the points imported.
        grid: of the inventory.
        times: the months of the inventory and the year of the table.
    """
    notes = []
    fine = ~lines.problems.bad
    told = set(amounts.species)
    notes += _unused(lines)
    absent = [name for name in lines.config.species if name not in told]
    if absent:
        notes.append(
            f"表中无 {', '.join(absent)}，未补 (not in the table and not added: {', '.join(absent)})"
        )
    counts = dict(zip(amounts.species, amounts.silent[fine].sum(0), strict=True))
    if any(counts.values()):
        shown = ", ".join(f"{name} {count}" for name, count in counts.items() if count)
        notes.append(f"以下物种有空行，按 0 计 (rows that say nothing of a species, counted as 0): {shown}")
    if (places.judged & fine).any():
        count = int((places.judged & fine).sum())
        notes.append(
            f"{count} 行未写区县，取最近驻地 (county of the nearest seat of government: {count} rows)"
        )
    outside = int((~grid.cells_of(good.lon, good.lat)[2]).sum())
    if outside:
        notes.append(f"{outside} 个点在网格外，保留 (points outside the grid, kept: {outside})")
    others = sorted({month[:4] for month in times[0]} - {str(times[1])})
    if others:
        notes.append(
            f"{times[1]} 年的表用于 {'、'.join(others)} 年 (table of {times[1]} for {', '.join(others)})"
        )
    return tuple(notes)


def _unused(lines: Lines) -> list[str]:
    """Columns that were read but can serve nothing."""
    notes = []
    factors, months = lines.keys("factor"), lines.keys("month_activity")
    if factors and not (lines.has("activity") or months):
        notes.append("无活动水平列，排放因子未用 (factors without a column of activity were not used)")
    if months and not factors and len(months) < 12:
        notes.append("月活动水平不足 12 列，未用 (fewer than twelve months of activity were not used)")
    return notes
