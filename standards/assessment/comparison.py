"""What was reached beside what was planned, and beside what was published."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from standards.assessment.targets import UNITS, Measure, TargetBook, falls_short


def reached(record: dict[str, Any], basis: str, measure: Measure) -> float | None:
    """The value of a measure in the record of a place or region; None where it is not known.

    Args:
        record: of a place or region.
        basis: `measured` or `without_dust`.
        measure: what is wanted.
    """
    part = record[basis]
    if measure == "good_days":
        return _number(part["days"]["good_share"])
    if measure == "heavy_days":
        return _number(part["days"]["heavy"])
    mean = part["means"].get(measure.removesuffix("_mean"))
    return None if mean is None else _number(mean["mean"])


def _number(value: float | None) -> float | None:
    return None if value is None else float(value)


def target_records(areas: Sequence[dict[str, Any]], book: TargetBook, year: int) -> list[dict[str, Any]]:
    """Every target whose span holds the year, with both numbers; `met` is by the number that the plan counts.

    Args:
        areas: records of places and regions.
        book: the targets.
        year: the year assessed.
    """
    by_id = {one["id"]: one for one in areas}
    found = []
    for target in book.targets:
        record = by_id.get(target.place)
        if record is None or not target.base_year <= year:
            continue
        goal = book.goal(target)
        counted = reached(record, "measured" if target.dust == "included" else "without_dust", target.measure)
        base = book.published_of(target.place, target.measure, target.base_year)
        found.append(
            {
                "plan": target.name, "place": target.place, "chinese": record["chinese"],
                "measure": target.measure, "unit": UNITS[target.measure], "base_year": target.base_year,
                "base": base.value if base else None, "target_year": target.year, "target": round(goal, 1),
                "dust": target.dust,
                "measured": reached(record, "measured", target.measure),
                "without_dust": reached(record, "without_dust", target.measure),
                "met": None if counted is None else not falls_short(target.measure, counted, goal),
                "due": year >= target.year, "missing": record.get("missing", []), "source": target.source,
                "verified": target.verified,
            }
        )  # fmt: skip
    return found


def published_records(areas: Sequence[dict[str, Any]], book: TargetBook, year: int) -> list[dict[str, Any]]:
    """What was published of the year beside what these measurements give."""
    by_id = {one["id"]: one for one in areas}
    found = []
    for one in book.published:
        record = by_id.get(one.place)
        if record is None or one.year != year:
            continue
        own = reached(record, "measured", one.measure)
        found.append(
            {
                "place": one.place, "chinese": record["chinese"], "measure": one.measure,
                "unit": UNITS[one.measure], "published": one.value, "measured": own,
                "without_dust": reached(record, "without_dust", one.measure),
                "difference": None if own is None else round(own - one.value, 1), "source": one.source,
            }
        )  # fmt: skip
    return found
