"""Starts of trajectories, checked against the weather they are to move in."""

from __future__ import annotations

import numpy as np
import torch

from atmosphere.trajectories.interpolation import levels_around, sample
from atmosphere.trajectories.weather_nodes import WeatherNodes
from foundation.errors import InputError
from foundation.times import shown

__all__ = ["start_heights", "start_indices", "start_second"]

_RIM = 1e-6
"""Share of a cell by which rounding may put a place on the rim outside."""


def start_second(nodes: WeatherNodes, time: np.datetime64) -> float:
    """Seconds from the weather's first time to a start.

    Raises:
        InputError: when the start lies outside the weather's times.
    """
    start = time.astype("datetime64[ns]")
    if np.isnat(start) or not nodes.times[0] <= start <= nodes.times[-1]:
        raise InputError(
            f"start: expected {_utc(nodes.times[0])} to {_utc(nodes.times[-1])}, got {_utc(start)}",
            remedy="Give weather that covers it, or another start",
        )
    return float((start - nodes.times[0]) / np.timedelta64(1, "s"))


def start_indices(nodes: WeatherNodes, lon: np.ndarray, lat: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Column and row of starts.

    Raises:
        InputError: naming the first start outside the weather's area.
    """
    lon, lat = np.atleast_1d(np.asarray(lon, dtype=float)), np.atleast_1d(np.asarray(lat, dtype=float))
    column, row = nodes.grid.indices(lon, lat)
    if nodes.grid.round:
        column = column % (nodes.grid.columns - 1)
    last_column, last_row = nodes.grid.columns - 1, nodes.grid.rows - 1
    within = (column >= -_RIM) & (column <= last_column + _RIM) & (row >= -_RIM) & (row <= last_row + _RIM)
    if not within.all():
        first = int(np.argmin(within))
        corners = nodes.grid.places(np.array([0.0, last_column]), np.array([0.0, last_row]))
        span = " to ".join(f"{east:.2f}°E {north:.2f}°N" for east, north in zip(*corners, strict=True))
        raise InputError(
            f"start {lon.flat[first]:g}°E {lat.flat[first]:g}°N lies outside the weather's area ({span})",
            remedy="Give weather that covers it, or another start",
        )
    return np.clip(column, 0.0, last_column), np.clip(row, 0.0, last_row)


def start_heights(
    nodes: WeatherNodes, second: float, column: np.ndarray, row: np.ndarray, height_m: np.ndarray
) -> np.ndarray:
    """Vertical coordinate of starts.

    Raises:
        InputError: when a height is below the ground, above the highest level, or no number.
    """
    height = np.broadcast_to(np.asarray(height_m, dtype=float), column.shape)
    if not np.isfinite(height).all() or (height < 0.0).any():
        wrong = height[~(np.isfinite(height) & (height >= 0.0))][0]
        raise InputError(f"start height: expected 0 m above ground or more, got {wrong:g}")
    interval, weight = nodes.interval(second)
    by_height = _by_height(nodes, interval)
    position = torch.as_tensor(np.stack([column, row, height], axis=-1)).to(by_height)
    top = _top(by_height, nodes, weight, position)
    if (height > top).any():
        first = int(np.argmax(height > top))
        raise InputError(
            f"start height: expected at most {top[first]:.0f} m, the weather's highest level there, got "
            f"{height[first]:g}"
        )
    if nodes.coordinate == "height":
        return np.asarray(height)
    return np.asarray(sample(by_height, nodes.grid, weight, position).cpu().double().numpy())


def _by_height(nodes: WeatherNodes, interval: int) -> torch.Tensor:
    """Nodes of the pressure coordinate over height above ground; for `height` those of the companion."""
    companion = nodes.companion[interval : interval + 2]
    return companion if nodes.coordinate == "height" else companion.flip(-1)


def _top(by_height: torch.Tensor, nodes: WeatherNodes, weight: float, position: torch.Tensor) -> np.ndarray:
    levels = by_height.shape[3]
    high = position.clone()
    high[:, 2] = float("inf")
    start = torch.full((len(position),), levels - 2, dtype=torch.int64, device=position.device)
    share = torch.tensor(weight, dtype=by_height.dtype, device=by_height.device)
    _, above, _ = levels_around(by_height, nodes.grid, share, high, start)
    return np.asarray(above[:, 3].cpu().double().numpy())


def _utc(time: np.datetime64) -> str:
    return f"{shown(time)} (Beijing)" if not np.isnat(time) else "no time"
