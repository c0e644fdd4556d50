"""`bogda inventory import enterprise` and `county`."""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from flows.inventory_request import check_out, domain_grid, months_of
from flows.output import print_json, print_line, progress_bar

if TYPE_CHECKING:
    from emissions_inventory.tables import ImportReport


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
        BogdaError: when the table cannot be read, the list of problems would replace another file, or rows
            are bad and not to be left out; then the report is printed all the same.
    """
    check_out(request.out)
    from emissions_inventory.storage import write_inventory
    from emissions_inventory.tables import (
        RefusedTableError,
        check_problem_list,
        import_county,
        import_enterprise,
    )

    check_problem_list(request.problems, request.path, request.out)
    months, grid = months_of(request.month), domain_grid(request.domain)

    work = import_enterprise if request.kind == "enterprise" else import_county
    try:
        with _progress(request.kind) as advance:
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
            _print_report(error.report)
        raise
    write_inventory(made, request.out)
    if as_json:
        print_json({"file": request.out, "version": made.version, **report.as_dict()})
        return
    _print_report(report)
    print_line(f"写入 written {request.out}")


def _progress(kind: str) -> AbstractContextManager[Any]:
    """A progress bar on a terminal; elsewhere none, so that a refusal stands alone on standard error."""
    shown = progress_bar(f"inventory import {kind}", 4)
    return shown if sys.stderr.isatty() else nullcontext(lambda _stage: None)


def _print_report(report: ImportReport) -> None:
    for line in report.lines():
        print_line(line)
