"""What was changed by hand, in the NetCDF file: a flag, and the model's own values beside."""

from __future__ import annotations

import numpy as np
import xarray as xr

from consultation.run_folder import RunFolder
from foundation.times import beijing_day

_CELL = ("station", "time")
_HELD = {
    "aqi_low": "lower end of the range of the air quality index, of the model",
    "aqi_high": "upper end of the range of the air quality index, of the model",
    "level": "level of the air quality index, of the model",
}


def add_by_hand(dataset: xr.Dataset, run: RunFolder) -> None:
    """Add `changed_by_hand`, and `model_aqi_low` and others where it is set.

    Args:
        dataset: the daily forecast as it is published; changed in place.
        run: its changes.
    """
    if run.signed is not None:
        dataset.attrs["signed"] = f"{run.signed.who}, {run.signed.when}, record {run.signed.anchor}"
    if not run.changes:
        return
    places = [str(name) for name in dataset["station_name"].values]
    days = [str(day) for day in beijing_day(dataset["time"].values)]
    flag = np.zeros((len(places), len(days)), dtype="i1")
    model = {name: np.full(flag.shape, np.nan, dtype="f4") for name in _HELD}
    told = []
    for one in run.changes:
        if one.place not in places or one.day not in days:
            continue
        at = places.index(one.place), days.index(one.day)
        flag[at] = 1
        for name, said in zip(_HELD, (one.model.low, one.model.high, one.model.level), strict=True):
            model[name][at] = np.nan if said is None else said
        why = " ".join(one.reason.split())
        told.append(f"{one.place} {one.day}: {one.who}, {one.role}, {one.when}: {why}")
    dataset["changed_by_hand"] = (_CELL, flag, {
        "units": "1", "long_name": "range, level and primary pollutants were set by a person",
        "flag_values": np.array([0, 1], dtype="i1"), "flag_meanings": "no yes",
        "comment": "; ".join(told)})  # fmt: skip
    for name, words in _HELD.items():
        dataset[f"model_{name}"] = (_CELL, model[name], {"units": "1", "long_name": words})
    dataset["aqi"].attrs["comment"] = "limited to the range set by hand where changed_by_hand is 1"
