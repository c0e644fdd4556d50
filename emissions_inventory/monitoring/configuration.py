"""How `configs/inventory/monitoring.yaml` is written."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

from pydantic import Field, model_validator

from emissions_inventory.labels import source_labels
from foundation.configuration import Config, load_shipped

__all__ = [
    "POLLUTANTS",
    "QUANTITIES",
    "AlarmConfig",
    "LimitConfig",
    "MonitoringConfig",
    "monitoring_config",
    "plain_name",
]

POLLUTANTS = ("so2", "nox", "pm")
"""Pollutants of a stack that are monitored."""

QUANTITIES = (*POLLUTANTS, "so2_folded", "nox_folded", "pm_folded", "oxygen", "flow", "temperature")
"""Columns of numbers: concentrations, mg m-3; oxygen, %; flow, m3 h-1; temperature, degrees C."""


class LimitConfig(Config):
    """Limits of a class of plants, mg m-3 in dry gas at the reference oxygen.

    Attributes:
        chinese: name.
        english: name.
        pm: of particles.
        so2: of SO2.
        nox: of NOx as NO2.
        reference_oxygen: to which concentrations are folded, %.
        valid_from: date of effect, `2014-07-01`.
        source: where they are published.
        verified: whether the figures were read in their source.
    """

    chinese: str
    english: str
    pm: float = Field(gt=0)
    so2: float = Field(gt=0)
    nox: float = Field(gt=0)
    reference_oxygen: float = Field(gt=0, lt=21)
    valid_from: str = Field(pattern=r"^\d{4}-\d{2}-\d{2}$")
    source: str
    verified: bool = False


class AlarmConfig(Config):
    """When an alarm is raised; the file explains the keys."""

    exceeded_serious_ratio: float = Field(gt=1)
    exceeded_serious_hours: int = Field(gt=0)
    frozen_hours: dict[str, int]
    silent_hours: int = Field(gt=0)
    silent_serious_hours: int = Field(gt=0)
    highest: dict[str, float]
    jump_factor: float = Field(gt=1)
    jump_least: dict[str, float]
    no_flow_concentration: float = Field(ge=0)

    @model_validator(mode="after")
    def _sound(self) -> AlarmConfig:
        for name, keys in (
            ("frozen_hours", self.frozen_hours),
            ("highest", self.highest),
            ("jump_least", self.jump_least),
        ):
            stray = set(keys) - set(QUANTITIES)
            if stray:
                raise ValueError(f"{name}: unknown quantity {min(stray)!r}")
        if any(hours < 2 for hours in self.frozen_hours.values()):
            raise ValueError("frozen_hours: expected 2 or more")
        return self


class ProfileConfig(Config):
    """When a stack gets a week of its own."""

    hours_per_slot: int = Field(gt=0)
    least_hours: int = Field(gt=0)


class AmountConfig(Config):
    """When the month of a stack is replaced."""

    least_valid_share: float = Field(gt=0, le=1)
    largest_hours: int = Field(gt=0)


class MonitoringConfig(Config):
    """The file `configs/inventory/monitoring.yaml`; the file explains the keys."""

    hour_label: Literal["end", "start"]
    columns: dict[str, tuple[str, ...]]
    units: dict[str, dict[str, float]]
    missing: tuple[str, ...]
    statuses: dict[str, tuple[str, ...]]
    limits: dict[str, LimitConfig]
    class_of: dict[str, str]
    alarms: AlarmConfig
    profile: ProfileConfig
    amounts: AmountConfig

    @model_validator(mode="after")
    def _sound(self) -> MonitoringConfig:
        known = {"enterprise", "permit", "outlet", "time", "limit_class", "status", *QUANTITIES}
        if set(self.columns) != known:
            raise ValueError(f"columns: expected {', '.join(sorted(known))}")
        if set(self.statuses) != {"normal", "stopped", "calibration", "fault"}:
            raise ValueError("statuses: expected normal, stopped, calibration and fault")
        if set(self.units) != {"concentration", "flow", "oxygen", "temperature"}:
            raise ValueError("units: expected concentration, flow, oxygen and temperature")
        if set(self.class_of) - set(source_labels().sector_ids()) or set(self.class_of.values()) - set(
            self.limits
        ):
            raise ValueError("class_of: expected sectors of the labels and classes of the limits")
        for kind, groups in (("columns", self.columns), ("statuses", self.statuses)):
            names = [plain_name(name) for group in groups.values() for name in group]
            twice = {name for name in names if names.count(name) > 1 and name}
            if any(
                len({group for group, words in groups.items() if name in map(plain_name, words)}) > 1
                for name in twice
            ):
                raise ValueError(f"{kind}: {min(twice)!r} means two things")
        return self


def plain_name(text: str) -> str:
    """A header or word without blanks, brackets and case."""
    return re.sub(r"[(（\[【].*?[)）\]】]|[\s_\ufeff]", "", text).lower()


@lru_cache(maxsize=1)
def monitoring_config() -> MonitoringConfig:
    """The rules that ship with the program."""
    return load_shipped(MonitoringConfig, "inventory/monitoring.yaml")
