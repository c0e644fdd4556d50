"""Weather made ready for particles: nodes that hold all a particle needs side by side in memory."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
import xarray as xr

from atmosphere.trajectories.columns import Columns, read_columns
from atmosphere.trajectories.configuration import TrajectoryConfig
from atmosphere.trajectories.horizontal_grid import HorizontalGrid, without_poles
from atmosphere.trajectories.turbulent_columns import turbulent_columns
from foundation.atmospheric_contracts import METEOROLOGY
from foundation.errors import InputError

__all__ = ["WeatherNodes", "weather_nodes"]


@dataclass(frozen=True)
class WeatherNodes:
    """Weather as the engine reads it.

    Attributes:
        times: UTC, shape (time,).
        grid: where the nodes are.
        coordinate: `height` (vertical coordinate in m above ground) or `pressure` (minus the pressure, Pa).
        motion: rates of column, row and vertical coordinate per second, and the vertical coordinate itself;
            shape (time, row, column, level, 4), the ground first.
        companion: logarithm of the pressure in Pa (`height`) or height above ground in m (`pressure`), on
            the same nodes, shape (time, row, column, level, 4) with the value first and the vertical
            coordinate last.
        surface: of `turbulent_columns`, shape (time, row, column, 8); None without turbulence.
    """

    times: np.ndarray
    grid: HorizontalGrid
    coordinate: str
    motion: torch.Tensor
    companion: torch.Tensor
    surface: torch.Tensor | None

    @property
    def seconds(self) -> np.ndarray:
        """Seconds since the first time, shape (time,)."""
        return np.asarray((self.times - self.times[0]) / np.timedelta64(1, "s"))

    def interval(self, second: float) -> tuple[int, float]:
        """Index of the earlier of the two times around a moment, and its place between them, 0 to 1."""
        seconds = self.seconds
        index = int(np.clip(np.searchsorted(seconds, second, side="right") - 1, 0, len(seconds) - 2))
        return index, float((second - seconds[index]) / (seconds[index + 1] - seconds[index]))


def weather_nodes(
    weather: xr.Dataset,
    config: TrajectoryConfig,
    dtype: torch.dtype = torch.float32,
    device: str = "cpu",
    where: str = "weather",
) -> WeatherNodes:
    """Make weather ready.

    Args:
        weather: keeps the contract `METEOROLOGY`, with two times or more.
        config: coordinate, vertical motion and turbulence.
        dtype: of the nodes; the compiled engine takes float32.
        device: where the nodes lie; the compiled engine takes `cpu`.
        where: named in errors, such as the file.

    Raises:
        ContractError: when the weather breaks its contract (missing values, disordered times, units).
        InputError: when it has less than two times, or lacks what the configuration needs.
    """
    METEOROLOGY.check(weather, where)
    if weather.sizes["time"] < 2:
        raise InputError(f"expected two times or more, got {weather.sizes['time']}", where=where)
    if config.turbulence and config.coordinate != "height":
        raise InputError(
            "turbulence needs coordinate 'height'", where=where, remedy="Choose it, or no turbulence"
        )
    weather = without_poles(weather)
    grid = HorizontalGrid.of(weather)
    rates = grid.index_rates()[..., : weather.sizes["x"]]
    columns = read_columns(weather, config.coordinate, config.vertical_motion, rates)
    surface = turbulent_columns(weather, config.turbulence, rates) if config.turbulence else None
    return WeatherNodes(
        weather["time"].values.astype("datetime64[ns]"), grid, config.coordinate,
        _tensor(_motion(columns, rates), grid, dtype, device),
        _tensor(_companion(columns), grid, dtype, device),
        None if surface is None else _tensor(surface, grid, dtype, device),
    )  # fmt: skip


def _motion(columns: Columns, rates: np.ndarray) -> np.ndarray:
    time, level, row, column = columns.east.shape
    nodes = np.empty((time, row, column, level, 4), dtype=columns.east.dtype)
    for place in range(2):
        index = rates[place, 0] * columns.east + rates[place, 1] * columns.north
        nodes[..., place] = np.moveaxis(index, 1, -1)
    nodes[..., 2] = np.moveaxis(columns.rise, 1, -1)
    nodes[..., 3] = np.moveaxis(columns.coordinate, 1, -1)
    return nodes


def _companion(columns: Columns) -> np.ndarray:
    nodes = np.zeros((*np.moveaxis(columns.companion, 1, -1).shape, 4), dtype=columns.companion.dtype)
    nodes[..., 0] = np.moveaxis(columns.companion, 1, -1)
    nodes[..., 3] = np.moveaxis(columns.coordinate, 1, -1)
    return nodes


def _tensor(nodes: np.ndarray, grid: HorizontalGrid, dtype: torch.dtype, device: str) -> torch.Tensor:
    if grid.round:
        nodes = np.concatenate([nodes, nodes[:, :, :1]], axis=2)
    if not np.isfinite(nodes).all():
        raise InputError("weather: values that are no numbers after preparation", remedy="Check the weather")
    return torch.as_tensor(np.ascontiguousarray(nodes)).to(device=device, dtype=dtype)
