"""Status, runs, vocabulary, today, warnings."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from consultation.page.asking import AskedOfRun, Shared
from consultation.page.routes import documents
from consultation.page.shapes.dust import Dust
from consultation.page.shapes.runs import RunDetail, RunList, Status, Vocabulary
from consultation.page.shapes.today import Today
from consultation.page.views import runs as views
from consultation.page.views.dust import dust
from consultation.page.views.today import today, warnings_document
from consultation.products import BULLETIN_FILE
from consultation.warnings.document import WarningsDocument

router = APIRouter(tags=["runs"])
router.include_router(documents.router)


@router.get("/status")
def status(asked: Shared) -> Status:
    """最近可用运行及其时效 · Last good run, its age, and what newer is broken."""
    return views.status(asked.library)


@router.get("/vocabulary", response_model=Vocabulary)
def vocabulary(asked: Shared) -> Response:
    """地点、区域、污染物、级别 · Names, units and colours that do not change from run to run."""
    return asked.answer("vocabulary", lambda: views.vocabulary(asked.library.config.regions))


@router.get("/runs")
def runs(
    asked: Shared,
    domain: Annotated[str | None, Query(pattern=r"^[A-Za-z0-9_-]{1,64}$")] = None,
    first: Annotated[int, Query(ge=0, le=100_000)] = 0,
    count: Annotated[int, Query(ge=1, le=200)] = 20,
) -> RunList:
    """产品库中的运行，新的在前 · Runs, newest first, with those that are not good and why."""
    return views.listed(asked.library, domain, first, count)


@router.get("/runs/{run}", response_model=RunDetail)
def run_detail(asked: AskedOfRun) -> Response:
    """一次运行：产品、降级、模型 · What a run holds and what it had to do without."""
    return asked.json(lambda: views.detail(asked.library, asked.run))


@router.get("/runs/{run}/today", response_model=Today)
def run_today(asked: AskedOfRun) -> Response:
    """今日总览 · Regions and places by day, proposed warnings, degradations."""
    return asked.json(lambda: today(asked.library, asked.run))


@router.get("/runs/{run}/warnings", response_model=WarningsDocument)
def run_warnings(asked: AskedOfRun) -> Response:
    """预警建议全文 · All proposals of warnings with their evidence."""
    return asked.json(lambda: warnings_document(asked.run))


@router.get("/runs/{run}/dust", response_model=Dust)
def run_dust(asked: AskedOfRun) -> Response:
    """沙尘预报与信号 · Dust by the dust model, signals it calls for, events measured; or why none."""
    return asked.json(lambda: dust(asked.run))


@router.get("/runs/{run}/bulletin", response_class=Response)
def run_bulletin(asked: AskedOfRun) -> Response:
    """会商材料 · The bulletin as a page."""
    from consultation.page.answers import SELF_CONTAINED, Answer

    kind = "text/html; charset=utf-8"
    return asked.any(
        lambda: Answer.of(asked.run.files.path(BULLETIN_FILE).read_bytes(), kind, SELF_CONTAINED)
    )
