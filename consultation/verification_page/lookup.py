"""Finding scores in the document of a verification, and how leads are called."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

MAIN_POLLUTANT = "pm25"
INDEX = "aqi"
_FEW_LEADS = 3


@dataclass(frozen=True)
class Lead:
    """A lead time and its names."""

    hours: int
    chinese: str
    english: str


class Scores:
    """The scores of a document by stratum, lead, pollutant and model.

    Args:
        document: as `bogda verify --json` prints it.
    """

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document
        self._found = {
            (one["stratum"], one["id"], one["lead_hours"], one["pollutant"], one["model"]): one
            for one in document["scores"]
        }
        held = {one["pollutant"] for one in document["scores"]}
        self.pollutant = (
            MAIN_POLLUTANT if MAIN_POLLUTANT in held else next(iter(sorted(held)), MAIN_POLLUTANT)
        )
        self.leads = [
            lead_of(hours, document["averaging"])
            for hours in sorted({one["lead_hours"] for one in document["scores"]})
        ]
        self.models = [one for one in document["models"] if any(key[4] == one["id"] for key in self._found)]

    @property
    def few_leads(self) -> list[Lead]:
        """The first lead, one in between and the last."""
        if len(self.leads) <= _FEW_LEADS:
            return self.leads
        return [self.leads[0], self.leads[(len(self.leads) - 1) // 3], self.leads[-1]]

    def of(
        self, lead: Lead, model: str, stratum: tuple[str, str] = ("all", "all"), pollutant: str | None = None
    ) -> dict[str, Any] | None:
        """One record; None where there is none."""
        return self._found.get((*stratum, lead.hours, pollutant or self.pollutant, model))

    def name(self, model: str) -> dict[str, Any]:
        """Names and colour of a model."""
        return next(one for one in self.document["models"] if one["id"] == model)

    def strata(self, kind: str) -> list[dict[str, Any]]:
        """The strata of a kind."""
        return [one for one in self.document["strata"] if one["kind"] == kind]


def lead_of(hours: int, averaging: str) -> Lead:
    """A lead with its names: the day ahead of daily means, hours of hourly ones."""
    if averaging == "day":
        day = max(1, math.ceil(hours / 24))
        return Lead(hours, f"第{day}天", f"day {day}")
    return Lead(hours, f"{hours}小时", f"{hours} h")


def skill_of(record: dict[str, Any] | None, baseline: str, score: str = "mae") -> dict[str, float] | None:
    """Skill against a baseline with its interval, %; None where it is not told."""
    told = (record or {"skill": {}})["skill"].get(baseline)
    if told is None or told[score] is None or told[f"{score}_low"] is None:
        return None
    keys = {"value": score, "low": f"{score}_low", "high": f"{score}_high"}
    return {key: 100.0 * told[name] for key, name in keys.items()}


def number(value: float | None, decimals: int = 1) -> str:
    """A number as people read it, without a negative zero; a dash where there is none."""
    return "—" if value is None else f"{round(value, decimals) + 0.0:.{decimals}f}"


def percent(share: float | None) -> str:
    """A share as a whole percentage; a dash where there is none."""
    return "—" if share is None else f"{100.0 * share:.0f}%"
