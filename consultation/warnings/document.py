"""The contract of `warnings.json`: every area evaluated, with level, evidence and reason."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from consultation.bilingual import Bilingual
from foundation.configuration import Config

FORMAT = "bogda-warnings-1"
_INDEX_NOTE = Bilingual(
    chinese="预警的AQI取自逐时预报任意连续24小时（或逐日预报），区域为各县市AQI的均值；"
    "区域预报的AQI由逐日预报0至24时的区域平均浓度算出，口径不同，数值不必相等。",
    english="A warning's AQI is that of any 24 hours of the hourly forecast (or of days of the daily one), "
    "over a region the mean of its counties' AQI; a region's forecast is the AQI of its mean concentrations "
    "of a calendar day. The numbers need not agree.",
)


class Area(Config):
    """What a warning is for.

    Attributes:
        scope: `region` or `place`.
        members: places whose forecast was used.
        missing: places of a region without forecast.
    """

    scope: Literal["region", "place"]
    id: str
    chinese: str
    english: str
    members: tuple[str, ...]
    missing: tuple[str, ...] = ()


class Window(Config):
    """The index of 24 hours; times in UTC, ISO 8601. `counted` is False where dust or ozone rules it out."""

    begins: str
    ends: str
    aqi: float | None
    counted: bool = True


class ClauseMet(Config):
    """A clause of the rules and the back-to-back windows that meet it."""

    level: int
    clause: str
    text: Bilingual
    begins: str
    ends: str
    aqi: tuple[float, ...]
    supporting: tuple[Window, ...] = ()


class Probability(Config):
    """Share of the members in which at least that level is met, 0 to 1; null where it is not known."""

    yellow: float | None
    orange: float | None
    red: float | None


class Evidence(Config):
    """What a proposal rests on.

    Attributes:
        basis: `sliding-24h` windows of the hourly forecast, or `calendar-days` of the daily one.
        course: back-to-back windows of the published course.
        highest_aqi: highest index of any window that counts.
    """

    forecast: str
    reference_time: str
    model: str
    rules: str
    rules_title: Bilingual
    rules_source: str
    rules_verified: bool
    basis: Literal["sliding-24h", "calendar-days"]
    clauses: tuple[ClauseMet, ...]
    course: tuple[Window, ...]
    highest_aqi: float | None
    probability: Probability


class Dust(Config):
    """Windows that do not escalate because of dust, with advice of their own."""

    windows: tuple[Window, ...]
    places: tuple[str, ...]
    advice: Bilingual


class Signature(Config):
    """Who approved and when; empty until a person with that right has signed."""

    who: str = ""
    when: str = ""


class Level(Config):
    """A level of warning: 0 none, 1 yellow, 2 orange, 3 red."""

    number: int = Field(ge=0, le=3)
    chinese: str
    english: str
    severity: str | None
    colour: str | None


class Proposal(Config):
    """What the rules call for in one area. With level 0 nothing is proposed."""

    id: str
    state: Literal["proposed", "none"]
    level: Level
    area: Area
    reason: Bilingual
    valid_from: str | None
    valid_to: str | None
    lead_hours: float | None
    lead_sufficient: bool | None
    expected_lifting: str | None
    evidence: Evidence
    dust: Dust | None
    measures: tuple[Bilingual, ...]
    signed: Signature = Signature()


class DustSignalProposal(Config):
    """A dust-storm warning signal that the dust forecast calls for; the observatory issues it.

    Attributes:
        place: id.
        valid_from: arrival of the dust, UTC, ISO 8601.
        valid_to: its end; null where the forecast ends in dust.
    """

    state: Literal["proposed"] = "proposed"
    place: str
    names: Bilingual
    level: Level
    reason: Bilingual
    valid_from: str
    valid_to: str | None
    rules_source: str
    advice: tuple[Bilingual, ...]
    signed: Signature = Signature()


class NotEvaluated(Config):
    """An area for which nothing can be said."""

    area: Area
    reason: Bilingual


class WarningsDocument(Config):
    """All of `warnings.json`; times in UTC, ISO 8601.

    Attributes:
        index_note: why the index of a proposal is not that of the region's forecast.
    """

    format: str = FORMAT
    notice: Bilingual
    reference_time: str
    synthetic: bool
    probability_from: Literal["scenarios", "quantiles"]
    probability_note: Bilingual
    index_note: Bilingual = _INDEX_NOTE
    proposals: tuple[Proposal, ...]
    not_evaluated: tuple[NotEvaluated, ...]
    dust_signals: tuple[DustSignalProposal, ...] = ()

    @property
    def highest(self) -> int:
        """The highest level proposed anywhere, 0 when there is none."""
        return max((proposal.level.number for proposal in self.proposals), default=0)
