"""The Chinese of what is said when something is wrong, by its English as it stands in the code."""

from __future__ import annotations

import re
from functools import lru_cache

from foundation.configuration import Config, load_shipped

__all__ = ["in_chinese", "messages"]

_DEEPEST = 3


class Messages(Config):
    """What ships in `configs/chinese_messages.yaml`; `{}` stands for what is filled in.

    Attributes:
        messages: of this program.
        of_libraries: of those beneath it.
        parts: that stand only inside another message.
    """

    messages: dict[str, str]
    of_libraries: dict[str, str]
    parts: dict[str, str]


@lru_cache(maxsize=1)
def messages() -> Messages:
    """The messages that ship with the program."""
    return load_shipped(Messages, "chinese_messages.yaml")


def in_chinese(english: str) -> str | None:
    """The Chinese of a message; None where it is not known.

    Args:
        english: as it was said, with everything filled in.
    """
    return _translated(english, _whole(), _DEEPEST)


def _translated(english: str, known: tuple[tuple[re.Pattern[str], str], ...], deepest: int) -> str | None:
    said = " ".join(english.split()).rstrip(".")
    for pattern, chinese in known:
        found = pattern.fullmatch(said)
        if found is not None:
            return _filled(chinese, [_part(one, deepest) for one in found.groups()])
    return None


def _part(said: str, deepest: int) -> str:
    """What is filled in: a message itself, or a value that stays as it is."""
    return (_translated(said, _inside(), deepest - 1) if deepest else None) or said


def _filled(chinese: str, parts: list[str]) -> str:
    following = iter(parts)

    def part(place: re.Match[str]) -> str:
        return parts[int(place[1]) - 1] if place[1] else next(following)

    return re.sub(r"\{(\d?)\}", part, chinese)


@lru_cache(maxsize=1)
def _whole() -> tuple[tuple[re.Pattern[str], str], ...]:
    return _patterns(messages().messages | messages().of_libraries)


@lru_cache(maxsize=1)
def _inside() -> tuple[tuple[re.Pattern[str], str], ...]:
    return _patterns(messages().messages | messages().of_libraries | messages().parts)


def _patterns(known: dict[str, str]) -> tuple[tuple[re.Pattern[str], str], ...]:
    """Those with the most words of their own first, so that the nearest is found."""
    nearest = sorted(known, key=lambda one: -len(one.replace("{}", "")))
    return tuple(
        (re.compile("(.*?)".join(map(re.escape, english.rstrip(".").split("{}")))), known[english])
        for english in nearest
    )
