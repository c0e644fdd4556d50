"""The daily forecast as CSV and as JSON."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

from consultation.by_hand import HandChange, Signed
from consultation.exchange.days import INTERVAL, ForecastDay, ForecastPlace, forecast_places
from consultation.products import is_synthetic
from consultation.run_folder import RunFolder
from consultation.warnings.document import WarningsDocument
from foundation.pollutants import DAILY, POLLUTANTS
from foundation.times import iso_utc, shown

FORMAT = "bogda-daily-forecast-1"
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""A cell that begins so is run as a formula by spreadsheets."""

_HEAD = (
    "地点 place", "编号 id", "行政区划代码 adcode", "日期 date", "时效（天） lead_day", "AQI aqi",
    "AQI下限 aqi_low", "AQI上限 aqi_high", "级别 level", "类别 category", "级别下限 level_low",
    "级别上限 level_high", "颜色 colour", "首要污染物 primary", "沙尘 dust",
    "AQI>150概率 p_above_150", "AQI>200概率 p_above_200",
)  # fmt: skip
_BY_HAND = (
    "人工订正 changed_by_hand", "订正人 changed_by", "订正时间（北京时） changed_at", "订正理由 reason",
    "模式AQI下限 model_aqi_low", "模式AQI上限 model_aqi_high", "模式级别 model_level",
    "模式首要污染物 model_primary",
)  # fmt: skip
_TAIL = ("起报时间（北京时） reference_time", "模式 model", "标准 rules", "数据性质 data")


def safe_cell(value: Any) -> Any:
    """A cell that a spreadsheet shows and never runs: text that begins like a formula gets an apostrophe."""
    if isinstance(value, str) and value.startswith(_FORMULA):
        return "'" + value
    return "" if value is None else value


def forecast_csv(run: RunFolder) -> bytes:
    """The daily forecast, one row for each place and day; UTF-8 with a mark by which Excel knows it.

    Args:
        run: the products of a run.
    """
    forecast = run.forecast.day
    places, _ = forecast_places(forecast, run.changes)
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\r\n")
    tail = [
        shown(forecast["reference_time"].values[0]), str(forecast.attrs["model"]),
        str(forecast.attrs["rules"]), "合成数据 synthetic" if is_synthetic(forecast) else "实测数据 measured",
    ]  # fmt: skip
    writer.writerow([*_HEAD, *_concentration_heads(), *_TAIL, *_BY_HAND])
    for place in places:
        for day in place.days:
            row = [*_row(place, day), *_concentrations(day), *tail, *_by_hand(day.changed)]
            writer.writerow([safe_cell(value) for value in row])
    return stream.getvalue().encode("utf-8-sig")


def _concentration_heads() -> list[str]:
    low, high = (round(100 * level) for level in INTERVAL)
    return [
        f"{POLLUTANTS[name].label} {part} {POLLUTANTS[name].shown_unit}"
        for name in DAILY
        for part in ("中位数 median", f"{low}%分位", f"{high}%分位")
    ]


def _row(place: ForecastPlace, day: ForecastDay) -> list[Any]:
    known = day.aqi is not None
    return [
        place.chinese, place.id, place.facts.adcode if place.facts else "", day.date, day.offset,
        day.aqi if known else "NA", day.low, day.high, day.look.chinese if known else "NA",
        day.look.category if known else "NA", day.levels[0].number or "", day.levels[1].number or "",
        day.look.colour if known else "", day.primary_labels if day.primary else "",
        "是 yes" if day.dust else "否 no", *day.above,
    ]  # fmt: skip


def _concentrations(day: ForecastDay) -> list[float | None]:
    found: list[float | None] = []
    for name in DAILY:
        span = day.concentrations.get(name)
        found += [span.median, span.low, span.high] if span else [None, None, None]
    return found


def _by_hand(changed: HandChange | None) -> list[Any]:
    if changed is None:
        return ["否 no", *[""] * (len(_BY_HAND) - 1)]
    model = changed.model
    return [
        "是 yes", changed.by, changed.at, changed.reason, model.low, model.high, model.level or "",
        model.primary_labels,
    ]  # fmt: skip


def _signature(signed: Signed | None) -> dict[str, str] | None:
    if signed is None:
        return None
    return {"who": signed.who, "role": signed.role, "when": signed.when, "anchor": signed.anchor}


def forecast_document(run: RunFolder, warnings: WarningsDocument) -> dict[str, Any]:
    """The daily forecast as a JSON document, with proposals of warnings in short and what is degraded.

    Args:
        run: the products of a run.
        warnings: the proposals of the run.
    """
    forecast = run.forecast.day
    places, without = forecast_places(forecast, run.changes)
    reference = forecast["reference_time"].values[0]
    return {
        "format": FORMAT,
        "reference_time": iso_utc(reference),
        "reference_time_beijing": shown(reference),
        "synthetic": is_synthetic(forecast),
        "signed": _signature(run.signed),
        "changed_by_hand": len(run.changes),
        "model": str(forecast.attrs["model"]),
        "rules": str(forecast.attrs["rules"]),
        "units": {name: POLLUTANTS[name].shown_unit for name in DAILY},
        "interval": list(INTERVAL),
        "places": [place_record(place) for place in places],
        "without_forecast": list(without),
        "proposals": [
            proposal.model_dump(
                mode="json", include={"id", "state", "level", "area", "reason", "valid_from", "valid_to"}
            )
            for proposal in warnings.proposals
            if proposal.level.number
        ],
        "notice": warnings.notice.model_dump(),
        "degradations": [one.model_dump() for one in (run.manifest.degradations if run.manifest else ())],
    }


def forecast_json(run: RunFolder, warnings: WarningsDocument) -> bytes:
    """`forecast_document` as UTF-8 text."""
    document = forecast_document(run, warnings)
    return (json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()


def place_record(place: ForecastPlace) -> dict[str, Any]:
    """A place with its days, as JSON."""
    return {
        "id": place.id,
        "chinese": place.chinese,
        "english": place.english,
        "adcode": place.facts.adcode if place.facts else None,
        "days": [day_record(day) for day in place.days],
    }


def day_record(day: ForecastDay) -> dict[str, Any]:
    """One day as JSON: index with range, level, category, colour, primary pollutants, concentrations."""
    return {
        "date": day.date, "lead_day": day.offset, "due": day.is_due, "aqi": day.aqi, "aqi_low": day.low,
        "aqi_high": day.high, "level": day.look.number or None, "category": day.look.category,
        "category_english": day.look.english, "colour": day.look.colour,
        "level_low": day.levels[0].number or None, "level_high": day.levels[1].number or None,
        "primary": list(day.primary), "dust": day.dust, "probability_above_150": day.above[0],
        "probability_above_200": day.above[1],
        "concentrations": {
            name: {"low": span.low, "median": span.median, "high": span.high}
            for name, span in day.concentrations.items()
        },
        "changed_by_hand": None if day.changed is None else change_record(day.changed),
    }  # fmt: skip


def change_record(changed: HandChange) -> dict[str, Any]:
    """A change made by hand as JSON, with what the model says."""
    return {
        "by": changed.who, "role": changed.role, "at": changed.when, "reason": changed.reason,
        "model": changed.model.model_dump(mode="json"), "model_moved": changed.model_moved,
    }  # fmt: skip
