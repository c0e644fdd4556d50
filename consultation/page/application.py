"""The application: read API, front end, faults, limits."""

from __future__ import annotations

from contextlib import nullcontext
from functools import partial
from importlib import metadata

from fastapi import APIRouter, Depends, FastAPI
from starlette.middleware.gzip import GZipMiddleware

from consultation.page.acts import routers as routers_that_act
from consultation.page.ahead import looking_ahead
from consultation.page.asking import FAULTS
from consultation.page.faults import install_faults
from consultation.page.front import add_front
from consultation.page.library import Library
from consultation.page.limits import BodyLimit, threads_limited
from consultation.page.parameters import known_parameters
from consultation.page.routes import judging, kept, maps, places, runs
from consultation.page.security import secure
from consultation.page.security.guards import reader
from consultation.page.settings import PageConfig, page_config
from consultation.record.desk import Desk

__all__ = ["create_app", "routers"]

_LEAST_PACKED = 1000


def routers() -> tuple[APIRouter, ...]:
    """The routers of the read API."""
    return runs.router, maps.router, places.router, judging.router, kept.router


def create_app(settings: PageConfig | None = None, desk: Desk | None = None) -> FastAPI:
    """The page over a store of runs. Without a desk it reads alone; runs are never written.

    Args:
        settings: choices; those that ship by default.
        desk: where people log in, change, agree, sign and warn.

    Raises:
        RunError: when the protocol of the store is unknown or its client is not installed.
    """
    config = settings or page_config()
    library = Library.of(config)
    ahead = partial(looking_ahead, library, routers()) if config.views_ahead else nullcontext
    app = FastAPI(
        title="Bogda 会商页面 · Consultation page", version=metadata.version("bogda"),
        description="只读接口：数值用人们所读的单位，时间为UTC。See docs/page-api.md.",
        openapi_url="/api/openapi.json", docs_url=None, redoc_url=None,
        lifespan=threads_limited(config.limits.answers_at_once, ahead),
    )  # fmt: skip
    app.state.library = library
    install_faults(app)
    app.add_middleware(GZipMiddleware, minimum_size=_LEAST_PACKED)
    app.add_middleware(BodyLimit, most_bytes=config.limits.body_bytes)
    looking = [Depends(known_parameters)] if desk is None else [Depends(known_parameters), Depends(reader)]
    for router in routers():
        app.include_router(router, prefix="/api", responses=FAULTS, dependencies=looking)
    if desk is not None:
        secure(app, desk)
        for router in routers_that_act():
            app.include_router(router)
    add_front(app)
    return app
