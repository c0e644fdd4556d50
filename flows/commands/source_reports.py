"""`bogda sources report`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast, get_args

from flows.output import print_json, print_line, progress_bar
from foundation.errors import ConfigurationError

_Kind = Literal["weekly", "episode"]


@dataclass(frozen=True)
class Request:
    """A report that is asked for.

    Attributes:
        case: name or file of a case; its domain says which runs.
        kind: `weekly` or `episode`.
        span: first and last day as given, each may be None.
        store: a folder or URL.
        out: HTML file to write.
        keep: whether it is put into the store, for the consultation page.
    """

    case: str
    kind: str
    span: tuple[str | None, str | None]
    store: str
    out: str | None
    keep: bool


def run(request: Request, *, as_json: bool) -> None:
    """Make a weekly or an episode report from the runs of a case in a store.

    Args:
        request: what is asked for.
        as_json: print the whole report as JSON.

    Raises:
        BogdaError: when the case, the runs or the period are not there.
    """
    from consultation.source_reports.page import Outlet, write_source_report
    from flows.case import load_case
    from sources.tagging.courses import parse_period

    kind, out = request.kind, request.out
    if kind not in get_args(_Kind):
        raise ConfigurationError(
            f"--kind {kind!r}: unknown", remedy=f"Give one of {', '.join(get_args(_Kind))}"
        )
    if out is None and not (as_json or request.keep):
        raise ConfigurationError("nothing to write", remedy="Give --out FILE.html, --keep, or --json")
    if out is not None and not Path(out).suffix == ".html":
        raise ConfigurationError(f"--out {out!r}: expected a name that ends with .html", remedy="Name a page")
    found, _ = load_case(request.case)
    period, outlet = parse_period(*request.span), Outlet(out, request.keep)
    with progress_bar("来源报告 report", 3) as progress:
        document = write_source_report(
            request.store, found.domain, cast("_Kind", kind), period, outlet, progress
        )
    if as_json:
        print_json(document | {"page": out})
        return
    for line in _lines(document):
        print_line(line)
    if out is not None:
        print_line(f"写出 wrote {out}")
    if request.keep:
        print_line(f"已存入产品库 kept in the store {request.store}")


def _lines(document: dict[str, Any]) -> list[str]:
    period = document["period"]
    head = ["合成数据 SYNTHETIC"] if document["synthetic"] else []
    head.append(f"{period['from']} 至 {period['to']}  {period['days']} 天 days")
    return [
        *head,
        *(f"- {one['chinese']}\n  {one['english']}" for one in document["findings"]),
    ]
