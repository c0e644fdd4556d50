"""`bogda aqi`."""

from __future__ import annotations

import datetime as dt

from flows.output import print_json, print_line
from foundation.errors import ConfigurationError


def run(pairs: list[str], date: str, averaging: str, *, as_json: bool) -> None:
    """Print the index of the concentrations given.

    Raises:
        BogdaError: when a value, a name, the date or the averaging is none.
    """
    from standards.aqi import air_quality_report

    if averaging not in ("day", "hour"):
        raise ConfigurationError(f"--averaging {averaging!r}", remedy="Expected day or hour")
    values = dict(map(_pair, pairs))
    if len(values) < len(pairs):
        raise ConfigurationError("a pollutant is given twice", remedy="Give each pollutant once")
    report = air_quality_report(values, _date(date), averaging)
    document = {
        "aqi": report.aqi, "level": report.level, "category": report.category,
        "category_english": report.category_english, "primary": list(report.primary),
        "iaqi": dict(report.iaqi), "publishable": report.publishable, "rules": report.rules,
    }  # fmt: skip
    if as_json:
        print_json(document)
        return
    for name, value in document.items():
        print_line(f"{name:16} {value}")


def _pair(text: str) -> tuple[str, float]:
    name, equals, number = text.partition("=")
    try:
        if not equals:
            raise ValueError(text)
        return name.strip().lower(), float(number)
    except ValueError as error:
        raise ConfigurationError(
            f"{text!r} is not name=number", remedy="Write for example pm25=75"
        ) from error


def _date(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise ConfigurationError(f"{text!r} is not a date", remedy="Write it as 2026-11-22") from error
