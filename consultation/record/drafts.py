"""What a person decides about a warning: level, counties, period, words, measures."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from pydantic import Field, model_validator

from consultation.record.chain import moment_of
from consultation.record.notice_texts import Block, Kind
from consultation.record.words import Bilingual, Instant, Name, Reason
from foundation.configuration import Config


class Terms(Config):
    """Level, scope and period, from which the body of a notice is built.

    Attributes:
        level: 1 yellow, 2 orange, 3 red.
        counties: ids of the places it holds for; all of the area when None.
        onset: UTC.
        end: UTC.
    """

    level: Annotated[int, Field(ge=1, le=3)]
    counties: Annotated[tuple[Name, ...], Field(min_length=1, max_length=200)] | None = None
    onset: Instant
    end: Instant

    @model_validator(mode="after")
    def _period(self) -> Terms:
        try:
            begins, ends = moment_of(self.onset), moment_of(self.end)
        except ValueError as error:
            raise ValueError("onset or end is no such instant") from error
        if not dt.timedelta(hours=1) <= ends - begins <= dt.timedelta(days=31):
            raise ValueError("the end must lie an hour to 31 days after the onset")
        return self


class Draft(Terms):
    """What a person writes in a warning.

    Attributes:
        kind: of pollution; decides which measures there are.
        text: body of the notice where it was written by hand; a language left out is built from the rest.
        measures: ids by block; those of the level when None.
    """

    kind: Kind = "particles"
    text: Bilingual = Bilingual()
    measures: dict[Block, Annotated[tuple[Name, ...], Field(max_length=40)]] | None = None
    reason: Reason
