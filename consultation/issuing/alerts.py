"""Issued warnings of the record as alerts."""

from __future__ import annotations

from consultation.bilingual import Bilingual
from consultation.exchange.cap import cap_alert
from consultation.exchange.configuration import ExchangeConfig
from consultation.issuing.releases import Released, notice_of, released_of, released_step
from consultation.record.desk import Desk
from consultation.record.warning_view import warning, warnings_of


def alert_of(one: Released, exchange: ExchangeConfig) -> bytes:
    """What went out, as a CAP alert under the name of its own kind of pollution.

    Raises:
        ConfigurationError: for an actual alert under the sender that ships.
        ContractError: when no alert can be made of the row.
    """
    event = Bilingual(**one.entry.payload["notice"]["event"])
    return cap_alert(notice_of(one, exchange), exchange.model_copy(update={"event": event}))


def alert(desk: Desk, exchange: ExchangeConfig, name: str, version: int | None = None) -> bytes:
    """The alert of a warning; the last one when no version is named.

    Raises:
        Unknown: when there is no such warning, or it was not issued.
        ConfigurationError: for an actual alert under the sender that ships.
    """
    return alert_of(released_step(warning(desk, name), version), exchange)


def releases(desk: Desk) -> tuple[Released, ...]:
    """All that went out of warnings, oldest first."""
    found = [one for course in warnings_of(desk) for one in released_of(course)]
    return tuple(sorted(found, key=lambda one: one.entry.sequence))


def releases_of_run(desk: Desk, run: str) -> tuple[Released, ...]:
    """The last step that went out of each warning whose first text rests on a run.

    Args:
        desk: where people consult.
        run: `domain/reference time`.
    """
    found = []
    for course in warnings_of(desk):
        steps = released_of(course)
        if any(one.run == run for one in steps):
            found.append(steps[-1])
    return tuple(found)
