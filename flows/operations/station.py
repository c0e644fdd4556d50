"""What the schedule must know of a site: its store, its hours, who is told, and what is started."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from pathlib import Path

from flows.site.parts import AlarmConfig, DeliverConfig, RetentionConfig, ScheduleConfig, StatusConfig

BOGDA = (sys.executable, "-m", "flows.cli")
"""This program, as it is started for the parts of a day."""


@dataclass(frozen=True)
class Station:
    """A site as its schedule sees it.

    Attributes:
        file: the site's file, or the name of a shipped one.
        store: local folder of runs and of the schedule's state.
        inbox: where what arrives lies.
        worker: the command that makes a run; its options are added.
        bogda: the command of this program, for all else.
        asks: whether its file names sources that can be asked between runs.
    """

    name: str
    chinese: str
    english: str
    file: str
    store: Path
    inbox: Path
    schedule: ScheduleConfig
    alarms: AlarmConfig = field(default_factory=AlarmConfig)
    deliver: DeliverConfig = field(default_factory=DeliverConfig)
    retention: RetentionConfig = field(default_factory=RetentionConfig)
    status: StatusConfig = field(default_factory=StatusConfig)
    worker: tuple[str, ...] = (*BOGDA, "daily")
    bogda: tuple[str, ...] = BOGDA
    asks: bool = False
