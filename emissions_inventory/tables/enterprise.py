"""The bureau's table of enterprises: one row for each stack."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from emissions_inventory.emitters import AreaSources, PointSources
from emissions_inventory.inventory import Inventory
from emissions_inventory.tables.amounts import Amounts, amounts_of, species_of
from emissions_inventory.tables.classes import grades_of, sectors_of
from emissions_inventory.tables.columns import TableConfig, enterprise_config
from emissions_inventory.tables.coordinates import Places, places_of
from emissions_inventory.tables.enterprise_notes import enterprise_notes
from emissions_inventory.tables.importing import (
    Progress,
    calendar_months,
    default_uncertainty,
    first_report,
    month_share_table,
    refuse_bad,
    sectors_in_order,
)
from emissions_inventory.tables.lines import Lines
from emissions_inventory.tables.problem_list import check_problem_list
from emissions_inventory.tables.report import ImportReport
from emissions_inventory.tables.sheets import Sheet
from emissions_inventory.tables.stacks import names_of, note_repeats, stacks_of
from emissions_inventory.tables.stages import imported, opened
from foundation.errors import InputError
from foundation.grids import Grid

__all__ = ["import_enterprise"]


def import_enterprise(  # noqa: PLR0913 - the choices of an import
    path: str | Path,
    *,
    months: tuple[str, ...],
    grid: Grid,
    year: int,
    accept_good_rows: bool = False,
    mapping: Path | None = None,
    sheet: str | int | None = None,
    problem_list: Path | None = None,
    progress: Progress | None = None,
) -> tuple[Inventory, ImportReport]:
    """Import a table of enterprises as points.

    Args:
        path: CSV or a workbook.
        months: months of the inventory, such as `2026-01`.
        grid: of the inventory; points outside it are kept.
        year: of the table, whose profile of months spreads amounts of a year.
        accept_good_rows: import the good rows alone when others are bad.
        mapping: a YAML file of one's own that names headers, units and rules (see `enterprise_config`).
        sheet: name or place (from 0) of the sheet; the first by default.
        problem_list: a CSV file to write every problem to, new or an earlier list, also when refused.
        progress: told stage and share done.

    Returns:
        The inventory and the report.

    Raises:
        InputError: when the file cannot be read, has no header, lacks a column, or states a unit unknown.
        RefusedTableError: when rows are bad and are not to be left out; it carries the report.
        ConfigurationError: when the mapping file is wrong.
        RunError: when the list of problems would replace another file.
    """
    check_problem_list(problem_list, path)
    told = progress or (lambda _stage, _share: None)
    config, numbers = enterprise_config(mapping), calendar_months(months)
    told("读表 reading", 0.0)
    read, lines = opened(path, config, sheet)
    _require(lines, read)
    told("核对 checking", 0.4)
    points, amounts, places, notes = _points(lines, year, numbers)
    report = first_report(read, lines)
    refuse_bad(report, accept_good_rows, problem_list)
    told("导入 importing", 0.8)
    good = points.take(~lines.problems.bad)
    notes += enterprise_notes(lines, amounts, places, good, grid, (months, year))
    inventory = _inventory(good, amounts.species, months, grid, config)
    report = replace(report, notes=(*report.notes, *notes))
    made = imported(inventory, report, "enterprise table", len(good))
    told("完成 done", 1.0)
    return made


def _require(lines: Lines, sheet: Sheet) -> None:
    lacking = [
        needed
        for needed, held in (
            (
                "企业名称 name 或排污许可证编号 permit (name or permit)",
                lines.has("name") or lines.has("permit"),
            ),
            (
                "源分类 class_1 … class_4 (source class)",
                any(lines.has(f"class_{level}") for level in range(1, 5)),
            ),
            (
                "经度 lon 与纬度 lat，或区县 county_code, county_name (coordinates or county)",
                (lines.has("lon") and lines.has("lat"))
                or lines.has("county_code")
                or lines.has("county_name"),
            ),
            (
                "排放量 emission，或活动水平 activity 与排放因子 factor (emissions, or activity and factors)",
                bool(species_of(lines)),
            ),
        )
        if not held
    ]
    if lacking:
        known = ", ".join(label for label, _ in lines.layout.unknown[:5])
        hint = f"; columns that were not recognised: {known}" if known else ""
        raise InputError(
            f"missing columns: {', '.join(lacking)}{hint}",
            where=str(sheet.path),
            remedy="Add them, or name their headers under these keys in a mapping file",
        )


def _points(
    lines: Lines, year: int, months: tuple[int, ...]
) -> tuple[PointSources, Amounts, Places, tuple[str, ...]]:
    """All lines as points, bad ones too, with what is to be told of them."""
    ids, names, numbered = names_of(lines)
    sector, places = sectors_of(lines), places_of(lines)
    grade, special = grades_of(lines)
    stacks = stacks_of(lines)
    shares = month_share_table(sector, places.region, year, months)
    amounts = amounts_of(lines, months, shares)
    note_repeats(lines, ids)
    points = PointSources(
        ids.astype(str),
        names.astype(str),
        sector.astype(str),
        places.region.astype(str),
        places.county.astype(str),
        grade.astype(str),
        places.lon,
        places.lat,
        stacks,
        amounts.emission,
    )
    notes = [
        f"绩效分级“{word}”{count} 行 (performance grade {word!r}: {count} rows)"
        for word, count in special.items()
    ]
    if numbered:
        notes.append(
            f"{numbered} 行无排气筒编号，按次序编号 (stacks numbered in the order of the table: {numbered})"
        )
    return points, amounts, places, tuple(notes)


def _inventory(
    points: PointSources, species: tuple[str, ...], months: tuple[str, ...], grid: Grid, config: TableConfig
) -> Inventory:
    areas = AreaSources.none(len(months), len(species))
    uncertainty = default_uncertainty(config, species, sectors_in_order(points.sector))
    return Inventory(grid, months, species, areas, points, uncertainty, "企业排放表 Enterprise table")
