"""Evidence of the pressure pattern, as far as the profiles above one place tell it: there are no charts."""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr

from consultation.page.faults import AbsentError
from consultation.page.views.evidence import Finding, Piece, Subject, column
from consultation.page.views.forecasts import names_of
from consultation.page.views.soundings import PROFILES_FILE, read_profiles, speed_and_direction
from consultation.page.views.writing import number
from foundation.constants import ZERO_CELSIUS
from foundation.times import shown

__all__ = ["PATTERN", "at_pressure"]

_LEVEL_PA = 70000.0
_DAY_H = 24
_MOVED_M = 20.0
"""Change of height in a day, m, that counts as one."""
_WINDS = ("北", "东北", "东", "东南", "南", "西南", "西", "西北")
_CALLED = ("northerly", "north-easterly", "easterly", "south-easterly", "southerly", "south-westerly",
           "westerly", "north-westerly")  # fmt: skip
_RISES = {"chinese": "升（脊、高压加强）", "english": "rising: ridge or high builds"}
_FALLS = {"chinese": "降（槽、低压移近）", "english": "falling: trough or low nears"}
_STEADY = {"chinese": "少变", "english": "steady"}


def at_pressure(profile: xr.Dataset, name: str, pressure: float) -> np.ndarray:
    """Values of a profile at a pressure, hour by hour, linear in its logarithm, (lead_time,).

    Args:
        profile: above one place; dimensions level and, of what changes, lead_time.
        name: of its variable.
        pressure: Pa; NaN where the profile does not reach it.
    """
    given = np.log(profile["air_pressure"].transpose("lead_time", "level").values.astype(float))
    values = profile[name].broadcast_like(profile["air_pressure"]).transpose("lead_time", "level").values
    wanted = np.log(pressure)
    return np.array(
        [
            np.interp(wanted, here[::-1], one[::-1], left=np.nan, right=np.nan)
            for here, one in zip(given, values.astype(float), strict=True)
        ]
    )


def _pattern(subject: Subject) -> Finding:
    """Height, wind and temperature at 700 hPa over the first place, and the change of surface pressure.

    The height is that above the ground of the place, so that its change is one of geopotential height.
    """
    name = subject.places[0]
    profile = read_profiles(subject.library, subject.run, name)
    height, east, north, warm = (
        at_pressure(profile, one, _LEVEL_PA)
        for one in ("height_above_ground", "eastward_wind", "northward_wind", "air_temperature")
    )
    if not np.isfinite(height).any():
        raise AbsentError(
            f"{PROFILES_FILE} 达不到700百帕，请看气象台天气图", f"{PROFILES_FILE} does not reach 700 hPa"
        )
    surface = profile["air_pressure"].isel(level=0).values.astype(float) / 100.0
    speed, direction = speed_and_direction(east, north)
    told = profile["valid_time"].values
    rows: list[dict[str, Any]] = []
    for at in range(_DAY_H, len(height), _DAY_H):
        change = height[at] - height[at - _DAY_H]
        rows.append({
            "time": shown(told[at]), "change": number(change, 0), "way": _way(change),
            "surface": number(surface[at] - surface[at - _DAY_H], 1), "wind": _wind(direction[at]),
            "speed": number(speed[at], 0), "warm": number(warm[at] - ZERO_CELSIUS, 0),
        })  # fmt: skip
    if not rows:
        raise AbsentError("预报不足24小时，无法判断变高", "The forecast is too short to tell a change")
    columns = (
        column("time", "时间", "Time"),
        column("change", "700 hPa变高（24小时）", "Height of 700 hPa, 24 h change", "gpm"),
        column("way", "趋势", "Tendency"),
        column("surface", "地面变压（24小时）", "Surface pressure, 24 h change", "hPa"),
        column("wind", "700 hPa 风向", "Wind at 700 hPa"), column("speed", "风速", "Speed", "m/s"),
        column("warm", "700 hPa 气温", "Temperature at 700 hPa", "°C"),
    )  # fmt: skip
    return _told(name, rows, columns)


def _told(name: str, rows: list[dict[str, Any]], columns: tuple[Any, ...]) -> Finding:
    chinese, english, _, _ = names_of(name)
    most = max(rows, key=lambda row: abs(row["change"] or 0.0))
    change = most["change"] or 0.0
    lacks = "（运行产品无天气图，锋面、槽线位置请看气象台分析）"
    also = "; the run stores no charts: see those of the observatory for where fronts and troughs lie"
    if abs(change) < _MOVED_M:
        return Finding(
            f"{chinese}上空700 hPa高度逐日少变，形势稳定{lacks}",
            f"Over {english} the height of 700 hPa hardly changes: a steady pattern{also}",
            columns, tuple(rows),
        )  # fmt: skip
    return Finding(
        f"{chinese}上空700 hPa高度在{most['time']}前24小时"
        f"{'升' if change > 0 else '降'}{abs(change):.0f} gpm，"
        f"{most['wind']['chinese']}{lacks}",
        f"Over {english} the height of 700 hPa {'rises' if change > 0 else 'falls'} by {abs(change):.0f} gpm "
        f"in the 24 h to {most['time']}, {most['wind']['english']} wind{also}", columns, tuple(rows),
    )  # fmt: skip


def _way(change: float) -> dict[str, str]:
    if abs(change) < _MOVED_M or not np.isfinite(change):
        return _STEADY
    return _RISES if change > 0 else _FALLS


def _wind(direction: float) -> dict[str, str]:
    if not np.isfinite(direction):
        return {"chinese": "—", "english": "—"}
    at = round(float(direction) / 45.0) % 8
    return {"chinese": f"{_WINDS[at]}风", "english": _CALLED[at]}


PATTERN = Piece(
    "charts", "气压形势（由廓线推算）", "Pressure pattern, from profiles", _pattern,
    ((PROFILES_FILE, "air_pressure"), (PROFILES_FILE, "height_above_ground")), "place",
)  # fmt: skip
