"""What other commands left in the store beside the runs: assessments of years, reports about sources."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from consultation.page.answers import Answer
from consultation.page.asking import Shared
from consultation.page.shapes.consult import AssessmentList
from consultation.page.shapes.reports import ReportList
from consultation.page.views.assessment import assessment, assessments
from consultation.page.views.reports import report, report_page, reports
from consultation.source_reports.shelf import REPORT_NAME

router = APIRouter(tags=["kept"])

_DOMAIN = r"^[A-Za-z0-9_-]{1,64}$"
Domain = Annotated[str, Path(pattern=_DOMAIN, description="区域，如运行名所示 · Domain, as in names of runs")]
ReportName = Annotated[str, Path(pattern=f"^{REPORT_NAME}$")]


def _as_written(found: Answer) -> Response:
    headers = found.headers | {"Cache-Control": "private, no-cache"}
    return Response(found.body, media_type=found.kind, headers=headers)


@router.get("/assessments")
def assessment_list(asked: Shared) -> AssessmentList:
    """年度评价列表 · Assessments of years that the store holds."""
    return assessments(asked.library)


@router.get("/assessments/{name}", response_class=Response)
def assessment_of(
    asked: Shared, name: Annotated[str, Path(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$")]
) -> Response:
    """年度评价 · An assessment as it was written."""
    return _as_written(assessment(asked.library, name))


@router.get("/reports")
def report_list(asked: Shared, domain: Annotated[str, Query(pattern=_DOMAIN)]) -> ReportList:
    """来源周报与过程分析列表 · Reports about sources that the store holds of a domain."""
    return reports(asked.library, domain)


@router.get("/reports/{domain}/{name}", response_class=Response)
def report_of(asked: Shared, domain: Domain, name: ReportName) -> Response:
    """来源报告，JSON · A report as it was written."""
    return _as_written(report(asked.library, domain, name))


@router.get("/reports/{domain}/{name}/page", response_class=Response)
def report_page_of(asked: Shared, domain: Domain, name: ReportName) -> Response:
    """来源报告，网页 · The same as a page of its own."""
    return _as_written(report_page(asked.library, domain, name))
