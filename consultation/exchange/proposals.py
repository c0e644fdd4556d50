"""The proposals of a run as notices, so that an alert can be drafted before anybody has signed."""

from __future__ import annotations

import numpy as np

from consultation.bilingual import Bilingual
from consultation.exchange.configuration import ExchangeConfig
from consultation.exchange.notice import Notice, NoticeArea
from consultation.exchange.outlines import area_shape
from consultation.warnings.document import Proposal, WarningsDocument
from foundation.errors import InputError
from foundation.store import fingerprint
from foundation.times import instant_of_iso


def draft_notices(
    warnings: WarningsDocument, config: ExchangeConfig, area: str | None = None
) -> tuple[Notice, ...]:
    """Notices in state `proposed`: those of regions first, then those of places.

    Args:
        warnings: the proposals of a run; they are dated by its reference time.
        config: who sends, and codes of areas.
        area: id of the one region or place wanted; all when None.

    Raises:
        InputError: when the run proposes no warning there.
    """
    wanted = [one for one in warnings.proposals if one.level.number and area in {None, one.area.id}]
    if not wanted:
        raise InputError(
            f"the run proposes no warning{f' for {area!r}' if area else ''}, so there is no alert to draft",
            remedy="Choose another run or area, or another format",
        )
    sent = instant_of_iso(warnings.reference_time)
    return tuple(_notice(one, sent, warnings, config) for one in wanted)


def draft_identifier(notices: tuple[Notice, ...]) -> str:
    """Identifier of the draft of these notices: the same for the same proposals."""
    if len(notices) == 1:
        return notices[0].identifier
    return f"draft-{fingerprint([notice.identifier for notice in notices])[:20]}"


def _notice(
    proposal: Proposal, sent: np.datetime64, warnings: WarningsDocument, config: ExchangeConfig
) -> Notice:
    area, evidence = proposal.area, proposal.evidence
    chance = (evidence.probability.yellow, evidence.probability.orange, evidence.probability.red)
    return Notice(
        identifier=f"draft-{proposal.id}",
        sender=config.sender,
        sender_name=config.sender_name,
        sent=sent,
        state="proposed",
        level=proposal.level.number,
        area=NoticeArea(area.chinese, area.english, area_shape(area.members, config)),
        valid_from=_instant(proposal.valid_from),
        valid_to=_instant(proposal.valid_to),
        headline=_headline(proposal, config),
        description=proposal.reason,
        instructions=proposal.measures,
        probability=chance[proposal.level.number - 1],
        parameters=_parameters(proposal),
        synthetic=warnings.synthetic,
    )


def _instant(text: str | None) -> np.datetime64 | None:
    return None if text is None else instant_of_iso(text)


def _headline(proposal: Proposal, config: ExchangeConfig) -> Bilingual:
    level, area = proposal.level, proposal.area
    return Bilingual(
        chinese=f"{area.chinese}{config.event.chinese}{level.chinese}预警建议",
        english=f"{area.english}: {config.event.english.lower()}, {level.english} warning proposed",
    )


def _parameters(proposal: Proposal) -> tuple[tuple[str, str], ...]:
    evidence = proposal.evidence
    found = [
        ("rules", evidence.rules),
        ("model", evidence.model),
        ("forecast reference time", evidence.reference_time),
        ("highest 24 h AQI", "" if evidence.highest_aqi is None else f"{evidence.highest_aqi:g}"),
        ("expected lifting", proposal.expected_lifting or ""),
        ("proposal", proposal.id),
    ]
    return tuple((name, value) for name, value in found if value)
