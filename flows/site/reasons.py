"""Why a rung was not taken, in one line for people."""

from __future__ import annotations

from collections.abc import Sequence

from flows.acquisition.arrival import Failure
from flows.ladder.standing import Passed

__all__ = ["nothing_came", "of_cycle", "of_failures"]


def of_failures(rung: str, titles: tuple[str, str], failures: Sequence[Failure]) -> list[Passed]:
    """One reason for each kind of failure, with the first of its items and how many more there are."""
    found: dict[str, list[Failure]] = {}
    for failure in failures:
        found.setdefault(failure.code, []).append(failure)
    return [_told(rung, titles, same) for same in found.values()]


def _told(rung: str, titles: tuple[str, str], same: Sequence[Failure]) -> Passed:
    first, more = same[0], len(same) - 1
    chinese = f"{titles[0]} " + first.chinese.rstrip("。") + (f"（另有{more}项相同）" if more else "")
    english = f"{titles[1]} " + first.english.rstrip(".") + (f" (and {more} more)" if more else "")
    return Passed(rung, first.source, first.item, first.code, chinese, english)


def of_cycle(rung: str, titles: tuple[str, str], item: str, failures: Sequence[Failure]) -> list[Passed]:
    """One reason for each kind of failure of a cycle, without the lead times that it was met at."""
    found = {failure.code: failure for failure in reversed(failures)}
    return [_of_cycle(rung, titles, item, failure) for failure in reversed(found.values())]


def _of_cycle(rung: str, titles: tuple[str, str], item: str, failure: Failure) -> Passed:
    chinese, english = (_cause(failure.chinese, "："), _cause(failure.english, ": "))
    told = (f"{titles[0]}（{item}起报）{chinese}", f"{titles[1]} {item} {english}")
    return Passed(rung, failure.source, item, failure.code, *told)


def _cause(text: str, colon: str) -> str:
    """What happened, without what it happened to, which stands before the first colon."""
    return (text.partition(colon)[2] or text).rstrip("。.")


def nothing_came(rung: str, source: str, titles: tuple[str, str], item: str = "") -> Passed:
    """A source that has nothing and gives no reason."""
    chinese, english = (f"{title} {item}".strip() for title in titles)
    return Passed(rung, source, item, "missing", f"{chinese}没有资料", f"{english} holds nothing")
