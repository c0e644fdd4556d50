"""The bulletin's drawings as pictures on paper: the words are set by this machine, sharp in print."""

from __future__ import annotations

import io
from collections.abc import Callable

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

from atmosphere.meteorology.figures.lettering import chinese_font, legible
from consultation.bulletin.charts import Course, course_figure
from consultation.bulletin.figures import Span, bands_on, course_of, mapped_day
from consultation.bulletin.looks import Band
from consultation.bulletin.maps import day_figure
from consultation.bulletin.settings import bulletin_config
from consultation.bulletin.svg import Lettering, drawing
from consultation.bulletin.tables import place_names
from consultation.documents.parts import Form, Picture
from consultation.products import is_synthetic
from consultation.run_folder import RunFolder

_DOTS_PER_INCH = 300
_MAP_MM, _CHART_MM = 132.0, 128.0


class _Plain(Lettering):
    """Words as they are, for a drawing whose letters this machine sets."""

    def __call__(self, text: str, css: str = "") -> str:  # noqa: ARG002 - classes are for browsers
        """The text itself."""
        return legible(text)


def _image(draw: Callable[[Lettering], Figure], form: Form) -> bytes:
    with drawing("paper"):
        mpl.rcParams["font.family"] = [name for name in (chinese_font(), "DejaVu Sans") if name]
        mpl.rcParams["svg.fonttype"] = "none"
        stream = io.BytesIO()
        draw(_Plain()).savefig(stream, format=form, dpi=_DOTS_PER_INCH)
    return stream.getvalue()


def map_picture(run: RunFolder) -> Picture | None:
    """The index of every place on the day after the issue; None where the forecast has no day."""
    found = mapped_day(run)
    if found is None:
        return None
    day, discs = found
    synthetic = is_synthetic(run.forecast.day)
    return Picture(
        f"{day.date[:2]}月{day.date[3:]}日（{day.weekday}）各地AQI预报",
        f"{day.date}：" + "，".join(f"{disc.chinese} {disc.aqi}" for disc in discs if disc.aqi is not None),
        lambda form: _image(lambda words: day_figure(discs, words, synthetic=synthetic), form),
        _MAP_MM,
    )


def course_pictures(run: RunFolder, places: tuple[str, ...]) -> tuple[Picture, ...]:
    """PM2.5 by day at places, measured and forecast; places without a forecast are left out."""
    forecast = run.forecast.day
    if "pm25" not in forecast["pollutant"].values:
        return ()
    measured = run.observations.day if run.observations else None
    bands, span = bands_on(forecast), Span("d", "D", bulletin_config().measured_days, None)
    held = set(map(str, forecast["place"].values))
    pictures = []
    for place in [name for name in places if name in held]:
        course = course_of(forecast, measured, place, span)
        if np.isfinite(course.forecast).any():
            names = place_names(place)
            caption = f"{names.chinese}PM2.5日均浓度：实测（黑）与预报（蓝，深浅为50%与80%区间），µg/m³"
            pictures.append(
                Picture(caption, f"PM2.5 {names.english}", _course_image(course, bands), _CHART_MM)
            )
    return tuple(pictures)


def _course_image(course: Course, bands: tuple[Band, ...]) -> Callable[[Form], bytes]:
    return lambda form: _image(lambda words: course_figure(course, bands, words), form)
