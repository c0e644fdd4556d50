"""One place: series, earlier forecasts, contributions, soundings."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from consultation.page.asking import AskedOfRun, Averaging, Grouping, PlaceName, PollutantName
from consultation.page.shapes.places import Contributions, Place, Previous, Sounding
from consultation.page.views.contributions import contributions
from consultation.page.views.places import place, previous
from consultation.page.views.soundings import sounding

router = APIRouter(prefix="/runs/{run}/places/{place_id}", tags=["place"])


@router.get("", response_model=Place)
def run_place(
    asked: AskedOfRun, place_id: PlaceName, pollutant: PollutantName = "pm25", averaging: Averaging = "hour"
) -> Response:
    """监测与预报序列 · Measured and forecast courses with quantiles."""
    return asked.json(lambda: place(asked.library, asked.run, place_id, pollutant, averaging))


@router.get("/previous", response_model=Previous)
def run_previous(
    asked: AskedOfRun, place_id: PlaceName, pollutant: PollutantName = "pm25", averaging: Averaging = "day",
    count: Annotated[int, Query(ge=1, le=14)] = 7,
) -> Response:  # fmt: skip
    """以前的预报 · Earlier forecasts of the place, newest first."""
    earlier = asked.library.shelf.before(asked.run, count)
    return asked.json(
        lambda: previous(asked.library, earlier, place_id, pollutant, averaging), also=asked.marks(earlier)
    )


@router.get("/contributions", response_model=Contributions)
def run_contributions(
    asked: AskedOfRun, place_id: PlaceName, pollutant: PollutantName = "pm25", averaging: Averaging = "hour",
    by: Grouping = "sector",
) -> Response:  # fmt: skip
    """来源贡献序列 · Contributions stacked over the published course."""
    query = {"pollutant": pollutant, "averaging": averaging, "by": by}
    return asked.json(lambda: contributions(asked.library, asked.run, place_id, query))


@router.get("/sounding", response_model=Sounding)
def run_sounding(
    asked: AskedOfRun, place_id: PlaceName, hour: Annotated[int, Query(ge=0, le=1000)] = 0
) -> Response:
    """探空、逆温、扩散条件 · Profile at an hour, and the course of mixing, inversion and grade."""
    return asked.json(lambda: sounding(asked.library, asked.run, place_id, hour))
