"""A hindcast: which issues of which models, from what; and the parts that it is made of."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from flows.case import CaseConfig
from flows.plan import DayPlan
from forecast.configuration import forecast_config
from forecast.hindcast import HOUR_LEADS
from forecast.models import PUBLISHED, models_named
from foundation.errors import ConfigurationError
from foundation.provenance import InputRecord, versions
from foundation.store import fingerprint
from foundation.times import DAY, HOUR
from training.promotion import promotion_config

USUAL_MODELS = (PUBLISHED, "persistence", "climatology")
"""Models in every hindcast."""

ISSUES_OF_A_PART = 28
"""Issues made at once: what a killed hindcast loses at most."""

DAYS_AHEAD = 7


@dataclass(frozen=True)
class HindcastPlan:
    """What a hindcast shall hold.

    Attributes:
        case: the case; its measurements are read.
        folder: of the case's file, from which its paths are found.
        first: first issue, UTC.
        last: no issue is later, UTC.
        every: hours between issues.
        averaging: `day` or `hour`.
        models: statistical models beside the usual ones.
        release: folder of the learned model that is judged; None without one.
        champion: folder of the learned model in use, set beside it; None without one.
        store: with runs of the physical model; None without one.
        physical: whether physical runs that are missing are made.
    """

    case: CaseConfig
    folder: Path | None
    first: np.datetime64
    last: np.datetime64
    every: int = 24
    averaging: str = "day"
    models: tuple[str, ...] = ()
    release: str | None = None
    champion: str | None = None
    store: str | None = None
    physical: bool = False

    def checked(self) -> HindcastPlan:
        """The plan itself.

        Raises:
            ConfigurationError: when dates, distance of issues, models or options do not fit together.
        """
        if self.first > self.last:
            raise ConfigurationError("--from is after --to", remedy="Give the earlier day first")
        hourly = self.averaging == "hour"
        if self.every < 1 or (self.every % 24 and not (hourly and 24 % self.every == 0)):
            expected = "a multiple of 24" + (", or a divisor of it" if hourly else "")
            raise ConfigurationError(f"--every {self.every}: expected {expected} hours", remedy="Such as 24")
        models_named([name for name in self.models if name != PUBLISHED], forecast_config())
        if self.physical and (self.store is None or self.case.physical is None):
            raise ConfigurationError(
                "--physical needs --store and a --case with weather, emissions and physical",
                remedy="Name both, or leave --physical out",
            )  # fmt: skip
        return self

    @property
    def issues(self) -> np.ndarray:
        """Times of issue, UTC."""
        return np.arange(self.first, self.last + HOUR, self.every * HOUR).astype("datetime64[ns]")

    @property
    def leads(self) -> np.ndarray:
        """Steps ahead."""
        return np.arange(1, DAYS_AHEAD + 1) if self.averaging == "day" else HOUR_LEADS

    @property
    def statistical(self) -> tuple[str, ...]:
        """Names of the statistical models, in the order of the file; all that a promotion asks for."""
        asked = () if self.release is None else promotion_config().baselines
        return tuple(dict.fromkeys([*USUAL_MODELS, *asked, *self.models]))

    @property
    def clocks(self) -> tuple[int, ...]:
        """Hours after the first issue at which the clock times of all issues lie, below a day."""
        return tuple(range(0, 24, self.every)) if self.every < 24 else (0,)

    def issues_at(self, clock: int) -> np.ndarray:
        """The issues of one clock time."""
        apart = ((self.issues - self.first) / HOUR).astype(int)
        return np.asarray(self.issues[apart % 24 == clock])

    def end(self, clock: int = 0) -> np.datetime64:
        """Up to when measurements are needed to judge the last issue of a clock time, UTC."""
        issues = self.issues_at(clock)
        return np.datetime64((issues if len(issues) else self.issues)[-1] + DAYS_AHEAD * DAY, "ns")

    def parts(self, clock: int) -> list[np.ndarray]:
        """The issues of a clock time, cut into parts."""
        issues = self.issues_at(clock)
        return [issues[n : n + ISSUES_OF_A_PART] for n in range(0, len(issues), ISSUES_OF_A_PART)]

    def day_plan(self, reference_time: np.datetime64, store: str) -> DayPlan:
        """The run of a day of the same case."""
        return DayPlan(self.case, self.folder, reference_time, store)

    def inputs(self) -> tuple[InputRecord, ...]:
        """The files of measurements, with their hashes."""
        return self.day_plan(self.end(), self.store or "").measured_inputs

    def document(self) -> dict[str, Any]:
        """The plan as JSON, from which `from_document` makes it again on any machine."""
        return asdict(self) | {
            "case": self.case.model_dump(mode="json"),
            "folder": None if self.folder is None else str(self.folder.resolve()),
            "first": str(self.first), "last": str(self.last), "models": list(self.models),
        }  # fmt: skip

    @classmethod
    def from_document(cls, document: dict[str, Any]) -> HindcastPlan:
        """A plan from `document`."""
        folder = document["folder"]
        return cls(**document | {
            "case": CaseConfig.model_validate(document["case"]),
            "folder": None if folder is None else Path(folder),
            "first": np.datetime64(document["first"], "ns"), "last": np.datetime64(document["last"], "ns"),
            "models": tuple(document["models"]),
        })  # fmt: skip

    def fingerprint(self, further: dict[str, Any]) -> str:
        """What decides the result: the plan, its inputs, choices and versions, and what else is given."""
        inputs = sorted(record.sha256 for record in self.inputs())
        config = forecast_config().model_dump(mode="json")
        return fingerprint([self.document(), inputs, config, versions(), further])
