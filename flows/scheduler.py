"""Prefect's small server, which a flow starts for itself: on this machine, silent, and gone with its flow."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from pathlib import Path
from typing import Any

from foundation.errors import BogdaError
from foundation.leftovers import clear_in_hand

__all__ = ["PATIENT", "RETRIES", "alone_on_this_machine", "end_if_told", "end_in_order_still"]

_SETTINGS = {
    # OpenMP's idle threads shall sleep: while they spin they take the cores from the threads of the transport
    # model, which then needs ten times as long on two cores.
    "OMP_WAIT_POLICY": "PASSIVE",
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "90",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_LOGGING_LEVEL": "CRITICAL",
    "PREFECT_INTERNAL_LOGGING_LEVEL": "CRITICAL",
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
            _ours.add(kind)


def end_in_order_still() -> None:
    """Take back what a flow of Prefect took while it runs; called at the beginning of a flow's own work.

    Prefect answers SIGTERM by telling its server that the run crashed. Where the server was told to end too,
    as by a signal to the whole group, that fails, the failure hides the signal, and the work would go on.
    """
    if threading.current_thread() is threading.main_thread():
        for kind in _ours:
            signal.signal(kind, _leave)


def _leave(number: int, _frame: Any) -> None:
    if not _told:
        with contextlib.suppress(OSError):
            os.write(2, _TOLD.encode())
    _told.append(128 + number)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(round(2 * _GRACE_SECONDS) + 1)  # where Python itself cannot leave any more
    late = threading.Timer(_GRACE_SECONDS, _end_now)
    late.daemon = True
    late.start()
    raise SystemExit(_told[0])


def end_if_told() -> None:
    """Leave where the program was told to end, and a fault on the way out has hidden that.

    Raises:
        SystemExit: when it was told to.
    """
    if _told:
        raise SystemExit(_told[0])


def _end_now() -> None:
    """End without waiting for threads that still work; what they write is put in place whole or never."""
    try:
        for listing in Path("/proc/self/task").glob("*/children"):
            with contextlib.suppress(OSError):  # a thread may end between being listed and being read
                for child in listing.read_text(encoding="ascii").split():
                    os.kill(int(child), signal.SIGTERM)
        clear_in_hand()
    finally:
        os._exit(_told[0])


_ours: set[signal.Signals] = set()
"""Signals that nobody had taken before, and that end the program in order."""

_TOLD = "\nbogda: 收到终止信号，正在结束，不留半成品 · told to end: leaving, nothing half-made stays\n"

_told: list[int] = []
"""The exit status, once the program was told to end."""

_GRACE_SECONDS = 5.0
"""Time to leave in order; a step under way in a thread may need longer, and is left."""


def _may_pass(_task: Any, _run: Any, state: Any) -> bool:
    """Retry what may pass, such as a store out of reach; never what a user must mend."""
    return not isinstance(state.result(raise_on_failure=False), BogdaError)


RETRIES = 2
PATIENT: dict[str, Any] = {"retries": RETRIES, "retry_delay_seconds": 5, "retry_condition_fn": _may_pass}
"""Options of a task that may fail for a reason that passes."""
