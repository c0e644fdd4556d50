"""Parts of a site's file that say when it runs, who is told, and what is kept."""

from __future__ import annotations

import ipaddress
from pathlib import Path

from pydantic import Field, field_validator

from consultation.delivery.configuration import Target
from flows.site.timetable import JobConfig, ScheduleConfig, SlotConfig, SlotName, minutes_of
from foundation.configuration import Config

__all__ = [
    "AlarmConfig", "DeliverConfig", "JobConfig", "RetentionConfig", "ScheduleConfig", "SlotConfig",
    "StatusConfig", "minutes_of",
]  # fmt: skip


class AlarmConfig(Config):
    """Who is told when a deadline is in danger.

    Attributes:
        targets: webhooks and mailboxes; an alarm goes out as `json`, so `formats` names it.
        before_minutes: before `done_by`; no product by then is an alarm.
        free_mib: less free space of the store is an alarm.
    """

    targets: tuple[Target, ...] = ()
    before_minutes: float = Field(default=30, gt=0, le=600)
    free_mib: float = Field(default=2048, ge=0)

    @field_validator("targets")
    @classmethod
    def _as_json(cls, targets: tuple[Target, ...]) -> tuple[Target, ...]:
        for target in targets:
            if "json" not in target.formats:
                raise ValueError(f"target {target.name!r} of alarms: formats must hold json")
        return targets


class DeliverConfig(Config):
    """Where the run goes by itself right after it was made, marked as unsigned.

    Attributes:
        targets: with the formats that each is sent.
        slots: after which.
        settings: the site's copy of `consultation.yaml`, beside its file; the record keeps what was
            delivered, and `delivery_settings` says how often and how long is tried.
    """

    targets: tuple[Target, ...] = ()
    slots: tuple[SlotName, ...] = ("final",)
    settings: Path | None = None


class RetentionConfig(Config):
    """Which runs stay; None is no bound. The latest run and those that the record speaks of always stay.

    Attributes:
        days: age of a run's reference time.
        runs: how many.
        gib: how much they take together.
        automatic: whether the schedule prunes once a day; else only `bogda runs prune` does.
        ballast_mib: kept in a file that is given up when the disk is full, so that a product still fits.
    """

    days: float | None = Field(default=None, gt=0)
    runs: int | None = Field(default=None, ge=1)
    gib: float | None = Field(default=None, gt=0)
    automatic: bool = False
    ballast_mib: int = Field(default=64, ge=0, le=4096)


class StatusConfig(Config):
    """Where the scheduler answers `/health` and `/status`: on this machine alone. Port 0: nowhere."""

    host: str = "127.0.0.1"
    port: int = Field(default=8091, ge=0, le=65535)

    @field_validator("host")
    @classmethod
    def _loopback(cls, host: str) -> str:
        if host != "localhost" and not ipaddress.ip_address(host).is_loopback:
            raise ValueError("expected an address of this machine, such as 127.0.0.1")
        return host
