"""Who asks, and whether the request comes from the page itself: dependencies of the routes."""

from __future__ import annotations

import hmac
import re
from typing import Annotated

from fastapi import Depends, Request, Response
from fastapi.concurrency import run_in_threadpool

from consultation.accounts.sessions import Session, csrf_token, session_of, take_request
from consultation.record.chain import Actor
from consultation.record.desk import Desk
from consultation.record.refusals import NotAcceptable, NotLoggedIn, NotPermitted, Refusal

COOKIE = "bogda_session"
CSRF_HEADER = "x-bogda-csrf"
REQUEST_HEADER = "x-bogda-request"
"""A number that the page makes at random for each act; the same number is not taken twice."""

_NUMBER = re.compile(r"[A-Za-z0-9-]{16,64}")
_LONGEST_TOKEN = 100


async def desk_of(request: Request) -> Desk:
    """The desk that `secure` gave the application."""
    desk: Desk = request.app.state.desk
    return desk


AtDesk = Annotated[Desk, Depends(desk_of)]


def is_secure(request: Request, desk: Desk) -> bool:
    """Whether the browser speaks to the page over https."""
    return request.url.scheme == "https" or (desk.config.public_address or "").startswith("https://")


def cookie_name(request: Request, desk: Desk) -> str:
    """Name of the session's cookie; over https one that no other host or path can set."""
    return f"__Host-{COOKIE}" if is_secure(request, desk) else COOKIE


def token_of(request: Request, desk: Desk) -> str | None:
    """The session's token that the browser sent, if it can be one."""
    token = request.cookies.get(cookie_name(request, desk))
    return token if token and len(token) <= _LONGEST_TOKEN and token.isascii() else None


async def visitor(request: Request, desk: AtDesk) -> Session | None:
    """The session of whoever asks; None without one that holds. Only the data base takes a thread."""
    token = token_of(request, desk)
    return None if token is None else await run_in_threadpool(session_of, desk, token)


Visitor = Annotated[Session | None, Depends(visitor)]


async def reader(desk: AtDesk, session: Visitor) -> Session | None:
    """Whoever may look.

    Raises:
        NotLoggedIn: without a session, where looking takes one.
        NotPermitted: when the role may not look.
    """
    if session is None and not desk.config.anonymous_may_read:
        raise NotLoggedIn("log in to look", "请先登录")
    if session is not None:
        desk.permit(session.actor, "read")
    return session


def from_the_page(request: Request, desk: AtDesk) -> None:
    """Refuse what another site, or a form, sends.

    Raises:
        NotPermitted: when the origin is not that of the page, or is not told.
        NotAcceptable: when the body is not said to be JSON, which forms cannot send.
    """
    origin, site = request.headers.get("origin", ""), request.headers.get("sec-fetch-site", "same-origin")
    if not _same_origin(origin, request, desk) or site != "same-origin":
        raise NotPermitted("the request does not come from this page", "请求并非来自本页面")
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise NotAcceptable("expected application/json", "请求须为JSON")


def _same_origin(origin: str, request: Request, desk: Desk) -> bool:
    if desk.config.public_address:
        return origin == desk.config.public_address.rstrip("/")
    host = request.headers.get("host", "")
    return bool(host) and origin in (f"http://{host}", f"https://{host}")


def acting(request: Request, response: Response, desk: AtDesk, session: Visitor) -> Actor:
    """Whoever acts, in a session, from the page, for the first time with this request.

    Raises:
        NotLoggedIn: without a session that holds.
        NotPermitted: when the request comes from elsewhere or lacks the session's own token.
        NotAcceptable: when it is not JSON or has no number.
        Refusal: when it was received before.
    """
    from_the_page(request, desk)
    token = token_of(request, desk)
    if session is None or token is None:
        raise NotLoggedIn("log in first", "请先登录，或登录已过期")
    given = request.headers.get(CSRF_HEADER, "")
    if not hmac.compare_digest(given.encode(), csrf_token(token).encode()):
        raise NotPermitted("the request lacks the token of this session", "请求缺少本次登录的校验码")
    number = request.headers.get(REQUEST_HEADER, "")
    if not _NUMBER.fullmatch(number):
        raise NotAcceptable(f"expected a number of its own in {REQUEST_HEADER}", "请求缺少编号")
    if not take_request(desk, session, number):
        raise Refusal(
            "the request was received before", "该请求已收到过", remedy="See what it did; then act anew"
        )
    response.headers["cache-control"] = "no-store"
    return session.actor


Acting = Annotated[Actor, Depends(acting)]
Reader = Annotated[Session | None, Depends(reader)]
