"""Login by OpenID Connect: away to the provider, and back."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse

from consultation.accounts.openid import Provider
from consultation.page.acts.access import keep_session
from consultation.page.security.answers import REFUSALS
from consultation.page.security.guards import AtDesk, is_secure
from consultation.record.desk import Desk

router = APIRouter(prefix="/api/openid", tags=["access"], responses=REFUSALS)

_COOKIE = "bogda_openid"
_SECONDS = 600
Part = Annotated[str, Query(max_length=4096)]


def _back(request: Request, desk: Desk) -> str:
    base = desk.config.public_address or f"{request.url.scheme}://{request.url.netloc}"
    return f"{base.rstrip('/')}{router.prefix}/finish"


@router.get("/begin")
def begin(request: Request, desk: AtDesk) -> RedirectResponse:
    """Send the browser to the provider."""
    address, state = Provider(desk).begin(_back(request, desk))
    answer = RedirectResponse(address, status_code=303)
    answer.set_cookie(  # lax, because the provider sends the browser back from another site
        _COOKIE, state, max_age=_SECONDS, path=router.prefix, secure=is_secure(request, desk), httponly=True,
        samesite="lax",
    )  # fmt: skip
    answer.headers["cache-control"] = "no-store"
    return answer


@router.get("/finish")
def finish(request: Request, desk: AtDesk, code: Part = "", state: Part = "") -> RedirectResponse:
    """Take the browser back from the provider and begin a session."""
    given = {"state": state} | ({"code": code} if code else {})
    _, token = Provider(desk).finish(given, request.cookies.get(_COOKIE, ""), _back(request, desk))
    answer = RedirectResponse("/", status_code=303)
    keep_session(request, answer, desk, token)
    answer.delete_cookie(_COOKIE, path=router.prefix)
    return answer
