"""Series with known properties."""

from __future__ import annotations

import numpy as np
import pytest

from forecast.history import History
from tests.forecast.series import history_of


@pytest.fixture
def winter() -> History:
    """Three places for 420 days: a season, weather shared by all with memory, and gaps."""
    random = np.random.default_rng(7)
    days = np.arange(420)
    weather = np.zeros(420)
    for day in days[1:]:
        weather[day] = 0.8 * weather[day - 1] + random.normal(0, 0.35)
    season = 3.6 + 0.9 * np.cos(2 * np.pi * (days - 100) / 365.25)
    values = season[:, None] + weather[:, None] + random.normal(0, 0.15, (420, 3))
    values[random.random(values.shape) < 0.03] = np.nan
    return history_of(values)
