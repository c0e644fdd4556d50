"""Sets of backward trajectories from our own runs, from HYSPLIT's files, and from a file of both."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

from foundation.contract_checks import Contract, Variable
from foundation.errors import ContractError, InputError
from sources.trajectory_statistics.arrivals import BackwardTrajectories, joined

if TYPE_CHECKING:
    from atmosphere.trajectories.configuration import TrajectoryConfig
    from atmosphere.trajectories.hysplit import EndPoints
    from atmosphere.trajectories.results import Trajectories
    from atmosphere.trajectories.weather_nodes import WeatherNodes

__all__ = [
    "BACKWARD_TRAJECTORIES", "calculate", "dataset", "from_dataset", "from_hysplit", "from_runs",
    "read_hysplit", "read_set",
]  # fmt: skip

_PLACE = ("trajectory", "age")
_TEXT = "OUST"
_HOUR = np.timedelta64(3600, "s")
_SHORT = "ends before the others"

BACKWARD_TRAJECTORIES = Contract(
    "backward trajectories",
    {
        "age": Variable(("age",), "h", "f", 0.0, 20000.0, may_be_missing=False),
        "receptor": Variable(("trajectory",), None, _TEXT),
        "arrival_time": Variable(("trajectory",), None, "M"),
        "end_reason": Variable(("trajectory",), None, _TEXT),
    },
    {
        "lon": Variable(_PLACE, "degrees_east", "f", -360.0, 360.0),
        "lat": Variable(_PLACE, "degrees_north", "f", -90.0, 90.0),
        "height_above_ground": Variable(_PLACE, "m", "f", -1000.0, 90000.0),
    },
    attributes=("source",),
)
"""Places are missing after the end of a truncated trajectory, and only there; `end_reason` says why."""


def from_runs(runs: Iterable[Trajectories], receptors: Sequence[str]) -> BackwardTrajectories:
    """Take what `run_trajectories` gives, one run for each arrival time.

    Args:
        runs: backward, with the same output times before arrival.
        receptors: name of the receptor of each particle, the same in all runs; one name may come several
            times (heights of arrival).

    Raises:
        ContractError: when a run is forward, or particles and names differ in number.
    """
    parts = []
    for run in runs:
        if run.lon.shape[1] != len(receptors):
            raise ContractError(
                f"expected {len(receptors)} particles, one per receptor, got {run.lon.shape[1]}"
            )
        age = (run.times[0] - run.times) / _HOUR
        if len(age) < 2 or age[-1] <= 0:
            raise ContractError(
                "expected a backward trajectory, got a forward one", remedy="Give hours below 0"
            )
        places = (run.lon.T.copy(), run.lat.T.copy(), run.height_m.T.copy())
        arrival = np.full(len(receptors), run.times[0])
        parts.append(BackwardTrajectories(np.array(receptors), arrival, age, *places, run.reasons))
    return joined(parts)


def from_hysplit(trajectories: Sequence[EndPoints], receptor: str) -> BackwardTrajectories:
    """Take HYSPLIT's trajectories to one receptor; those shorter than the longest are truncated.

    Raises:
        ContractError: when one is forward, or none is given.
    """
    if not trajectories:
        raise ContractError("expected one trajectory or more, got none")
    for one in trajectories:
        if one.direction.upper() != "BACKWARD":
            raise ContractError(f"expected BACKWARD trajectories, got {one.direction} from {one.times[0]}")
    longest = max(trajectories, key=lambda one: len(one.times))
    length = len(longest.times)
    places = np.full((3, len(trajectories), length), np.nan)
    for row, one in enumerate(trajectories):
        places[:, row, : len(one.times)] = one.lon, one.lat, one.height_m
    reasons = tuple("" if len(one.times) == length else _SHORT for one in trajectories)
    arrival = np.array([one.times[0] for one in trajectories])
    age = (longest.times[0] - longest.times) / _HOUR
    names = np.full(len(trajectories), receptor)
    return BackwardTrajectories(names, arrival, age, places[0], places[1], places[2], reasons)


def read_hysplit(paths: Sequence[str | Path], receptor: str) -> BackwardTrajectories:
    """Read HYSPLIT end-point files (`tdump`) of one receptor.

    Raises:
        InputError: when a file is not one.
    """
    from atmosphere.trajectories.hysplit import read_tdump

    return from_hysplit([one for path in paths for one in read_tdump(path)], receptor)


def calculate(
    weather: WeatherNodes | xr.Dataset, receptors: Mapping[str, tuple[float, float]],
    arrival_times: np.ndarray, hours: float, height_m: float = 500.0, config: TrajectoryConfig | None = None,
) -> BackwardTrajectories:  # fmt: skip
    """Calculate the trajectories to receptors at times.

    Args:
        weather: as `run_trajectories` takes it.
        receptors: longitude and latitude by name, degrees.
        arrival_times: UTC, shape (time,).
        hours: how far back, above 0.
        height_m: of arrival above ground.
        config: of the trajectories.

    Raises:
        InputError: when hours are not above 0 or a receptor lies outside the weather.
    """
    from atmosphere.trajectories.configuration import TrajectoryConfig
    from atmosphere.trajectories.runs import Release, run_trajectories
    from atmosphere.trajectories.weather_nodes import WeatherNodes, weather_nodes

    if not hours > 0:
        raise InputError(f"backward trajectories: expected hours above 0, got {hours:g}")
    config = config or TrajectoryConfig()
    nodes = weather if isinstance(weather, WeatherNodes) else weather_nodes(weather, config)
    lon, lat = np.array(list(receptors.values()), dtype=float).T
    heights = np.full(len(lon), float(height_m))
    return from_runs(
        (run_trajectories(nodes, Release(lon, lat, heights, time), -hours, config) for time in arrival_times),
        list(receptors),
    )


def dataset(trajectories: BackwardTrajectories, source: str) -> xr.Dataset:
    """As a data set that keeps `BACKWARD_TRAJECTORIES`."""
    values = {"lon": "degrees_east", "lat": "degrees_north", "height_above_ground": "m"}
    arrays = (trajectories.lon, trajectories.lat, trajectories.height_m)
    made = xr.Dataset(
        {
            name: (_PLACE, array, {"units": unit})
            for (name, unit), array in zip(values.items(), arrays, strict=True)
        },
        coords={
            "age": ("age", trajectories.age_h, {"units": "h"}),
            "receptor": ("trajectory", np.asarray(trajectories.receptor, dtype=str)),
            "arrival_time": ("trajectory", trajectories.arrival_time.astype("datetime64[ns]")),
            "end_reason": ("trajectory", np.array(trajectories.reasons, dtype=str)),
        },
        attrs={"source": source},
    )  # fmt: skip
    return BACKWARD_TRAJECTORIES.check(made)


def from_dataset(found: xr.Dataset, where: str = "") -> BackwardTrajectories:
    """Take a data set that keeps `BACKWARD_TRAJECTORIES`.

    Raises:
        ContractError: when it does not.
    """
    BACKWARD_TRAJECTORIES.check(found, where)
    return BackwardTrajectories(
        found["receptor"].values.astype(str), found["arrival_time"].values, found["age"].values,
        found["lon"].values, found["lat"].values, found["height_above_ground"].values,
        tuple(str(reason) for reason in found["end_reason"].values),
    )  # fmt: skip


def read_set(path: str | Path) -> BackwardTrajectories:
    """Read a NetCDF file that was written from `dataset`.

    Raises:
        InputError: when it cannot be read.
        ContractError: when it holds something else.
    """
    try:
        with xr.open_dataset(path, engine="netcdf4", decode_timedelta=False) as found:
            return from_dataset(found.load(), str(path))
    except (OSError, ValueError) as error:
        raise InputError(
            f"cannot be read as NetCDF: {error}", where=str(path), remedy="Check the path"
        ) from error
