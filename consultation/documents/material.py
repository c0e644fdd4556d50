"""The text of the daily bulletin and of the consultation material, from the products of a run."""

from __future__ import annotations

import numpy as np

from consultation.bulletin.settings import bulletin_config
from consultation.bulletin.tables import groups_of
from consultation.documents.changes_part import change_parts
from consultation.documents.configuration import DocumentsConfig, documents_config
from consultation.documents.forecast_part import forecast_parts
from consultation.documents.further_parts import (
    opinion_parts,
    shortcoming_parts,
    source_parts,
    verification_parts,
)
from consultation.documents.parts import Line, Material, Part
from consultation.documents.pictures import course_pictures, map_picture
from consultation.documents.warning_part import warning_parts
from consultation.exchange.configuration import ExchangeConfig
from consultation.products import is_synthetic
from consultation.run_folder import RunFolder
from consultation.warnings.document import WarningsDocument
from foundation.errors import ConfigurationError
from foundation.times import beijing_from_utc

STAMP = "合成数据 SYNTHETIC　仅供演练，不得据此决策"
_NUMERALS = "一二三四五六七八九十"


def material_of(run: RunFolder, warnings: WarningsDocument, kind: str, exchange: ExchangeConfig) -> Material:
    """A document before it has a form.

    Args:
        run: the products of a run.
        warnings: its proposals.
        kind: `daily`, two or three pages for many readers, or `consultation`, all that is judged and signed.
        exchange: the name of the issuing office.

    Raises:
        ConfigurationError: for another kind.
    """
    if kind not in {"daily", "consultation"}:
        raise ConfigurationError(f"unknown document {kind!r}", remedy="Known: daily, consultation")
    config = documents_config()
    reference = run.forecast.day["reference_time"].values[0]
    offices = tuple(office.chinese for office in bulletin_config().offices)
    head = config.red_head or exchange.sender_name.chinese or "　".join(offices)
    return Material(
        title=getattr(config.titles, kind).chinese,
        red_head=head,
        number=config.number or "〔　　　　〕第　　　期",
        issued=_moment(reference),
        stamp=STAMP if is_synthetic(run.forecast.day) else "",
        parts=tuple(_parts(run, warnings, kind, config)),
        offices=offices,
        imprint=_signed(run) + f"起报时间：{_moment(reference)}{_clock(reference)}（北京时）　"
        f"执行标准：{run.forecast.day.attrs['rules']}　模式：{run.forecast.day.attrs['model']}",
    )


def _signed(run: RunFolder) -> str:
    if run.signed is None:
        return ""
    return f"签发：{run.signed.who}　{run.signed.at}（北京时）　记录锚点：{run.signed.anchor}　"


def _parts(run: RunFolder, warnings: WarningsDocument, kind: str, config: DocumentsConfig) -> list[Part]:
    full = kind == "consultation"
    picture = map_picture(run)
    drawn: tuple[Part, ...] = (*([picture] if picture else []),)
    courses = course_pictures(run, config.charts if full else config.daily_charts)
    sections: list[tuple[str, tuple[Part, ...]]] = [
        ("未来三天空气质量预报", (*forecast_parts(run, config), *change_parts(run), *drawn)),
        ("重污染天气预警建议", warning_parts(warnings, full=full)),
        ("PM2.5浓度变化过程", courses),
    ]
    if full:
        sections += [("PM2.5来源", source_parts(run)), ("近期预报检验", verification_parts(run))]
    sections.append(
        ("资料缺失与产品降级", shortcoming_parts(run, groups_of(run.forecast.day, bulletin_config())))
    )
    if full:
        sections.append(("会商意见", opinion_parts()))
    found: list[Part] = []
    for number, (heading, parts) in enumerate(one for one in sections if one[1]):
        found += [Line(f"{_NUMERALS[number]}、{heading}", "heading"), *parts]
    return found


def _moment(time: np.datetime64) -> str:
    day = beijing_from_utc(time).astype("datetime64[s]").item()
    return f"{day.year}年{day.month}月{day.day}日"


def _clock(time: np.datetime64) -> str:
    return f"{beijing_from_utc(time).astype('datetime64[s]').item().hour}时"
