"""The notice of a warning: level, area, period, words, three blocks of measures, what it rests on."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from consultation.products import WARNINGS_FILE
from consultation.record.chain import moment_of
from consultation.record.configuration import COLOURS
from consultation.record.drafts import Draft, Terms
from consultation.record.notice_texts import Block, Kind, notice_texts
from consultation.record.refusals import NotAcceptable, Unknown
from consultation.warnings.document import Area, Proposal, WarningsDocument
from foundation.errors import InputError
from foundation.places import gazetteer
from standards.warning_rules import warning_book, warning_level_named

LEAD_HOURS = 24
"""A warning goes out at least so long before its onset (`lead_hours` of the rule sets)."""


def proposals_of(folder: Path) -> WarningsDocument:
    """The proposals of a run.

    Raises:
        Unknown: when the run has none.
        InputError: when they cannot be read.
    """
    file = folder / WARNINGS_FILE
    try:
        return WarningsDocument.model_validate_json(file.read_bytes())
    except FileNotFoundError as error:
        raise Unknown(f"the run has no {WARNINGS_FILE}", "该起报没有预警建议") from error
    except (ValidationError, OSError) as error:
        raise InputError(f"not a document of proposals ({type(error).__name__})", where=str(file),
                         remedy="Make the run again") from error  # fmt: skip


def proposal_for(document: WarningsDocument, area: str) -> Proposal | None:
    """What the rules say of an area, if it was evaluated."""
    return next((one for one in document.proposals if one.area.id == area), None)


def draft_of(proposal: Proposal) -> Draft:
    """The draft that a proposal amounts to, unchanged.

    Raises:
        NotAcceptable: when nothing is proposed for the area.
    """
    if proposal.state == "none" or proposal.valid_from is None or proposal.valid_to is None:
        raise NotAcceptable(
            f"the rules propose nothing for {proposal.area.id}", f"{proposal.area.chinese}没有预警建议",
            remedy="Write a draft of your own",
        )  # fmt: skip
    return Draft(
        level=proposal.level.number,
        onset=proposal.valid_from,
        end=proposal.valid_to,
        reason="按规则建议 as the rules propose",
    )


def area_named(name: str) -> Area:
    """The region or the place of that id.

    Raises:
        Unknown: when there is none.
    """
    known = gazetteer()
    for region in known.regions:
        if region.id == name:
            return Area(scope="region", id=name, chinese=region.chinese, english=region.english,
                        members=region.places)  # fmt: skip
    for place in known.places:
        if place.id == name:
            return Area(scope="place", id=name, chinese=place.chinese, english=place.english, members=(name,))
    raise Unknown(f"no region or place {name!r}", f"没有“{name}”这一地区", remedy="See configs/places.yaml")


def notice(draft: Draft, area: Area) -> dict[str, Any]:
    """The notice that a draft makes, in plain data; its body and what it rests on are added by the caller.

    Raises:
        NotAcceptable: when a county lies outside the area, or a measure is not for this kind of pollution.
    """
    return head(draft, draft.kind, area) | {"blocks": _blocks(draft)}


def head(terms: Terms, kind: Kind, area: Area) -> dict[str, Any]:
    """What a notice says before its body: level, area, counties, period, headline.

    Raises:
        NotAcceptable: when a county lies outside the area.
    """
    texts = notice_texts().kind(kind)
    members = tuple(dict.fromkeys((*area.members, *area.missing)))
    counties = members if terms.counties is None else tuple(dict.fromkeys(terms.counties))
    outside = [county for county in counties if county not in members]
    if outside:
        raise NotAcceptable(
            f"{outside[0]!r} is no county of {area.id}", f"{outside[0]}不在{area.chinese}之内"
        )
    level = warning_level_named(terms.level)
    return {
        "kind": {"id": texts.id, "chinese": texts.chinese, "english": texts.english},
        "event": texts.event.model_dump(),
        "level": {"number": level.number, "chinese": level.chinese, "english": level.english,
                  "severity": level.severity, "response": level.response if texts.response else None},
        "area": {"scope": area.scope, "id": area.id, "chinese": area.chinese, "english": area.english},
        "counties": [_county(county) for county in counties],
        "onset": terms.onset,
        "end": terms.end,
        "headline": {"chinese": f"{area.chinese}{texts.event.chinese}{level.chinese}预警",
                     "english": f"{level.english.title()} warning: {texts.event.english}, {area.english}"},
    }  # fmt: skip


def _county(name: str) -> dict[str, str]:
    place = next((one for one in gazetteer().places if one.id == name), None)
    if place is None:
        return {"id": name, "chinese": name, "english": name, "adcode": ""}
    return {"id": name, "chinese": place.chinese, "english": place.english, "adcode": place.adcode}


def _blocks(draft: Draft) -> list[dict[str, Any]]:
    texts = notice_texts()
    usual = texts.kind(draft.kind).blocks[COLOURS[draft.level - 1]]
    blocks = []
    for block in warning_book().measures:
        key: Block = block.id  # type: ignore[assignment]
        chosen = usual[key] if draft.measures is None else draft.measures.get(key, ())
        strange = [name for name in chosen if name not in texts.choices(draft.kind, key)]
        if strange or not chosen:
            what = f"{strange[0]!r} is no measure of {key}" if strange else f"block {key} is empty"
            raise NotAcceptable(
                f"{what} for {draft.kind}", f"“{block.chinese}”内容不适用于该类污染或为空",
                remedy=f"Choose among {', '.join(texts.choices(draft.kind, key))}",
            )  # fmt: skip
        measures = [texts.measure(name).model_dump(include={"id", "chinese", "english"}) for name in chosen]
        blocks.append({"id": key, "chinese": block.chinese, "english": block.english, "measures": measures})
    return blocks


def lead(onset: str, moment: dt.datetime) -> dict[str, Any]:
    """Hours from a moment to the onset, negative when it has begun, and whether the rule is kept."""
    hours = round((moment_of(onset) - moment).total_seconds() / 3600, 2)
    return {"hours": hours, "sufficient": hours >= LEAD_HOURS, "required": LEAD_HOURS}


def evidence(run: str, document: WarningsDocument, area: str) -> dict[str, Any]:
    """What a warning rests on: the run, whether its data are idealised, what the rules say of the area."""
    proposal, head = proposal_for(document, area), {"run": run, "synthetic": document.synthetic}
    if proposal is None:
        return {**head, "proposal": None}
    return {
        **head,
        "proposal": proposal.id,
        "proposed_level": proposal.level.number,
        "reason": proposal.reason.model_dump(),
        "detail": json.loads(proposal.evidence.model_dump_json()),
        "dust": None if proposal.dust is None else json.loads(proposal.dust.model_dump_json()),
        "expected_lifting": proposal.expected_lifting,
    }
