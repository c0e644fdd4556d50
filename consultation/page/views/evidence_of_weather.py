"""Evidence from the weather behind the run: fronts, wind by height, mixing and inversion."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import xarray as xr

from consultation.page.faults import AbsentError
from consultation.page.views.evidence import Finding, Subject, column
from consultation.page.views.evidence_of_air import both_names
from consultation.page.views.forecasts import names_of
from consultation.page.views.soundings import PROFILES_FILE, read_profiles, speed_and_direction
from consultation.page.views.writing import number
from foundation.times import shown

__all__ = ["fronts", "mixing", "turning"]

_DAYS_SHOWN = 3
_DAY_H = 24
_TURNED = 60.0
"""Degrees within six hours that count as a turn of the wind."""
_FRESH = 4.0
_TURN_H = 6
_HEIGHTS = (100.0, 500.0, 1000.0, 1500.0)


def _profiles(subject: Subject) -> Iterator[tuple[str, xr.Dataset]]:
    """The places of which the run holds the air above."""
    for name in subject.places:
        try:
            profile = read_profiles(subject.library, subject.run, name)
        except AbsentError:
            continue
        yield name, profile


def fronts(subject: Subject) -> Finding:
    """When the wind at 10 m turns by 60 degrees in six hours and freshens, as it does with a front."""
    rows: list[dict[str, Any]] = []
    for name, profile in _profiles(subject):
        rows += [{"place": name, **both_names(name), **one} for one in _turns(profile)]
    read_profiles(subject.library, subject.run, None)
    columns = (
        column("name", "地点", "Place"),
        column("time", "时间", "Time"),
        column("turned", "转向", "Turned", "°"),
        column("speed", "其后风速", "Wind after", "m/s"),
    )
    if not rows:
        return Finding("预报期内未见风向突转和增强", "No turn with a fresh wind within the forecast", columns)
    first = min(rows, key=lambda row: str(row["time"]))
    return Finding(
        f"首次风向突转：{first['name']['chinese']}，{first['time']}",
        f"First turn: {first['name']['english']}, {first['time']}",
        columns,
        tuple(rows),
    )


def _turns(profile: xr.Dataset) -> list[dict[str, Any]]:
    """The first turn of a course."""
    speed, direction = speed_and_direction(
        profile["eastward_wind_10m"].values, profile["northward_wind_10m"].values
    )
    turned = np.abs((direction[_TURN_H:] - direction[:-_TURN_H] + 180.0) % 360.0 - 180.0)
    met = np.flatnonzero((turned >= _TURNED) & (speed[_TURN_H:] >= _FRESH))
    if not met.size:
        return []
    at = int(met[0])
    time = profile["valid_time"].values[at + _TURN_H]
    return [{"time": shown(time), "turned": number(turned[at], 0), "speed": number(speed[at + _TURN_H], 1)}]


def turning(subject: Subject) -> Finding:
    """Wind by height over the first place, by day; veering (clockwise with height) is warm advection."""
    name = subject.places[0]
    profile = read_profiles(subject.library, subject.run, name)
    rows: list[dict[str, Any]] = []
    for day in range(_DAYS_SHOWN):
        hours = profile.isel(lead_time=slice(day * _DAY_H, (day + 1) * _DAY_H)).mean("lead_time")
        if not profile["lead_time"].size > day * _DAY_H:
            break
        height = hours["height_above_ground"].values
        u, v = (np.interp(_HEIGHTS, height, hours[f"{way}ward_wind"].values) for way in ("east", "north"))
        speed, direction = speed_and_direction(u, v)
        turn = float((direction[-1] - direction[0] + 180.0) % 360.0 - 180.0)
        winds = {
            f"h{int(h)}": f"{d:.0f}° {s:.1f}" for h, d, s in zip(_HEIGHTS, direction, speed, strict=True)
        }
        rows.append({"hours": f"{day * _DAY_H + 1}–{(day + 1) * _DAY_H}", **winds, "turn": number(turn, 0)})
    columns = (
        column("hours", "时效", "Hours"),
        *(column(f"h{int(h)}", f"{h:.0f}米", f"{h:.0f} m", "m/s") for h in _HEIGHTS),
        column("turn", "随高度转向（顺时针为正）", "Turn with height, clockwise positive", "°"),
    )
    chinese, english, _, _ = names_of(name)
    first = rows[0]["turn"]
    return Finding(
        f"{chinese}首日风随高度转{first:+.0f}°" if first is not None else chinese,
        f"{english}: the wind of the first day turns {first:+.0f}° with height"
        if first is not None
        else english,
        columns,
        tuple(rows),
    )


def mixing(subject: Subject) -> Finding:
    """Mixing layer, inversion and dispersion grade of every place, over the first three days."""
    rows: list[dict[str, Any]] = []
    for name, profile in _profiles(subject):
        hours = profile.isel(lead_time=slice(0, _DAYS_SHOWN * _DAY_H))
        grade = hours["dispersion_grade"].values
        rows.append(
            {
                "place": name,
                **both_names(name),
                "lowest": number(hours["boundary_layer_height"].min(), 0),
                "highest": number(hours["boundary_layer_height"].max(), 0),
                "inversion": number(hours["inversion_strength"].max(), 1),
                "unfavourable": int((grade >= 4).sum()),
                "hours": int((grade > 0).sum()),
            }
        )
    read_profiles(subject.library, subject.run, None)
    columns = (
        column("name", "地点", "Place"),
        column("lowest", "混合层最低", "Lowest mixing layer", "m"),
        column("highest", "最高", "Highest", "m"),
        column("inversion", "最强逆温", "Strongest inversion", "K"),
        column("unfavourable", "4级及以上小时数", "Hours of grade 4 or worse"),
        column("hours", "小时数", "Hours"),
    )
    if not rows:
        raise AbsentError(
            f"{PROFILES_FILE} 中没有本区域的地点", f"{PROFILES_FILE} holds no place of this region"
        )
    strongest = max(rows, key=lambda row: row["inversion"] or 0.0)
    return Finding(
        f"未来三天最强逆温：{strongest['name']['chinese']} {strongest['inversion'] or 0:.1f} K",
        f"Strongest, three days: {strongest['name']['english']}, {strongest['inversion'] or 0:.1f} K",
        columns,
        tuple(rows),
    )
