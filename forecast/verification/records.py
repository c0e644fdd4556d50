"""Scores as plain records that any program can read."""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr

from forecast.verification.events import THRESHOLDS
from forecast.verification.hindcast import INDEX, MEAN
from foundation.places import gazetteer

_DECIMALS = 6
_COUNTS = tuple(
    f"{count}{threshold}"
    for threshold in THRESHOLDS
    for count in ("hits", "misses", "false_alarms", "correct_negatives")
)
_INDEX_SCORES = (
    *(f"{score}{threshold}" for threshold in THRESHOLDS for score in ("csi", "pod", "far")),
    *_COUNTS,
    "level_hit",
    "primary_hit",
    "range_hit",
)
_SCORES = (
    "mae", "rmse", "bias", "correlation", "crps", "coverage80", "mae_low", "mae_high",
    "skill_mae", "skill_mae_low", "skill_mae_high",
)  # fmt: skip


def records_of(scores: xr.Dataset, index: xr.Dataset) -> list[dict[str, Any]]:
    """Plain records, in the order place, lead, pollutant, model; None for what is not a number.

    Args:
        scores: `n` and the scores of every pollutant, dims (model, lead, place, pollutant).
        index: scores of the index alone, dims (model, lead, place); empty where it is not judged.
    """
    order = ("place", "lead", "pollutant", "model")
    columns = {name: scores[name].transpose(*order).values for name in ("n", *_SCORES)}
    events_of = {
        name: index[name].transpose("place", "lead", "model").values
        for name in _INDEX_SCORES
        if name in index
    }
    names = {name: scores[name].values for name in order}
    places = [_names_of(str(place)) for place in names["place"]]
    records = []
    for cell in np.ndindex(*(scores.sizes[name] for name in order)):
        place, lead, pollutant, model = cell
        name = str(names["pollutant"][pollutant])
        record = {
            **places[place],
            "lead_hours": int(names["lead"][lead]),
            "pollutant": name,
            "model": str(names["model"][model]),
            "n": int(columns["n"][cell]),
            **{score: _plain(columns[score][cell]) for score in _SCORES},
            **dict.fromkeys(_INDEX_SCORES),
        }
        if name == INDEX:
            values = {score: _plain(array[place, lead, model]) for score, array in events_of.items()}
            record |= {s: int(v) if s in _COUNTS and v is not None else v for s, v in values.items()}
        records.append(record)
    return records


def _names_of(place: str) -> dict[str, str]:
    if place == MEAN:
        return {"place": MEAN, "place_chinese": "平均", "place_english": "Mean"}
    known = gazetteer().find(place)
    chinese, english = (known.chinese, known.english) if known else (place, place)
    return {"place": place, "place_chinese": chinese, "place_english": english}


def _plain(value: Any) -> float | None:
    return round(float(value), _DECIMALS) if np.isfinite(value) else None
