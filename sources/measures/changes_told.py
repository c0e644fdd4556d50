"""Changes as plain data in the units that people read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from foundation.times import shown
from sources.measures.change import AirQuality, air_quality
from sources.measures.report import named, rounded, shown_values
from sources.measures.tagged_forecast import TaggedForecast
from sources.measures.uncertainty import Intervals
from standards.levels import level

__all__ = ["changes_by_day", "changes_by_hour"]

_DIGITS = 3


def changes_by_day(forecast: TaggedForecast, less: np.ndarray, bounds: Intervals) -> list[dict[str, Any]]:
    """Changes by place or region, and day.

    Args:
        forecast: daily.
        less: decrease, kg m-3, (lead, place, pollutant, source).
        bounds: intervals.
    """
    before = forecast.published
    after = np.maximum(before - less.sum(axis=-1), 0.0)
    index = [air_quality(forecast, one) for one in (before, after)]
    values = _displayed(forecast, np.stack([before, after, *bounds.decrease]))
    return [
        {
            **named(forecast, place),
            "days": [
                {
                    "day": shown(forecast.valid_time[lead], minutes=False),
                    "concentrations": _concentrations(forecast, values[:, lead, place]),
                    **_index(forecast, index, bounds, (lead, place)),
                }
                for lead in range(len(forecast.valid_time))
            ],
        }
        for place in range(len(forecast.places))
    ]


def changes_by_hour(forecast: TaggedForecast, less: np.ndarray, bounds: Intervals) -> dict[str, Any]:
    """Changes by place and hour, as columns beside the ends of hours."""
    before = forecast.published
    after = np.maximum(before - less.sum(axis=-1), 0.0)
    index = [air_quality(forecast, one).aqi for one in (before, after)]
    moved = [n for n in range(len(forecast.pollutants)) if less[:, :, n].any()]
    return {
        "hour_ends": [shown(time) for time in forecast.valid_time],
        "places": [
            {
                **named(forecast, place),
                "concentrations": {
                    forecast.pollutants[n]: {
                        "before": _column(before[:, place, n], forecast.pollutants[n]),
                        "after": _column(after[:, place, n], forecast.pollutants[n]),
                    }
                    for n in moved
                },
                "aqi": {
                    "before": _whole(index[0][:, place]), "after": _whole(index[1][:, place]),
                    "decrease_low": _whole(bounds.aqi_decrease[0, :, place]),
                    "decrease_high": _whole(bounds.aqi_decrease[1, :, place]),
                },
            }
            for place in range(len(forecast.places))
        ],
    }  # fmt: skip


def _displayed(forecast: TaggedForecast, values: np.ndarray) -> np.ndarray:
    """Values of kg m-3 (..., pollutant) in the units that people read, rounded."""
    made = [shown_values(values[..., number], name) for number, name in enumerate(forecast.pollutants)]
    return np.round(np.stack(made, axis=-1), _DIGITS)


def _concentrations(forecast: TaggedForecast, values: np.ndarray) -> dict[str, Any]:
    """Before, after, and bounds of the decrease of one cell, (4, pollutant)."""
    found = {}
    for number, name in enumerate(forecast.pollutants):
        was, now, low, high = _numbers(values[:, number])
        less = None if was is None or now is None else round(was - now, _DIGITS)
        found[name] = {"before": was, "after": now, "decrease": less, "decrease_range": [low, high]}
    return found


def _numbers(values: np.ndarray) -> list[float | None]:
    """Numbers as they are, None where there is none."""
    return [one if one == one else None for one in values.tolist()]  # noqa: PLR0124 - NaN is unlike itself


def _index(
    forecast: TaggedForecast, index: Sequence[AirQuality], bounds: Intervals, cell: tuple[int, int]
) -> dict[str, Any]:
    was, now = (rounded(float(one.aqi[cell]), 0) for one in index)
    ranges = {
        f"{name}_range": [rounded(float(one), 0) for one in part[(slice(None), *cell)]]
        for name, part in (
            ("before", bounds.aqi_before), ("after", bounds.aqi_after), ("decrease", bounds.aqi_decrease),
        )
    }  # fmt: skip
    less = None if was is None or now is None else was - now
    return {
        "aqi": {"before": was, "after": now, "decrease": less, **ranges},
        "level": dict(zip(("before", "after"), (_level(one, cell) for one in index), strict=True)),
        "primary": dict(
            zip(("before", "after"), (_primary(forecast, one, cell) for one in index), strict=True)
        ),
    }


def _level(one: AirQuality, cell: tuple[int, int]) -> dict[str, Any] | None:
    number = int(one.level[cell])
    return (
        {"number": number, "chinese": level(number).category, "english": level(number).english}
        if number
        else None
    )


def _primary(forecast: TaggedForecast, one: AirQuality, cell: tuple[int, int]) -> list[str]:
    return [forecast.pollutants[number] for number in np.flatnonzero(one.primary[cell])]


def _column(values: np.ndarray, pollutant: str) -> list[float | None]:
    return _numbers(np.round(shown_values(values, pollutant), 2))


def _whole(values: np.ndarray) -> list[int | None]:
    return [None if one is None else int(one) for one in _numbers(np.round(values))]
