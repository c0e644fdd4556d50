"""What every source does with what came: parts that are spoilt are dropped, whole files become an arrival."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from flows.acquisition.arrival import Arrival, Failure
from flows.acquisition.inbox import Record
from flows.acquisition.not_arrived import NotArrivedError
from flows.acquisition.partial import Part

__all__ = ["drop_if_spoilt", "held_files"]


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
