"""The largest concentrations that keep an air quality index."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from foundation.errors import ConfigurationError
from foundation.pollutants import POLLUTANTS
from foundation.times import beijing_day, day_of_hour
from foundation.units import to_si
from sources.measures.tagged_forecast import TaggedForecast
from standards.breakpoints import column_chain, index_table, steps_per_unit
from standards.rules import rules_on

__all__ = ["concentration_bounds", "largest_concentration"]

_TIE = 1e-3
"""Steps below the half that would round up: 0.001 µg/m³."""
_LOWEST, _HIGHEST = 1, 499


def concentration_bounds(forecast: TaggedForecast, index: int) -> np.ndarray:
    """Largest concentrations whose individual index is not above an index, by the standard of each day.

    Args:
        forecast: whose times and pollutants are meant.
        index: 1 to 499.

    Returns:
        kg m-3, (lead, pollutant).

    Raises:
        ConfigurationError: when the index is none that can be kept or passed.
    """
    if not _LOWEST <= index <= _HIGHEST:
        raise ConfigurationError(
            f"target index {index}: expected {_LOWEST} to {_HIGHEST}", where="--target-aqi",
            remedy="Write 150 or 200",
        )  # fmt: skip
    times = forecast.valid_time
    days = day_of_hour(times) if forecast.averaging == "hour" else beijing_day(times)
    return np.array(
        [
            [largest_concentration(str(day), name, forecast.averaging, index) for name in forecast.pollutants]
            for day in days
        ]
    )


@lru_cache(maxsize=1024)
def largest_concentration(day: str, pollutant: str, averaging: str, index: int) -> float:
    """Largest concentration whose individual index is not above an index, kg m-3.

    A concentration is rounded to a whole step (1 µg/m³, CO 0.1 mg/m³) before it is read in the table: the
    last step of the index and just under half a step more.

    Args:
        day: in Beijing time; decides the standard.
        pollutant: short name.
        averaging: `day` or `hour`.
        index: 1 to 499.
    """
    rules, per_unit = rules_on(day), steps_per_unit(pollutant)
    table = index_table(column_chain(rules, rules.column_of(pollutant, averaging)), per_unit)[:-1]
    above = np.flatnonzero(table > index)
    if not len(above):
        return float("inf")
    steps = float(above[0]) - 0.5 - _TIE
    return float(to_si(steps / per_unit, POLLUTANTS[pollutant].display_unit, pollutant))
