"""The product of a slot on its way to the site's targets, once, in a process of its own."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flows.operations.alarms import Alarms
from flows.operations.attempt import Bench
from flows.operations.clock import read, written
from flows.operations.commands import ran
from flows.operations.dangers import not_handed_on
from flows.operations.slots import Slot

_LIMIT_S = 900.0
_AGAIN = dt.timedelta(minutes=10)
_MOST = 6


def hand_on(bench: Bench, alarms: Alarms, slot: Slot, document: dict[str, Any]) -> bool:
    """Hand a slot's product on where it was made and has not reached its targets; whether it was tried.

    The ledger of the consultation record keeps each target from getting it twice, whoever is killed when.
    """
    if not _wanted(bench, slot, document):
        return False
    told = document.get("delivered") or {"tries": 0, "run": document["run"]}
    told |= {"tries": told["tries"] + 1, "begun": written(bench.clock.now()), "done": False, "reason": ""}
    document["delivered"] = told
    bench.register.keep(document)
    told["reason"] = _ran(bench, slot, told["run"])
    told |= {"done": not told["reason"], "ended": written(bench.clock.now())}
    bench.register.keep(document)
    bench.journal.say("handed-on", slot=slot.key, done=told["done"], reason=told["reason"])
    if told["reason"]:
        alarms.raise_once(not_handed_on(slot, told["reason"]))
    return True


def _wanted(bench: Bench, slot: Slot, document: dict[str, Any]) -> bool:
    deliver = bench.station.deliver
    if document["state"] != "made" or slot.name not in deliver.slots or not deliver.targets:
        return False
    told = document.get("delivered")
    if told is None:
        return True
    if told["done"] or told["tries"] >= _MOST:
        return False
    return bench.clock.now() - read(told.get("ended") or told["begun"]) >= _AGAIN


def _ran(bench: Bench, slot: Slot, run: str) -> str:
    where = ("--site", bench.station.file, "--store", str(bench.station.store))
    return ran(bench, ("runs", "deliver", run, *where, "--slot", slot.key), _LIMIT_S)
