"""The least cut for a target index, level by level, in plain data."""

from __future__ import annotations

from typing import Any

import numpy as np

from foundation.places import Region
from foundation.times import DAY, shown
from sources.measures.change import AirQuality, air_quality
from sources.measures.configuration import MeasuresConfig
from sources.measures.emission_totals import EmissionTotals
from sources.measures.index_bounds import concentration_bounds
from sources.measures.least_cut import LeastCut, Needs, cost_of_all, least_cut, needs_of, permitted_shares
from sources.measures.report import named, rounded
from sources.measures.tagged_forecast import ALL_OF_IT, TaggedForecast

__all__ = ["target_told"]

_MODEL = ("pm25", "pm10", "so2", "no2")
_SMALLEST = 1e-6


def target_told(
    forecast: TaggedForecast, totals: EmissionTotals, target: int, region: Region, config: MeasuresConfig,
    begins: np.datetime64,
) -> dict[str, Any]:  # fmt: skip
    """The least cut that keeps every place of a region at or below an index on every day.

    Args:
        forecast: daily, of the places of the region.
        totals: what the run emits.
        target: index that must not be passed.
        region: whose places they are.
        config: what may be cut at which cost.
        begins: when the measure begins, UTC; days that end before it are told, not judged.
    """
    needs = needs_of(forecast, concentration_bounds(forecast, target), config.target_quantile)
    before = np.asarray(forecast.valid_time + DAY <= begins)
    needs, early = _parted(needs, before[needs.cell[:, 0]])
    needs, blind = _judged(forecast, needs)
    kg = np.stack([totals.by_tag(totals.of_species(name), forecast.sources.ids) for name in forecast.species])
    cost = cost_of_all(forecast.sources, kg, config)
    found = []
    for level in config.levels:
        found.append(least_cut(needs, level, permitted_shares(forecast.sources, level, config), cost))
        if found[-1].feasible:
            break
    return {
        "aqi": target,
        "region": {"id": region.id, "chinese": region.chinese, "english": region.english},
        "places": list(forecast.places),
        "places_without_forecast": [one for one in region.places if one not in forecast.places],
        "quantile": config.target_quantile,
        "above": [_cell(forecast, row) for row in needs.cell],
        "not_judged": [_cell(forecast, row) for row in blind],
        "before_the_measure": [_cell(forecast, row) for row in early],
        "reachable": None if len(blind) and not len(needs.need) else found[-1].feasible,
        "level": found[-1].level.id if found[-1].feasible and len(needs.need) else None,
        "levels": [_level(forecast, one, needs, kg, config, before) for one in found],
        "verified": bool(config.cost.verified and all(level.verified for level in config.levels)),
    }


def _judged(forecast: TaggedForecast, needs: Needs) -> tuple[Needs, np.ndarray]:
    """Needs without those of times that the model does not reach, and the cells of these."""
    carried = np.array([name in _MODEL for name in forecast.pollutants])[needs.cell[:, 2]]
    return _parted(needs, carried & (forecast.unexplained[tuple(needs.cell.T)] >= ALL_OF_IT))


def _parted(needs: Needs, out: np.ndarray) -> tuple[Needs, np.ndarray]:
    """Needs without some rows, and the cells of these."""
    return Needs(needs.cell[~out], needs.need[~out], needs.gain[~out]), needs.cell[out]


def _level(
    forecast: TaggedForecast, found: LeastCut, needs: Needs, kg: np.ndarray, config: MeasuresConfig,
    before: np.ndarray,
) -> dict[str, Any]:  # fmt: skip
    values = forecast.at(config.target_quantile)
    scale = np.divide(values, forecast.published, out=np.ones_like(values), where=forecast.published > 0)
    less = scale * np.einsum("lpxds,s->lpx", forecast.responsive, found.share)
    blind = (forecast.unexplained >= ALL_OF_IT) & np.isin(forecast.pollutants, _MODEL)
    blind |= before[:, None, None]
    index = air_quality(forecast, np.where(blind, np.nan, np.maximum(values - less, 0.0)))
    sources, taken = forecast.sources, found.share * kg
    emitted = [number for number in range(len(kg)) if kg[number].any()]
    return {
        "level": found.level.id, "chinese": found.level.chinese, "english": found.level.english,
        "feasible": found.feasible, "cost": rounded(found.cost),
        "cuts": [
            {
                "source": sources.ids[one], "chinese": sources.chinese[one], "english": sources.english[one],
                "share": rounded(found.share[one], 4),
                "permitted": found.level.permitted[sources.sector[one]],
                "beyond_range": bool(found.share[one] > config.cautions.largest_cut + _SMALLEST),
            }
            for one in np.flatnonzero(found.share > _SMALLEST)
        ],
        "tonnes_per_day": {forecast.species[n]: rounded(taken[n].sum() / 1000, 1) for n in emitted},
        "share_of_all": {forecast.species[n]: rounded(taken[n].sum() / kg[n].sum(), 4) for n in emitted},
        "largest_aqi": rounded(float(np.nanmax(index.aqi)), 0) if np.isfinite(index.aqi).any() else None,
        "unmet": [
            {**_cell(forecast, needs.cell[row]), **_reached(index, needs.cell[row])}
            for row in np.flatnonzero(found.unmet)
        ],
    }  # fmt: skip


def _cell(forecast: TaggedForecast, cell: np.ndarray) -> dict[str, Any]:
    lead, place, number = map(int, cell)
    pollutant = forecast.pollutants[number]
    return {
        "day": shown(forecast.valid_time[lead], minutes=False), **named(forecast, place),
        "pollutant": pollutant, "carried_by_model": pollutant in _MODEL,
    }  # fmt: skip


def _reached(index: AirQuality, cell: np.ndarray) -> dict[str, Any]:
    """Index of a pollutant after the largest cut."""
    return {"index_after": rounded(float(index.iaqi[tuple(cell)]), 0)}
