"""What is asked of a run, and what its cuts are, as plain data."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from emissions_inventory.scenarios.cut import Cut
from foundation.places import gazetteer
from foundation.pollutants import POLLUTANTS
from foundation.times import iso_utc, shown
from foundation.units import to_display
from sources.measures.tag_cuts import TagCuts
from sources.measures.tagged_forecast import Sources, TaggedForecast

__all__ = ["cuts_told", "named", "rounded", "shown_values", "told"]

_DIGITS = 3


def told(
    folder: str | Path, day: TaggedForecast, reference: np.datetime64, begins: np.datetime64
) -> dict[str, Any]:
    """What run is meant."""
    return {
        "run": str(folder),
        "reference_time": iso_utc(reference),
        "begins": iso_utc(begins),
        "begins_shown": shown(begins),
        "approximate_beginning": bool(begins != reference),
        "synthetic": day.synthetic,
        "units": {name: POLLUTANTS[name].shown_unit for name in day.pollutants},
    }


def cuts_told(
    cuts: Sequence[Cut], of_tags: TagCuts, sources: Sources, notes: Sequence[str]
) -> dict[str, Any]:
    """Cuts as shares of tags, and of all that the run emits."""
    touched = np.flatnonzero(of_tags.share.any(axis=0))
    carried = [number for number in range(len(of_tags.species)) if of_tags.kg[number].any()]
    return {
        "texts": [cut.text for cut in cuts],
        "notes": list(notes),
        "tags": [
            {
                "source": sources.ids[one], "chinese": sources.chinese[one], "english": sources.english[one],
                "share": {of_tags.species[n]: rounded(of_tags.share[n, one], 6) for n in carried},
                "part_of_tag": bool(of_tags.is_part[one]),
            }
            for one in touched
        ],
        "tonnes_per_day": {
            of_tags.species[n]: rounded(of_tags.kg_cut[n].sum() / 1000, 1) for n in carried
        },
        "share_of_all": {
            of_tags.species[n]: rounded(of_tags.kg_cut[n].sum() / of_tags.kg[n].sum(), 4) for n in carried
        },
    }  # fmt: skip


def named(forecast: TaggedForecast, place: int) -> dict[str, str]:
    """Id and names of a place or a region."""
    name = forecast.places[place]
    if forecast.kind == "region":
        region = gazetteer().region(name)
        return {"place": name, "chinese": region.chinese, "english": region.english}
    known = gazetteer().find(name)
    return {
        "place": name,
        "chinese": known.chinese if known else name,
        "english": known.english if known else name,
    }


def shown_values(value: np.ndarray, pollutant: str) -> np.ndarray:
    """Values of kg m-3 in the unit that people read."""
    return np.asarray(to_display(np.asarray(value, dtype=float), pollutant))


def rounded(value: float, digits: int = _DIGITS) -> float | None:
    """A number as it is told; None where there is none."""
    return round(float(value), digits) if np.isfinite(value) else None
