"""Charts of one place: PM2.5 measured and forecast, with intervals, on the bands of the index."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from consultation.bulletin.looks import Band
from consultation.bulletin.svg import Lettering, drawing, inline_svg, new_figure
from foundation.times import beijing_from_utc

_INK = "#1d2733"
_FORECAST = "#0b4f8a"
_QUIET = "#5b6670"
_INTERVALS = ((0.10, 0.90, "#0b4f8a", 0.20), (0.25, 0.75, "#0b4f8a", 0.34))
"""Lower and upper quantile, colour and opacity of the 80 % and the 50 % interval."""


@dataclass(frozen=True)
class Course:
    """What a chart of one place shows.

    Attributes:
        label: what the chart is, for a reader who cannot see it.
        measured_times: UTC, shape (m,).
        measured: µg/m³, shape (m,), NaN where missing.
        forecast_times: UTC, shape (n,).
        quantiles: shape (q,), ascending.
        forecast: µg/m³, shape (n, q).
        reference_time: UTC.
        step: time between values, `D` or `h`.
        synthetic: whether to stamp the chart.
    """

    label: str
    measured_times: np.ndarray
    measured: np.ndarray
    forecast_times: np.ndarray
    quantiles: np.ndarray
    forecast: np.ndarray
    reference_time: np.datetime64
    step: str
    synthetic: bool


def course_chart(course: Course, bands: tuple[Band, ...], name: str) -> str:
    """Draw a course as inline SVG.

    Args:
        course: measurements and forecast of one place.
        bands: levels of the index, lowest first.
        name: prefix of ids in the drawing, unique on the page.
    """
    lettering = Lettering()
    with drawing(name):
        return inline_svg(course_figure(course, bands, lettering), lettering, name, course.label)


def course_figure(course: Course, bands: tuple[Band, ...], lettering: Lettering) -> Figure:
    """The drawing of a course; call inside `drawing`.

    Args:
        course: measurements and forecast of one place.
        bands: levels of the index, lowest first.
        lettering: takes the words of the drawing.
    """
    figure = new_figure(5.6, 2.5)
    axes = figure.add_axes((0.075, 0.125, 0.80, 0.79))
    top = _top(course)
    _draw_bands(axes, bands, top, lettering)
    _draw_forecast(axes, course)
    _draw_measured(axes, course)
    _draw_axes(axes, course, top, lettering)
    _draw_reference(axes, course, top, lettering)
    if course.synthetic:
        stamp = lettering("合成数据 SYNTHETIC", "stamp")
        figure.text(0.095, 0.845, stamp, color="#b00020", fontsize=8.5, weight="bold")
    return figure


def _top(course: Course) -> float:
    shown = [course.measured[np.isfinite(course.measured)]]
    outer = int(np.abs(course.quantiles - _INTERVALS[0][1]).argmin())
    shown.append(course.forecast[:, outer][np.isfinite(course.forecast[:, outer])])
    highest = max((float(part.max()) for part in shown if part.size), default=0.0)
    return max(80.0, 1.12 * highest)


def _days(times: np.ndarray, course: Course) -> np.ndarray:
    """Beijing time as days since the Beijing day of the reference time; days stand at their middle."""
    middle = np.timedelta64(12, "h") if course.step == "D" else np.timedelta64(0, "h")
    origin = beijing_from_utc(course.reference_time).astype("datetime64[D]")
    since = beijing_from_utc(times) + middle - origin
    return np.asarray(since / np.timedelta64(1, "D"), dtype=float)


def _draw_bands(axes: Axes, bands: tuple[Band, ...], top: float, lettering: Lettering) -> None:
    for band in bands:
        if band.lower >= top:
            break
        upper = min(band.upper, top)
        axes.axhspan(band.lower, upper, color=band.look.colour, alpha=0.17, linewidth=0, zorder=0)
        axes.axhspan(
            band.lower, upper, xmin=1.004, xmax=1.022, color=band.look.colour, linewidth=0, clip_on=False
        )
        if (upper - band.lower) / top > 0.075:
            middle = (band.lower + upper) / 2 / top
            axes.text(
                1.032,
                middle,
                lettering(band.look.category),
                transform=axes.transAxes,
                va="center",
                fontsize=8.5,
                color=_INK,
            )


def _draw_forecast(axes: Axes, course: Course) -> None:
    x = _days(course.forecast_times, course)
    for low, high, colour, opacity in _INTERVALS:
        edges = [int(np.abs(course.quantiles - edge).argmin()) for edge in (low, high)]
        axes.fill_between(
            x,
            course.forecast[:, edges[0]],
            course.forecast[:, edges[1]],
            color=colour,
            alpha=opacity,
            linewidth=0,
        )
    median = course.forecast[:, int(np.abs(course.quantiles - 0.5).argmin())]
    marker = "o" if course.step == "D" else None
    axes.plot(
        x,
        median,
        color=_FORECAST,
        linewidth=1.6,
        marker=marker,
        markersize=3.6,
        markerfacecolor="white",
        zorder=4,
    )


def _draw_measured(axes: Axes, course: Course) -> None:
    x = _days(course.measured_times, course)
    marker = "o" if course.step == "D" else None
    axes.plot(x, course.measured, color=_INK, linewidth=1.3, marker=marker, markersize=3.2, zorder=5)


def _draw_reference(axes: Axes, course: Course, top: float, lettering: Lettering) -> None:
    offset = _days(np.asarray([course.reference_time]), course)[0]
    x = offset - (0.5 if course.step == "D" else 0.0)
    axes.axvline(x, color=_INK, linewidth=0.9, linestyle=(0, (3, 2)), zorder=3)
    axes.text(x + 0.15, 0.965 * top, lettering("预报 →", "halo"), fontsize=8.5, color=_FORECAST, va="top")


def _draw_axes(axes: Axes, course: Course, top: float, lettering: Lettering) -> None:
    times = [part for part in (course.measured_times, course.forecast_times) if part.size]
    x = np.concatenate([_days(part, course) for part in times]) if times else np.array([0.0, 1.0])
    margin = 0.5 if course.step == "D" else 0.0
    axes.set_xlim(x.min() - margin, x.max() + margin)
    axes.set_ylim(0, top)
    first, last = int(np.floor(x.min())), int(np.ceil(x.max()))
    every = 3 if last - first > 15 else 2
    days = [day for day in range(first, last + 1) if day % every == 0]
    shift = 0.5 if course.step == "D" else 0.0
    inside = [day for day in days if axes.get_xlim()[0] <= day + shift <= axes.get_xlim()[1]]
    origin = beijing_from_utc(course.reference_time).astype("datetime64[D]")
    axes.set_xticks(
        [day + shift for day in inside], [str(origin + np.timedelta64(day, "D"))[5:] for day in inside]
    )
    axes.tick_params(labelsize=8.5, length=2.5, colors=_QUIET, labelcolor=_INK, width=0.6)
    axes.locator_params(axis="y", nbins=5)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        axes.spines[side].set_color(_QUIET)
        axes.spines[side].set_linewidth(0.6)
    axes.text(
        0.0, 1.025, lettering("µg/m³"), transform=axes.transAxes, fontsize=8.5, color=_QUIET, ha="center"
    )
