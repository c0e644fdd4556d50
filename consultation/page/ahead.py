"""Views of the newest run are made before anybody asks for them: after the start, and after each new run."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from fastapi import APIRouter, FastAPI
from starlette.types import Message, Scope

from consultation.page.faults import PageError, install_faults
from consultation.page.library import Library
from consultation.page.reading.inspection import Run
from consultation.page.views.forecasts import day_forecast, ordered_places
from foundation.errors import BogdaError
from foundation.places import gazetteer

__all__ = ["Ahead", "looking_ahead", "views_of"]

_LOG = logging.getLogger(__name__)
_FIRST = (
    "", "/today", "/map", "/map/places", "/map/frames?layer=pm25&first=0&count=24",
    "/map/frames?layer=wind&first=0&count=24", "/sources/matrix", "/sources/matrix?by=sector", "/footprints",
    "/verification", "/measures",
)  # fmt: skip
_OF_PLACE = (
    "/places/{}", "/places/{}/previous", "/places/{}/contributions", "/places/{}/sounding",
    "/places/{}?averaging=day", "/verification?place={}",
)  # fmt: skip
_OF_DAY = ("/map/frames?layer=pm25&first={}&count=24", "/map/frames?layer=wind&first={}&count=24")
_FURTHER_DAYS = range(24, 168, 24)
_SHARE_OF_CACHE = 0.5
_LONGEST_WAIT_SECONDS = 5.0


def views_of(library: Library, run: Run) -> Iterator[str]:
    """Addresses after that of the run; those that people open first come first."""
    yield from _FIRST
    regions = library.config.regions
    yield from (f"/consult?region={name}" for name in regions)
    held, known = ordered_places(day_forecast(library, run, "day")), gazetteer()
    first = [name for one in known.regions if one.id in regions for name in one.places if name in held]
    for name in dict.fromkeys((*first, *held)):
        yield from (view.format(name) for view in _OF_PLACE)
    for hour in _FURTHER_DAYS:
        yield from (view.format(hour) for view in _OF_DAY)


class Ahead:
    """Asks for the views of each new run once, in a thread of its own, one after another.

    Args:
        library: whose answers are filled.
        routers: of the read API, under `/api`.
    """

    def __init__(self, library: Library, routers: tuple[APIRouter, ...]) -> None:
        """Start nothing yet."""
        self._library, self._over, self._done = library, threading.Event(), threading.Event()
        self._app = FastAPI()
        self._app.state.library = library
        install_faults(self._app)
        for router in routers:
            self._app.include_router(router, prefix="/api")
        self._thread = threading.Thread(target=self._watch, name="bogda-ahead", daemon=True)

    def start(self, wait_seconds: float = _LONGEST_WAIT_SECONDS) -> None:
        """Begin, and wait a little: who asks as soon as the server starts finds the first views made."""
        self._thread.start()
        self._done.wait(wait_seconds)

    def close(self, seconds: float = 5.0) -> None:
        """Ask for nothing more, and wait for what is being made."""
        self._over.set()
        self._thread.join(seconds)

    def _watch(self) -> None:
        done = ""
        while not self._over.is_set():
            try:
                run = self._library.shelf.latest()[0]
                if run is not None and run.revision != done:
                    done = run.revision
                    asyncio.run(self.make(run))
            except (PageError, BogdaError, OSError, RuntimeError, ValueError) as error:
                _LOG.warning("views could not be made ahead: %s", error)
            self._done.set()
            self._over.wait(max(1.0, self._library.config.rescan_seconds))

    async def make(self, run: Run) -> None:
        """Ask for the views of a run, until half of what answers may take is filled."""
        most = _SHARE_OF_CACHE * self._library.answers.most_bytes
        for view in views_of(self._library, run):
            if self._over.is_set() or self._library.answers.bytes > most:
                return
            await self._ask(f"/api/runs/{run.id}{view}")

    async def _ask(self, address: str) -> None:
        """Ask as a browser would; answers are kept by the library, a fault is told to whoever asks."""
        path, _, query = address.partition("?")
        scope: Scope = {
            "type": "http", "http_version": "1.1", "method": "GET", "scheme": "http", "path": path,
            "raw_path": path.encode(), "query_string": query.encode(), "root_path": "", "headers": [],
            "client": None, "server": None,
        }  # fmt: skip

        async def receive() -> Message:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(_: Message) -> None:
            """Nobody waits for it."""

        await self._app(scope, receive, send)


@contextmanager
def looking_ahead(library: Library, routers: tuple[APIRouter, ...]) -> Iterator[None]:
    """Make views ahead while the application runs."""
    ahead = Ahead(library, routers)
    ahead.start()
    try:
        yield
    finally:
        ahead.close()
