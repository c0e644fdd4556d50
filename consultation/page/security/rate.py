"""How many requests an address may make in a minute, held in this process: buckets that fill again."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable

from starlette.types import ASGIApp, Receive, Scope, Send

from consultation.page.security.answers import answer
from consultation.record.configuration import LimitConfig

_MOST_BUCKETS = 10_000
_LOOKING = {"GET", "HEAD", "OPTIONS"}
LOGIN_PATHS = ("/api/login", "/api/openid/")
MEASURES_PATH = "/measures"


class Buckets:
    """A bucket for each key: a request takes a drop, and in a minute it fills again.

    Args:
        per_minute: drops that a full bucket holds, and that come in a minute.
        clock: seconds that only go forward.
    """

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin with all buckets full."""
        self._size, self._clock = per_minute, clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, key: str) -> float:
        """Take a drop.

        Returns:
            0 when there was one, else seconds until there is.
        """
        now = self._clock()
        held, when = self._buckets.pop(key, (float(self._size), now))
        held = min(float(self._size), held + (now - when) * self._size / 60)
        wait = 0.0 if held >= 1 else (1 - held) * 60 / self._size
        self._buckets[key] = (held if wait else held - 1, now)
        while len(self._buckets) > _MOST_BUCKETS:
            self._buckets.popitem(last=False)
        return wait


class RateBound:
    """Refuses an address that asks too often; logins, acts, looks and sliders are counted apart."""

    def __init__(self, app: ASGIApp, limits: LimitConfig) -> None:
        """Bound what reaches an application."""
        self._app = app
        self._buckets = {
            "login": Buckets(limits.logins_per_minute),
            "act": Buckets(limits.acts_per_minute),
            "look": Buckets(limits.reads_per_minute),
            "measure": Buckets(limits.measures_per_minute),
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or say how long to wait."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        address = (scope.get("client") or ("", 0))[0]
        wait = self._buckets[_kind(scope)].take(address)
        if not wait:
            await self._app(scope, receive, send)
            return
        told = answer(
            429, "too-many", "请求过于频繁，请稍候", "too many requests; wait a little",
            {"retry-after": str(int(wait) + 1)},
        )  # fmt: skip
        await told(scope, receive, send)


def _kind(scope: Scope) -> str:
    if scope["path"].startswith(LOGIN_PATHS):
        return "login"
    if scope["path"].endswith(MEASURES_PATH):
        return "measure"
    return "look" if scope["method"] in _LOOKING else "act"
