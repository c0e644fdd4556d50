"""`bogda trajectories run`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from flows.output import print_json, print_line
from foundation.errors import InputError
from foundation.times import instant_of_iso, parse_reference_time, shown

_HEADER = "北京时间 time          经度 lon   纬度 lat   离地高度 height_m   气压 pressure_hpa"


@dataclass(frozen=True)
class Request:
    """What is asked on the command line.

    Attributes:
        weather: a file, or several separated by commas.
        lon: degrees east.
        lat: degrees north.
        height_m: above ground.
        start: time as `parse_reference_time` reads it.
        hours: length; negative goes back in time.
        coordinate: `height` or `pressure`.
        vertical_motion: `wind` or `none`.
        step_s: longest step.
    """

    weather: str
    lon: float
    lat: float
    height_m: float
    start: str
    hours: float
    coordinate: str = "height"
    vertical_motion: str = "wind"
    step_s: float = 180.0


def run(request: Request, *, as_json: bool) -> None:
    """Print one trajectory, hour by hour, whether it is complete, and if not, why and until when.

    Raises:
        BogdaError: when the weather cannot be read, lacks what is needed, or does not hold the start.
    """
    document = trajectory(request)
    if as_json:
        print_json(document)
        return
    way = "后向 backward" if request.hours < 0 else "前向 forward"
    print_line(
        f"轨迹 trajectory · {way} · {abs(request.hours):g} h · 垂直运动 vertical: {request.vertical_motion}"
    )
    print_line(_HEADER)
    for point in document["points"]:
        moment = shown(instant_of_iso(point["time"]))
        print_line(
            f"{moment}  {point['lon']:9.3f}  {point['lat']:9.3f}  {point['height_m']:14.0f}"
            f"  {point['pressure_hpa']:20.1f}"
        )
    if document["complete"]:
        print_line("完整 complete")
    else:
        ended = document["ended"]
        when = shown(instant_of_iso(ended["time"]))
        print_line(f"轨迹中止 truncated · {when} · {ended['reason_chinese']} {ended['reason']}")


def trajectory(request: Request) -> dict[str, Any]:
    """The trajectory as a document: points, whether it is complete, and the end of one that is not."""
    from atmosphere.meteorology.diagnostics.bilinear import refuse_swapped
    from atmosphere.meteorology.reading import read_weather
    from atmosphere.trajectories.configuration import TrajectoryConfig
    from atmosphere.trajectories.runs import Release, run_trajectories
    from foundation.configuration import validate

    refuse_swapped(request.lon, request.lat)
    settings = {name: getattr(request, name) for name in ("coordinate", "vertical_motion", "step_s")}
    config = validate(TrajectoryConfig, settings, "trajectories")
    start = parse_reference_time(request.start)
    weather = read_weather([part.strip() for part in request.weather.split(",") if part.strip()])
    lon, lat, height = (np.array([value]) for value in (request.lon, request.lat, request.height_m))
    try:
        return run_trajectories(weather, Release(lon, lat, height, start), request.hours, config).document()
    except InputError as error:
        if error.where not in ("", "weather"):
            raise
        what = error.what.removeprefix("weather: ")
        raise InputError(
            what, where=request.weather, remedy=error.remedy or "Give other weather or another start"
        ) from error
