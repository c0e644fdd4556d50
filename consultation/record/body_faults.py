"""Words that cannot go out in a notice: another level than the warning's, or a proposal."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from consultation.record.refusals import NotAcceptable
from standards.warning_rules import warning_book, warning_level_named

_SENTENCE = re.compile(r"[^。；！？;!?\n]+")
_COLOURS = re.compile(
    r"(?P<chinese>[红橙黄])(?:色|(?=预警))|\b(?P<english>red|orange|yellow)\b", re.IGNORECASE
)
_ACTS = "[红橙黄]色?|发布|启动|更新|调整|升级|降级|解除|撤销"
_PROPOSES = (
    re.compile(
        rf"建议[^，。；！？\n]{{0,60}}?(?:{_ACTS})[^，。；！？\n]{{0,20}}?预警(?!期间|时段|期内|信息|响应期|生效期)"
    ),
    re.compile(r"预警建议"),
    re.compile(r"\b(?:red|orange|yellow|warning)\b[^.;\n]{0,60}?\bpropos\w+", re.IGNORECASE),
    re.compile(r"\bpropos\w+[^.;\n]{0,60}?\bwarning", re.IGNORECASE),
)
"""Not advice to the public to mind a warning, or to act while one holds."""
_OTHER_SIGNAL = re.compile(
    r"(?:沙尘暴|大风|大雾|寒潮|暴雪|暴雨|低温|霜冻|道路结冰|霾|高温|冰雹|雷电)(?:天气)?$"
    r"|\b(?:sandstorm|dust[- ]storm|gale|wind|fog|cold[- ]wave|snow|blizzard|haze|icing|rain|frost)\s$",
    re.IGNORECASE,
)
"""A signal of the observatory's of another kind, named before its colour."""
_MAY_COME = re.compile(r"若|如果|如遇|一旦|必要时|适时|视情|\b(?:if|should|when needed)\b", re.IGNORECASE)
_NOT_REACHED = re.compile(r"未达|不足|不满足|不再|尚未|\b(?:not|below|short of|no longer)\b", re.IGNORECASE)
_OVER = re.compile(
    r"原(?!因)|此前|前期|已发布|废止|终止|停止|取消|解除|不再"
    r"|\b(?:previous|earlier|former|replac\w+|lifted|ended|cancelled|no longer)\b",
    re.IGNORECASE,
)
_CHANGED = re.compile(
    r"调整|升级|降级|升为|降为|改为|变更|转为|\b(?:to|lowered|raised|upgraded|downgraded|changed)\b",
    re.IGNORECASE,
)


def require_sound(
    texts: dict[str, str], level: int, before: int | None, *, where: dict[str, tuple[str, str]]
) -> None:
    """Let words pass that fit the warning, or refuse them.

    Another level may be named as the one that is changed, as one that is not reached or may come, and as
    that of another signal, such as of wind.

    Args:
        texts: by name.
        level: of the warning, or of the one that ends.
        before: level in force that is changed, if any.
        where: what the page and what programs call each text.

    Raises:
        NotAcceptable: at the first that does not fit.
    """
    for name, text in texts.items():
        for found in _proposals(text):
            raise _proposing(found, *where[name])
        for other, sentence in _other_levels(text, level, before):
            raise _naming(other, level, sentence, *where[name])


def _proposing(words: str, chinese: str, english: str) -> NotAcceptable:
    return NotAcceptable(
        f"{english} proposes, a notice cannot: {words!r}",
        f"{chinese}仍写着“建议”：“{words}”。通知须写明发布、调整或解除，请改写，或恢复自动生成的正文",
        remedy="Say what is done, or leave the text out to have it built",
    )


def _naming(other: int, level: int, sentence: str, chinese: str, english: str) -> NotAcceptable:
    named, own = warning_level_named(other), warning_level_named(level)
    return NotAcceptable(
        f"{english} names {named.english}, the warning is {own.english}: {sentence!r}",
        f"{chinese}写的是{named.chinese}，而预警等级为{own.chinese}：“{sentence}”。请改写，或恢复自动生成的正文",
        remedy="Name the warning's own level, or leave the text out to have it built",
    )


BODY = {"chinese": ("正文（中文）", "The Chinese text"), "english": ("正文（英文）", "The English text")}
REASON = {"reason": ("理由", "The reason")}


def require_sound_body(told: dict[str, Any], before: dict[str, Any] | None) -> None:
    """The same for the body of a notice that is in its record; `before` is the notice that it changes.

    Raises:
        NotAcceptable: when it does not fit its level.
    """
    require_sound(
        told["text"],
        told["level"]["number"],
        None if before is None else before["level"]["number"],
        where=BODY,
    )


def _proposals(text: str) -> Iterator[str]:
    for pattern in _PROPOSES:
        for found in pattern.finditer(text):
            yield found.group().strip()


def _other_levels(text: str, level: int, before: int | None) -> Iterator[tuple[int, str]]:
    """Levels named that are not the warning's, each with its sentence."""
    numbers = {word: one.number for one in warning_book().levels for word in (one.chinese[0], one.english)}
    for sentence in _SENTENCE.finditer(text):
        said = sentence.group()
        for colour in _COLOURS.finditer(said):
            number = numbers[(colour["chinese"] or colour["english"]).lower()]
            if number == level or _of_others(said[: colour.start()]):
                continue
            if number != before or not _changed(said, colour.end(), level):
                yield number, said.strip()


def _of_others(lead: str) -> bool:
    """Whether what leads to a colour makes it another signal's, one that may come, or one not reached."""
    clause = re.split("[，,、]", lead)[-1]
    return any(
        bool(one) for one in (_OTHER_SIGNAL.search(lead), _MAY_COME.search(lead), _NOT_REACHED.search(clause))
    )


def _changed(sentence: str, after: int, level: int) -> bool:
    """Whether a sentence says that the level before is over, or that it is changed to the warning's own."""
    own = warning_level_named(level)
    rest = sentence[after:].lower()
    changed = _CHANGED.search(rest) is not None and (own.chinese in rest or own.english in rest)
    return changed or _OVER.search(sentence) is not None
