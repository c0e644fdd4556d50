"""Puts rows of monitoring side by side: one row for each stack, one column for each hour."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from emissions_inventory.monitoring.configuration import MonitoringConfig
from emissions_inventory.monitoring.rows import Block
from emissions_inventory.monitoring.table import Problem, StackTable
from foundation.errors import InputError

__all__ = ["Gathered", "gather"]


@dataclass
class Gathered:
    """Good rows of all blocks, block by block.

    Attributes:
        rows: row of the file, (row,).
        stacks: place of the stack in `known`, (row,).
        hours: beginning of the hour, UTC, hours since 1970, (row,).
        status: (row,).
        numbers: by quantity, (row,).
        known: names of enterprise and class of limits, by the stack's id.
    """

    rows: list[np.ndarray]
    stacks: list[np.ndarray]
    hours: list[np.ndarray]
    status: list[np.ndarray]
    numbers: list[dict[str, np.ndarray]]
    known: dict[str, tuple[str, str]]

    def add(
        self, block: Block, good: np.ndarray, rows: np.ndarray, hours: np.ndarray, status: np.ndarray
    ) -> None:
        """Take the good rows of a block."""
        if not good.any():
            return
        permit, outlet = (block.text[name].cat for name in ("permit", "outlet"))
        width = len(outlet.categories)
        pair = permit.codes.to_numpy()[good].astype(np.int64) * width + outlet.codes.to_numpy()[good]
        unique, first, inverse = np.unique(pair, return_index=True, return_inverse=True)
        idents = [
            f"{str(permit.categories[one // width]).strip()}#{str(outlet.categories[one % width]).strip()}"
            for one in unique
        ]
        for ident, row in zip(idents, np.flatnonzero(good)[first], strict=True):
            self.known.setdefault(ident, (_cell(block, "enterprise", row), _cell(block, "limit_class", row)))
        index = {ident: place for place, ident in enumerate(self.known)}
        codes = np.array([index[ident] for ident in idents], dtype=np.int64)
        self.rows.append(rows[good])
        self.stacks.append(codes[inverse])
        self.hours.append(hours[good])
        self.status.append(status[good].astype(np.int8))
        self.numbers.append({name: values[good] for name, values in block.numbers.items()})


def _cell(block: Block, name: str, row: int) -> str:
    if name not in block.text:
        return ""
    value = block.text[name].iloc[row]
    return value.strip() if isinstance(value, str) else ""


def gather(
    gathered: Gathered, bounds: tuple[np.datetime64, int] | None, config: MonitoringConfig, where: str
) -> tuple[StackTable, int, int, list[Problem]]:
    """Lay good rows side by side.

    Args:
        gathered: good rows.
        bounds: first hour and number of hours wanted; by default all that occur.
        config: how much may be held in memory.
        where: the file.

    Returns:
        The table; the number of rows outside the bounds; of rows that repeat another word for word; rows that
        contradict an earlier one.

    Raises:
        InputError: when no row is left, or the table would be too large.
    """
    rows, stacks, hours, status = (
        np.concatenate(part) for part in (gathered.rows, gathered.stacks, gathered.hours, gathered.status)
    )
    numbers = {
        name: np.concatenate([block[name] for block in gathered.numbers]) for name in gathered.numbers[0]
    }
    if bounds is None:
        first, length = int(hours.min()), int(hours.max() - hours.min()) + 1
    else:
        first, length = int(bounds[0].astype("datetime64[h]").astype(np.int64)), bounds[1]
    inside = (hours >= first) & (hours < first + length)
    shape = (len(gathered.known), length)
    if not inside.any():
        raise InputError(
            "no row of that month",
            where=where,
            remedy="Give the file of that month, or the month of the file with --month",
        )
    if shape[0] * shape[1] > config.amounts.largest_hours:
        raise InputError(f"{shape[0]} stacks over {shape[1]} hours are too much at once", where=where,
                         remedy="Name a month with --month, or divide the file")  # fmt: skip
    outside = int((~inside).sum())
    rows, status, key = rows[inside], status[inside], (stacks * length + hours - first)[inside]
    numbers = {name: values[inside] for name, values in numbers.items()}
    kept, repeated, double = _once(key, rows, status, numbers)
    table = _laid_out(shape, (key[kept], status[kept], {n: v[kept] for n, v in numbers.items()}))
    start = np.datetime64(first, "h").astype("datetime64[ns]")
    ids = np.array(list(gathered.known))
    names, classes = (np.array([pair[place] for pair in gathered.known.values()]) for place in (0, 1))
    return StackTable(ids, names, classes, start, *table), outside, repeated, double


def _once(
    key: np.ndarray, rows: np.ndarray, status: np.ndarray, numbers: dict[str, np.ndarray]
) -> tuple[np.ndarray, int, list[Problem]]:
    """Rows that come first of their stack and hour; how many repeat one; those that contradict one."""
    _, first, inverse = np.unique(key, return_index=True, return_inverse=True)
    kept = np.zeros(len(key), bool)
    kept[first] = True
    later = np.flatnonzero(~kept)
    same = status[later] == status[first[inverse[later]]]
    for values in numbers.values():
        one, other = values[later], values[first[inverse[later]]]
        same &= (one == other) | (np.isnan(one) & np.isnan(other))
    double = [
        Problem(
            int(rows[place]),
            "-",
            f"another value for the stack and hour of row {int(rows[first[inverse[place]]])}",
        )
        for place in later[~same]
    ]
    return kept, int(same.sum()), double


def _laid_out(
    shape: tuple[int, int], good: tuple[np.ndarray, np.ndarray, dict[str, np.ndarray]]
) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Values and status, (stack, hour)."""
    key, status, numbers = good
    states = np.zeros(shape, np.int8)
    states.ravel()[key] = status
    values = {}
    for name, column in numbers.items():
        values[name] = np.full(shape, np.nan)
        values[name].ravel()[key] = column
    return values, states
