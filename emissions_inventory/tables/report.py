"""What came of importing a table."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, field

from emissions_inventory.inventory import Inventory
from emissions_inventory.labels import source_labels
from emissions_inventory.tables.kinds import KINDS
from emissions_inventory.tables.problems import Problem

__all__ = ["ImportReport", "tonnes_by_sector"]

_SHOWN = 20


@dataclass(frozen=True)
class ImportReport:
    """What was read, what was wrong, and what was imported.

    Attributes:
        path: the file.
        sheet: name of the sheet; empty for text files.
        encoding: of a text file; empty for workbooks.
        rows_read: rows of data, without sums, notes and empty ones.
        rows_imported: rows that went into the inventory.
        rows_bad: rows with a serious problem.
        rows_skipped: rows taken for sums or notes.
        problems: all of them, by row.
        totals_t: imported, t by species, all months asked for together.
        sectors_t: the same by sector.
        dropped_t: what lies outside the grid, t by species.
        notes: what a reader should know, Chinese first.
    """

    path: str
    sheet: str
    encoding: str
    rows_read: int
    rows_imported: int
    rows_bad: int
    rows_skipped: int
    problems: tuple[Problem, ...]
    totals_t: dict[str, float] = field(default_factory=dict)
    sectors_t: dict[str, dict[str, float]] = field(default_factory=dict)
    dropped_t: dict[str, float] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, object]:
        """All of it as plain data, for JSON."""
        plain = {name: value for name, value in asdict(self).items() if name != "problems"}
        counts = Counter(one.kind for one in self.problems)
        return {
            **plain,
            "notes": list(self.notes),
            "problem_counts": dict(counts.most_common()),
            "problems": [one.as_dict() for one in self.problems],
        }

    def lines(self, most: int = _SHOWN) -> list[str]:
        """The report for people, Chinese first.

        Args:
            most: problems shown one by one; the others are counted.
        """
        sheet = f" [{self.sheet}]" if self.sheet else ""
        read, imported, bad, skipped = self.rows_read, self.rows_imported, self.rows_bad, self.rows_skipped
        chinese = f"读入 {read} 行，导入 {imported} 行，错误 {bad} 行，略过 {skipped} 行"
        english = f"{read} rows read, {imported} imported, {bad} bad, {skipped} skipped"
        told = [f"{self.path}{sheet}", f"{chinese} ({english})"]
        told += [f"合计 total {name}: {tonnes:,.3f} t" for name, tonnes in self.totals_t.items()]
        told += [
            f"{source_labels().sector(sector).chinese} {sector}: "
            + ", ".join(f"{name} {tonnes:,.3f} t" for name, tonnes in parts.items())
            for sector, parts in self.sectors_t.items()
        ]
        told += [
            f"网格外 outside the grid {name}: {tonnes:,.3f} t" for name, tonnes in self.dropped_t.items()
        ]
        told += list(self.notes)
        for kind, count in Counter(one.kind for one in self.problems).most_common():
            grade = "错误 error" if KINDS[kind].serious else "提示 warning"
            told.append(f"{grade} {kind}: {count} × {next(p for p in self.problems if p.kind == kind).what}")
        ranked = sorted(self.problems, key=lambda one: (not one.serious, one.row))
        told += [one.line() for one in ranked[:most]]
        if len(ranked) > most:
            told.append(f"……另有 {len(ranked) - most} 条 ({len(ranked) - most} more)")
        return told


def tonnes_by_sector(inventory: Inventory) -> tuple[dict[str, float], dict[str, dict[str, float]]]:
    """Totals of an inventory, t by species, and by sector and species, all months together."""
    sums = inventory.totals().sum(("month", "region"))
    sectors = {
        str(sector): {
            name: float(sums.sel(sector=sector, species=name)) / 1000.0 for name in inventory.species
        }
        for sector in sums["sector"].values
    }
    totals = {name: float(sums.sel(species=name).sum()) / 1000.0 for name in inventory.species}
    return totals, sectors
