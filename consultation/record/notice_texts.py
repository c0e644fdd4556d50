"""What notices say (`configs/warning_notices.yaml`): measures by kind of pollution, block and level."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal, get_args

from pydantic import model_validator

from consultation.record.configuration import COLOURS, Colour
from foundation.configuration import Config, load_shipped

Kind = Literal["particles", "dust", "ozone"]
KINDS: tuple[str, ...] = get_args(Kind)
Block = Literal["health_protection", "voluntary_reductions", "mandatory_reductions"]
BLOCKS: tuple[Block, ...] = get_args(Block)
"""健康防护提示, 倡议性减排措施, 强制性减排措施; their names are in `configs/standards/warnings.yaml`."""


class Words(Config):
    """Chinese and English."""

    chinese: str
    english: str


class Measure(Config):
    """One measure, and the kinds of pollution it may be ordered for."""

    id: str
    chinese: str
    english: str
    kinds: tuple[Kind, ...]


class KindOfPollution(Config):
    """A kind of pollution: what it is called, and its measures by level and block.

    Attributes:
        response: whether the level's cut of all society's emissions is called for.
    """

    id: Kind
    chinese: str
    english: str
    event: Words
    response: bool
    blocks: dict[Colour, dict[Block, tuple[str, ...]]]


class NoticeTexts(Config):
    """All of them."""

    verified: bool
    source: str
    kinds: tuple[KindOfPollution, ...]
    measures: tuple[Measure, ...]

    @model_validator(mode="after")
    def _complete(self) -> NoticeTexts:
        if tuple(kind.id for kind in self.kinds) != KINDS:
            raise ValueError(f"name the kinds {', '.join(KINDS)}, in this order")
        if len({measure.id for measure in self.measures}) != len(self.measures):
            raise ValueError("a measure is given twice")
        for kind in self.kinds:
            for colour in COLOURS:
                blocks = kind.blocks.get(colour, {})
                if set(blocks) != set(BLOCKS) or not all(blocks.values()):
                    raise ValueError(f"{kind.id}, {colour}: give all three blocks")
                self._suit(kind.id, blocks)
        return self

    def _suit(self, kind: Kind, blocks: dict[Block, tuple[str, ...]]) -> None:
        suiting = {measure.id for measure in self.suiting(kind)}
        strange = sorted({name for names in blocks.values() for name in names} - suiting)
        if strange:
            raise ValueError(f"{strange[0]!r} is no measure for {kind}")

    def kind(self, name: Kind) -> KindOfPollution:
        """The kind of that name."""
        return self.kinds[KINDS.index(name)]

    def suiting(self, kind: Kind) -> tuple[Measure, ...]:
        """Measures that may be ordered for a kind of pollution."""
        return tuple(measure for measure in self.measures if kind in measure.kinds)

    def choices(self, kind: Kind, block: Block) -> tuple[str, ...]:
        """Ids of the measures that a block may hold for a kind of pollution, at whatever level."""
        blocks = self.kind(kind).blocks.values()
        return tuple(dict.fromkeys(name for one in blocks for name in one[block]))

    def measure(self, name: str) -> Measure:
        """The measure of that id, which is known."""
        return next(measure for measure in self.measures if measure.id == name)


@lru_cache(maxsize=1)
def notice_texts() -> NoticeTexts:
    """Those that ship with the program."""
    return load_shipped(NoticeTexts, "warning_notices.yaml")
