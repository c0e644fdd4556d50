"""Prefect's part: a deployment for each slot, served by a process of this machine.

Run as `python -m flows.operations.deployments SITE STORE PORT`. It starts Prefect's server on this machine
alone, serves the deployments, and ends with the process that started it.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from prefect import serve
from prefect.deployments.runner import RunnerDeployment
from prefect.schedules import Cron
from prefect.types.entrypoint import EntrypointType

from flows.operations.opening import station_of
from flows.operations.prefect_flow import attend
from flows.operations.station import Station
from flows.site.timetable import SlotConfig, minutes_of

_ZONE = "Asia/Shanghai"
READY = "prefect-ready"
_SERVER_S, _POLL_S = 120.0, 1.0


def main(site: str, store: str, port: int) -> None:
    """Start the server and serve until the process that started this one is gone."""
    station = station_of(site, store)
    address = f"http://127.0.0.1:{port}/api"
    os.environ["PREFECT_API_URL"] = address
    with _server(port), _ending_with_parent():
        _await(f"{address}/health")
        (station.store / "operations" / READY).write_text(str(os.getpid()), encoding="ascii")
        deployments = [_deployment(station, slot, site, store) for slot in station.schedule.slots]
        serve(*deployments, print_starting_message=False, pause_on_shutdown=False)


def _deployment(station: Station, slot: SlotConfig, site: str, store: str) -> RunnerDeployment:
    made = attend.to_deployment(
        f"{station.name}-{slot.name}", parameters={"site": site, "store": store},
        schedule=Cron(cron_of(slot.start), timezone=_ZONE), entrypoint_type=EntrypointType.MODULE_PATH,
    )  # fmt: skip
    if not isinstance(made, RunnerDeployment):
        raise TypeError("expected a deployment")
    return made


def cron_of(start: str) -> str:
    """`"14:30"` as cron writes every day at that minute."""
    return f"{minutes_of(start) % 60} {minutes_of(start) // 60} * * *"


@contextlib.contextmanager
def _server(port: int) -> Iterator[None]:
    command = (sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port))
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:  # noqa: S603 - this machine's own
        try:
            yield
        finally:
            process.terminate()


def _await(address: str) -> None:
    """Wait until the server answers.

    Raises:
        TimeoutError: when it does not.
    """
    ends = time.monotonic() + _SERVER_S
    while time.monotonic() < ends:
        with contextlib.suppress(OSError), urllib.request.urlopen(address, timeout=5):  # noqa: S310 - as above
            return
        time.sleep(_POLL_S)
    raise TimeoutError("Prefect's server did not answer")


@contextlib.contextmanager
def _ending_with_parent() -> Iterator[None]:
    """Be told to end when the parent is gone."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(_POLL_S)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True).start()
    yield


if __name__ == "__main__":
    main(sys.argv[1], str(Path(sys.argv[2])), int(sys.argv[3]))
