"""What every source does with what came: parts that are spoilt are dropped, whole files become an arrival."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event, Lock
from typing import TypeVar

import numpy as np

from flows.acquisition.arrival import Arrival, Code, Failure
from flows.acquisition.inbox import Record
from flows.acquisition.not_arrived import NotArrivedError
from flows.acquisition.partial import Part

__all__ = ["STOPS", "Check", "checked", "drop_if_spoilt", "gathered", "held_files"]

Check = Callable[[Path], np.datetime64 | None]
"""Gives the newest time of a file that is what it should be, and raises `NotArrivedError` for any other."""

Wanted = TypeVar("Wanted")

_CHECKING = Lock()

STOPS: frozenset[Code] = frozenset({"unreachable", "refused", "no-space", "slow", "unavailable"})
"""After one of these a server is asked for nothing more."""


def gathered(
    work: Callable[[Wanted], Record], wanted: Sequence[Wanted], at_once: int, stops: frozenset[Code]
) -> tuple[dict[Wanted, Record], dict[Wanted, NotArrivedError]]:
    """Do some work several times at once; after certain faults nothing more is begun.

    Args:
        work: fetches one thing.
        wanted: the things, in the order in which they are begun.
        at_once: how many are under way together.
        stops: codes of faults that end it.

    Returns:
        What came, and why other things did not; what was not begun is in neither.
    """
    came: dict[Wanted, Record] = {}
    faults: dict[Wanted, NotArrivedError] = {}
    over = Event()

    def one(thing: Wanted) -> None:
        if over.is_set():
            return
        try:
            came[thing] = work(thing)
        except NotArrivedError as error:
            faults[thing] = error
            if error.code in stops:
                over.set()

    with ThreadPoolExecutor(at_once) as workers:
        list(workers.map(one, wanted))
    order = {thing: number for number, thing in enumerate(wanted)}
    return came, dict(sorted(faults.items(), key=lambda fault: order[fault[0]]))


def checked(check: Check, path: Path) -> np.datetime64 | None:
    """Run a check, one at a time: ecCodes, HDF5 and pint are not made for several threads.

    Raises:
        NotArrivedError: as the check does.
    """
    with _CHECKING:
        return check(path)


@contextlib.contextmanager
def drop_if_spoilt(part: Part) -> Iterator[None]:
    """Forget a part that does not pass its checks: more bytes would not mend it.

    Raises:
        NotArrivedError: as it came.
    """
    part.settle()
    try:
        yield
    except NotArrivedError:
        part.drop()
        part.remove()
        raise


def held_files(
    source: str, folder: Path, found: Mapping[Path, Record], failures: Sequence[Failure], wanted: int
) -> Arrival:
    """The arrival of these whole files, of so many that were wanted."""
    newest = [one.newest for one in found.values() if one.newest is not None]
    complete = not failures and len(found) == wanted
    return Arrival(source, folder, tuple(found), tuple(failures), complete, max(newest, default=None))
