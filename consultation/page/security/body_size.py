"""A bound on the size of a request's body, whether or not the request says how long it is."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from consultation.page.security.answers import answer


class _TooLongError(Exception):
    """More came than is permitted."""


class BodyBound:
    """Refuses bodies longer than a number of bytes."""

    def __init__(self, app: ASGIApp, longest: int) -> None:
        """Bound what reaches an application."""
        self._app, self._longest = app, longest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, counting what comes."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        told = Headers(scope=scope).get("content-length", "0")
        if not told.isascii() or not told.isdigit() or int(told[:19]) > self._longest:
            await self._refuse(scope, receive, send)
            return
        came, begun = 0, False

        async def counted() -> Message:
            nonlocal came
            message = await receive()
            came += len(message.get("body", b""))
            if came > self._longest:
                raise _TooLongError
            return message

        async def noted(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, counted, noted)
        except _TooLongError:
            if not begun:
                await self._refuse(scope, receive, send)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        english = f"the body is longer than {self._longest} bytes"
        told = answer(413, "too-long", "请求内容过长", english, {"connection": "close"})
        await told(scope, receive, send)
