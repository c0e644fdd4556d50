"""Which hours of a stack can be trusted, and what leaves it in them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from emissions_inventory.monitoring.configuration import POLLUTANTS, AlarmConfig
from emissions_inventory.monitoring.runs import Runs, runs_of
from emissions_inventory.monitoring.table import NORMAL, STOPPED, StackTable

__all__ = ["CHECKS", "frozen", "implausible", "mass_and_validity"]

_KG_PER_MG = 1e-6

CHECKS = {
    "negative": ("负值", "negative"),
    "high": ("超出量程", "beyond what the instrument or nature can give"),
    "jump": ("突变", "jump from the hour before"),
    "no_flow": ("流量为零而有排放", "no flow but emission"),
}
"""What is implausible about a value, in Chinese and English."""


def frozen(table: StackTable, config: AlarmConfig) -> Iterator[tuple[str, Runs]]:
    """Runs of one and the same number that is not 0, by quantity, while the plant runs.

    Args:
        table: hours of stacks.
        config: how many hours are suspicious.
    """
    running = table.status == NORMAL
    for quantity, least in config.frozen_hours.items():
        if quantity not in table.values:
            continue
        values = table.values[quantity]
        same = np.zeros(values.shape, bool)
        same[:, 1:] = (
            (values[:, 1:] == values[:, :-1]) & (values[:, 1:] != 0) & running[:, 1:] & running[:, :-1]
        )
        found = runs_of(same, least - 1)
        yield quantity, Runs(found.stack, found.first - 1, found.last)


def implausible(table: StackTable, config: AlarmConfig) -> Iterator[tuple[str, str, np.ndarray]]:
    """Quantity, check and hours (stack, hour) of values that cannot be, while the plant runs.

    Args:
        table: hours of stacks.
        config: highest values, jumps.
    """
    running = table.status == NORMAL
    for quantity, values in table.values.items():
        if quantity != "temperature":
            yield quantity, "negative", running & (values < 0)
        if quantity in config.highest:
            yield quantity, "high", running & (values > config.highest[quantity])
    for quantity, least in config.jump_least.items():
        if quantity in table.values:
            both = running.copy()
            both[:, 1:] &= running[:, :-1]
            yield quantity, "jump", both & _jumps(table.values[quantity], config.jump_factor, least)
    if "flow" in table.values:
        emitting = [table.value(name) > config.no_flow_concentration for name in POLLUTANTS]
        yield "flow", "no_flow", running & (table.values["flow"] == 0) & np.logical_or.reduce(emitting)


def _jumps(values: np.ndarray, factor: float, least: float) -> np.ndarray:
    """Values many times the one before them or a part of it, by much; a step that lasts counts once."""
    jump = np.zeros(values.shape, bool)
    before, after = values[:, :-1], values[:, 1:]
    low, high = np.fmin(before, after), np.fmax(before, after)
    jump[:, 1:] = (low >= 0) & (high > factor * low) & (high - low >= least)
    return np.asarray(jump & np.isfinite(values))


def mass_and_validity(table: StackTable, config: AlarmConfig) -> tuple[np.ndarray, np.ndarray]:
    """What leaves each stack, and in which hours it can be trusted.

    An hour is valid when the plant runs and concentration and flow are there, neither frozen nor implausible;
    or when the plant is stopped, which emits nothing.

    Args:
        table: hours of stacks.
        config: see `frozen` and `implausible`.

    Returns:
        Mass, kg in the hour, 0 where not valid, and validity, both (pollutant, stack, hour), as `POLLUTANTS`.
    """
    doubtful = {name: np.zeros(table.status.shape, bool) for name in (*POLLUTANTS, "flow")}
    for quantity, found in frozen(table, config):
        if quantity in doubtful:
            doubtful[quantity] |= found.covered(table.status.shape)
    for quantity, check, hours in implausible(table, config):
        if quantity in doubtful and check != "jump":
            doubtful[quantity] |= hours
    flow, stopped = table.value("flow"), table.status == STOPPED
    flowing = (table.status == NORMAL) & np.isfinite(flow) & ~doubtful["flow"]
    mass = np.zeros((len(POLLUTANTS), *table.status.shape))
    valid = np.zeros(mass.shape, bool)
    for place, name in enumerate(POLLUTANTS):
        concentration = table.value(name)
        good = flowing & np.isfinite(concentration) & ~doubtful[name]
        mass[place][good] = concentration[good] * flow[good] * _KG_PER_MG
        valid[place] = good | stopped if name in table.values else good
    return mass, valid
