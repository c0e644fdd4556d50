"""The map: which layers there are, and frames of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from consultation.page.answers import Answer
from consultation.page.faults import AbsentError, UnprocessableError
from consultation.page.library import Library
from consultation.page.reading.fields import FIELDS, MISSING, WEATHER, GriddedProduct, pack
from consultation.page.reading.inspection import Run
from consultation.page.settings import LayerConfig
from consultation.page.shapes import maps as shapes
from consultation.page.shapes.words import Unavailable
from consultation.page.views.dust import no_dust
from consultation.page.views.writing import days, instants
from foundation.times import day_of_hour

__all__ = ["FramesAsked", "binary", "facts", "frames", "grid_of"]

_PRODUCTS = {"fields": FIELDS, "weather": WEATHER}
_HOURS_OF_DAY = 24
_DUST = "dust"
BINARY_KIND = "application/octet-stream"


@dataclass(frozen=True)
class FramesAsked:
    """Which frames are meant; `first` and `count` are hours, or days."""

    layer: str
    step: str
    first: int
    count: int
    stride: int


def facts(library: Library, run: Run) -> shapes.MapFacts:
    """What the map of a run can show."""
    times = np.array([], dtype="datetime64[ns]")
    for name in (FIELDS, WEATHER):
        try:
            times = library.grids.product(run, name).valid_time
            break
        except AbsentError:
            continue
    return shapes.MapFacts(
        times=instants(times),
        days=days(times, "hour"),
        missing_code=MISSING,
        layers=[_layer(library, run, layer) for layer in library.config.layers],
        largest_frames=library.config.limits.frames,
    )


def _layer(library: Library, run: Run, layer: LayerConfig) -> shapes.Layer:
    reason, hours, grid, whole = None, 0, None, []
    try:
        product = library.grids.product(run, _PRODUCTS[layer.product])
        _names(layer, product)
        hours, grid = len(product.valid_time), grid_of(product.lon, product.lat)
        whole = [str(day) for day, _ in _whole_days(product)]
    except AbsentError as error:
        reason = Unavailable(chinese=error.chinese, english=error.english)
        if layer.prefix == _DUST and run.files.has(_PRODUCTS[layer.product]):
            reason = no_dust(run) or reason
    return shapes.Layer(
        id=layer.id,
        chinese=layer.chinese,
        english=layer.english,
        unit=layer.unit,
        reason=reason,
        hours=hours,
        kind="vector" if len(layer.variables) > 1 else "scalar",
        available=reason is None,
        days=whole,
        grid=grid,
    )


def grid_of(lon: np.ndarray, lat: np.ndarray) -> shapes.Grid:
    """The edges of a grid, from the centres of its cells."""
    half_x, half_y = (float(axis[-1] - axis[0]) / max(len(axis) - 1, 1) / 2 for axis in (lon, lat))
    west, east = float(lon[0]) - half_x, float(lon[-1]) + half_x
    south, north = float(lat[0]) - half_y, float(lat[-1]) + half_y
    return shapes.Grid(
        west=round(west, 6),
        east=round(east, 6),
        south=round(south, 6),
        north=round(north, 6),
        nx=len(lon),
        ny=len(lat),
    )


def _names(layer: LayerConfig, product: GriddedProduct) -> list[str]:
    """The stored names behind a layer.

    Raises:
        AbsentError: when the product has them not.
    """
    if layer.prefix:
        found = [name for name in product.names if name.startswith(layer.prefix)]
        if not found:
            raise AbsentError(
                f"本次运行的数值模式不输送{layer.chinese}", f"The model of this run carries no {layer.id}"
            )
        return found
    lost = [name for name in layer.variables if name not in product.names]
    if lost:
        raise AbsentError(f"本次运行的产品中没有 {lost[0]}", f"The products of this run hold no {lost[0]}")
    return list(layer.variables)


def _whole_days(product: GriddedProduct) -> list[tuple[np.datetime64, slice]]:
    """Beijing days of which all 24 hours are there, and where these are."""
    of_hour = day_of_hour(product.valid_time)
    found, first, counts = np.unique(of_hour, return_index=True, return_counts=True)
    return [
        (day, slice(int(start), int(start) + _HOURS_OF_DAY))
        for day, start, count in zip(found, first, counts, strict=True)
        if count == _HOURS_OF_DAY
    ]


def frames(library: Library, run: Run, asked: FramesAsked) -> Answer:
    """Some frames of a layer, binary, with their facts in the header `X-Frames`.

    Raises:
        AbsentError: when the run lacks the layer or the frames.
        UnprocessableError: when too much is asked for.
    """
    layer = next((one for one in library.config.layers if one.id == asked.layer), None)
    if layer is None:
        known = ", ".join(one.id for one in library.config.layers)
        raise UnprocessableError(
            f"没有图层 {asked.layer}；可用：{known}", f"no layer {asked.layer}; known: {known}"
        )
    product = library.grids.product(run, _PRODUCTS[layer.product])
    names = _names(layer, product)
    spans = _spans(product, asked)
    size = len(names) * len(product.lat) * len(product.lon) * sum(one.stop - one.start for one in spans)
    if size > library.config.limits.frame_values * (_HOURS_OF_DAY if asked.step == "day" else 1):
        raise UnprocessableError("一次请求的帧数过多，请减少 count", "too many frames at once; lower count")
    read = [_components(layer, product, names, span, asked) for span in spans]
    values = layer.factor * (np.concatenate(read) if asked.step == "hour" else np.stack(read))
    return binary(values, layer.id, layer.unit, asked)


def _spans(product: GriddedProduct, asked: FramesAsked) -> list[slice]:
    """Hours of the frames: one run of hours, or the hours of each day."""
    if asked.step == "hour":
        there, last = len(product.valid_time), min(asked.first + asked.count, len(product.valid_time))
        spans = [slice(asked.first, last)] if asked.first < last else []
    else:
        whole = _whole_days(product)
        there, spans = len(whole), [span for _, span in whole[asked.first : asked.first + asked.count]]
    if not spans:
        raise AbsentError(
            f"只有{there}帧，没有第{asked.first}帧", f"There are {there} frames, none number {asked.first}"
        )
    return spans


def _components(
    layer: LayerConfig, product: GriddedProduct, names: list[str], span: slice, asked: FramesAsked
) -> np.ndarray:
    """Values of a span (hour, component, y, x), or their mean over the day (component, y, x)."""
    parts = [product.frames(name, span, asked.stride) for name in names]
    stacked = np.sum(parts, axis=0)[:, None] if layer.prefix else np.stack(parts, axis=1)
    return np.asarray(stacked if asked.step == "hour" else stacked.mean(axis=0))


def binary(values: np.ndarray, layer: str, unit: str, asked: FramesAsked) -> Answer:
    """Frames (frame, component, y, x) as they are sent."""
    packed = pack(values)
    told = shapes.Frames(
        layer=layer,
        unit=unit.replace("µ", "u").replace("³", "3"),
        step="day" if asked.step == "day" else "hour",
        first=asked.first,
        frames=values.shape[0],
        components=values.shape[1],
        ny=values.shape[2],
        nx=values.shape[3],
        stride=asked.stride,
        scale=packed.scale,
        offset=packed.offset,
        largest=packed.largest,
    )
    return Answer.of(packed.codes, BINARY_KIND, {"X-Frames": told.model_dump_json()})
