"""Alerts in the Common Alerting Protocol, version 1.2 (OASIS, 2010-07-01)."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from consultation.exchange.configuration import ExchangeConfig
from consultation.exchange.notice import CHANGES, Notice, Reference
from consultation.exchange.xml_text import add, as_bytes
from foundation.errors import ContractError
from foundation.times import BEIJING, beijing_from_utc
from standards.warning_rules import warning_level_named

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
_SYNTHETIC_NOTE = "合成数据，仅供演练，不得据此采取行动 / SYNTHETIC DATA: for exercise only, take no action"
_DRAFT_NOTE = "预警建议，未经审批签发 / A proposal, neither approved nor issued"
_HEADLINE_MARK = {"zh-CN": "【合成数据·演练】", "en-US": "[SYNTHETIC DATA, EXERCISE] "}
_STATE_MARK = {
    "zh-CN": {"updated": "【更新】", "upgraded": "【升级】", "downgraded": "【降级】", "lifted": "【解除】",
              "cancelled": "【撤销】"},
    "en-US": {"updated": "[UPDATED] ", "upgraded": "[RAISED] ", "downgraded": "[LOWERED] ",
              "lifted": "[LIFTED] ", "cancelled": "[CANCELLED] "},
}  # fmt: skip
_LANGUAGES = tuple(_HEADLINE_MARK)
_ENDED = ("lifted", "cancelled")


@dataclass(frozen=True)
class _Judgement:
    urgency: str
    severity: str
    certainty: str


def cap_alert(notice: Notice, config: ExchangeConfig) -> bytes:
    """One notice as a CAP alert, with an `info` in Chinese and one in English.

    Args:
        notice: what to tell.
        config: event, code system, and when an event is expected or likely.

    Raises:
        ConfigurationError: for an actual alert under the sender that ships.
    """
    return _alert((notice,), notice.identifier, config)


def cap_draft(notices: Sequence[Notice], identifier: str, config: ExchangeConfig) -> bytes:
    """The proposals of a run as one alert that nobody has approved: two `info` blocks for each area.

    Args:
        notices: in state `proposed`, of one sender and time.
        identifier: of the alert.
        config: as for `cap_alert`.

    Raises:
        ContractError: when there is none, or one is more than proposed.
    """
    if not notices:
        raise ContractError("no warning is proposed, so there is nothing to alert of")
    if any(notice.state != "proposed" for notice in notices):
        raise ContractError(
            "a draft holds proposals only", remedy="Write each issued notice as an alert of its own"
        )
    return _alert(tuple(notices), identifier, config)


def _alert(notices: tuple[Notice, ...], identifier: str, config: ExchangeConfig) -> bytes:
    first = notices[0]
    status = _status(first)
    if status == "Actual":
        config.require_sender()
    root = ET.Element("alert", xmlns=NAMESPACE)
    add(root, "identifier", identifier)
    add(root, "sender", first.sender)
    add(root, "sent", cap_time(first.sent))
    add(root, "status", status)
    add(root, "msgType", _message_type(first))
    add(root, "scope", "Public" if status == "Actual" else "Restricted")
    if status != "Actual":
        add(root, "restriction", "会商人员 / consulting offices")
    notes = [_SYNTHETIC_NOTE] * first.synthetic + [_DRAFT_NOTE] * (first.state == "proposed")
    if notes:
        add(root, "note", "；".join(notes))
    if first.references:
        add(root, "references", " ".join(_reference(one) for one in first.references))
    for notice in notices:
        for language in _LANGUAGES:
            _info(root, notice, language, config)
    return as_bytes(root)


def _status(notice: Notice) -> str:
    """Of idealised data nothing is actual: proposals test the way, what is issued is an exercise."""
    if notice.synthetic:
        return "Test" if notice.state == "proposed" else "Exercise"
    return "Draft" if notice.state == "proposed" else "Actual"


def _message_type(notice: Notice) -> str:
    if notice.state in _ENDED:
        return "Cancel"
    return "Update" if notice.state in CHANGES else "Alert"


def _reference(reference: Reference) -> str:
    return f"{reference.sender},{reference.identifier},{cap_time(reference.sent)}"


def _info(root: ET.Element, notice: Notice, language: str, config: ExchangeConfig) -> None:
    def said(words: object) -> str:
        return str(getattr(words, "chinese" if language == "zh-CN" else "english"))

    judged, level = _judged(notice, config), warning_level_named(notice.level)
    info = add(root, "info")
    warning = f"{level.chinese}预警" if language == "zh-CN" else f" {level.english} warning"
    mark = _HEADLINE_MARK[language] if notice.synthetic else ""
    mark += _STATE_MARK[language].get(notice.state, "")
    _several(info, ("language", language), ("category", "Env"), ("category", "Health"))
    _several(info, ("event", said(config.event) + warning))
    _several(info, *(("responseType", response) for response in _responses(notice)))
    _several(
        info, ("urgency", judged.urgency), ("severity", judged.severity), ("certainty", judged.certainty)
    )
    _several(info, *_times(notice), ("senderName", said(notice.sender_name)))
    _several(info, ("headline", mark + said(notice.headline)), ("description", said(notice.description)))
    _several(info, ("instruction", "\n".join(said(block) for block in notice.instructions)))
    _several(info, ("web", notice.url), ("contact", config.contact))
    for name, value in notice.parameters:
        _several(add(info, "parameter"), ("valueName", name), ("value", value))
    _area(info, notice, said(notice.area), config)


def _several(parent: ET.Element, *parts: tuple[str, str]) -> None:
    """Elements in this order; those without text are left out."""
    for tag, text in parts:
        if text:
            add(parent, tag, text)


def _times(notice: Notice) -> list[tuple[str, str]]:
    onset = None if notice.state in _ENDED else notice.valid_from
    found = (("effective", notice.sent), ("onset", onset), ("expires", notice.valid_to))
    return [(name, cap_time(time)) for name, time in found if time is not None]


def _area(info: ET.Element, notice: Notice, name: str, config: ExchangeConfig) -> None:
    area = add(info, "area")
    add(area, "areaDesc", name)
    shape = notice.area.shape
    for outer, *_holes in shape.polygons:  # CAP has no holes
        add(area, "polygon", " ".join(f"{lat:.4f},{lon:.4f}" for lon, lat in outer))
    if not shape.polygons:
        for (
            lon,
            lat,
        ) in shape.seats:  # a circle without radius is a point: the seat, and no claim to an extent
            add(area, "circle", f"{lat:.4f},{lon:.4f} 0")
    for code in shape.codes:
        _several(add(area, "geocode"), ("valueName", config.geocode), ("value", code))


def _judged(notice: Notice, config: ExchangeConfig) -> _Judgement:
    if notice.state in _ENDED:
        return _Judgement("Past", "Minor", "Observed" if notice.state == "cancelled" else "Likely")
    severity = warning_level_named(notice.level).severity
    if notice.probability is None:
        certainty = "Unknown"
    else:
        certainty = "Likely" if notice.probability > config.likely_above else "Possible"
    return _Judgement(_urgency(notice, config), severity, certainty)


def _urgency(notice: Notice, config: ExchangeConfig) -> str:
    if notice.valid_from is None:
        return "Unknown"
    ahead = (notice.valid_from - notice.sent) / np.timedelta64(1, "m")
    if ahead <= 0:
        return "Immediate"
    return "Expected" if ahead <= config.expected_within_minutes else "Future"


def _responses(notice: Notice) -> tuple[str, ...]:
    if notice.state == "lifted":
        return ("AllClear",)
    return ("None",) if notice.state == "cancelled" else ("Execute", "Avoid")


def cap_time(time: np.datetime64) -> str:
    """A UTC instant as CAP writes it, in Beijing time: `2026-12-10T16:00:00+08:00`."""
    local = pd.Timestamp(beijing_from_utc(time).item(), unit="ns")
    return str(local.replace(nanosecond=0, microsecond=0).tz_localize(BEIJING).isoformat())
