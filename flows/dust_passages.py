"""Arrival, peak and end of dust at places, and events in the measurements, as `dust.json` tells them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

from consultation.bilingual import Bilingual
from consultation.dust_page.document import Graded, Observed, Passage, Threshold
from foundation.times import DAY, HOUR, iso_utc
from foundation.units import to_display
from observations.dust.configuration import detection_config
from sources.tagging.groups import receptor_names
from standards.dust import dust_advice, dust_standard

if TYPE_CHECKING:
    from forecast.dust.correction import Factors
    from observations.dust.events import DustEvent

__all__ = ["above", "observed_events", "passages", "thresholds"]

_TOLD_DAYS = 7
_TOLD_SHARE = 0.9
"""A threshold is told where measurements narrowed its spread to this share of that before them."""

_LIKELY = {"blowing_sand": "probability_blowing_sand", "dust_storm": "probability_dust_storm"}
_NO_SIGNAL = Graded(number=0, chinese="无", english="none")


def above() -> float:
    """PM10 of dust, µg/m³, from which on an hour counts as dusty: where an event may start."""
    return float(detection_config().pm10_above)


def passages(outlook: xr.Dataset) -> tuple[Passage, ...]:
    """Dust at every place where it passes `above`, the strongest first.

    Args:
        outlook: see `forecast.dust.outlook`.
    """
    reference = np.datetime64(str(outlook.attrs["reference_time"]), "ns")
    ends = reference + outlook["lead_time"].values
    found = []
    for place in map(str, outlook["place"].values):
        at = outlook.sel(place=place)
        pm10 = np.asarray(to_display(at["pm10"].values, "pm10"))
        over = np.flatnonzero(pm10 > above())
        if len(over):
            found.append(_passage(place, at, pm10, over, ends))
    return tuple(sorted(found, key=lambda one: -one.peak_ug_m3))


def _passage(place: str, at: xr.Dataset, pm10: np.ndarray, over: np.ndarray, ends: np.ndarray) -> Passage:
    standard, names, peak = dust_standard(), receptor_names(place), int(pm10.argmax())
    grade = max(int(at["grade"].values.max()), 0)
    signal = int(at["signal"].values.max())
    grades, signals = (
        {one.number: Graded(number=one.number, chinese=one.chinese, english=one.english) for one in listed}
        for listed in (standard.grades, standard.signals)
    )
    likely = {name: _highest(at[held]) for name, held in _LIKELY.items() if held in at}
    chances = None
    if "probability" in at:
        marks = at["threshold"].values
        chances = {f"{float(mark):g}": _highest(at["probability"].sel(threshold=mark)) for mark in marks}
    return Passage(
        place=place, chinese=names.chinese, english=names.english, arrival=iso_utc(ends[over[0]]),
        peak_time=iso_utc(ends[peak]), end=None if over[-1] == len(ends) - 1 else iso_utc(ends[over[-1]]),
        peak_ug_m3=round(float(pm10[peak]), 1), lowest_visibility_m=round(float(at["visibility"].min())),
        strongest_wind_m_s=round(float(at["wind_speed"].isel(lead_time=over).max()), 1),
        grade=grades[grade], signal=signals.get(signal, _NO_SIGNAL), likely=likely or None,
        probability=chances,
        advice=tuple(
            Bilingual(chinese=one.chinese, english=one.english) for one in dust_advice(max(grade, 1))
        ),
    )  # fmt: skip


def thresholds(factors: Factors | None) -> tuple[Threshold, ...]:
    """Thresholds of the regions of which the measurements told anything; nothing where they were not used."""
    if factors is None:
        return ()
    from emissions_inventory.natural.region_configuration import dust_regions
    from forecast.dust.configuration import dust_forecast_config

    untold = _TOLD_SHARE * dust_forecast_config().correction.deviation
    tags, spread = {one.id: one for one in dust_regions().tags}, factors.deviation()
    return tuple(
        Threshold(
            chinese=tags[name.partition(".")[2]].chinese, english=tags[name.partition(".")[2]].english,
            factor=round(factor, 3), relative_deviation=round(spread[name], 3),
        )
        for name, factor in factors.named().items() if spread[name] < untold
    )  # fmt: skip


def observed_events(events: tuple[DustEvent, ...], reference_time: np.datetime64) -> tuple[Observed, ...]:
    """Events that ended in the days before the issue, or go on, the latest first.

    Args:
        events: by hour, of places.
        reference_time: the issue, UTC.
    """
    recent = [one for one in events if one.end > reference_time - _TOLD_DAYS * DAY]
    return tuple(
        Observed(
            place=one.place, chinese=receptor_names(one.place).chinese,
            english=receptor_names(one.place).english,
            start=iso_utc(one.start), peak_time=iso_utc(one.peak), end=iso_utc(one.end),
            peak_ug_m3=None if np.isnan(one.peak_pm10) else round(float(to_display(one.peak_pm10, "pm10"))),
            ongoing=one.ending == "record" and one.end > reference_time - 3 * HOUR, evidence=one.evidence,
        )
        for one in sorted(recent, key=lambda one: one.start, reverse=True)
    )  # fmt: skip


def _highest(values: xr.DataArray) -> float:
    known = values.values[np.isfinite(values.values)]
    return round(float(known.max()), 2) if len(known) else 0.0
