"""What is due, done now and by hand: to its end, or until told to end; no worker is left behind."""

from __future__ import annotations

import threading
from collections.abc import Callable

from flows.operations.attend import Attendant, Looked
from flows.operations.clock import MachineClock
from flows.operations.service import ending_in_order
from flows.operations.station import Station
from foundation.errors import RunError

__all__ = ["do_what_is_due"]


def do_what_is_due(station: Station, told: Callable[[str], None]) -> Looked:
    """Attend to a site until nothing more is due.

    Args:
        station: whose.
        told: called with each thing done.

    Returns:
        The last look.

    Raises:
        RunError: when it was told to end before that; the worker was ended first.
    """
    over = threading.Event()
    with ending_in_order(over):
        looked = Attendant(station, MachineClock(), over.is_set).until_idle(told)
    if over.is_set():
        raise RunError("told to end before all was done", remedy="bogda runs resume goes on with it")
    return looked
