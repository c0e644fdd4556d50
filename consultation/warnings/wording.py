"""The sentences of a proposal, in Chinese and in English."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np

from consultation.bilingual import Bilingual
from consultation.warnings.assessment import Assessment
from consultation.warnings.courses import Basis, Members
from consultation.warnings.document import Area, Level
from foundation.times import beijing_from_utc
from standards.warning_rules import WarningRules, warning_level_named

NOTICE = Bilingual(
    chinese="以下均为按规则自动生成的预警建议，须经有权人员会商审批签发后方为预警。",
    english="These are proposals made by rule. None is a warning until a person with that right approves it.",
)
DUST_ADVICE = Bilingual(
    chinese="沙尘影响时段不升级预警，不启动PM2.5强制减排；发布健康提示，落实扬尘抑制措施。",
    english="Hours of dust do not escalate and call for no PM2.5 cuts: give health advice and suppress dust.",
)
MEMBERS = {
    "scenarios": Bilingual(
        chinese="概率为各情景中达到该等级的比例（情景给出逐日联合过程）。",
        english="Probability is the share of the scenarios, joint courses in time, that meet the level.",
    ),
    "quantiles": Bilingual(
        chinese="未提供情景：按各分位数过程（假设各日、各地、各污染物同高同低）统计。"
        "该假设下持续性最强，故持续条件的概率为上限。",
        english="No scenarios: each quantile is taken as one course, high or low on all days, at all "
        "places and for all pollutants together. Nothing lasts longer than such a course, so the probability "
        "of a condition that must last is an upper bound.",
    ),
}
_PERIODS: dict[Basis, Bilingual] = {
    "sliding-24h": Bilingual(chinese="连续24小时AQI", english="24 h AQI"),
    "calendar-days": Bilingual(chinese="日AQI", english="daily AQI"),
}
NO_FORECAST = Bilingual(chinese="无预报，未评估", english="No forecast, not evaluated")


def level_words(number: int) -> Level:
    """Names, severity and colour of a level of warning; 0 is none."""
    if number == 0:
        return Level(number=0, chinese="无", english="none", severity=None, colour=None)
    known = warning_level_named(number)
    colour = "#" + "".join(f"{part:02x}" for part in known.rgb)
    return Level(
        number=number, chinese=known.chinese, english=known.english, severity=known.severity, colour=colour
    )


def index_name(basis: Basis, *, regional: bool) -> Bilingual:
    """Which index the rules were applied to: the period of its mean, and whether it is that of a region."""
    period = _PERIODS[basis]
    return Bilingual(
        chinese=f"{period.chinese}{'的区域均值' if regional else ''}",
        english=f"{'regional mean ' if regional else ''}{period.english}",
    )


def span(values: Iterable[float]) -> str:
    """The least and the largest of some indices, `163~208`; one number where they are the same."""
    found = tuple(values)
    return "~".join(str(value) for value in sorted({_up(min(found)), _up(max(found))}))


def too_few(members: int, needed: int) -> Bilingual:
    """Why a region has no mean."""
    return Bilingual(
        chinese=f"有预报的县市{members}个，不足{needed}个，无法计算区域均值",
        english=f"{members} members with a forecast, {needed} needed: no regional mean",
    )


def chinese_hour(time: np.datetime64) -> str:
    """Beijing time as `12月12日00时`."""
    moment = beijing_from_utc(time).astype("datetime64[h]").item()
    return f"{moment.month}月{moment.day}日{moment.hour:02d}时"


def english_hour(time: np.datetime64) -> str:
    """Beijing time as `12-12 00:00`."""
    moment = beijing_from_utc(time).astype("datetime64[h]").item()
    return f"{moment:%m-%d %H}:00"


def reason(area: Area, found: Assessment, rules: WarningRules, chance: Assessment) -> Bilingual:
    """One sentence: what is expected, when, which clause it meets, and how likely the level is.

    Args:
        area: what it is for.
        found: the assessment that decides the level.
        rules: the rule set applied.
        chance: the assessment whose members give the probability.
    """
    if found.level == 0:
        return _no_reason(area, found)
    finding = found.findings[0]
    begin, end = finding.first_window[0], finding.last_window[1]
    name = index_name(found.courses.basis, regional=area.scope == "region")
    expected = span(finding.values)
    share, members_are = chance.share_at_least(found.level), chance.courses.members_are
    words = level_words(found.level)
    return Bilingual(
        chinese=f"{area.chinese}：{chinese_hour(begin)}至{chinese_hour(end)}{name.chinese}预计{expected}，"
        f"符合“{finding.chinese}”，建议{words.chinese}预警"
        + ("。" if share is None else f"（达到该等级的概率{shown_share(share, members_are)}）。"),
        english=f"{area.english}: {name.english} {expected} expected {english_hour(begin)} to "
        f"{english_hour(end)}, which meets '{finding.english}' ({rules.name}); {words.english} proposed"
        + ("." if share is None else f" (probability {shown_share(share, members_are)})."),
    )


def _no_reason(area: Area, found: Assessment) -> Bilingual:
    counted = found.counted[np.isfinite(found.counted)]
    if counted.size == 0:
        return Bilingual(
            chinese=f"{area.chinese}：各时段均受沙尘或臭氧影响，不按PM2.5规则升级。",
            english=f"{area.english}: dust or ozone throughout; nothing escalates.",
        )
    highest = _up(float(counted.max()))
    return Bilingual(
        chinese=f"{area.chinese}：24小时AQI最高{highest}，未达到预警条件。",
        english=f"{area.english}: highest 24 h AQI {highest}; no condition is met.",
    )


def _up(aqi: float) -> int:
    """Indices round up (HJ 633), means over a region like the index itself."""
    return math.ceil(round(aqi, 6))


def shown_share(share: float, members_are: Members) -> str:
    """A probability as people read it; quantiles from 5 to 95 % cannot say more than that."""
    if members_are == "quantiles" and share in (0.0, 1.0):
        return "≥95%" if share else "<5%"
    return f"{100 * share:.0f}%"
