"""Dust against longitude and time: how it moves along the basins on both sides of the Tian Shan."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from atmosphere.meteorology.figures.lettering import INK, QUIET, chinese_font, figure_style, words
from atmosphere.meteorology.figures.saving import save_figure
from consultation.dust_page.maps import dusty_hours, scale
from foundation.places import gazetteer
from foundation.times import beijing_from_utc

__all__ = ["BANDS", "draw_hovmoeller"]

BANDS = (
    ("准噶尔盆地南缘 43.5–45.5°N", "southern Junggar", 43.5, 45.5, ("bole", "kuitun", "urumqi", "hami")),
    ("塔里木盆地 37.5–41°N", "Tarim basin", 37.5, 41.0, ("kashgar", "aksu", "korla")),
)
"""Names, southern and northern edge (degrees), and places marked by their longitude."""


def draw_hovmoeller(pm10: xr.DataArray, path: str | Path, *, synthetic: bool) -> None:
    """The highest PM10 of dust between two latitudes, by longitude and time, to the end of dust.

    Time runs downward.

    Args:
        pm10: µg/m³, (lead_time, y, x), see `maps.dust_pm10`.
        path: file to write; its ending says the format.
        synthetic: whether to stamp it.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    pm10 = dusty_hours(pm10)
    with figure_style():
        figure = Figure(figsize=(11.5, 6.4), dpi=110, layout="constrained")
        FigureCanvasAgg(figure)
        axes = figure.subplots(1, len(BANDS), sharey=True)
        drawn: Any = None
        for axis, band in zip(axes, BANDS, strict=True):
            drawn = _band(axis, pm10, band)
        axes[0].set_ylabel(words("北京时", "Beijing time"), fontsize=9, color=QUIET)
        bar = figure.colorbar(drawn, ax=axes, shrink=0.8, pad=0.015, aspect=30)
        bar.ax.set_title("µg/m³", fontsize=9, pad=8, loc="left")
        bar.ax.tick_params(labelsize=8)
        stamp = "  " + words("合成数据", "SYNTHETIC") if synthetic else ""
        title = words("沙尘PM10的经度—时间剖面", "PM10 of dust by longitude and time")
        inside = words("纬带内最大", "highest in the band")
        figure.suptitle(f"{title}（{inside}）{stamp}", fontsize=12)
        save_figure(figure, path)


def _band(axis: Any, pm10: xr.DataArray, band: tuple[str, str, float, float, tuple[str, ...]]) -> Any:
    from matplotlib import dates

    hours: Any = dates
    chinese, english, south, north, places = band
    norm, colours = scale()
    inside = pm10.sel(y=slice(south, north)).max("y")
    times = beijing_from_utc(inside["valid_time"].values)
    drawn = axis.pcolormesh(
        inside["x"].values, times, inside.values, norm=norm, cmap=colours, shading="nearest", rasterized=True
    )
    axis.set_facecolor("#fbf9f4")
    axis.set_ylim(times[-1] + np.timedelta64(30, "m"), times[0] - np.timedelta64(30, "m"))
    axis.yaxis.set_major_locator(hours.HourLocator(byhour=(0, 12)))
    axis.yaxis.set_major_formatter(hours.DateFormatter("%m-%d %H"))
    for name in places:
        place = gazetteer().place(name)
        axis.axvline(place.lon, color=INK, linewidth=0.6, linestyle=":")
        axis.text(
            place.lon, 1.005, place.chinese if chinese_font() else place.english, fontsize=8, color=INK,
            ha="center", va="bottom", transform=axis.get_xaxis_transform(),
        )  # fmt: skip
    axis.set_title(words(chinese, english), fontsize=10, pad=18)
    axis.xaxis.set_major_formatter(lambda value, _: f"{value:g}°E")
    axis.tick_params(labelsize=8.5)
    return drawn
