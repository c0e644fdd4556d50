"""Prefect's small server, which a flow starts for itself: on this machine, silent, and gone with its flow."""

from __future__ import annotations

import os
import signal
import threading
from pathlib import Path
from typing import Any

from foundation.errors import BogdaError

__all__ = ["PATIENT", "RETRIES", "alone_on_this_machine"]

_SETTINGS = {
    # OpenMP's idle threads shall sleep: while they spin they take the cores from the threads of the transport
    # model, which then needs ten times as long on two cores.
    "OMP_WAIT_POLICY": "PASSIVE",
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "90",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_LOGGING_LEVEL": "CRITICAL",
    "PREFECT_SERVER_LOGGING_LEVEL": "CRITICAL",
    "PREFECT_SERVER_UI_ENABLED": "false",
    "DO_NOT_TRACK": "1",
}


def alone_on_this_machine(home: Path | None) -> None:
    """Keep Prefect on this machine, silent, and patient at its first start; what a user has set stays.

    Told to end, the program ends in order from here on.

    Args:
        home: folder of its database and results, made where it is not there; None for Prefect's own.
    """
    for name, value in _SETTINGS.items():
        os.environ.setdefault(name, value)
    if home is not None and "PREFECT_HOME" not in os.environ:
        home.mkdir(parents=True, exist_ok=True)
        os.environ["PREFECT_HOME"] = str(home)
    _end_in_order()


def _end_in_order() -> None:
    """Being told to end (SIGTERM, SIGHUP) ends the program as its last line would, and with it the server.

    Prefect stops its server when Python leaves; a signal that nobody handles ends Python without that. What a
    program around this one has decided stays. Against SIGKILL there is no remedy.
    """
    if threading.current_thread() is not threading.main_thread():
        return
    for kind in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(kind) == signal.SIG_DFL:
            signal.signal(kind, _leave)


def _leave(number: int, _frame: Any) -> None:
    raise SystemExit(128 + number)


def _may_pass(_task: Any, _run: Any, state: Any) -> bool:
    """Retry what may pass, such as a store out of reach; never what a user must mend."""
    return not isinstance(state.result(raise_on_failure=False), BogdaError)


RETRIES = 2
PATIENT: dict[str, Any] = {"retries": RETRIES, "retry_delay_seconds": 5, "retry_condition_fn": _may_pass}
"""Options of a task that may fail for a reason that passes."""
