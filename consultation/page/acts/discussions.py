"""Notes, agreements and the sign-off of a run."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends

from consultation.page.acts.carrying import goes_out
from consultation.page.acts.forecasts import Run
from consultation.page.security.answers import REFUSALS
from consultation.page.security.guards import Acting, AtDesk, reader
from consultation.record.discussion import Agreement, Note, SignOff, add_note, agree, sign, standing

router = APIRouter(prefix="/api/discussion", tags=["discussion"], responses=REFUSALS)


@router.post("/notes")
def write_note(note: Note, desk: AtDesk, actor: Acting) -> dict[str, Any]:
    """Write a note."""
    return add_note(desk, actor, note).told()


@router.post("/agreements")
def write_agreement(wanted: Agreement, desk: AtDesk, actor: Acting) -> dict[str, Any]:
    """Agree for one office to the product as it was read."""
    return agree(desk, actor, wanted).told()


@router.post("/signatures", dependencies=[Depends(goes_out)])
def write_signature(wanted: SignOff, desk: AtDesk, actor: Acting) -> dict[str, Any]:
    """Sign what both offices agreed to."""
    return sign(desk, actor, wanted).told()


@router.get("/{run}", dependencies=[Depends(reader)])
def read_standing(run: Run, desk: AtDesk) -> dict[str, Any]:
    """How far the consultation of a run is."""
    return standing(desk, run).told()
