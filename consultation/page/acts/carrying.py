"""After an act that lets something go out, the carrier of the application is woken."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from fastapi import FastAPI, Request

from consultation.issuing.carrier import Carrier, Wakeable
from consultation.issuing.outlets import Outlets, outlets_of


@contextmanager
def carrying(app: FastAPI) -> Iterator[None]:
    """Carry what is due while the application runs; what an earlier process left behind comes first.

    Raises:
        ConfigurationError: when the settings of exchange and delivery cannot be used.
    """
    desk = getattr(app.state, "desk", None)
    carrier = None if desk is None else Carrier.of(desk)
    app.state.carrier = carrier
    if carrier is not None:
        carrier.wake()
    try:
        yield
    finally:
        if carrier is not None:
            carrier.close()


def goes_out(request: Request) -> Iterator[None]:
    """Wake the carrier when the act was done; a refused act wakes nobody."""
    yield
    carrier: Wakeable | None = getattr(request.app.state, "carrier", None)
    if carrier is not None:
        carrier.wake()


def outlets_for(request: Request) -> Outlets:
    """Who sends and whereto, as the application began with it.

    Raises:
        ConfigurationError: when the settings cannot be used.
    """
    carrier = getattr(request.app.state, "carrier", None)
    return carrier.outlets if isinstance(carrier, Carrier) else outlets_of(request.app.state.desk)
