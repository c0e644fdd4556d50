"""`bogda inventory import enterprise` and `county`."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from flows.inventory_request import check_out, domain_grid, months_of
from flows.output import print_json, print_line, progress_bar


@dataclass(frozen=True)
class Request:
    """What was asked for on the command line."""

    kind: Literal["enterprise", "county"]
    path: str
    out: str
    month: str | None
    domain: str
    year: int | None
    accept_good_rows: bool
    mapping: str | None
    sheet: str | None
    problems: str | None


def run(request: Request, *, as_json: bool) -> None:
    """Import a table, write the inventory, and report what was wrong in it.

    Raises:
        BogdaError: when the table cannot be read, or has bad rows that are not to be left out; then the
            report is printed all the same.
    """
    check_out(request.out)
    months, grid = months_of(request.month), domain_grid(request.domain)
    from emissions_inventory.storage import write_inventory
    from emissions_inventory.tables import RefusedTableError, import_county, import_enterprise

    work = import_enterprise if request.kind == "enterprise" else import_county
    try:
        with progress_bar(f"inventory import {request.kind}", 4) as advance:
            made, report = work(
                request.path, months=months, grid=grid, year=request.year or int(months[0][:4]),
                accept_good_rows=request.accept_good_rows,
                mapping=None if request.mapping is None else Path(request.mapping), sheet=request.sheet,
                problem_list=None if request.problems is None else Path(request.problems),
                progress=lambda stage, _share: advance(stage),
            )  # fmt: skip
    except RefusedTableError as error:
        if as_json:
            print_json({"file": None, **error.report.as_dict()})
        else:
            sys.stderr.write("".join(f"{line}\n" for line in error.report.lines()))
        raise
    write_inventory(made, request.out)
    if as_json:
        print_json({"file": request.out, "version": made.version, **report.as_dict()})
        return
    for line in report.lines():
        print_line(line)
    print_line(f"写入 written {request.out}")
