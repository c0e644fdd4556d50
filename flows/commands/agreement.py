"""`bogda sources agreement`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows.output import print_json, print_line
from foundation.errors import ConfigurationError

if TYPE_CHECKING:
    from sources.agreement import View

_NAMES = 26


@dataclass(frozen=True)
class AgreementRequest:
    """What is asked on the command line.

    Attributes:
        run: folder of a run.
        place: id or name of a place or target region.
        begins: first time; open when None.
        ends: last time; open when None.
        receptor: folder that `pmf` wrote.
        profiles: published profiles by which its factors are named.
        inversion: table of factors.
    """

    run: str
    place: str
    begins: str | None = None
    ends: str | None = None
    receptor: str | None = None
    profiles: str | None = None
    inversion: str | None = None


def run(request: AgreementRequest, *, as_json: bool) -> None:
    """Print what each method says of PM2.5 at a place, and where they agree.

    Raises:
        BogdaError: when the run, the place or a file is not there or cannot be used.
    """
    from sources.agreement import document

    told = document(_views(request))
    if as_json:
        print_json({"run": request.run, "place": request.place, **told})
        return
    _print(told)


def _views(request: AgreementRequest) -> list[View]:
    from sources.tagging.courses import parse_period
    from sources.tagging.documents import receptor_id
    from sources.tagging.factor_table import read_factors
    from sources.tagging.means import mean_contributions, receptor_course
    from sources.tagging.runs import read_contributions
    from sources.views import tag_view

    if (request.receptor is None) != (request.profiles is None):
        raise ConfigurationError("--receptor and --profiles go together: factors are named by profiles")
    course = receptor_course(
        [read_contributions(request.run)], "day", parse_period(request.begins, request.ends)
    )
    place = receptor_id(request.place, course)
    means = mean_contributions(course, "pm25")
    views = [tag_view(means, place)]
    if request.inversion is not None:
        views.append(tag_view(means, place, read_factors(request.inversion)))
    return [*views, *_footprints(request.run, place), *_receptor(request)]


def _footprints(folder: str, place: str) -> list[View]:
    """The footprints of a run, where it has them for the place."""
    from sources.footprints.storage import FOOTPRINTS_FILE, read_footprints
    from sources.views import footprint_view

    file = Path(folder) / FOOTPRINTS_FILE
    if not file.is_file():
        return []
    made = read_footprints(file)
    return [footprint_view(made, place)] if place in made["place"].values else []


def _receptor(request: AgreementRequest) -> list[View]:
    if request.receptor is None or request.profiles is None:
        return []
    from sources.receptor.naming.command import run_names
    from sources.views import receptor_view

    return [receptor_view(run_names(request.receptor, request.profiles)["factors"], request.receptor)]


def _print(told: dict[str, Any]) -> None:
    for view in told["views"]:
        print_line(
            f"{view['chinese']} {view['english']}: {view['told']}  未解析 unresolved {view['unresolved']:.0%}"
        )
    for row in told["rows"]:
        if not row["shares"]:
            continue
        shares = "  ".join(
            f"{name} {share['best']:.0%} ({share['low']:.0%}–{share['high']:.0%})"
            for name, share in row["shares"].items()
        )
        print_line(f"{row['chinese'][:_NAMES]}  {row['verdict_chinese']} {row['verdict_english']}: {shares}")
