"""Prefect as the timer of a schedule: a process of its own; where it fails, the plain clock goes on."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from flows.operations.deployment_settings import settings_of
from flows.operations.station import Station

_START_S = 180.0
READY = "prefect-ready"


class PrefectTimer:
    """The process that serves the deployments.

    Args:
        station: whose.
        start_s: so long it may take to be ready.
    """

    name = "prefect"

    def __init__(self, station: Station, start_s: float = _START_S) -> None:
        """Start it; a failure is a fault, told by `fault`."""
        self._ready = station.store / "operations" / READY
        self._ends, self._why = time.monotonic() + start_s, ""
        self._ready.unlink(missing_ok=True)
        home = station.store / "operations" / "prefect"
        self._log = home / "serve.log"
        self._process: subprocess.Popen[bytes] | None = None
        try:
            home.mkdir(parents=True, exist_ok=True)
            self._process = _started(station, home, self._log)
        except OSError as error:
            self._why = f"Prefect cannot be started: {error.strerror or error}"

    def fault(self) -> str:
        """Why it does not work; empty where it does. What is still starting is no fault yet."""
        if self._process is None:
            return self._why
        if self._process.poll() is not None:
            return f"Prefect ended with status {self._process.returncode}; see {self._log.name}"
        if not self._ready.exists() and time.monotonic() > self._ends:
            return "Prefect is not ready after its time"
        return ""

    def close(self) -> None:
        """End it and what it started."""
        if self._process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(10)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()


def _started(station: Station, home: Path, log: Path) -> subprocess.Popen[bytes]:
    command = (
        sys.executable, "-m", "flows.operations.deployments", station.file, str(station.store),
        str(_free_port()),
    )  # fmt: skip
    with log.open("wb") as out:
        return subprocess.Popen(  # noqa: S603 - this program itself
            command, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT, start_new_session=True,
            env={**os.environ, **settings_of(home)},
        )  # fmt: skip


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
