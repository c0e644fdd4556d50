"""What a learned model must not be used for, and its traps, as they follow from its document."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

import numpy as np
from pydantic import Field

from forecast.learned.release_document import ReleaseDocument
from foundation.configuration import Config, load_shipped

Condition = Literal[
    "always", "day", "hour", "perfect_weather", "synthetic", "short", "few", "uncalibrated", "blind"
]


class RemarkConfig(Config):
    """A sentence in both languages, and when it is said."""

    when: Condition
    chinese: str
    english: str


class CardConfig(Config):
    """What cards say beyond figures: `configs/model_card.yaml`."""

    few_stations: int = Field(ge=1)
    short_days: int = Field(ge=1)
    must_not: tuple[RemarkConfig, ...]
    traps: tuple[RemarkConfig, ...]


@lru_cache(maxsize=1)
def card_config() -> CardConfig:
    """The sentences that ship with the program."""
    return load_shipped(CardConfig, "model_card.yaml")


def must_not(document: ReleaseDocument) -> list[str]:
    """What the model must not be used for."""
    return _said(card_config().must_not, document)


def traps(document: ReleaseDocument) -> list[str]:
    """Known traps: those of its kind, then those of its own."""
    own = [f"{remark.chinese} {remark.english}" for remark in document.remarks]
    return _said(card_config().traps, document) + own


def _said(remarks: tuple[RemarkConfig, ...], document: ReleaseDocument) -> list[str]:
    begins, ends = (np.datetime64(text[:-1]) for text in (document.trained_from, document.trained_until))
    figures = {
        "horizon": document.network.windows.horizon, "stations": len(document.training_stations),
        "days": int((ends - begins) / np.timedelta64(1, "D")),
    }  # fmt: skip
    holds = {
        "always": True, "day": document.kind == "day", "hour": document.kind == "hour",
        "perfect_weather": document.perfect_weather, "synthetic": document.synthetic,
        "short": figures["days"] < card_config().short_days,
        "few": figures["stations"] < card_config().few_stations,
        "uncalibrated": document.conformal is None, "blind": not document.weather_ahead,
    }  # fmt: skip
    return [f"{one.chinese} {one.english}".format(**figures) for one in remarks if holds[one.when]]
