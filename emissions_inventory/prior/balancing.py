"""Fitting a table to the sums of its rows and columns."""

from __future__ import annotations

import numpy as np

from foundation.errors import InputError

__all__ = ["balanced"]

_CLOSE = 1e-13
_MOST = 10000


def balanced(seed: np.ndarray, rows: np.ndarray, columns: np.ndarray, where: str = "") -> np.ndarray:
    """The table nearest to a seed (in information) that has given sums: iterative proportional fitting.

    Deming and Stephan 1940, doi:10.1214/aoms/1177731829. What is 0 in the seed stays 0.

    Args:
        seed: 0 or more, (row, column).
        rows: sum of each row, (row,).
        columns: sum of each column, (column,); both add up to the same.
        where: what the table is, for the message.

    Raises:
        InputError: when no such table is found.
    """
    table = np.array(seed, float)
    total = max(float(rows.sum()), 1e-300)
    if not np.isclose(rows.sum(), columns.sum(), rtol=1e-9) or (columns < 0).any() or (rows < 0).any():
        raise InputError(f"sums of {rows.sum():g} and {columns.sum():g} cannot both be met", where=where,
                         remedy="Correct totals_kt or balance in configs/inventory/prior.yaml")  # fmt: skip
    for _ in range(_MOST):
        table *= _ratio(columns, table.sum(0))[None, :]
        table *= _ratio(rows, table.sum(1))[:, None]
        if np.abs(table.sum(0) - columns).max() <= _CLOSE * total:
            return table
    raise InputError("no table has these sums of sectors and regions", where=where,
                     remedy="Correct remainder or balance in configs/inventory/prior.yaml")  # fmt: skip


def _ratio(wanted: np.ndarray, held: np.ndarray) -> np.ndarray:
    return np.asarray(np.divide(wanted, held, out=np.zeros_like(wanted, dtype=float), where=held > 0))
