"""The body of a notice: built from its level, scope, period and facts, as long as nobody wrote it by hand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from consultation.record.words import Bilingual
from consultation.warnings.wording import chinese_hour, english_hour, index_name, span
from foundation.times import instant_of_iso

LANGUAGES: tuple[Literal["chinese", "english"], ...] = ("chinese", "english")
Ending = Literal["lifted", "cancelled"]
_ENDED: dict[Ending, tuple[str, str]] = {"lifted": ("解除", "lifted"), "cancelled": ("撤销", "cancelled")}
ENDINGS = tuple(_ENDED)


def built_body(
    told: dict[str, Any], members: Sequence[str], rests_on: dict[str, Any], before: dict[str, Any] | None
) -> Bilingual:
    """What the notice says in the official wording: what is expected, and what is done about it.

    Args:
        told: the notice but for its body: level, kind, event, area, counties, period.
        members: all counties of the area.
        rests_on: its evidence, see `consultation.record.notices.evidence`.
        before: the notice in force, which this one changes; None for the first.
    """
    begins, ends = instant_of_iso(told["onset"]), instant_of_iso(told["end"])
    scope, facts, act = _scope(told, members), _facts(told, rests_on), _act(told, before)
    return Bilingual(
        chinese=f"经会商，预计{chinese_hour(begins)}至{chinese_hour(ends)}，{scope.chinese}"
        f"有{told['event']['chinese']}过程{facts.chinese}。{act.chinese}",
        english=f"{told['event']['english']} is expected in {scope.english} from {english_hour(begins)} to "
        f"{english_hour(ends)} Beijing time{facts.english}. {act.english}",
    )


def _scope(told: dict[str, Any], members: Sequence[str]) -> Bilingual:
    """The area, or those of its counties that it holds for."""
    area, counties = told["area"], told["counties"]
    if {county["id"] for county in counties} == set(members):
        return Bilingual(chinese=area["chinese"], english=area["english"])
    return Bilingual(
        chinese="、".join(county["chinese"] for county in counties),
        english=", ".join(county["english"] for county in counties),
    )


def _facts(told: dict[str, Any], rests_on: dict[str, Any]) -> Bilingual:
    """The index that the run gives for the period; nothing where it gives none, or it is not of particles."""
    detail = rests_on.get("detail")
    if detail is None or told["kind"]["id"] != "particles":
        return Bilingual()
    onset, end = told["onset"], told["end"]
    inside = [
        window["aqi"]
        for window in detail["course"]
        if window["counted"]
        and window["aqi"] is not None
        and onset <= window["begins"]
        and window["ends"] <= end
    ]
    if not inside:
        return Bilingual()
    name = index_name(detail["basis"], regional=told["area"]["scope"] == "region")
    return Bilingual(chinese=f"，{name.chinese}为{span(inside)}", english=f", {name.english} {span(inside)}")


def _act(told: dict[str, Any], before: dict[str, Any] | None) -> Bilingual:
    """What is made known: a warning issued, kept at its level, raised or lowered."""
    level, event, response = told["level"], told["event"], told["level"]["response"]
    if before is None:
        started = f"，启动{response}" if response else ""
        return Bilingual(
            chinese=f"现发布{event['chinese']}{level['chinese']}预警{started}。",
            english=f"{_with_article(level['english'])} warning is issued.",
        )
    old, carried_out = before["level"], f"，执行{response}" if response else ""
    if old["number"] == level["number"]:
        return Bilingual(
            chinese=f"现更新{event['chinese']}预警，等级维持{level['chinese']}{carried_out}。",
            english=f"The warning is updated and remains {level['english']}.",
        )
    raised = old["number"] < level["number"]
    return Bilingual(
        chinese=f"现将{event['chinese']}预警由{old['chinese']}预警{'升级为' if raised else '调整为'}"
        f"{level['chinese']}预警{carried_out}。",
        english=f"The warning is {'raised' if raised else 'lowered'} from {old['english']} "
        f"to {level['english']}.",
    )


def _with_article(word: str) -> str:
    return f"An {word}" if word[0] in "aeiou" else f"A {word}"


def ending_body(told: dict[str, Any], state: Ending, reason: str = "") -> Bilingual:
    """What the notice says that ends a warning; the reason is the person's.

    Args:
        told: the notice that was in force.
        state: how it ends.
        reason: why.
    """
    chinese, english = _ENDED[state]
    response = told["level"]["response"]
    also = f"，终止{response}" if response else ""
    said = reason if not reason or reason[-1] in "。！？.!?" else f"{reason}。"
    return Bilingual(
        chinese=f"自本通知发布时起，{chinese}{told['headline']['chinese']}{also}。{said}",
        english=f"{told['headline']['english']}: {english} as of this notice. {said}",
    )


def settled_body(given: Bilingual, built: Bilingual, held: dict[str, Any] | None) -> dict[str, Any]:
    """The body by language, and which of them were written by hand.

    What is left out, is as built, or stands as it was built before, is built anew; what was written stays.

    Args:
        given: what the person sent.
        built: what level, scope, period and facts give now.
        held: the draft that he read; None at the first.
    """
    text, by_hand = {}, []
    untouched = (
        {} if held is None else {one: held["text"][one] for one in LANGUAGES if one not in _by_hand(held)}
    )
    for one in LANGUAGES:
        said, usual = getattr(given, one), getattr(built, one)
        own = bool(said) and said not in (usual, untouched.get(one))
        text[one] = said if own else usual
        by_hand += [one] if own else []
    return {"text": text, "text_by_hand": by_hand}


def _by_hand(held: dict[str, Any]) -> list[str]:
    """Languages written by hand; in rows of earlier versions all but the reason of the rules."""
    if "text_by_hand" in held:
        return list(held["text_by_hand"])
    reason = held["evidence"].get("reason") or {}
    return [one for one in LANGUAGES if held["text"][one] != reason.get(one)]
