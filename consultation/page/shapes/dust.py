"""Desert dust: where it comes and goes by the dust model, which signals it calls for, what was seen of it."""

from __future__ import annotations

from typing import Literal

from consultation.dust_page.document import DustDay, Observed, Passage, Threshold
from consultation.page.shapes.words import Names, Shape, Unavailable
from consultation.warnings.document import DustSignalProposal

__all__ = ["Dust", "LearnedPlace", "PassageShown"]


class PassageShown(Passage):
    """A passage of `dust.json`, with the Beijing days that it touches."""

    days: tuple[str, ...]


class LearnedPlace(Names):
    """Days ahead at a place by the learned forecast from measurements alone."""

    id: str
    days: list[DustDay]


class Dust(Shape):
    """All that a run knows of dust.

    `state` is `forecast`, `calm` where the wind raises none, `absent` where no dust model was run; `reason`
    says why for the last two. `note` says what dust leaves as it is. Where `warnings.json` cannot be read
    `signals` is empty and `signals_absent` says why. Times are UTC.
    """

    state: Literal["forecast", "calm", "absent"]
    reason: Unavailable | None
    statement: Names
    note: Names
    hours: int
    above_ug_m3: float | None
    passages: list[PassageShown]
    signals: list[DustSignalProposal]
    signals_absent: Unavailable | None
    thresholds: list[Threshold]
    observed: list[Observed]
    rule: Names | None
    learned: list[LearnedPlace]
