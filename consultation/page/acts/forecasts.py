"""The forecaster's changes, and the product that stands beside the model's forecast."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path

from consultation.page.security.answers import REFUSALS
from consultation.page.security.guards import Acting, AtDesk, reader
from consultation.record.changes import Change, Withdrawal, change, withdraw
from consultation.record.product import human_product
from consultation.record.words import RunName

router = APIRouter(prefix="/api/forecast", tags=["forecast"], responses=REFUSALS)

Run = Annotated[RunName, Path(description="起报 · Run, as demo.20261120T080000Z")]


@router.post("/changes")
def make_change(wanted: Change, desk: AtDesk, actor: Acting) -> dict[str, Any]:
    """Change range, level and primary pollutant of a place and a day."""
    return change(desk, actor, wanted).told()


@router.post("/withdrawals")
def take_back(wanted: Withdrawal, desk: AtDesk, actor: Acting) -> dict[str, Any]:
    """Take a change back."""
    return withdraw(desk, actor, wanted).told()


@router.get("/product/{run}", dependencies=[Depends(reader)])
def product(run: Run, desk: AtDesk) -> dict[str, Any]:
    """Every place and day: what the model says, what holds, and who changed it."""
    return human_product(desk, run).told()
