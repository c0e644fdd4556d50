"""Quality control: every rule sets a flag, none deletes a value; `usable` says what may enter a mean."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

import numpy as np
import xarray as xr

from foundation.configuration import Config, load_shipped
from foundation.pollutants import POLLUTANTS, pollutants_of
from foundation.units import si_factor
from observations.flags import FLAG_TYPE, FLAGS, flagged
from observations.regular import RegularTimes, regular_times, run_lengths
from observations.time_zone_slip import SlipRule, slipped


class StuckRule(Config):
    """So many steps with the same value, above a level, are an instrument that hangs."""

    steps: int
    above: float


class SpikeRule(Config):
    """A single step above both its neighbours by a factor and by an amount."""

    factor: float
    amount: float


class InversionRule(Config):
    """PM2.5 above PM10 by a share of PM10 and an amount."""

    share: float
    amount: float


class Rules(Config):
    """Rules for one averaging; concentrations in display units."""

    averaging: Literal["hour", "day"]
    largest: dict[str, float]
    stuck: dict[str, StuckRule]
    spike: dict[str, SpikeRule]
    gap_steps: int


class Validity(Config):
    """How much must be there for a mean to count (GB 3095, table 4)."""

    hours_of_day: int
    hours_of_eight: int
    eight_hour_means: int
    ozone_limit: float


class QualityControlConfig(Config):
    """All rules of `configs/quality_control.yaml`."""

    rules: tuple[Rules, ...]
    pm25_above_pm10: InversionRule
    time_zone_slip: SlipRule
    excluded: tuple[str, ...]
    validity: Validity

    def of(self, averaging: str) -> Rules:
        """The rules for `hour` or `day`."""
        return next(rules for rules in self.rules if rules.averaging == averaging)


@lru_cache(maxsize=1)
def quality_control_config() -> QualityControlConfig:
    """The rules that ship with the program."""
    return load_shipped(QualityControlConfig, "quality_control.yaml")


def quality_controlled(dataset: xr.Dataset, config: QualityControlConfig | None = None) -> xr.Dataset:
    """Set the flags of all rules; values stay as they are.

    Args:
        dataset: keeps `foundation.contracts.observations`.
        config: the rules; those shipped when None.

    Returns:
        The same values with more flags. Doing it twice changes nothing.
    """
    config = config or quality_control_config()
    rules = config.of(str(dataset.attrs["averaging"]))
    steps = regular_times(dataset["time"].values, rules.averaging)
    slip = slipped(dataset, config.time_zone_slip) if rules.averaging == "hour" else None
    inverted = _inverted(dataset, config.pm25_above_pm10)
    result = dataset.copy()
    for pollutant in pollutants_of(rules.averaging):
        flags = dataset[f"{pollutant}_flag"].values | _flags(
            dataset[pollutant].values, pollutant, rules, steps
        )
        if pollutant in ("pm25", "pm10"):
            flags = flags | _bit(inverted, "pm25_above_pm10")
        if slip is not None:
            flags = flags | _bit(slip & np.isfinite(dataset[pollutant].values), "time_zone_slip")
        result[f"{pollutant}_flag"] = dataset[f"{pollutant}_flag"].copy(data=flags.astype(FLAG_TYPE))
    return result


def usable(dataset: xr.Dataset, pollutant: str, config: QualityControlConfig | None = None) -> xr.DataArray:
    """Where a value may enter a mean: it is there and carries none of the excluding flags."""
    config = config or quality_control_config()
    return dataset[pollutant].notnull() & ~flagged(dataset, pollutant, *config.excluded)


def _bit(where: np.ndarray, name: str) -> np.ndarray:
    return where.astype(FLAG_TYPE) * FLAG_TYPE(FLAGS[name])


def _flags(values: np.ndarray, pollutant: str, rules: Rules, steps: RegularTimes) -> np.ndarray:
    unit = si_factor(POLLUTANTS[pollutant].display_unit, pollutant)
    spread = steps.spread(values)
    flags = _bit(np.isnan(spread), "missing") | _bit(_in_gap(spread, rules.gap_steps), "gap")
    flags |= _bit(spread > rules.largest[pollutant] * unit, "out_of_range")
    if pollutant in rules.stuck:
        flags |= _bit(_stuck(spread, rules.stuck[pollutant], unit), "stuck")
    if pollutant in rules.spike:
        flags |= _bit(_spike(spread, rules.spike[pollutant], unit), "spike")
    return np.asarray(flags[steps.index])


def _in_gap(values: np.ndarray, steps: int) -> np.ndarray:
    missing = np.isnan(values)
    starts = np.ones(missing.shape, dtype=bool)
    starts[1:] = ~(missing[1:] & missing[:-1])
    return np.asarray(missing & (run_lengths(starts) >= steps))


def _stuck(values: np.ndarray, rule: StuckRule, unit: float) -> np.ndarray:
    starts = np.ones(values.shape, dtype=bool)
    starts[1:] = values[1:] != values[:-1]
    return np.asarray((run_lengths(starts) >= rule.steps) & (values > rule.above * unit))


def _spike(values: np.ndarray, rule: SpikeRule, unit: float) -> np.ndarray:
    spike = np.zeros(values.shape, dtype=bool)
    # A missing neighbour gives NaN and no spike: the onset of dust after a gap is not one.
    neighbours = np.maximum(values[2:], values[:-2])
    middle = values[1:-1]
    spike[1:-1] = (middle > rule.factor * neighbours) & (middle - neighbours > rule.amount * unit)
    return spike


def _inverted(dataset: xr.Dataset, rule: InversionRule) -> np.ndarray:
    unit = si_factor(POLLUTANTS["pm25"].display_unit, "pm25")
    fine, coarse = dataset["pm25"].values, dataset["pm10"].values
    return np.asarray(fine > coarse * (1 + rule.share) + rule.amount * unit)
