"""A dust event at one place: when it began, peaked and ended, how it was recognised, what is not known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from foundation.times import HOUR, shown
from foundation.units import si_factor

SEEN, RETURNED, GAP, RECORD, LONGEST = "seen", "returned", "gap", "record", "longest"
"""How an event begins or ends: seen to start; seen to return; a gap; the edge of the record; too long."""

_BEGINNINGS = {
    SEEN: ("", ""),
    GAP: ("，此前缺测，开始时间不明", ", start not known, nothing measured before"),
    RECORD: ("，记录开始时已有沙尘", ", dusty from the start of the record"),
}
_ENDINGS = {
    RETURNED: ("已恢复", "PM10 seen to return"),
    GAP: ("缺测，结束时间不明", "closed by a gap, end not known"),
    RECORD: ("记录结束时仍在持续", "open at the end of the record"),
    LONGEST: ("超过最长时限", "longest duration reached"),
}


@dataclass(frozen=True)
class DustEvent:
    """Hours, or days, of one place that are affected by dust.

    Attributes:
        place: id of the place or code of the station.
        rule: name of the rule, or `detector`.
        averaging: `hour` or `day`.
        start: UTC; the end of the first affected hour, or the start of the first affected day.
        peak: UTC, of the largest PM10; of the largest PM2.5 where PM10 is missing throughout.
        peak_pm10: kg m-3; NaN where PM10 is missing throughout.
        end: UTC, of the last affected hour or day; the last that was measured where the end was not seen.
        ending: `returned`, `gap`, `record` or `longest`.
        pm10_before: mean PM10 over the steps before, kg m-3; NaN where not known.
        ratio_before: mean PM2.5/PM10 over the steps before.
        ratio_at_start: PM2.5/PM10 in the first step.
        steps_before: how many of the earlier steps there were.
        missing_before_start: steps without a value just before the start: it may lie that much earlier.
        missing_before_end: steps without a value just before the return was seen: as much earlier the end.
        probability: largest probability of dust; None from a rule.
        beginning: `seen`, `gap` when more steps were missing before than the event may span, `record` when it
            is dusty from the first step: the true start is then not known.
    """

    place: str
    rule: str
    averaging: str
    start: np.datetime64
    peak: np.datetime64
    peak_pm10: float
    end: np.datetime64
    ending: str
    pm10_before: float
    ratio_before: float
    ratio_at_start: float
    steps_before: int
    missing_before_start: int
    missing_before_end: int
    probability: float | None = None
    beginning: str = SEEN

    @property
    def closed(self) -> bool:
        """Whether PM10 was seen to return."""
        return self.ending == RETURNED

    @property
    def steps(self) -> int:
        """Number of affected hours or days, first and last included."""
        step = HOUR if self.averaging == "hour" else np.timedelta64(1, "D")
        return int((self.end - self.start) // step) + 1

    @property
    def evidence(self) -> str:
        """What the event was recognised by, one line in Chinese and English."""
        before, peak = _amount(self.pm10_before), _amount(self.peak_pm10)
        share = f"PM2.5/PM10 {_ratio(self.ratio_at_start)} ({_ratio(self.ratio_before)})"
        unit, english_unit = ("小时", "h") if self.averaging == "hour" else ("日", "d")
        sure = "" if self.probability is None else f", P={self.probability:.2f}"
        chinese, english = (
            end + begin for end, begin in zip(_ENDINGS[self.ending], _BEGINNINGS[self.beginning], strict=True)
        )
        when = shown(self.start)
        return (
            f"{when} 起, PM10 前{self.steps_before}{unit}均值 {before} µg/m³, 峰值 {peak} µg/m³, "
            f"{share}{sure}, {chinese} / from {when}, mean PM10 of the {self.steps_before} {english_unit} "
            f"before {before}, peak {peak} µg/m³, {share}{sure}, {english}"
        )

    def as_dict(self) -> dict[str, Any]:
        """For a JSON document: Beijing times, µg/m³, None where not known."""
        return {
            "place": self.place,
            "rule": self.rule,
            "start": shown(self.start),
            "peak": shown(self.peak),
            "peak_pm10": _number(self.peak_pm10 / _UNIT, 0),
            "end": shown(self.end),
            "ending": self.ending,
            "beginning": self.beginning,
            "steps": self.steps,
            "averaging": self.averaging,
            "pm10_before": _number(self.pm10_before / _UNIT, 0),
            "fine_share_before": _number(self.ratio_before, 3),
            "fine_share_at_start": _number(self.ratio_at_start, 3),
            "steps_before": self.steps_before,
            "missing_before_start": self.missing_before_start,
            "missing_before_end": self.missing_before_end,
            "probability": self.probability if self.probability is None else round(self.probability, 4),
            "evidence": self.evidence,
        }


_UNIT = si_factor("ug m-3", "pm10")


def _number(value: float, digits: int) -> float | None:
    return round(float(value), digits) if np.isfinite(value) else None


def _amount(value: float) -> str:
    return f"{value / _UNIT:.0f}" if np.isfinite(value) else "—"


def _ratio(value: float) -> str:
    return f"{value:.2f}" if np.isfinite(value) else "—"
