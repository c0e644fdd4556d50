"""How much is taken in, and how many requests are worked on at once."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import (
    AbstractAsyncContextManager,
    AbstractContextManager,
    asynccontextmanager,
    nullcontext,
    suppress,
)

import anyio.to_thread
from fastapi import FastAPI
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from consultation.page.acts.carrying import carrying
from consultation.page.shapes.words import Fault, FaultAnswer

__all__ = ["BodyLimit", "threads_limited"]

_TOO_LARGE = Fault(code="too-large", chinese="请求内容过大", english="The body of the request is too large")


class _TooLargeError(Exception):
    """More was sent than is taken."""


class BodyLimit:
    """Refuses bodies larger than a limit, whatever their declared length."""

    def __init__(self, app: ASGIApp, most_bytes: int) -> None:
        """Wrap an application."""
        self._app, self._most = app, most_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Count what is received; once it is too much, answer in the place of the application."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        taken = 0

        async def counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > self._most:
                raise _TooLargeError
            return message

        async def watched(message: Message) -> None:
            if taken <= self._most:
                await send(message)

        with suppress(_TooLargeError):
            await self._app(scope, counted, watched)
        if taken > self._most:
            await JSONResponse(FaultAnswer(error=_TOO_LARGE).model_dump(), 413)(scope, receive, send)


def threads_limited(
    most: int, beside: Callable[[], AbstractContextManager[None]] = nullcontext
) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    """A lifespan in which so many requests are worked on at once; at its end copies of files go.

    Args:
        most: requests at once.
        beside: what goes on meanwhile.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        anyio.to_thread.current_default_thread_limiter().total_tokens = most
        with carrying(app), beside():
            yield
        app.state.library.shelf.close()

    return lifespan
