"""`bogda sources contributions` and `bogda sources matrix`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flows.figure_request import refuse_figure
from flows.output import print_json, print_line
from foundation.errors import ConfigurationError
from foundation.pollutants import POLLUTANTS


@dataclass(frozen=True)
class Request:
    """What is asked on the command line.

    Attributes:
        run: folder of a run.
        pollutant: its name.
        begins: first time, as `parse_reference_time` reads it; open when None.
        ends: last time, a bare date to its end; open when None.
        figure: file to draw.
        place: id or name of a place or target region; all when None.
        by: sector, region, source or nearness.
        hours: by the hour instead of by the day.
        factors: table of an inversion: source, factor, log_sd.
    """

    run: str
    pollutant: str = "pm25"
    begins: str | None = None
    ends: str | None = None
    figure: str | None = None
    place: str | None = None
    by: str = "sector"
    hours: bool = False
    factors: str | None = None


def run_contributions(request: Request, *, as_json: bool) -> None:
    """Print what sources contribute to the published forecast of a run, and draw it when asked.

    Raises:
        BogdaError: when the run, the place, the pollutant or the period is not there.
    """
    from sources.tagging.correction import corrected
    from sources.tagging.courses import parse_period
    from sources.tagging.documents import contributions_document, receptor_id, run_marks
    from sources.tagging.groups import BY
    from sources.tagging.means import receptor_course
    from sources.tagging.runs import read_contributions
    from sources.tagging.text import contribution_lines

    figure = _figure(request)
    _refuse_pollutant(request.pollutant)
    if request.by not in BY:
        raise ConfigurationError(f"--by {request.by!r}: unknown", remedy=f"Give one of {', '.join(BY)}")
    period = parse_period(request.begins, request.ends)
    factors = _factors(request.factors)
    run = read_contributions(request.run)
    course = receptor_course([run], "hour" if request.hours else "day", period)
    chosen = None if request.place is None else [receptor_id(request.place, course)]
    document = run_marks(run) | contributions_document(course, request.pollutant, request.by, chosen, factors)
    if figure is not None:
        shown = course.assign(corrected(course[["contribution"]], factors))
        _draw_contributions(shown, run, request, chosen, figure)
    _print(document, contribution_lines(document), as_json)


def run_matrix(request: Request, *, as_json: bool) -> None:
    """Print the transmission matrix of a run, and draw it when asked.

    Raises:
        BogdaError: when the run, the pollutant or the period is not there.
    """
    from sources.tagging.courses import parse_period
    from sources.tagging.documents import run_marks
    from sources.tagging.matrix import transmission_matrix
    from sources.tagging.means import mean_contributions, receptor_course
    from sources.tagging.runs import read_contributions
    from sources.tagging.text import matrix_lines

    figure = _figure(request)
    _refuse_pollutant(request.pollutant)
    period = parse_period(request.begins, request.ends)
    run = read_contributions(request.run)
    course = receptor_course([run], "day", period)
    matrix = transmission_matrix(mean_contributions(course, request.pollutant))
    document = run_marks(run) | matrix.document()
    if figure is not None:
        from sources.tagging.figures.transmission import draw_matrix

        draw_matrix(matrix, figure, synthetic=run.synthetic)
    _print(document, matrix_lines(document), as_json)


def _draw_contributions(
    course: Any, run: Any, request: Request, chosen: list[str] | None, figure: Path
) -> None:
    if chosen is None:
        from sources.tagging.figures.place_map import draw_place_map

        draw_place_map(course, request.pollutant, request.by, figure, synthetic=run.synthetic)
        return
    from sources.tagging.figures.stacked import draw_stacked

    measured = run.measured.get("hour" if request.hours else "day")
    at = course.sel(place=chosen)
    draw_stacked(at, request.pollutant, request.by, figure, measured, synthetic=run.synthetic)


def _print(document: dict[str, Any], lines: list[str], as_json: bool) -> None:
    if as_json:
        print_json(document)
        return
    for line in lines:
        print_line(line)


def _figure(request: Request) -> Path | None:
    if request.figure is None:
        return None
    figure = Path(request.figure)
    refuse_figure(figure)
    return figure


def _refuse_pollutant(name: str) -> None:
    if name not in POLLUTANTS:
        raise ConfigurationError(
            f"--pollutant {name!r}: unknown", remedy=f"Give one of {', '.join(POLLUTANTS)}"
        )


def _factors(file: str | None) -> dict[str, tuple[float, float]] | None:
    if file is None:
        return None
    from sources.tagging.factor_table import read_factors

    return read_factors(file)
