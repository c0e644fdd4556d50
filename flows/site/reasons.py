"""Why a rung was not taken, in one line for people."""

from __future__ import annotations

from collections.abc import Sequence

from flows.acquisition.arrival import Failure
from flows.ladder.standing import Passed

__all__ = ["nothing_came", "of_failures"]


def of_failures(rung: str, source: str, failures: Sequence[Failure]) -> list[Passed]:
    """One reason for each kind of failure, with the first of its items and how many more there are."""
    found: dict[str, list[Failure]] = {}
    for failure in failures:
        found.setdefault(failure.code, []).append(failure)
    return [_told(rung, source, same) for same in found.values()]


def _told(rung: str, source: str, same: Sequence[Failure]) -> Passed:
    first, more = same[0], len(same) - 1
    chinese = first.chinese.rstrip("。") + (f"（另有{more}项相同）" if more else "")
    english = first.english.rstrip(".") + (f" (and {more} more)" if more else "")
    return Passed(rung, source, first.item, first.code, chinese, english)


def nothing_came(rung: str, source: str, item: str) -> Passed:
    """A source that has nothing and gives no reason."""
    which = f"{source} {item}".strip()
    return Passed(rung, source, item, "missing", f"{which}没有资料", f"{which} holds nothing")
