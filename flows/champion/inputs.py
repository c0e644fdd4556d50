"""What a learned model saw at an issue, kept in the folder of the run to explain its forecast."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import xarray as xr

from forecast.learned.panel import Ahead, IssuedAhead, Panel
from foundation.errors import InputError

__all__ = ["inputs_file", "read_inputs", "write_inputs"]

_TAG_DAYS = 3
"""Days before the window in which a run may have been issued whose tags reach into it."""

_PACKING = {"zlib": True, "complevel": 1, "shuffle": True}
_AHEAD = {"ahead": "variable", "tags": "source"}


def inputs_file(kind: str) -> str:
    """Name of the file of a kind, `day` or `hour`."""
    return f"learned_{kind}.nc"


def write_inputs(path: Path, panel: Panel, reach: int, horizon: int) -> None:
    """Write the rows of a panel that its last issue looks at.

    Args:
        path: file to write.
        panel: the series; its last row is the issue.
        reach: steps that the model looks back.
        horizon: steps that it looks ahead.
    """
    begin = max(len(panel.times) - reach - _TAG_DAYS * panel.steps_per_day, 0)
    dims = ("time", "station", "pollutant")
    variables: dict[str, tuple[tuple[str, ...], np.ndarray]] = {
        "recent": (dims, panel.recent[begin:]), "weather": ((*dims[:2], "variable"), panel.weather[begin:]),
        "position": (("station", "axis"), panel.positions),
    }  # fmt: skip
    for name, axis in _AHEAD.items():
        ahead: Ahead | None = getattr(panel, name)
        if ahead is not None:
            variables |= _issued(name, axis, ahead, np.arange(begin, len(panel.times)), horizon)
    coords = {
        "time": panel.times[begin:], "station": list(panel.stations), "pollutant": list(panel.pollutants),
        "variable": list(panel.weather_names),
        **({} if panel.tags is None else {"source": list(panel.tags.names)}),
    }  # fmt: skip
    told = {"steps_per_day": panel.steps_per_day, "delay": panel.delay, "created_by": "bogda"}
    kept = xr.Dataset(variables, coords, told)
    kept.to_netcdf(path, encoding={str(name): _PACKING for name in kept.data_vars})


def _issued(
    name: str, axis: str, ahead: Ahead, rows: np.ndarray, horizon: int
) -> dict[str, tuple[tuple[str, ...], np.ndarray]]:
    """What was said at the issues among some rows that have anything."""
    values = ahead.of(rows, np.arange(1, horizon + 1))
    there = np.flatnonzero(np.isfinite(values).any(axis=(1, 2, 3)))
    return {
        name: ((f"{name}_run", "lead", "station", axis), values[there].astype(np.float32)),
        f"{name}_row": ((f"{name}_run",), there),
    }


def read_inputs(path: Path) -> Panel:
    """The panel that `write_inputs` kept; nothing in it is judged.

    Raises:
        InputError: when the file is absent or not one of these.
    """
    try:
        with xr.open_dataset(path) as opened:
            kept = opened.load()
        ahead = {name: _ahead(kept, name, axis) for name, axis in _AHEAD.items()}
        recent = kept["recent"].values
        return Panel(
            recent, np.full(recent.shape, np.nan), kept["time"].values, int(kept.attrs["steps_per_day"]),
            tuple(map(str, kept["pollutant"].values)), tuple(map(str, kept["station"].values)),
            kept["position"].values, kept["weather"].values, tuple(map(str, kept["variable"].values)),
            ahead["ahead"], ahead["tags"], int(kept.attrs["delay"]),
        )  # fmt: skip
    except (OSError, ValueError, KeyError) as error:
        raise InputError(
            "the inputs of the learned model cannot be read",
            where=str(path),
            remedy="Make the run again with --again",
        ) from error


def _ahead(kept: xr.Dataset, name: str, axis: str) -> IssuedAhead | None:
    if name not in kept or not kept[name].size:
        return None
    names = tuple(map(str, kept[axis].values))
    return IssuedAhead(kept[name].values.astype(float), kept[f"{name}_row"].values, names)
