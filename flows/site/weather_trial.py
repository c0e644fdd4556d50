"""Whether weather that arrived whole can be read, and how far it reaches, before a run rests on it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from atmosphere.meteorology.readers.area import around
from flows.acquisition.arrival import Arrival
from flows.budget import daily_config
from flows.case import CaseConfig
from flows.ladder.table import ladder
from foundation.configuration import load_shipped
from foundation.errors import BogdaError, fault_line
from foundation.grids import GridConfig
from foundation.times import HOUR, shown

__all__ = ["Needed", "Trial", "needed_by", "trial"]

_STEP_H, _FAR_STEP_H, _FAR_AFTER_H = 3, 6, 144
"""Hours between files asked for: as ECMWF publishes them; GFS has these too."""


@dataclass(frozen=True)
class Needed:
    """What a run needs of weather.

    Attributes:
        area: west, east, south, north in degrees.
        begin: when the models start where no earlier run can be continued, UTC.
        reference_time: time of issue, UTC.
        horizon_h: hours of forecast.
    """

    area: tuple[float, float, float, float]
    begin: np.datetime64
    reference_time: np.datetime64
    horizon_h: int

    @property
    def enough_h(self) -> int:
        """Weather that reaches so far beyond the time of issue is taken without looking further."""
        return min(ladder().choices.long_enough_h, self.horizon_h)

    def leads_after(self, cycle: np.datetime64) -> tuple[int, ...]:
        """Hours after a cycle that are wanted."""
        first = max(int((self.begin - cycle) / HOUR), 0)
        last = int((self.reference_time - cycle) / HOUR) + self.horizon_h
        near = range(first - first % _STEP_H, min(last, _FAR_AFTER_H) + _STEP_H, _STEP_H)
        far = range(_FAR_AFTER_H + _FAR_STEP_H, last + _FAR_STEP_H, _FAR_STEP_H)
        return tuple(lead for lead in (*near, *far) if lead <= max(last + _FAR_STEP_H - 1, _STEP_H))


@dataclass(frozen=True)
class Trial:
    """What reading brought.

    Attributes:
        last: last valid time held, UTC; `NaT` where nothing could be read.
        reach_h: hours from the time of issue to it.
        code: of the fault; empty where there is none.
        fault: why it cannot be used, in Chinese and in English; None where it can.
    """

    last: np.datetime64
    reach_h: float = 0.0
    code: str = ""
    fault: tuple[str, str] | None = None


def trial(came: Arrival, kind: str, needed: Needed) -> Trial:
    """Read the first and the last file of a cycle as the run would.

    What is wrong in the layout (fields, levels, area) is wrong in every file of a cycle; reading all of them
    here would cost as much as the run itself.

    Args:
        came: the files, in order of time.
        kind: what they must be.
        needed: area and hours.
    """
    from atmosphere.meteorology.reading import kind_of, read_weather

    ends = list(dict.fromkeys((came.files[0], came.files[-1])))
    try:
        found = {kind_of(file) for file in ends}
        if found != {kind}:
            got = ", ".join(sorted(found))
            return _refused("wrong-layout", f"应为{kind}，实为{got}", f"expected {kind}, got {got}")
        times = read_weather(ends, needed.area)["time"].values
    except BogdaError as error:
        return _refused("unreadable", "文件齐全但无法读取，格式可能有变", f"cannot be read: {error.what}")
    except Exception as error:  # noqa: BLE001 - whatever a changed layout does to a reader, another rung is tried
        told = f"cannot be read: {fault_line(error)}"
        return _refused("unreadable", "文件齐全但无法读取，格式可能有变", told)
    first, last = times[0], times[-1]
    least = needed.reference_time + daily_config().shortest_forecast_h * HOUR
    if first > needed.reference_time or last < least:
        span = f"{shown(first)} – {shown(last)}"
        return _refused("too-short", f"只含{span}，不足以预报", f"covers only {span} Beijing time")
    return Trial(last, float((last - needed.reference_time) / HOUR))


def _refused(code: str, chinese: str, english: str) -> Trial:
    return Trial(np.datetime64("NaT", "ns"), 0.0, code, (chinese, english))


def needed_by(case: CaseConfig, reference_time: np.datetime64) -> Needed:
    """Area and hours that the models of a case need, on all their domains."""
    from forecast.physical.configuration import physical_config

    config = physical_config()
    domains = [name for name in (case.physical, case.dust) if name is not None]
    areas = [around(load_shipped(GridConfig, f"domains/{name}.yaml").grid()) for name in domains]
    west, east = min(area.west for area in areas), max(area.east for area in areas)
    south, north = min(area.south for area in areas), max(area.north for area in areas)
    begin = reference_time - config.spin_up_hours * HOUR
    return Needed((west, east, south, north), begin, reference_time, config.lead_hours)
