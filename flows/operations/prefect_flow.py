"""The flow that Prefect's deployments run; a module of its own, by whose name Prefect finds it."""

from __future__ import annotations

import os

from prefect import flow

from flows.operations.attend import Attendant
from flows.operations.clock import MachineClock
from flows.operations.opening import station_of


@flow(name="attend", validate_parameters=False, persist_result=False)
def attend(site: str, store: str) -> str:
    """Attend to what is due until nothing is, or another process is at it."""
    attendant = Attendant(station_of(site, store), MachineClock())
    attendant.bench.journal.say("timer-fired", timer="prefect", process=os.getpid())
    looked = attendant.attend()
    while looked.state == "worked":
        looked = attendant.attend()
    return f"{looked.state} {looked.detail}"
