"""`bogda daily`: the run of a case, or of a site with what has arrived there."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from flows.case import load_case
from flows.daily import STEPS, make_day
from flows.ladder.circumstances import RUNGS, ForecastRung
from flows.operations.events import tell
from flows.output import print_json, print_line, progress_bar
from flows.plan import DayPlan, run_manifest
from foundation.errors import ConfigurationError
from foundation.times import instant_of_iso, now, parse_reference_time, shown

if TYPE_CHECKING:
    from flows.site.worker import Made

_OF_A_SITE = "--rung and --minutes are of a site"


@dataclass(frozen=True)
class Request:
    """What the command line asks for.

    Attributes:
        case: name or file of a case; `demo` where neither it nor a site is given.
        site: name or file of a site.
        reference_time: as a person gives it.
        store: folder or URL.
        rung: highest rung of the forecast, for a site.
        minutes: that the run may take, for a site.
        again: whether to make a run again that is there.
    """

    case: str | None
    site: str | None
    reference_time: str | None
    store: str
    rung: str | None
    minutes: float | None
    again: bool


def run(request: Request, *, as_json: bool) -> None:
    """Make the run of a day and say where it lies.

    Raises:
        BogdaError: when it cannot be made.
    """
    begun = time.monotonic()
    if request.site is not None:
        if request.case is not None:
            raise ConfigurationError("--case and --site exclude each other", remedy="Give one of them")
        made = _of_site(request)
        told: dict[str, Any] = {"rung": made.rungs}
    else:
        made = _of_case(request)
        told = {}
    if as_json:
        print_json({"run": str(made.path), "made": made.made, **told, "manifest": made.manifest})
        return
    _show(made, time.monotonic() - begun)


def _of_case(request: Request) -> Made:
    from flows.site.worker import Made

    if request.rung is not None or request.minutes is not None:
        raise ConfigurationError(_OF_A_SITE, remedy="Give --site, or leave them out")
    case, folder = load_case(request.case or "demo")
    given = case.reference_time if request.reference_time is None else request.reference_time
    plan = DayPlan(case, folder, _issue(given), request.store)
    with progress_bar(f"bogda daily {case.name}", len(STEPS) + 1) as progress:
        path, made = make_day(plan, _told(progress), again=request.again)
    return Made(path, made, run_manifest(plan))


def _of_site(request: Request) -> Made:
    from flows.site.configuration import load_site
    from flows.site.gathering import Request as SiteRequest
    from flows.site.timing import Timing
    from flows.site.worker import make_run

    site = load_site(str(request.site))
    if request.minutes is not None and not 0 < request.minutes <= 24 * 60:
        raise ConfigurationError(f"--minutes: expected 0 to 1440, got {request.minutes:g}")
    issued = _issue(request.reference_time)
    moment = now() if request.reference_time is None else issued
    wanted = SiteRequest(
        site, issued, request.store, _rung(request.rung), Timing(request.minutes, moment), request.again
    )
    with progress_bar(f"bogda daily {site.config.name}", len(STEPS) + 2) as progress:
        made = make_run(wanted, _told(progress))
    for kind, rung in made.rungs.items():
        tell("rung", kind=kind, rung=rung)
    tell("made", run=str(made.path), made=made.made)
    return made


def _rung(name: str | None) -> ForecastRung:
    for one in RUNGS:
        if one == (name or "full"):
            return one
    raise ConfigurationError(f"--rung: unknown rung {name!r}", remedy=f"Known rungs: {', '.join(RUNGS)}")


def _told(progress: Callable[[str], None]) -> Callable[[str], None]:
    """Progress for people and, where somebody listens, as events."""

    def told(step: str) -> None:
        name, _, detail = step.partition(" · ")
        tell("step", step=name, detail=detail)
        progress(step)

    return told


def _show(made: Made, seconds: float) -> None:
    manifest, path = made.manifest, Path(made.path)
    print_line(
        f"运行目录 run      {path}"
        + ("" if made.made else "  （输入未变，未重做 unchanged, not made again）")
    )
    issued = shown(instant_of_iso(manifest["reference_time"]))
    print_line(f"起报时间 issued   {issued} 北京时间 Beijing time")
    for record in manifest["inputs"]:
        print_line(f"输入     input    {record['path']}  sha256 {record['sha256'][:12]}")
    for lacking in manifest["degradations"]:
        print_line(f"降级     degraded {lacking['chinese']} {lacking['english']}")
    print_line(f"会商材料 bulletin {path / 'bulletin.html'}")
    print_line(f"用时     took     {seconds:.0f} s")


def _issue(given: str | None) -> np.datetime64:
    """The full hour at or before a time, or now; measurements come by the hour."""
    time_of_issue = now() if given is None else parse_reference_time(given)
    return np.datetime64(time_of_issue.astype("datetime64[h]"), "ns")
