"""Maps of dust near the ground over the dust domain: some hours side by side, and all of them as a loop."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from atmosphere.meteorology.figures.lettering import figure_style, words
from atmosphere.meteorology.figures.saving import save_figure
from emissions_inventory.figures.land import draw_cells, draw_cities, draw_degrees
from emissions_inventory.natural.relief import shipped_relief
from foundation.store import written_beside
from foundation.times import shown
from foundation.units import to_display

__all__ = ["draw_loop", "draw_maps", "dust_pm10", "dusty_hours", "scale"]

_STEPS = (20.0, 50.0, 150.0, 250.0, 420.0, 600.0, 1000.0, 2000.0)
"""µg/m³: those of the index and of the probabilities among them."""

_COLOURS, _NONE = "YlOrBr", "#fbf9f4"
_CONTOURS_M = (1500, 3000)
_CITIES = (
    "urumqi", "karamay", "hami", "turpan", "kashgar", "hotan", "korla", "aksu", "yining", "altay", "tacheng",
)  # fmt: skip
_MOST_MAPS, _COLUMNS, _EVERY_H = 6, 2, 12
_FRAME_MS = 350
_AFTER_H, _SHORTEST_H = 12, 48
_STAMP = "#b00020"


def dust_pm10(fields: xr.Dataset) -> xr.DataArray:
    """PM10 of dust of a run, µg/m³, (lead_time, y, x), with `valid_time`, UTC.

    Args:
        fields: of the dust domain, keep `FIELDS`.
    """
    values = fields["concentration"].sel(species="pm10", drop=True)
    ends = np.atleast_1d(fields["reference_time"].values)[0] + fields["lead_time"].values
    shown_values = values.copy(data=np.asarray(to_display(values.values, "pm10")))
    return shown_values.assign_coords(valid_time=("lead_time", ends)).drop_vars("species", errors="ignore")


def dusty_hours(pm10: xr.DataArray) -> xr.DataArray:
    """The hours to half a day after the last dust, two days at least.

    Args:
        pm10: see `dust_pm10`.
    """
    dusty = np.flatnonzero((pm10 > _STEPS[0]).any(("y", "x")).values)
    last = int(dusty[-1]) if len(dusty) else 0
    return pm10.isel(lead_time=slice(max(last + _AFTER_H, _SHORTEST_H)))


def scale() -> tuple[Any, Any]:
    """Steps and colours of PM10 of dust; what is below the first is paper."""
    from matplotlib import colormaps
    from matplotlib.colors import BoundaryNorm

    return BoundaryNorm(_STEPS, 256, extend="max"), colormaps[_COLOURS].with_extremes(under=_NONE)


def draw_maps(pm10: xr.DataArray, path: str | Path, *, synthetic: bool) -> None:
    """Maps every 12 hours, six at most, as one figure.

    Args:
        pm10: see `dust_pm10`.
        path: file to write; its ending says the format.
        synthetic: whether to stamp it.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    hours = list(range(min(_EVERY_H, pm10.sizes["lead_time"]) - 1, pm10.sizes["lead_time"], _EVERY_H))
    hours = hours[:_MOST_MAPS]
    rows = -(-len(hours) // _COLUMNS)
    with figure_style():
        figure = Figure(figsize=(11.5, 3.55 * rows + 0.7), dpi=110, layout="constrained")
        FigureCanvasAgg(figure)
        axes = figure.subplots(rows, _COLUMNS, squeeze=False)
        for axis in axes.flat[len(hours) :]:
            axis.set_axis_off()
        drawn: Any = None
        for axis, hour in zip(axes.flat, hours, strict=False):
            drawn = _map(axis, pm10.isel(lead_time=hour), synthetic=synthetic)
        bar = figure.colorbar(drawn, ax=axes, shrink=0.6, pad=0.015, aspect=30, ticks=_STEPS)
        bar.ax.set_title("µg/m³", fontsize=9, pad=8, loc="left")
        bar.ax.tick_params(labelsize=8)
        figure.suptitle(
            words("近地面沙尘PM10（小时均值）", "PM10 of dust near the ground, hourly"), fontsize=12
        )
        save_figure(figure, path)


def draw_loop(pm10: xr.DataArray, path: str | Path, *, synthetic: bool, every_h: int = 3) -> int:
    """Maps one after the other, to the end of dust, as an animated GIF; the number of them.

    Args:
        pm10: see `dust_pm10`.
        path: file to write.
        synthetic: whether to stamp it.
        every_h: hours from one map to the next.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from PIL import Image

    pm10, frames = dusty_hours(pm10), list[Image.Image]()
    hours = range(every_h - 1, pm10.sizes["lead_time"], every_h)
    with figure_style():
        figure = Figure(figsize=(8.4, 5.4), dpi=100)
        canvas: Any = FigureCanvasAgg(figure)
        axes, legend = figure.add_axes((0.05, 0.06, 0.84, 0.86)), figure.add_axes((0.905, 0.14, 0.018, 0.68))
        mesh = _map(axes, pm10.isel(lead_time=0), synthetic=synthetic)
        bar = figure.colorbar(mesh, cax=legend, ticks=_STEPS)
        bar.ax.set_title("µg/m³", fontsize=9, pad=8, loc="left")
        bar.ax.tick_params(labelsize=8)
        for hour in hours:
            now = pm10.isel(lead_time=hour)
            mesh.set_array(now.values)
            axes.set_title(_title(now), fontsize=11)
            canvas.draw()
            frame = Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")
            frames.append(frame.quantize(64, dither=Image.Dither.NONE))
    held = io.BytesIO()
    frames[0].save(
        held, "GIF", save_all=True, append_images=frames[1:], duration=_FRAME_MS, loop=0, optimize=False
    )
    with written_beside(Path(path)) as beside:
        beside.write_bytes(held.getvalue())
    return len(frames)


def _map(axis: Any, pm10: xr.DataArray, *, synthetic: bool) -> Any:
    norm, colours = scale()
    drawn = draw_cells(axis, pm10, norm, _COLOURS)
    drawn.set_cmap(colours)
    window = axis.get_xlim(), axis.get_ylim()
    relief = shipped_relief()
    axis.contour(
        relief.lon, relief.lat, relief.height, levels=_CONTOURS_M, colors="#7b6a52", linewidths=0.5, alpha=0.6
    )
    axis.set(xlim=window[0], ylim=window[1])
    draw_cities(axis, pm10, _CITIES, 7.5)
    draw_degrees(axis, pm10)
    axis.set_title(_title(pm10), fontsize=9.5)
    if synthetic:
        axis.text(
            0.99, 0.97, words("合成数据", "SYNTHETIC"), transform=axis.transAxes, ha="right", va="top",
            fontsize=9, color=_STAMP, fontweight="bold",
        )  # fmt: skip
    return drawn


def _title(pm10: xr.DataArray) -> str:
    lead = int(pm10["lead_time"].values / np.timedelta64(1, "h"))
    ends = np.datetime64(pm10["valid_time"].item(), "ns")
    return f"{shown(ends)} {words('北京时', 'Beijing time')}  +{lead} h"
