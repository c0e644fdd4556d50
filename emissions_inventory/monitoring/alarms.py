"""Alarms of continuous monitoring: limits exceeded, instruments frozen, silent or implausible."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

import numpy as np

from emissions_inventory.monitoring.configuration import POLLUTANTS, MonitoringConfig
from emissions_inventory.monitoring.limits import Limits
from emissions_inventory.monitoring.quality import frozen, implausible
from emissions_inventory.monitoring.runs import Runs, runs_of
from emissions_inventory.monitoring.table import ABSENT, NORMAL, STOPPED, StackTable
from emissions_inventory.monitoring.wording import chinese_line, english_line
from foundation.configuration import Config
from foundation.times import HOUR, shown

__all__ = ["KINDS", "Alarm", "raise_alarms"]

KINDS = ("exceeded", "frozen", "silent", "implausible")
"""Kinds of alarms."""


class Alarm(Config):
    """Something that a stack's monitoring gives cause to look at.

    Attributes:
        kind: see `KINDS`.
        severity: `serious` or `notice`.
        enterprise: name, as the file gives it.
        stack: id, `permit#outlet`.
        quantity: see `QUANTITIES`; empty where it is the whole stack.
        begins: Beijing time, `2026-01-05 13:00`.
        ends: Beijing time, when the last hour ends.
        hours: length.
        evidence: numbers and words that show it, such as the highest value and the limit.
        chinese: for people.
        english: the same.
    """

    kind: Literal["exceeded", "frozen", "silent", "implausible"]
    severity: Literal["serious", "notice"]
    enterprise: str
    stack: str
    quantity: str
    begins: str
    ends: str
    hours: int
    evidence: dict[str, float | str]
    chinese: str
    english: str


Evidence = Mapping[str, float | str]
Finding = tuple[str, str, bool, Runs, int, Evidence]
"""Kind, quantity, whether serious, the runs, which of them, evidence."""


def raise_alarms(table: StackTable, limits: Limits, config: MonitoringConfig) -> list[Alarm]:
    """Look through the hours of stacks.

    Args:
        table: hours of stacks.
        limits: of each stack.
        config: what is suspicious.

    Returns:
        Alarms by stack and time; hours in a row are one alarm.
    """
    findings = [*_exceeded(table, limits, config), *_frozen(table, config), *_silent(table, config),
                *_implausible(table, config)]  # fmt: skip
    findings.sort(key=lambda one: (one[3].stack[one[4]], one[3].first[one[4]], KINDS.index(one[0]), one[1]))
    hours = [shown(hour) for hour in (*table.hours, table.hours[-1] + HOUR)]
    return [_alarm(table, hours, finding) for finding in findings]


def _alarm(table: StackTable, hours: list[str], finding: Finding) -> Alarm:
    kind, quantity, serious, runs, place, evidence = finding
    stack, first, last = (int(part[place]) for part in (runs.stack, runs.first, runs.last))
    name, ident = str(table.enterprise[stack]), str(table.id[stack])
    span = (hours[first], hours[last + 1], last - first + 1)
    return Alarm(
        kind=kind,
        severity="serious" if serious else "notice",
        enterprise=name,
        stack=ident,
        quantity=quantity,
        begins=span[0],
        ends=span[1],
        hours=span[2],
        evidence=dict(evidence),
        chinese=chinese_line(kind, quantity, f"{name} {ident}".strip(), span, evidence),
        english=english_line(kind, quantity, f"{name} {ident}".strip(), span, evidence),
    )


def _exceeded(table: StackTable, limits: Limits, config: MonitoringConfig) -> Iterator[Finding]:
    rules = config.alarms
    for name in POLLUTANTS:
        folded = limits.folded(table, name)
        limit = limits.values[name]
        runs = runs_of((table.status == NORMAL) & (folded > limit[:, None]))
        highest = runs.highest(folded)
        for place, peak in enumerate(highest):
            bound = float(limit[runs.stack[place]])
            serious = (
                peak >= rules.exceeded_serious_ratio * bound
                or runs.hours[place] >= rules.exceeded_serious_hours
            )
            evidence: Evidence = {
                "highest": round(float(peak), 3),
                "limit": bound,
                "class": str(limits.name[runs.stack[place]]),
            }
            yield "exceeded", name, bool(serious), runs, place, evidence


def _frozen(table: StackTable, config: MonitoringConfig) -> Iterator[Finding]:
    for quantity, runs in frozen(table, config.alarms):
        for place in range(len(runs)):
            value = float(table.values[quantity][runs.stack[place], runs.first[place]])
            serious = runs.hours[place] >= 4 * config.alarms.frozen_hours[quantity]
            yield "frozen", quantity, bool(serious), runs, place, {"value": value}


def _silent(table: StackTable, config: MonitoringConfig) -> Iterator[Finding]:
    measured = np.logical_or.reduce([np.isfinite(table.value(name)) for name in POLLUTANTS])
    present = np.flatnonzero((table.status != ABSENT).any(axis=0))
    within = np.zeros(table.status.shape[1], bool)
    within[present[0] : present[-1] + 1] = True
    quiet = runs_of((table.status != STOPPED) & ~measured & within, config.alarms.silent_hours)
    width = table.status.shape[1]
    before = np.where(quiet.first > 0, table.status[quiet.stack, np.maximum(quiet.first - 1, 0)], NORMAL)
    after = np.where(
        quiet.last < width - 1, table.status[quiet.stack, np.minimum(quiet.last + 1, width - 1)], NORMAL
    )
    rows = table.status[quiet.stack, quiet.first] != 0
    runs = quiet.take((before != STOPPED) | (after != STOPPED) | rows)
    for place in range(len(runs)):
        stated = sorted(
            set(table.status[runs.stack[place], runs.first[place] : runs.last[place] + 1].tolist())
        )
        yield ("silent", "", bool(runs.hours[place] >= config.alarms.silent_serious_hours), runs, place,
               {"rows": "none" if stated == [0] else "empty"})  # fmt: skip


def _implausible(table: StackTable, config: MonitoringConfig) -> Iterator[Finding]:
    for quantity, check, hours in implausible(table, config.alarms):
        runs = runs_of(hours)
        for place in range(len(runs)):
            value = float(table.values[quantity][runs.stack[place], runs.first[place]])
            yield "implausible", quantity, check == "negative", runs, place, {"check": check, "value": value}
