"""What a measure changes, from the tags of a run, by the code behind `bogda measures`."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import numpy as np

from consultation.page.faults import AbsentError, UnprocessableError
from consultation.page.reading.inspection import Run
from consultation.page.shapes import sources as shapes
from consultation.page.shapes.words import Unavailable
from consultation.page.views.forecasts import is_region
from consultation.page.views.writing import instants
from consultation.products import FORECAST_FILE, HDF5
from emissions_inventory.labels import GroupLabel, source_labels
from foundation.errors import BogdaError, ConfigurationError
from foundation.times import parse_reference_time
from sources.tagging.runs import CONTRIBUTIONS_FILE, TAGS_FILE

if TYPE_CHECKING:
    from sources.measures.emission_totals import EmissionTotals

__all__ = ["measure_options", "measures"]

_FILES = (CONTRIBUTIONS_FILE, FORECAST_FILE, TAGS_FILE, "emission_totals.csv")
_EVERYWHERE = "*"
_TONNE = 1000.0


def measure_options(run: Run) -> shapes.MeasureOptions:
    """Sliders of a run: groups of sectors by groups of regions, with what they emit."""
    from sources.measures.configuration import measures_config
    from sources.measures.emission_totals import TOTALS_FILE, read_totals

    config, labels = measures_config(), source_labels()
    absent, sliders = None, []
    try:
        sliders = _sliders(read_totals(run.files.path(TOTALS_FILE)))
        run.files.path(CONTRIBUTIONS_FILE)
    except AbsentError as error:
        absent = Unavailable(chinese=error.chinese, english=error.english)
    except BogdaError as error:
        absent = Unavailable(chinese=f"排放汇总无法读取：{error.what}", english=error.what)
    return shapes.MeasureOptions(
        available=absent is None,
        absent=absent,
        sectors=_choices(labels.sector_groups),
        regions=_choices(labels.region_groups),
        sliders=sliders,
        presets=[
            shapes.PresetShape(
                id=one.id,
                chinese=one.chinese,
                english=one.english,
                verified=one.verified,
                shares=one.permitted,
            )
            for one in config.levels
        ],
        largest_compared=config.cautions.largest_cut,
    )


def _choices(groups: tuple[GroupLabel, ...]) -> list[shapes.Choice]:
    return [shapes.Choice(id=one.id, chinese=one.chinese, english=one.english) for one in groups]


def _sliders(totals: EmissionTotals) -> list[shapes.SliderShape]:
    labels = source_labels()
    sector_of = {one.id: one.tag for one in labels.sectors}
    region_of = {one.id: one.tag for one in labels.regions}
    sectors = np.array([sector_of[str(one)] for one in totals.sector])
    regions = np.array([region_of[str(one)] for one in totals.region])
    found = []
    for sector in labels.sector_groups:
        for region in labels.region_groups:
            chosen = (sectors == sector.id) & (regions == region.id)
            tonnes = totals.kg[chosen].sum(axis=0) / _TONNE
            if tonnes.any():
                told = {name: round(float(one), 3) for name, one in zip(totals.species, tonnes, strict=True)}
                found.append(shapes.SliderShape(sector=sector.id, region=region.id, tonnes_per_day=told))
    return found


def measures(run: Run, asked: shapes.MeasuresAsked) -> shapes.MeasuresAnswer:
    """What cuts change, by place and day, by region and day, and by hour where that is asked.

    Raises:
        AbsentError: when the run lacks what it takes.
        UnprocessableError: when a name or the beginning is wrong.
    """
    from sources.measures.analysis import Question, answer

    started = time.perf_counter()
    if asked.region is not None and not is_region(asked.region):
        raise UnprocessableError(f"没有区域 {asked.region}", f"no region {asked.region}")
    question = Question(
        cuts=tuple(_text(cut) for cut in asked.cuts),
        begins=_begins(run, asked.begins),
        region=asked.region,
        hours=asked.hours,
    )
    try:
        with HDF5:
            found = answer(run.files.folder(_FILES), question)
    except ConfigurationError as error:
        raise UnprocessableError(f"无法计算：{error.what}", error.what) from error
    except BogdaError as error:
        raise AbsentError(
            f"本次运行不能计算减排：{error.what}", f"This run cannot answer: {error.what}"
        ) from error
    return _told(run, found, time.perf_counter() - started)


def _begins(run: Run, begins: str | None) -> str | None:
    """When the measure begins; the reference time is the same as none."""
    if begins is None:
        return None
    try:
        return None if parse_reference_time(begins) == run.reference_time else begins
    except ConfigurationError as error:
        raise UnprocessableError(f"起始时间无效：{begins}", error.what) from error


def _text(cut: shapes.Cut) -> str:
    """A cut as `cut_text` reads it; a group goes before a sector of the same name."""
    labels = source_labels()
    groups = {one.id for one in labels.sector_groups}
    known = groups | {one.id for one in labels.sectors} | {_EVERYWHERE}
    if cut.sector not in known:
        raise UnprocessableError(
            f"没有行业 {cut.sector}", f"no sector {cut.sector}; known: {', '.join(sorted(known))}"
        )
    areas = {one.id for one in (*labels.region_groups, *labels.regions)} | {_EVERYWHERE}
    if cut.region not in areas:
        raise UnprocessableError(
            f"没有地区 {cut.region}", f"no region {cut.region}; known: {', '.join(sorted(areas))}"
        )
    target = f"group:{cut.sector}" if cut.sector in groups else cut.sector
    return f"{target}={cut.share:.6f}@{cut.region}"


def _told(run: Run, found: dict[str, Any], seconds: float) -> shapes.MeasuresAnswer:
    hours = found.pop("hours", None)
    if hours is not None:
        ends = np.array([parse_reference_time(one) for one in hours["hour_ends"]])
        hours = {"times": instants(ends), "places": hours["places"]}
    told = {"regions": [], **found, "run": run.id, "hours": hours, "seconds": round(seconds, 3)}
    return shapes.MeasuresAnswer.model_validate(told)
