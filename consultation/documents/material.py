"""The text of the daily bulletin and of the consultation material, from the products of a run."""

from __future__ import annotations

import numpy as np

from consultation.bulletin.settings import bulletin_config
from consultation.bulletin.tables import groups_of
from consultation.by_hand import Signed
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
from foundation.times import beijing_from_utc, instant_of_iso

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
    return Material(
        title=getattr(config.titles, kind).chinese,
        red_head=red_head_of(exchange, config),
        number=config.number or "〔　　　　〕第　　　期",
        issued=chinese_date(reference),
        stamp=STAMP if is_synthetic(run.forecast.day) else "",
        parts=tuple(_parts(run, warnings, kind, config)),
        signatures=blank_signatures(offices) if run.signed is None else _signatures(run.signed),
        imprint=f"起报时间：{chinese_date(reference)}{clock_hour(reference)}（北京时）　"
        f"执行标准：{run.forecast.day.attrs['rules']}　预报模型：{_model(run)}{_anchored(run.signed)}",
        dated="" if run.signed is None else chinese_date(instant_of_iso(run.signed.when)),
    )


def red_head_of(exchange: ExchangeConfig, config: DocumentsConfig) -> str:
    """Who issues: as the documents name it, else the sender, else the offices of the bulletin."""
    offices = "　".join(office.chinese for office in bulletin_config().offices)
    return config.red_head or exchange.sender_name.chinese or offices


def blank_signatures(offices: tuple[str, ...]) -> tuple[str, ...]:
    """Lines to sign by hand."""
    return tuple(f"{name}：{'＿' * 8}" for name in (*offices, "签发人"))


def _signatures(signed: Signed) -> tuple[str, ...]:
    """Who agreed and who signed in the record."""
    agreed = tuple(f"{one.office}同意：{one.person}（{one.at}）" for one in signed.agreed)
    return (*agreed, f"签发人：{signed.person}（{signed.at}）")


def _anchored(signed: Signed | None) -> str:
    return "" if signed is None else f"　以上为会商记录中的电子同意与签发，北京时；记录锚点：{signed.anchor}"


def _model(run: RunFolder) -> str:
    """The model in Chinese, where the bulletin has a name for it."""
    named = str(run.forecast.day.attrs["model"])
    return next((one.chinese for one in bulletin_config().compared_models if one.id == named), named)


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


def chinese_date(time: np.datetime64) -> str:
    """The Beijing day of an instant, `2026年12月10日`."""
    day = beijing_from_utc(time).astype("datetime64[s]").item()
    return f"{day.year}年{day.month}月{day.day}日"


def clock_hour(time: np.datetime64) -> str:
    """The Beijing hour of an instant, `16时`."""
    return f"{beijing_from_utc(time).astype('datetime64[s]').item().hour}时"
