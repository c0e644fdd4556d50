"""What went out: alerts of issued warnings, the feed, and the list of deliveries."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Query, Response

from consultation.exchange.configuration import ExchangeConfig
from consultation.formats import ENDINGS, MEDIA_TYPES
from consultation.issuing.alerts import alert_of
from consultation.issuing.feed import feed, feed_revision
from consultation.issuing.notice_papers import notice_paper
from consultation.issuing.outlets import Outlets
from consultation.issuing.releases import released_step
from consultation.page.acts.carrying import outlets_for
from consultation.page.answers import SELF_CONTAINED, Answer
from consultation.page.asking import Shared
from consultation.page.security.answers import REFUSALS
from consultation.page.security.guards import AtDesk, Reader, reader
from consultation.page.views.documents import making, require_pdf
from consultation.record.deliveries import Delivery
from consultation.record.refusals import NotLoggedIn, Refusal
from consultation.record.warning_view import warning
from foundation.errors import ConfigurationError

router = APIRouter(tags=["outgoing"], responses=REFUSALS)

Named = Annotated[str, Path(pattern=r"^[a-z0-9][a-z0-9-]{0,99}$", description="预警编号 · Id of a warning")]
Leaving = Annotated[Outlets, Depends(outlets_for)]
_MOST_LISTED = 500
_KEEP = {"Cache-Control": "private, no-cache"}


@router.get("/api/warnings/{name}/cap", dependencies=[Depends(reader)], response_class=Response)
def alert_of_warning(
    name: Named,
    desk: AtDesk,
    outlets: Leaving,
    version: Annotated[int | None, Query(ge=1, le=100_000, description="步 · Step; the last")] = None,
) -> Response:
    """已发布预警的CAP · An issued warning as a CAP alert; a draft is none."""
    one = released_step(warning(desk, name), version)
    _named(outlets.exchange, synthetic=one.entry.payload["notice"]["evidence"].get("synthetic") is True)
    headers = _KEEP | {"Content-Disposition": f'inline; filename="{one.identifier}.xml"'}
    return Response(alert_of(one, outlets.exchange), media_type=MEDIA_TYPES["cap"], headers=headers)


def _named(exchange: ExchangeConfig, *, synthetic: bool) -> None:
    """Refuse an actual alert as long as the site has not named its sender."""
    try:
        if not synthetic:
            exchange.require_sender()
    except ConfigurationError as error:
        raise Refusal(error.what, "未配置发布单位，不能生成正式预警信息", remedy=error.remedy) from error


@router.get("/api/warnings/{name}/notice", dependencies=[Depends(reader)], response_class=Response)
def notice_of_warning(
    name: Named,
    desk: AtDesk,
    outlets: Leaving,
    form: Annotated[Literal["docx", "pdf", "html"], Query(alias="format")] = "docx",
    version: Annotated[int | None, Query(ge=1, le=100_000, description="步 · Step; the last")] = None,
) -> Response:
    """已发布预警的通知（公文）· An issued warning as a notice on paper."""
    one = released_step(warning(desk, name), version)
    if form == "pdf":
        require_pdf()
    with making():
        content = notice_paper(desk, one, outlets.exchange, form)
    shown = "inline" if form == "html" else "attachment"
    file = f"{one.identifier}-notice{ENDINGS[form]}"
    headers = _KEEP | {"Content-Disposition": f'{shown}; filename="{file}"'}
    headers |= SELF_CONTAINED if form == "html" else {}
    return Response(content, media_type=MEDIA_TYPES[form], headers=headers)


@router.get("/feed.atom", dependencies=[Depends(reader)], response_class=Response)
def feed_of_all(asked: Shared, desk: AtDesk, outlets: Leaving) -> Response:
    """已发布预警与已签发会商结论 · Issued warnings and signed bulletins."""
    return asked.kept(
        feed_revision(desk), lambda: Answer.of(feed(desk, outlets.exchange), MEDIA_TYPES["atom"])
    )


@router.get("/api/deliveries")
def deliveries(
    desk: AtDesk,
    session: Reader,
    outlets: Leaving,
    product: Annotated[str | None, Query(max_length=200, pattern=r"^[A-Za-z0-9._:/-]+$")] = None,
) -> dict[str, Any]:
    """送达情况，新的在前 · What was delivered whereto, newest first."""
    if session is None:
        raise NotLoggedIn("log in to see deliveries", "请先登录")
    desk.permit(session.actor, "deliveries")
    found = outlets.ledger.all(product)
    return {
        "targets": [
            {"name": one.name, "kind": one.kind, "formats": list(one.formats)}
            for one in outlets.delivery.targets
        ],
        "total": len(found),
        "deliveries": [delivery_told(one) for one in reversed(found[-_MOST_LISTED:])],
    }


def delivery_told(one: Delivery) -> dict[str, Any]:
    """A delivery as plain data."""
    return {
        "product": one.key.product, "version": one.key.version, "target": one.key.target,
        "status": one.status, "attempts": one.attempts, "claimed": one.claimed, "finished": one.finished,
        "detail": one.detail,
    }  # fmt: skip
