"""Logging in and out, and who one is."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from pydantic import Field

from consultation.accounts.login import Credentials, log_in
from consultation.accounts.sessions import Session, close_session, csrf_token, session_of
from consultation.page.security.answers import REFUSALS
from consultation.page.security.guards import (
    Acting,
    AtDesk,
    Visitor,
    cookie_name,
    from_the_page,
    is_secure,
    token_of,
)
from consultation.record.desk import Desk
from foundation.configuration import Config

router = APIRouter(prefix="/api", tags=["access"], responses=REFUSALS)


class Login(Config):
    """Name and password as typed."""

    name: Annotated[str, Field(min_length=1, max_length=64)]
    password: Annotated[str, Field(min_length=1, max_length=1024)]


@router.post("/login", dependencies=[Depends(from_the_page)])
def login(given: Login, request: Request, response: Response, desk: AtDesk) -> dict[str, Any]:
    """Begin a session; the one before in this browser ends."""
    address = request.client.host if request.client else ""
    credentials = Credentials(given.name, given.password, address)
    _, token = log_in(desk, credentials, token_of(request, desk))
    keep_session(request, response, desk, token)
    return told(desk, session_of(desk, token), token)


def keep_session(request: Request, response: Response, desk: Desk, token: str) -> None:
    """Give the browser the session's token: out of reach of scripts, and never sent from other sites."""
    response.set_cookie(
        cookie_name(request, desk), token, max_age=desk.config.session.longest_hours * 3600, path="/",
        secure=is_secure(request, desk), httponly=True, samesite="strict",
    )  # fmt: skip
    response.headers["cache-control"] = "no-store"


@router.post("/logout")
def logout(request: Request, response: Response, desk: AtDesk, actor: Acting) -> dict[str, Any]:
    """End the session."""
    token = token_of(request, desk)
    if token:
        close_session(desk, token)
    response.delete_cookie(
        cookie_name(request, desk),
        path="/",
        secure=is_secure(request, desk),
        httponly=True,
        samesite="strict",
    )
    return {"logged_out": actor.name}


@router.get("/me")
def me(request: Request, response: Response, desk: AtDesk, session: Visitor) -> dict[str, Any]:
    """Who one is, what one may do, and the token that acts must carry."""
    response.headers["cache-control"] = "no-store"
    return told(desk, session, token_of(request, desk))


def told(desk: Desk, session: Session | None, token: str | None) -> dict[str, Any]:
    """What the page must know of whoever looks at it."""
    openid = desk.config.openid
    offices = {name: office.model_dump() for name, office in desk.config.offices.items()}
    answer: dict[str, Any] = {
        "logged_in": session is not None,
        "may_read": session is not None or desk.config.anonymous_may_read,
        "offices": offices,
        "two_persons": list(desk.config.two_persons),
        "single_sign_on": openid.title.model_dump() if openid.enabled else None,
    }
    if session is None or token is None:
        return answer
    rights = desk.config.rights[session.role]  # type: ignore[index]
    person = {"name": session.name, "shown_name": session.shown_name, "role": session.role}
    return answer | person | {"rights": list(rights), "csrf": csrf_token(token)}
