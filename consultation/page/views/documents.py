"""Documents of a run, made when they are asked for: a few at a time, and kept."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from threading import BoundedSemaphore

from fastapi import Request

from consultation.formats import ENDINGS, MEDIA_TYPES, open_request, product_bytes
from consultation.formats import Request as Writing
from consultation.issuing.outlets import outlets_of
from consultation.issuing.people import product_now, told
from consultation.page.answers import Answer
from consultation.page.faults import AbsentError, PageError
from consultation.page.library import Library
from consultation.page.reading.inspection import Run
from consultation.page.shapes.documents import DocumentKind, DocumentList, Human
from consultation.page.shapes.words import Unavailable
from consultation.products import HDF5
from consultation.record.desk import Desk
from consultation.record.discussion import standing
from consultation.record.product import human_product
from foundation.errors import RunError

__all__ = [
    "Wanted", "desk_of", "document", "human", "human_desk", "listed", "making", "require_pdf", "wanted",
]  # fmt: skip

_AT_ONCE = BoundedSemaphore(3)
"""So many documents are made, or wait to be drawn, at once; further requests are asked to come again."""
_FILES = (
    "forecast.nc", "observations.nc", "verification.json", "manifest.json", "warnings.json",
    "contributions.nc", "physical.nc", "tags.nc", "dust.json",
)  # fmt: skip


@dataclass(frozen=True)
class Wanted:
    """A document of a run.

    Attributes:
        desk: where people changed it; None for the model's product.
        mark: names the product of people, so that an answer is made anew when it changes.
    """

    library: Library
    run: Run
    desk: Desk | None
    mark: str


def desk_of(request: Request) -> Desk | None:
    """The desk of the application, where it has one."""
    return getattr(request.app.state, "desk", None)


def human_desk(request: Request) -> Desk:
    """The desk.

    Raises:
        AbsentError: when the page reads alone.
    """
    desk = desk_of(request)
    if desk is None:
        raise AbsentError("本页面只读，没有会商记录", "This page reads alone: there is no record")
    return desk


def name_of(run: Run) -> str:
    """The run as the record names it, `domain/stamp`."""
    return run.id.replace(".", "/")


def listed(run: Run) -> DocumentList:
    """All forms, each with the reason where it cannot be made here."""
    return DocumentList(
        run=run.id,
        documents=[
            DocumentKind(
                format=form, media_type=MEDIA_TYPES[form], absent=_no_pdf() if form == "pdf" else None
            )
            for form in ENDINGS
        ],
    )


@lru_cache(maxsize=1)
def _no_pdf() -> Unavailable | None:
    from consultation.documents.paper import require_engine

    try:
        require_engine()
    except RunError as error:
        return Unavailable(chinese="本机未安装PDF排版组件（pango），请下载DOCX", english=error.what)
    return None


def require_pdf() -> None:
    """Refuse where no PDF can be made.

    Raises:
        AbsentError: where pango is not installed.
    """
    absent = _no_pdf()
    if absent is not None:
        raise AbsentError(absent.chinese, absent.english, "no-pdf")


@contextmanager
def making() -> Iterator[None]:
    """Make a document in it; a few are made at once.

    Raises:
        PageError: when too many are being made.
    """
    if not _AT_ONCE.acquire(blocking=False):
        raise PageError(
            429, "busy", "正在生成其他文件，请稍后再试", "Other documents are being made; try again"
        )
    try:
        yield
    finally:
        _AT_ONCE.release()


def wanted(library: Library, desk: Desk | None, run: Run, product: str) -> Wanted:
    """What is asked for, and by what it is known."""
    if desk is None or product == "model":
        return Wanted(library, run, None, "")
    now = standing(desk, name_of(run))
    signed = now.signature.sequence if now.signature and now.signed else 0
    return Wanted(library, run, desk, f"{now.digest}-{signed}")


def document(one: Wanted, form: str, kind: str) -> Answer:
    """A run in one form.

    Raises:
        AbsentError: when it cannot be made.
        PageError: when too many are being made.
    """
    if form == "pdf":
        require_pdf()
    with making():
        content = product_bytes(_opened(one, kind), form)
    name = f"bogda-{one.run.id}-{form}{ENDINGS[form]}"
    shown = "inline" if form in {"html", "json", "cap", "atom"} else "attachment"
    headers = {"Content-Disposition": f'{shown}; filename="{name}"'}
    return Answer.of(content, MEDIA_TYPES[form], headers)


def _opened(one: Wanted, kind: str) -> Writing:
    if one.desk is not None:
        return product_now(one.desk, name_of(one.run), outlets_of(one.desk), kind)
    from consultation.exchange.configuration import exchange_config

    with HDF5:
        return open_request(one.run.files.folder(_FILES), exchange_config(), kind=kind)


def human(desk: Desk, run: Run) -> Human:
    """The human product of a run."""
    return Human.model_validate(told(human_product(desk, name_of(run))))
