"""Warnings: read, propose, edit, approve, issue, update, downgrade, lift, cancel."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Query

from consultation.page.acts.carrying import goes_out
from consultation.page.security.answers import REFUSALS
from consultation.page.security.guards import Acting, AtDesk, reader
from consultation.record.drafting import body_for
from consultation.record.drafts import Terms
from consultation.record.notice_texts import notice_texts
from consultation.record.warning_acts import Edited, Proposed, approve, edit, propose
from consultation.record.warning_releases import end, release
from consultation.record.warning_steps import Act
from consultation.record.warning_view import warning, warnings_of
from consultation.record.words import Bilingual

router = APIRouter(prefix="/api/warnings", tags=["warnings"], responses=REFUSALS)

Named = Annotated[str, Path(pattern=r"^[a-z0-9][a-z0-9-]{0,99}$")]
Releasing = Literal["issue", "update", "downgrade"]
_STATE: dict[Releasing, Literal["issued", "updated", "downgraded"]] = {
    "issue": "issued", "update": "updated", "downgrade": "downgraded",
}  # fmt: skip


@router.get("", dependencies=[Depends(reader)])
def read_all(desk: AtDesk, only_open: Annotated[bool, Query()] = False) -> dict[str, Any]:
    """Every warning as it stands, newest last."""
    return {"warnings": [one.told(history=False) for one in warnings_of(desk, only_open=only_open)]}


@router.get("/texts", dependencies=[Depends(reader)])
def read_texts() -> dict[str, Any]:
    """Kinds of pollution and the measures that each may order."""
    return notice_texts().model_dump(mode="json")


@router.get("/{name}", dependencies=[Depends(reader)])
def read_one(name: Named, desk: AtDesk) -> dict[str, Any]:
    """One warning with every step."""
    return warning(desk, name).told()


@router.get("/{name}/text", dependencies=[Depends(reader)])
def read_text(name: Named, desk: AtDesk, terms: Annotated[Terms, Query()]) -> Bilingual:
    """The body that would be built for a level, counties and a period; nothing is written."""
    return body_for(desk, name, terms)


@router.post("/propose")
def propose_one(wanted: Proposed, desk: AtDesk, actor: Acting) -> dict[str, Any]:
    """Propose a warning for an area."""
    return propose(desk, actor, wanted).told()


@router.post("/edit")
def edit_one(wanted: Edited, desk: AtDesk, actor: Acting) -> dict[str, Any]:
    """Write its text anew."""
    return edit(desk, actor, wanted).told()


@router.post("/approve")
def approve_one(act: Act, desk: AtDesk, actor: Acting) -> dict[str, Any]:
    """Approve the text as it was read."""
    return approve(desk, actor, act).told()


@router.post("/lift", dependencies=[Depends(goes_out)])
def lift_one(act: Act, desk: AtDesk, actor: Acting) -> dict[str, Any]:
    """Lift it."""
    return end(desk, actor, act, "lifted").told()


@router.post("/cancel", dependencies=[Depends(goes_out)])
def cancel_one(act: Act, desk: AtDesk, actor: Acting) -> dict[str, Any]:
    """Cancel it."""
    return end(desk, actor, act, "cancelled").told()


@router.post("/{how}", dependencies=[Depends(goes_out)])
def release_one(how: Releasing, act: Act, desk: AtDesk, actor: Acting) -> dict[str, Any]:
    """Let the approved text go out: issue, update or downgrade."""
    return release(desk, actor, act, _STATE[how]).told()
