"""What the forecaster is told of the learned model: that there is none, why it is not used, what it lacks."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from foundation.places import gazetteer
from foundation.provenance import Degradation

_FOLDERS = re.compile(r"(?<!\w)\.{0,2}/(?:[^\s,:/]+/)+")
_KINDS = {"day": ("逐日", "daily"), "hour": ("逐小时", "hourly")}

NOT_INSTALLED = Degradation(
    code="no-learned-model",
    chinese="未安装学习模型，发布的是统计组合预报。",
    english="No learned model is installed; the statistical combination is published.",
)

_FAULTS = {
    "unreadable": ("模型文件无法读取", "cannot be read"),
    "unfit": ("与本站点资料不符", "does not fit the data"),
    "absurd": ("结果不合理", "gave an impossible result"),
    "newer": ("其训练资料晚于本次起报", "was trained on measurements after this issue"),
    "slow": ("超过时限", "took too long"),
    "failed": ("运行出错", "failed"),
}


def not_installed(kind: str) -> Degradation:
    """No champion for one kind, while the other has one."""
    chinese, english = _KINDS[kind]
    return Degradation(
        code="no-learned-model",
        chinese=f"未安装{chinese}预报的学习模型，{chinese}预报为统计组合。",
        english=f"No learned model for {english} means is installed: the statistical combination.",
    )


def fallen_back(kind: str, fault: str, reason: str) -> Degradation:
    """The champion was not used; the combination is published.

    Args:
        kind: `day` or `hour`.
        fault: key of what went wrong: `unreadable`, `unfit`, `absurd`, `newer`, `slow` or `failed`.
        reason: in one line; folders are left out.
    """
    chinese, english = _KINDS[kind]
    why_chinese, why_english = _FAULTS[fault]
    told = " ".join(_FOLDERS.sub("", reason).split())
    instead = "the statistical combination is published"
    return Degradation(
        code=f"learned-model-{fault}",
        chinese=f"{chinese}预报的学习模型未采用（{why_chinese}），已改用统计组合预报。",
        english=f"The learned model for {english} means {why_english}; {instead}. {told}",
    )


def lacking(kind: str, flags: np.ndarray, places: Sequence[str]) -> tuple[Degradation, ...]:
    """What the learned model had to do without at some places.

    Args:
        kind: `day` or `hour`.
        flags: (place,) bit mask of `forecast.learned.situations` at the last issue.
        places: (place,) ids.
    """
    from forecast.learned.situations import ALL_SILENT, NO_WEATHER, SILENT, UNSEEN

    named = _KINDS[kind]
    if (flags & ALL_SILENT).all():
        found = [
            _note(
                named, "all-silent", ("所有站点近48小时无PM2.5监测", "no place measured PM2.5 for 48 h"), ()
            )
        ]
    else:
        found = [
            _note(
                named,
                "silent",
                ("近48小时无PM2.5监测", "no PM2.5 measured for 48 h"),
                _having(flags & SILENT, places),
            )
        ]
    found.append(_note(named, "unseen", ("未参加训练", "not trained on"), _having(flags & UNSEEN, places)))
    everywhere = bool((flags & NO_WEATHER).all())
    without = () if everywhere else _having(flags & NO_WEATHER, places)
    if everywhere or without:
        found.append(
            _note(named, "no-weather", ("缺少模型所需气象", "weather it expects is missing"), without)
        )
    return tuple(note for note in found if note is not None)


def beyond_horizon(kind: str, lead_hours: int) -> Degradation:
    """The champion does not reach the last leads."""
    chinese, english = _KINDS[kind]
    return Degradation(
        code="learned-model-horizon",
        chinese=f"学习模型的{chinese}预报到{lead_hours}小时为止，其后为统计组合。",
        english=f"The learned model for {english} means ends at {lead_hours} h; then the combination.",
    )


def _having(bits: np.ndarray, places: Sequence[str]) -> tuple[str, ...] | None:
    found = tuple(place for place, bit in zip(places, bits, strict=True) if bit)
    return found or None


def _note(
    kind: tuple[str, str], code: str, what: tuple[str, str], places: tuple[str, ...] | None
) -> Degradation | None:
    """A note about places; none where there are none of them, about all where they are not named."""
    if places is None:
        return None
    chinese = "、".join(_name(place, 0) for place in places)
    english = ", ".join(_name(place, 1) for place in places)
    where_chinese, where_english = (f"：{chinese}", f" at {english}") if places else ("", "")
    return Degradation(
        code=f"learned-{code}",
        chinese=f"学习模型（{kind[0]}）{what[0]}{where_chinese}；相应区间已加宽。",
        english=f"Learned model ({kind[1]}): {what[1]}{where_english}; intervals are wider.",
    )


def _name(place: str, language: int) -> str:
    known = gazetteer().find(place)
    return place if known is None else (known.chinese, known.english)[language]
