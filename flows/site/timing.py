"""How the minutes of a run are divided: gathering, the transport model, and finishing."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

import numpy as np

from flows.acquisition.arrival import Allowance
from flows.ladder.table import ladder
from foundation.times import now

__all__ = ["Timing"]


@dataclass(frozen=True)
class Timing:
    """The time of one run.

    Attributes:
        minutes: for all of it; None where nobody gave any.
        moment: what time it is outside, UTC.
        begun: by `time.monotonic`.
    """

    minutes: float | None = None
    moment: np.datetime64 = field(default_factory=now)
    begun: float = field(default_factory=time.monotonic)

    @property
    def gathering_s(self) -> float:
        """Seconds left to gather inputs."""
        choices = ladder().choices
        usual = choices.gather_minutes
        whole = usual if self.minutes is None else min(usual, choices.gather_share * self.minutes)
        return max(60 * whole - (time.monotonic() - self.begun), 0.0)

    @property
    def physical_minutes(self) -> float | None:
        """Minutes left for weather and transport; None where nobody gave any."""
        if self.minutes is None:
            return None
        left = self.minutes - (time.monotonic() - self.begun) / 60 - ladder().choices.finish_minutes
        return max(left, 0.0)

    @property
    def has_time_for_the_model(self) -> bool:
        """Whether the transport model can be begun."""
        left = self.physical_minutes
        return left is None or left >= ladder().choices.least_physical_minutes

    def allowance(self, share: float = 1.0) -> Allowance:
        """A share of what is left for gathering."""
        return Allowance.of_seconds(share * self.gathering_s, self.moment)
