"""Proposals of warnings in a document."""

from __future__ import annotations

from consultation.bulletin.looks import legible_ink
from consultation.documents.parts import Line, Part, Table, TableCell
from consultation.warnings.document import Proposal, WarningsDocument
from consultation.warnings.wording import chinese_hour, shown_share
from foundation.times import instant_of_iso
from standards.warning_rules import warning_level_named


def warning_parts(warnings: WarningsDocument, *, full: bool) -> tuple[Part, ...]:
    """What the rules call for in regions, and in short at places.

    Args:
        warnings: the proposals of a run.
        full: with probabilities and the rules applied, as the consultation needs them.
    """
    parts: list[Part] = [Line(warnings.notice.chinese)]
    regions = [one for one in warnings.proposals if one.area.scope == "region"]
    parts += [Line(_reason(one)) for one in regions]
    unknown = [one for one in warnings.not_evaluated if one.area.scope == "region"]
    parts += [Line(f"{one.area.chinese}：{one.reason.chinese}。") for one in unknown]
    called = [one for one in warnings.proposals if one.level.number and one.measures]
    if called:
        blocks = "、".join(measure.chinese for measure in called[0].measures)
        parts.append(Line(f"预警通报附{blocks}，按当地应急预案执行。"))
    if full:
        rows = tuple(_row(one, warnings) for one in warnings.proposals)
        heads = (("范围", "建议等级", "24小时AQI最高", "黄色及以上", "橙色及以上", "红色", "建议时段"),)
        parts.append(Table("各区域与城市预警建议及概率", heads, rows, (2.5, 1.2, 1.4, 1.1, 1.1, 0.9, 3.3)))
    parts.append(Line(_rules(warnings) if full else warnings.index_note.chinese, "note"))
    return tuple(parts)


def _reason(proposal: Proposal) -> str:
    words = proposal.reason.chinese.replace("~", "～")
    if not proposal.level.number:
        return words
    lifting = (
        f"预计{chinese_hour(instant_of_iso(proposal.expected_lifting))}满足解除条件。"
        if proposal.expected_lifting
        else "预报期内不满足解除条件。"
    )
    short = "" if proposal.lead_sufficient else "提前量不足24小时。"
    return words + lifting + short


def _row(proposal: Proposal, warnings: WarningsDocument) -> tuple[TableCell, ...]:
    chance = proposal.evidence.probability
    shares = [
        TableCell("—" if share is None else shown_share(share, warnings.probability_from))
        for share in (chance.yellow, chance.orange, chance.red)
    ]
    highest = proposal.evidence.highest_aqi
    begins, ends = proposal.valid_from, proposal.valid_to
    when = (
        f"{chinese_hour(instant_of_iso(begins))}至{chinese_hour(instant_of_iso(ends))}"
        if begins and ends
        else "—"
    )
    return (
        TableCell(proposal.area.chinese),
        _grade(proposal),
        TableCell("—" if highest is None else f"{highest:.0f}"),
        *shares,
        TableCell(when),
    )


def _grade(proposal: Proposal) -> TableCell:
    number = proposal.level.number
    if not number:
        return TableCell("无")
    level = warning_level_named(number)
    return TableCell(level.chinese, proposal.level.colour or "", legible_ink(level.rgb))


def _rules(warnings: WarningsDocument) -> str:
    used = {proposal.evidence.rules: proposal.evidence for proposal in warnings.proposals}
    named = "；".join(
        one.rules_title.chinese + ("" if one.rules_verified else "（阈值待核实）") for one in used.values()
    )
    notes = f"{warnings.probability_note.chinese}{warnings.index_note.chinese}"
    return f"规则：{named}。{notes}预警自起报时刻起算，含今日。"
