"""Sources, verification, shortcomings and the lines left for the offices' own words."""

from __future__ import annotations

from consultation.bulletin.checks import Check, Scores, checks_of, scores_of
from consultation.bulletin.looks import Look
from consultation.bulletin.notes import shortcomings
from consultation.bulletin.settings import bulletin_config
from consultation.bulletin.source_table import SourcesTable, sources_table
from consultation.bulletin.tables import Group
from consultation.documents.forecast_part import chinese_day
from consultation.documents.parts import Line, Part, Table, TableCell
from consultation.run_folder import RunFolder

_YES = {True: "√", False: "×", None: "—"}


def source_parts(run: RunFolder) -> tuple[Part, ...]:
    """How near the sources of PM2.5 are, and which they are; nothing where the run does not say."""
    if run.contributions is None:
        return ()
    config = bulletin_config()
    held = set(map(str, run.forecast.day["place"].values))
    places = [place for place in config.transport_places if place in held]
    found = sources_table(run.contributions, places, config.regions, config.source_days)
    if found is None:
        return ()
    return (
        Line(f"{_days(found.chinese)}平均，对发布的PM2.5日均浓度（中位数）的贡献，由带标记的数值模式给出。"),
        _nearness(found),
        _by_source(found),
    )


def _days(span: str) -> str:
    """`12-10 至 12-12` as `12月10日至12月12日`."""
    return "至".join(chinese_day(f"0000-{day}") for day in span.split(" 至 "))


def _nearness(found: SourcesTable) -> Table:
    heads = ("地点", "PM2.5\n（µg/m³）", *(kind[0] for kind in found.kinds))
    rows = tuple(
        (
            TableCell(row.chinese),
            TableCell(row.total),
            *(TableCell(share + (f"\n（{bounds}）" if bounds else "")) for share, bounds in row.cells),
        )
        for row in found.shares
    )
    widths = (2.4, 1.7, *(1.6 for _ in found.kinds))
    return Table("本地与输送贡献占比（括号内为80%区间）", (heads,), rows, widths)


def _by_source(found: SourcesTable) -> Table:
    heads = ("来源", *found.places)
    rows = tuple(
        (TableCell(row.chinese), *(TableCell(value) for value, _ in row.cells)) for row in found.rows
    )
    totals = (TableCell("合计", bold=True), *(TableCell(total, bold=True) for total in found.totals))
    return Table("各来源贡献（µg/m³）", (heads,), (*rows, totals), (2.2, *(1.0 for _ in found.places)))


def verification_parts(run: RunFolder) -> tuple[Part, ...]:
    """Yesterday beside what was measured, and the scores of the last period; nothing where there are none."""
    if run.verification is None:
        return ()
    parts: list[Part] = []
    checks = checks_of(run.verification)
    if checks:
        parts.append(_yesterday(checks))
    scores = scores_of(run.verification, bulletin_config())
    if scores:
        parts.append(_scores(scores))
    return tuple(parts)


def _yesterday(checks: tuple[Check, ...]) -> Table:
    heads = (
        "地点",
        "日期",
        "AQI预报",
        "AQI实测",
        "实测等级",
        "PM2.5\n预报",
        "PM2.5\n实测",
        "等级",
        "范围",
        "首要",
    )
    rows = tuple(
        (
            TableCell(one.chinese), TableCell(one.day[5:]), TableCell(one.aqi_range),
            TableCell(one.aqi_observed), _look(one.observed_look), TableCell(one.pm25),
            TableCell(one.pm25_observed), TableCell(_YES[one.level_hit]), TableCell(_YES[one.range_hit]),
            TableCell(_YES[one.primary_hit]),
        )
        for one in checks
    )  # fmt: skip
    return Table(
        "昨日预报检验（√命中　×未命中）", (heads,), rows, (1.3, 1.0, 1.3, 1.1, 1.4, 1.25, 1.25, 0.8, 0.8, 0.8)
    )


def _look(look: Look) -> TableCell:
    return TableCell(look.category, look.colour, look.ink) if look.number else TableCell("—")


def _scores(scores: Scores) -> Table:
    heads = (
        "时效",
        *(f"{model.chinese} MAE" for model in scores.models),
        "较持续性",
        "80%区间命中",
        "AQI>150 CSI",
    )
    rows = tuple(
        (
            TableCell(f"第{row.day}天"), *(TableCell(value) for value in row.mae), TableCell(row.gain),
            TableCell(row.coverage), TableCell(row.csi),
        )
        for row in scores.rows
    )  # fmt: skip
    widths = (1.0, *(1.4 for _ in scores.models), 1.1, 1.3, 1.3)
    return Table(f"PM2.5日均预报评分（µg/m³），{scores.begins}至{scores.ends}", (heads,), rows, widths)


def shortcoming_parts(run: RunFolder, groups: tuple[Group, ...]) -> tuple[Part, ...]:
    """What the run had to do without, in small type; a sentence where there is nothing."""
    found = shortcomings(run, groups)
    if not found:
        return (Line("本次资料齐全，产品无降级。"),)
    return tuple(
        Line(f"{number}．{one.chinese.rstrip('。')}。", "note") for number, one in enumerate(found, start=1)
    )


def opinion_parts() -> tuple[Part, ...]:
    """Lines for what the offices agree on, to be filled in by hand or in the editor."""
    questions = (
        "天气形势与系统过境时间", "扩散条件（混合层、逆温、静稳）", "过程类型（PM2.5、沙尘、臭氧、混合）",
        "起始、峰值与缓解时间", "对模式结果的修订及理由", "预警意见",
    )  # fmt: skip
    rows = tuple((TableCell(question), TableCell("")) for question in questions)
    return (Table("会商意见（由会商人员填写）", (("议题", "意见"),), rows, (2.4, 6.0)),)
