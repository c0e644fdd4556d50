"""Further facts of an alert: the row of the record that holds it, what it rests on, what measures bring."""

from __future__ import annotations

from typing import Any

from consultation.record.chain import Entry

ANCHOR = "record anchor"
"""Name of the parameter that carries the anchor: against it a loss of rows of the record is found."""


def parameters_of(warning: str, entry: Entry) -> tuple[tuple[str, str], ...]:
    """Names and values, without names of persons.

    Args:
        warning: its id.
        entry: the row that went out.
    """
    told, payload = entry.payload["notice"], entry.payload
    evidence = told["evidence"]
    detail = evidence.get("detail") or {}
    changed = payload["references"]
    found = [
        (ANCHOR, entry.anchor),
        ("warning", warning),
        ("version", str(payload["version"])),
        ("changes record anchor", changed[-1]["anchor"] if changed else ""),
        ("kind of pollution", f"{told['kind']['chinese']} {told['kind']['english']}"),
        ("response", told["level"]["response"] or ""),
        ("forecast run", evidence["run"]),
        ("proposal", evidence.get("proposal") or ""),
        ("rules", detail.get("rules", "")),
        ("model", detail.get("model", "")),
        ("highest 24 h AQI", _number(detail.get("highest_aqi"))),
        ("lead hours", _number((payload.get("lead") or {}).get("hours"))),
        *_effect(told.get("expected_effect") or {}),
    ]
    return tuple((name, str(value)) for name, value in found if value)


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:g}"


def _effect(effect: dict[str, Any]) -> list[tuple[str, str]]:
    """Expected change of PM2.5 by day, when the sectors cut what the level asks for."""
    if not effect.get("known"):
        return []
    head = [("expected effect assumes", f"{effect['basis']['chinese']} {effect['basis']['english']}")]
    days = [
        (
            f"expected PM2.5 {day['day']}",
            f"{_number(day['pm25_before'])} -> {_number(day['pm25_after'])} µg/m³",
        )
        for day in effect["days"]
        if day["pm25_before"] is not None and day["pm25_after"] is not None
    ]
    return head + days
