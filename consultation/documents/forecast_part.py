"""The forecast of the next days in words and tables."""

from __future__ import annotations

from consultation.bulletin.looks import Look
from consultation.bulletin.settings import bulletin_config
from consultation.documents.configuration import DocumentsConfig
from consultation.documents.parts import Line, Part, Table, TableCell
from consultation.exchange.days import ForecastDay, ForecastPlace, forecast_places
from consultation.run_folder import RunFolder
from foundation.places import gazetteer
from foundation.pollutants import POLLUTANTS

CHANGED = "*"
"""Stands behind a range that was set by hand."""
_READING = "注：AQI为预报范围；等级为该范围所跨的级别，底色为预报级别（模式中位值，有人工订正的以订正为准）。"
_PLAIN = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")


def plain_label(pollutant: str) -> str:
    """A pollutant in letters that every face has: `PM2.5`."""
    return POLLUTANTS[pollutant].label.translate(_PLAIN)


def chinese_day(date: str) -> str:
    """`2026-12-10` as `12月10日`."""
    return f"{int(date[5:7])}月{int(date[8:10])}日"


def forecast_parts(run: RunFolder, config: DocumentsConfig) -> tuple[Part, ...]:
    """A paragraph and a table for each target region, and a table for the other places.

    Args:
        run: the products of a run.
        config: how many days are due.
    """
    places, _ = forecast_places(run.forecast.day, run.changes)
    by_id = {place.id: place for place in places}
    grouped: set[str] = set()
    parts: list[Part] = []
    for name in bulletin_config().regions:
        region = gazetteer().region(name)
        members = [by_id[place] for place in region.places if place in by_id]
        grouped |= set(region.places)
        if members:
            parts += [
                Line(_summary(region.chinese, members, config)),
                _table(region.chinese, members, config),
            ]
    others = [place for place in places if place.id not in grouped]
    if others:
        parts.append(_table("其他地区", others, config))
    return (*parts, Line(_READING, "note")) if parts else (Line("本次没有可用的逐日预报。"),)


def _due(place: ForecastPlace, config: DocumentsConfig) -> tuple[ForecastDay, ...]:
    return tuple(day for day in place.days if 1 <= day.offset <= config.due_days)


def _summary(region: str, members: list[ForecastPlace], config: DocumentsConfig) -> str:
    """One sentence: the range of the index, the category and the primary pollutant, day by day."""
    count = min(len(_due(place, config)) for place in members)
    told = [_day_words([_due(place, config)[n] for place in members]) for n in range(count)]
    return f"{region}：{'；'.join(told)}。" if told else f"{region}：预报未覆盖未来三天。"


def _day_words(days: list[ForecastDay]) -> str:
    known = [day for day in days if day.low is not None and day.high is not None]
    if not known:
        return f"{chinese_day(days[0].date)}无预报"
    low = min(day.low for day in known if day.low is not None)
    high = max(day.high for day in known if day.high is not None)
    looks = sorted({day.look.number: day.look for day in known}.items())
    primary = dict.fromkeys(name for day in known for name in day.primary)
    dust = "，局地有沙尘" if any(day.dust for day in known) else ""
    most = f"，首要污染物为{'、'.join(map(plain_label, primary))}" if primary else ""
    return f"{chinese_day(known[0].date)}AQI{low}～{high}，{_between(looks[0][1], looks[-1][1])}{most}{dust}"


def _between(lower: Look, upper: Look) -> str:
    """The categories of a range in a sentence: `中度至重度污染`."""
    if lower.number == upper.number:
        return lower.category
    first = lower.category.removesuffix("污染") if upper.category.endswith("污染") else lower.category
    return f"{first}至{upper.category}"


def _short_between(lower: Look, upper: Look) -> str:
    """The categories of a range, short enough for a cell: `中度~重度`."""
    if lower.number == upper.number:
        return lower.category
    return "~".join(look.category.removesuffix("污染") for look in (lower, upper))


def _table(name: str, places: list[ForecastPlace], config: DocumentsConfig) -> Table:
    dates = [day.date for day in _due(places[0], config)]
    first: list[str | None] = ["地点"]
    second: list[str | None] = [""]
    for date in dates:
        first += [chinese_day(date), None, None]
        second += ["AQI", "等级", "首要\n污染物"]
    rows = tuple(
        (TableCell(place.chinese), *(cell for day in _due(place, config) for cell in _cells(day)))
        for place in places
    )
    widths = (1.25, *(1.45, 1.4, 1.05) * len(dates))
    return Table(f"{name}未来三天空气质量预报", (tuple(first), tuple(second)), rows, widths)


def _cells(day: ForecastDay) -> tuple[TableCell, TableCell, TableCell]:
    if day.aqi is None:
        return TableCell("NA"), TableCell("NA"), TableCell("NA")
    primary = "\n".join(map(plain_label, day.primary)) or "—"
    return (
        TableCell(day.range_label + (CHANGED if day.changed else "")),
        TableCell(_short_between(*day.levels), day.look.colour, day.look.ink, bold=True),
        TableCell(primary + ("\n（沙尘）" if day.dust else "")),
    )
