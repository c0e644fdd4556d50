"""Trajectories as a result: places at times, and for each whether it is complete, why not, and until when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from atmosphere.trajectories.particles import END_REASONS_CHINESE

__all__ = ["Trajectories"]


@dataclass(frozen=True)
class Trajectories:
    """Places of particles at times.

    Values after the end of a truncated trajectory are NaN, so that they cannot pass for places.

    Attributes:
        times: UTC, the start first, shape (time,).
        lon: degrees east, -180 to 180, shape (time, particle).
        lat: degrees north.
        height_m: above ground.
        pressure_hpa: of the air there.
        reasons: why each trajectory ends before its time, empty for a complete one, shape (particle,).
        ends: when each trajectory ends, UTC, shape (particle,).
        mixing_height_m: where the particles are, shape (time, particle); None in runs without turbulence.
    """

    times: np.ndarray
    lon: np.ndarray
    lat: np.ndarray
    height_m: np.ndarray
    pressure_hpa: np.ndarray
    reasons: tuple[str, ...]
    ends: np.ndarray
    mixing_height_m: np.ndarray | None = None

    @property
    def complete(self) -> np.ndarray:
        """Which trajectories last to the end, shape (particle,)."""
        return np.array([not reason for reason in self.reasons])

    @property
    def valid(self) -> np.ndarray:
        """Which values are places, shape (time, particle)."""
        return np.asarray(np.isfinite(self.lon))

    def points(self, particle: int = 0) -> list[dict[str, Any]]:
        """The places of one particle, as long as it lasts."""
        return [
            {
                "time": _instant(time), "lon": round(float(self.lon[row, particle]), 5),
                "lat": round(float(self.lat[row, particle]), 5),
                "height_m": round(float(self.height_m[row, particle]), 1),
                "pressure_hpa": round(float(self.pressure_hpa[row, particle]), 2),
            }
            for row, time in enumerate(self.times) if self.valid[row, particle]
        ]  # fmt: skip

    def document(self, particle: int = 0) -> dict[str, Any]:
        """One trajectory as JSON: its points, whether it is complete, and if not, why and until when."""
        reason = self.reasons[particle]
        ended = None
        if reason:
            chinese = END_REASONS_CHINESE[reason]
            ended = {"time": _instant(self.ends[particle]), "reason": reason, "reason_chinese": chinese}
        return {"points": self.points(particle), "complete": not reason, "ended": ended}


def _instant(time: np.datetime64) -> str:
    return str(pd.Timestamp(time).strftime("%Y-%m-%dT%H:%M:%SZ"))
