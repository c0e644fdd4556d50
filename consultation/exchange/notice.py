"""A notice of a warning, proposed by a run or taken from the record: what an alert is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from consultation.bilingual import Bilingual
from consultation.exchange.outlines import AreaShape
from foundation.errors import ContractError

State = Literal["proposed", "issued", "updated", "upgraded", "downgraded", "lifted", "cancelled"]
CHANGES = ("updated", "upgraded", "downgraded", "lifted", "cancelled")
"""States that change an alert sent before, and so must name it."""


@dataclass(frozen=True)
class Reference:
    """An alert sent before: who sent it, its identifier, and when (UTC)."""

    sender: str
    identifier: str
    sent: np.datetime64


@dataclass(frozen=True)
class NoticeArea:
    """What a notice is for, in words and by code."""

    chinese: str
    english: str
    shape: AreaShape


@dataclass(frozen=True)
class Notice:
    """One change of state of one warning; times are UTC.

    Attributes:
        identifier: stable and unique at the sender; no spaces, commas, < and &.
        sender: identifies the originator.
        sender_name: the issuing office as people know it; may be empty.
        sent: when the notice was given.
        state: what happens to the warning by it.
        level: 1 yellow, 2 orange, 3 red; the level after the change, or the one that ends.
        valid_from: begin of the warning; None where it has ended.
        valid_to: its end; None where not known.
        instructions: the blocks of measures, each with heading and text.
        references: the alerts it changes; needed for every state of `CHANGES`.
        probability: that the level is met, 0 to 1; None where not known.
        parameters: further facts, name and value.
        synthetic: made from idealised data.
        url: where more can be read; empty where nowhere.
    """

    identifier: str
    sender: str
    sender_name: Bilingual
    sent: np.datetime64
    state: State
    level: int
    area: NoticeArea
    valid_from: np.datetime64 | None
    valid_to: np.datetime64 | None
    headline: Bilingual
    description: Bilingual
    instructions: tuple[Bilingual, ...] = ()
    references: tuple[Reference, ...] = ()
    probability: float | None = None
    parameters: tuple[tuple[str, str], ...] = ()
    synthetic: bool = False
    url: str = ""

    def __post_init__(self) -> None:
        """Refuse what no alert can be made of.

        Raises:
            ContractError: for a level that does not exist, a change that names nothing, and times out of
            order.
        """
        if self.level not in {1, 2, 3}:
            raise ContractError(f"notice {self.identifier}: expected level 1, 2 or 3, got {self.level}")
        if self.state in CHANGES and not self.references:
            raise ContractError(
                f"notice {self.identifier}: state {self.state!r} changes an alert, but names none",
                remedy="Give the references of the alert it changes",
            )
        if self.state in {"proposed", "issued"} and self.references:
            raise ContractError(
                f"notice {self.identifier}: state {self.state!r} is the first of a warning, yet names another"
            )
        if self.valid_from is not None and self.valid_to is not None and self.valid_to <= self.valid_from:
            raise ContractError(f"notice {self.identifier}: it ends before it begins")
