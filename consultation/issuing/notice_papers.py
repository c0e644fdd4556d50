"""A warning that went out as a notice on paper: DOCX, PDF, and the same page as HTML."""

from __future__ import annotations

import datetime as dt

import numpy as np

from consultation.bulletin.settings import bulletin_config
from consultation.documents.configuration import documents_config
from consultation.documents.material import STAMP, chinese_date, clock_hour, red_head_of
from consultation.documents.paper import printed_document, printed_page
from consultation.documents.parts import Line, Material
from consultation.documents.word import word_document
from consultation.exchange.configuration import ExchangeConfig
from consultation.exchange.notice import Notice
from consultation.issuing.notice_parts import ending_parts, notice_parts
from consultation.issuing.people import shown_names
from consultation.issuing.releases import Released, notice_of
from consultation.record.desk import Desk
from foundation.errors import ConfigurationError
from foundation.times import instant_of_iso, shown

FORMS = ("docx", "pdf", "html")
"""Formats in which a notice can be had."""
_TITLE_LINE = 20
"""So many characters go on a line of the title."""
_ACTS = {
    "issued": "发布", "updated": "更新", "upgraded": "升级为", "downgraded": "降级为", "lifted": "解除",
    "cancelled": "撤销",
}  # fmt: skip


def notice_paper(desk: Desk, one: Released, exchange: ExchangeConfig, form: str) -> bytes:
    """A notice as a file.

    Args:
        desk: knows the names of persons.
        one: the step of a warning that went out.
        exchange: who sends.
        form: one of `FORMS`.

    Raises:
        ConfigurationError: for another form.
        ContractError: when the row does not say whether its data are idealised.
        RunError: for PDF where WeasyPrint or the system's pango is not installed.
    """
    if form not in FORMS:
        raise ConfigurationError(
            f"--format: expected one of {', '.join(FORMS)}, got {form!r}", remedy="Choose one of them"
        )
    material, config = notice_material(desk, one, exchange), documents_config()
    if form == "docx":
        return word_document(material, config)
    return printed_document(material) if form == "pdf" else printed_page(material, config).encode()


def notice_material(desk: Desk, one: Released, exchange: ExchangeConfig) -> Material:
    """A notice before it has a form."""
    config, notice = documents_config(), notice_of(one, exchange)
    offices = tuple(office.chinese for office in bulletin_config().offices)
    parts = notice_parts(one, notice) if notice.valid_from is not None else ending_parts(one, notice)
    return Material(
        title=_title(notice),
        red_head=red_head_of(exchange, config),
        number=config.number or "〔　　　　〕第　　　号",
        issued="",
        stamp=STAMP if notice.synthetic else "",
        parts=(Line(config.notice_to, "flush"), *parts),
        signatures=(exchange.sender_name.chinese or "　".join(offices),),
        imprint=f"{_people(desk, one)}　预警编号：{one.identifier}　依据起报：{_issue(one.run)}　"
        f"记录锚点：{one.entry.anchor}",
        dated=chinese_date(notice.sent),
    )


def _title(notice: Notice) -> str:
    """The title; a long one breaks behind the area, so that no word is torn."""
    title, area = f"关于{_subject(notice)}的通知", notice.area.chinese
    return title if len(title) <= _TITLE_LINE else title.replace(area, f"{area}\n", 1)


def _subject(notice: Notice) -> str:
    """What is made known: `发布乌鲁木齐重污染天气橙色预警`."""
    act, headline = _ACTS[notice.state], notice.headline.chinese
    if act.endswith("为"):
        return f"将{notice.area.chinese}预警{act}{headline.removeprefix(notice.area.chinese)}"
    return f"{act}{headline}"


def _issue(run: str) -> str:
    """The reference time of a run, `2026年11月20日16时（北京时）`."""
    time = np.datetime64(dt.datetime.strptime(run.rpartition("/")[2], "%Y%m%dT%H%M%SZ"))  # noqa: DTZ007
    return f"{chinese_date(time)}{clock_hour(time)}（北京时）"


def _people(desk: Desk, one: Released) -> str:
    """Who wrote, approved and issued it, as the record has it."""
    names, payload, entry = shown_names(desk), one.entry.payload, one.entry
    roles = (("拟稿", payload.get("written_by")), ("审批", payload.get("approved_by")))
    told = [f"{role}：{names.get(account, account)}" for role, account in roles if account]
    at = shown(instant_of_iso(entry.time))
    return "　".join((*told, f"签发：{names.get(entry.actor, entry.actor)}（{at}）"))
