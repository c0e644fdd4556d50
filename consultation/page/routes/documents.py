"""Documents and exchange files of a run, and the human product beside the model's."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response

from consultation.page.asking import AskedOfRun
from consultation.page.shapes.documents import DocumentList, Human
from consultation.page.views import documents as views

router = APIRouter(tags=["documents"])

Form = Literal["html", "pdf", "docx", "csv", "json", "netcdf", "geojson", "cap", "atom"]
Kind = Annotated[
    Literal["daily", "consultation"], Query(description="docx与pdf：daily 日报, consultation 会商材料")
]
Whose = Annotated[
    Literal["human", "model"], Query(description="human 含人工订正, model 模式产品 · With changes or without")
]


@router.get("/runs/{run}/documents", response_model=DocumentList)
def document_list(asked: AskedOfRun) -> DocumentList:
    """可下载的文件及不可用的原因 · What can be downloaded, and why something cannot."""
    return views.listed(asked.run)


@router.get("/runs/{run}/documents/{form}", response_class=Response)
def document(asked: AskedOfRun, form: Form, kind: Kind = "daily", product: Whose = "human") -> Response:
    """文件下载：人工订正在内并注明，模式值并列 · The product of people, marked, the model's beside."""
    wanted = views.wanted(asked.library, views.desk_of(asked.request), asked.run, product)
    return asked.any(lambda: views.document(wanted, form, kind), also=wanted.mark)


@router.get("/runs/{run}/human", response_model=Human)
def human(asked: AskedOfRun) -> Any:
    """人工结论与模式预报并列 · What people said beside what the model says, for both to be verified."""
    desk = views.human_desk(asked.request)
    told = views.human(desk, asked.run)
    return asked.json(lambda: told, also=told.digest)
