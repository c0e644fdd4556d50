"""`bogda inventory import meic` and `edgar`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from flows.inventory_request import check_out, domain_grid, months_of
from flows.output import print_json, print_line, progress_bar
from foundation.caches import writable_user_cache


@dataclass(frozen=True)
class Request:
    """What was asked for on the command line."""

    kind: Literal["meic", "edgar"]
    path: str
    out: str
    month: str | None
    domain: str
    year: int | None
    boundaries: str | None


def run(request: Request, *, as_json: bool) -> None:
    """Import an inventory that comes as maps, and write it.

    Raises:
        BogdaError: when files are missing or broken, or do not hold the months.
    """
    check_out(request.out)
    months, grid = months_of(request.month), domain_grid(request.domain)
    from emissions_inventory.gridded import import_edgar, import_meic
    from emissions_inventory.gridding import built_in_boundaries, read_boundaries
    from emissions_inventory.storage import write_inventory

    with progress_bar(f"inventory import {request.kind}", 3) as advance:
        advance("regions")
        regions = built_in_boundaries()
        if request.boundaries is not None:
            regions = read_boundaries(Path(request.boundaries)).completed(regions)
        advance("gridding")
        work = import_meic if request.kind == "meic" else import_edgar
        made, report = work(
            request.path, months=months, grid=grid, boundaries=regions, year=request.year,
            cache=writable_user_cache(),
        )  # fmt: skip
        advance("writing")
        write_inventory(made, request.out)
    if as_json:
        print_json({"file": request.out, "version": made.version, **report, "regions": regions.source})
        return
    for line in _lines(report):
        print_line(line)
    print_line(f"地区 regions: {regions.source}")
    print_line(f"写入 written {request.out}")


def _lines(report: Mapping[str, Any]) -> list[str]:
    """What was read, kept and left out, as lines."""
    from emissions_inventory.labels import source_labels
    from emissions_inventory.scenarios.summary_text import SPECIES_SHOWN
    from emissions_inventory.scenarios.text_table import number, table_lines

    species = report["species"]
    totals = [
        [SPECIES_SHOWN[name], *(number(report[key][name]) for key in ("read_t", "outside_t", "kept_t"))]
        for name in species
    ]
    labels = [source_labels().sector(name) for name in report["sectors"]]
    sectors = [
        [
            f"{label.chinese} {label.english}",
            *(number(report["by_sector_t"][label.id][name]) for name in species),
        ]
        for label in labels
    ]
    return [
        f"清单 inventory  {report['version']}",
        f"月份 months  {', '.join(report['months'])}",
        f"文件 files  {report['files']}；忽略 ignored  {len(report['ignored'])}",
        "", "合计 Totals, t",
        *table_lines(["物种 species", "读入 read", "区域外 outside", "保留 kept"], totals),
        "", "分部门 By sector, t",
        *table_lines(["", *(SPECIES_SHOWN[name] for name in species)], sectors),
        "", "说明 Notes", *(f"- {note}" for note in report["notes"]),
    ]  # fmt: skip
