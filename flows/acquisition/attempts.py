"""Trying again, with waits that grow, until time is up."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from flows.acquisition.not_arrived import PASSING, NotArrivedError
from flows.acquisition.source_parts import Bounds

__all__ = ["tried"]

Made = TypeVar("Made")
_FIRST_WAIT_S, _LONGEST_WAIT_S = 0.5, 20.0


def tried(attempt: Callable[[], Made], bounds: Bounds, ends: float) -> Made:
    """Try until it works, trying again does not help, or time is up.

    Raises:
        NotArrivedError: the last one.
    """
    for number in range(1, bounds.attempts + 1):
        try:
            return attempt()
        except NotArrivedError as error:
            wait = max(min(_FIRST_WAIT_S * 3 ** (number - 1), _LONGEST_WAIT_S), error.wait_s)
            if error.code not in PASSING or number == bounds.attempts or time.monotonic() + wait >= ends:
                raise
            time.sleep(wait)
    raise AssertionError("unreachable")
