"""The map: layers, frames, places, footprints."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response

from consultation.page.asking import NAME_PATTERN, AskedOfRun, Averaging, Grouping, PollutantName
from consultation.page.shapes.maps import FootprintList, Frames, MapFacts, PlacesOnMap
from consultation.page.views.footprints import ALL_SOURCES, footprint_frame, footprints
from consultation.page.views.map_places import forecast_on_map, sources_on_map
from consultation.page.views.maps import BINARY_KIND, FramesAsked, facts, frames

router = APIRouter(prefix="/runs/{run}", tags=["map"])

_BINARY: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {BINARY_KIND: {"schema": {"type": "string", "format": "binary"}}},
        "description": Frames.__doc__,
        "headers": {"X-Frames": {"schema": {"type": "string"}, "description": "JSON: `Frames`"}},
    }
}
_SOURCE = r"^[a-z0-9_.-]{1,80}$"


@router.get("/map", response_model=MapFacts)
def run_map(asked: AskedOfRun) -> Response:
    """图层、格网、时次 · Layers with what is available, grid and hours."""
    return asked.json(lambda: facts(asked.library, asked.run))


@router.get("/map/frames", response_class=Response, responses=_BINARY)
def run_frames(
    asked: AskedOfRun,
    layer: Annotated[str, Query(pattern=r"^[a-z0-9_]{1,40}$")],
    step: Literal["hour", "day"] = "hour",
    first: Annotated[int, Query(ge=0, le=1000)] = 0,
    count: Annotated[int, Query(ge=1, le=24)] = 1,
    stride: Annotated[int, Query(ge=1, le=20, description="每隔几个格点取一个 · Every so many cells")] = 1,
) -> Response:
    """图层的若干帧，二进制 · Frames of a layer, 16 bits a value, facts in the header X-Frames."""
    wanted = FramesAsked(layer, step, first, count, stride)
    return asked.any(lambda: frames(asked.library, asked.run, wanted))


@router.get("/map/places", response_model=PlacesOnMap)
def run_map_places(
    asked: AskedOfRun, pollutant: PollutantName = "pm25", averaging: Averaging = "hour"
) -> Response:
    """各地预报 · The published median at every place, along time."""
    return asked.json(lambda: forecast_on_map(asked.library, asked.run, pollutant, averaging))


@router.get("/map/sources", response_model=PlacesOnMap)
def run_map_sources(
    asked: AskedOfRun,
    group: Annotated[str, Query(pattern=_SOURCE, description="来源类 · Id of a group of sources")],
    by: Grouping = "sector",
    pollutant: PollutantName = "pm25",
    averaging: Averaging = "hour",
) -> Response:
    """所选来源对各地的贡献 · What a group of sources adds at every place, along time."""
    query = {"pollutant": pollutant, "averaging": averaging, "by": by, "group": group}
    return asked.json(lambda: sources_on_map(asked.library, asked.run, query))


@router.get("/footprints", response_model=FootprintList)
def run_footprints(
    asked: AskedOfRun, place: Annotated[str | None, Query(pattern=NAME_PATTERN)] = None
) -> Response:
    """足迹列表 · Footprints with their sources and counties."""
    return asked.json(lambda: footprints(asked.library, asked.run, place))


@router.get("/footprints/frame", response_class=Response, responses=_BINARY)
def run_footprint_frame(
    asked: AskedOfRun,
    number: Annotated[int, Query(ge=0, le=1000, description="列表中的序号 · Number in the list")],
    source: Annotated[str, Query(pattern=_SOURCE)] = ALL_SOURCES,
) -> Response:
    """足迹图，二进制 · Contribution of each cell, as frames are sent."""
    return asked.any(lambda: footprint_frame(asked.library, asked.run, number, source))
