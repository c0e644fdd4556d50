"""What the forecaster is told of the learned model: that there is none, why it is not used, what it lacks."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np

from foundation.places import gazetteer
from foundation.provenance import Degradation

_FOLDERS = re.compile(r"(?<!\w)\.{0,2}/(?:[^\s,:/]+/)+")
SHOWN_TAGS = 5
"""Tags that a note names one by one."""

KINDS_NAMED = {"day": ("逐日", "daily"), "hour": ("逐小时", "hourly")}

_ALL_SILENT = ("所有站点近48小时无PM2.5监测", "no place measured PM2.5 for 48 h")
_SILENT = ("近48小时无PM2.5监测", "no PM2.5 measured for 48 h")
_UNSEEN = ("未参加训练", "not trained on")
_NO_WEATHER = ("缺少模型所需气象", "weather it expects is missing")

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
    chinese, english = KINDS_NAMED[kind]
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
    chinese, english = KINDS_NAMED[kind]
    why_chinese, why_english = _FAULTS[fault]
    told = " ".join(_FOLDERS.sub("", reason).split())
    instead = "the statistical combination is published"
    return Degradation(
        code=f"learned-model-{fault}",
        chinese=f"{chinese}预报的学习模型未采用（{why_chinese}），已改用统计组合预报。",
        english=f"The learned model for {english} means {why_english}; {instead}. {told}",
    )


def lacking(
    kind: str, flags: np.ndarray, places: Sequence[str], *, wider: bool = True
) -> tuple[Degradation, ...]:
    """What the learned model had to do without at some places.

    Args:
        kind: `day` or `hour`.
        flags: (place,) bit mask of `forecast.learned.situations` at the last issue.
        places: (place,) ids.
        wider: whether its intervals are those published, which it widens there.
    """
    from forecast.learned.situations import ALL_SILENT, NO_WEATHER, SILENT, UNSEEN

    everyone = bool((flags & ALL_SILENT).all())
    everywhere = bool((flags & NO_WEATHER).all())
    found = {
        "all-silent": (_ALL_SILENT, () if everyone else None),
        "silent": (_SILENT, None if everyone else _having(flags & SILENT, places)),
        "unseen": (_UNSEEN, _having(flags & UNSEEN, places)),
        "no-weather": (_NO_WEATHER, () if everywhere else _having(flags & NO_WEATHER, places)),
    }
    return tuple(
        _note(kind, code, what, named, wider) for code, (what, named) in found.items() if named is not None
    )


def unfamiliar(kind: str, sources: Mapping[str, tuple[str, str]]) -> tuple[Degradation, ...]:
    """Tags that the learned model was not trained with.

    Args:
        kind: `day` or `hour`.
        sources: how it weighs each, in Chinese and in English.
    """
    if not sources:
        return ()
    averaging = KINDS_NAMED[kind]
    ways = dict.fromkeys(sources.values())
    told = [[name for name, way in sources.items() if way == one] for one in ways]
    named = [", ".join(names[:SHOWN_TAGS]) + (" …" if len(names) > SHOWN_TAGS else "") for names in told]
    chinese = "；".join(f"{names}（{way[0]}）" for names, way in zip(named, ways, strict=True))
    english = "; ".join(f"{names} ({way[1]})" for names, way in zip(named, ways, strict=True))
    return (
        Degradation(
            code="learned-unknown-sources",
            chinese=f"学习模型（{averaging[0]}）有{len(sources)}个来源标签未参加训练：{chinese}。",
            english=f"Learned model ({averaging[1]}): {len(sources)} tags not trained with: {english}.",
        ),
    )


def beyond_horizon(kind: str, lead_hours: int) -> Degradation:
    """The champion does not reach the last leads."""
    chinese, english = KINDS_NAMED[kind]
    return Degradation(
        code="learned-model-horizon",
        chinese=f"学习模型的{chinese}预报到{lead_hours}小时为止，其后为统计组合。",
        english=f"The learned model for {english} means ends at {lead_hours} h; then the combination.",
    )


def _having(bits: np.ndarray, places: Sequence[str]) -> tuple[str, ...] | None:
    found = tuple(place for place, bit in zip(places, bits, strict=True) if bit)
    return found or None


def _note(kind: str, code: str, what: tuple[str, str], places: tuple[str, ...], wider: bool) -> Degradation:
    """A note about places, about all where they are not named."""
    named = KINDS_NAMED[kind]
    chinese = "、".join(_name(place, 0) for place in places)
    english = ", ".join(_name(place, 1) for place in places)
    where_chinese, where_english = (f"：{chinese}", f" at {english}") if places else ("", "")
    then_chinese, then_english = ("；相应区间已加宽", "; intervals are wider") if wider else ("", "")
    return Degradation(
        code=f"learned-{code}",
        chinese=f"学习模型（{named[0]}）{what[0]}{where_chinese}{then_chinese}。",
        english=f"Learned model ({named[1]}): {what[1]}{where_english}{then_english}.",
    )


def _name(place: str, language: int) -> str:
    known = gazetteer().find(place)
    return place if known is None else (known.chinese, known.english)[language]
