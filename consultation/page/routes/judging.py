"""Sources, measures, verification, consultation."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response

from consultation.page.asking import NAME_PATTERN, AskedOfRun, Grouping, PollutantName
from consultation.page.shapes.consult import Consult
from consultation.page.shapes.sources import Matrix, MeasureOptions, MeasuresAnswer, MeasuresAsked
from consultation.page.shapes.verification import VerificationView
from consultation.page.views.consult import consult
from consultation.page.views.measures import measure_options, measures
from consultation.page.views.sources import matrix
from consultation.page.views.verification import verification

router = APIRouter(tags=["judging"])


@router.get("/runs/{run}/sources/matrix", response_model=Matrix)
def run_matrix(
    asked: AskedOfRun, pollutant: PollutantName = "pm25", by: Grouping = "region",
    day: Annotated[str | None, Query(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")] = None,
) -> Response:  # fmt: skip
    """传输矩阵；by=nearness 为本地与输送 · Receptors against sources; nearness: local against transported."""
    query = {"pollutant": pollutant, "by": by, "day": day}
    return asked.json(lambda: matrix(asked.library, asked.run, query))


@router.get("/runs/{run}/measures", response_model=MeasureOptions)
def run_measure_options(asked: AskedOfRun) -> Response:
    """可减排的行业与地区 · What can be cut, and what it emits."""
    return asked.json(lambda: measure_options(asked.run))


@router.post("/runs/{run}/measures")
def run_measures(asked: AskedOfRun, wanted: MeasuresAsked) -> MeasuresAnswer:
    """减排效果 · What cuts change, by day and, where asked, by hour."""
    return measures(asked.run, wanted)


@router.get("/runs/{run}/verification", response_model=VerificationView)
def run_verification(
    asked: AskedOfRun,
    place: Annotated[str, Query(pattern=NAME_PATTERN, description="地点或 mean · A place, or mean")] = "mean",
    pollutant: Literal["pm25", "pm10", "so2", "no2", "co", "o3_8h", "aqi"] = "pm25",
) -> Response:
    """检验 · Yesterday, the last days by lead, beside persistence; what runs of the store had said."""
    earlier = asked.library.shelf.before(asked.run, asked.library.config.limits.previous_runs)
    return asked.json(
        lambda: verification(asked.library, asked.run, earlier, place, pollutant), also=asked.marks(earlier)
    )


@router.get("/runs/{run}/consult", response_model=Consult)
def run_consult(
    asked: AskedOfRun,
    region: Annotated[
        str | None, Query(pattern=NAME_PATTERN, description="缺省为第一个目标区域 · A region")
    ] = None,
) -> Response:
    """会商链条 · The forecaster's questions, each with the evidence of this run and what it rests on."""
    earlier = asked.library.shelf.before(asked.run, asked.library.config.similar.runs_read)
    wanted = region or asked.library.config.regions[0]
    return asked.json(lambda: consult(asked.library, asked.run, earlier, wanted), also=asked.marks(earlier))
