"""What keeps the page safe: headers, bounds, sessions, and refusal of requests from elsewhere."""

from __future__ import annotations

from fastapi import FastAPI

from consultation.page.security.answers import add_answers
from consultation.page.security.body_size import BodyBound
from consultation.page.security.headers import SecurityHeaders
from consultation.page.security.rate import RateBound
from consultation.record.desk import Desk

__all__ = ["secure"]


def secure(app: FastAPI, settings: Desk) -> None:
    """Make an application safe to serve, and give its routes the desk they work at.

    Sets `app.state.desk`; adds the headers, the bounds on size and rate, and the answers to refused acts. A
    response that sets one of the headers itself keeps its own.

    Args:
        app: the application, not yet started.
        settings: the desk, whose `config` holds the choices.
    """
    app.state.desk = settings
    add_answers(app)
    app.add_middleware(BodyBound, longest=settings.config.limits.body_bytes)
    app.add_middleware(RateBound, limits=settings.config.limits)
    app.add_middleware(SecurityHeaders, config=settings.config)
