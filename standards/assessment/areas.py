"""Regions of an assessment: the mean over their places, as HJ 663 takes it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from foundation.places import Region, gazetteer
from standards.assessment.targets import Group, TargetBook

_BASES = ("measured", "without_dust")


def area_records(places: Sequence[dict[str, Any]], book: TargetBook) -> list[dict[str, Any]]:
    """Regions of the gazetteer, then groups of the targets; those without a measured place are left out.

    Args:
        places: records of places.
        book: the groups.
    """
    by_id = {one["id"]: one for one in places}
    found = []
    wanted: list[Region | Group] = [*gazetteer().regions, *book.groups]
    for area in wanted:
        held = [by_id[place] for place in area.places if place in by_id]
        if not held:
            continue
        found.append(
            {
                "id": area.id, "chinese": area.chinese, "english": area.english,
                "members": [one["id"] for one in held],
                "missing": [place for place in area.places if place not in by_id],
                **{basis: _means(held, basis) for basis in _BASES},
            }
        )  # fmt: skip
    return found


def _means(held: Sequence[dict[str, Any]], basis: str) -> dict[str, Any]:
    """Means over places of their shares, counts and means; each place weighs the same."""
    days = [one[basis]["days"] for one in held]
    return {
        "days": {
            "good_share": _mean([one["good_share"] for one in days]),
            "good": _mean([one["good"] for one in days]),
            "heavy": _mean([one["heavy"] for one in days]),
            "valid": _mean([one["valid"] for one in days]),
        },
        "means": {
            name: _mean_of(held, basis, name)
            for name in ("pm25", "pm10", "so2", "no2")
            if any(name in one[basis]["means"] for one in held)
        },
    }


def _mean_of(held: Sequence[dict[str, Any]], basis: str, pollutant: str) -> dict[str, Any]:
    parts = [one[basis]["means"][pollutant] for one in held if pollutant in one[basis]["means"]]
    mean = _mean([part["mean"] for part in parts])
    reported = None if mean is None else round(mean)
    return {
        "mean": mean, "reported": reported, "unit": parts[0]["unit"], "limit": parts[0]["limit"],
        "standard": parts[0]["standard"], "whole_year": all(part["whole_year"] for part in parts),
        "within_limit": None if reported is None else reported <= parts[0]["limit"],
    }  # fmt: skip


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return round(sum(known) / len(known), 1) if known else None
