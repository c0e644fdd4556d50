"""Proof in three dimensions: air over a basin between mountains stays well mixed in wind and turbulence."""

from __future__ import annotations

import numpy as np
import xarray as xr

from atmosphere.meteorology.idealised.weather import idealised_winter_weather
from atmosphere.trajectories.columns import air_density
from atmosphere.trajectories.configuration import TrajectoryConfig, TurbulenceConfig
from atmosphere.trajectories.engine import engine_name
from atmosphere.trajectories.runs import Release, run_trajectories
from atmosphere.trajectories.weather_nodes import weather_nodes
from foundation.grids import Grid, GridConfig

__all__ = ["basin_deviation"]

_GRID = GridConfig(
    name="basin", west=79.0, east=96.0, south=41.0, north=49.0, step_deg=0.25,
    layer_tops_m=(20, 60, 120, 200, 320, 480, 700, 1000, 1400, 2000, 3000, 5000),
)  # fmt: skip
_START = np.datetime64("2016-01-10T03:00", "ns")
_WITHIN = (84.0, 92.0, 43.5, 46.5)
"""West, east, south, north of where particles are counted: far from the rim, beyond which there is none."""


def basin_deviation(hours: int = 4, seed: int = 1) -> tuple[float, int]:
    """Fill the air of the idealised winter with particles by mass, and count them by layers later.

    Args:
        hours: length of the run.
        seed: of the start and of the turbulence.

    Returns:
        Largest difference of a layer's count, up to 3 km, from its share of air, in standard deviations of
        the sampling, and the number of particles.
    """
    grid, config = _GRID.grid(), TrajectoryConfig(turbulence=TurbulenceConfig(seed=seed))
    times = _START + np.arange(hours + 1) * np.timedelta64(1, "h")
    weather = idealised_winter_weather(grid, times, [])
    nodes = weather_nodes(weather, config)
    count = 200_000 if engine_name(nodes) == "compiled" else 5000
    before, after = (_air(weather.isel(time=[moment]), grid) for moment in (0, -1))
    start, drawn = _filled(before, grid, np.random.default_rng(seed), count)
    found = run_trajectories(nodes, start, float(hours), config, output_s=3600.0 * hours)
    west, east, south, north = _WITHIN
    columns, rows = (grid.lon > west) & (grid.lon < east), (grid.lat > south) & (grid.lat < north)
    expected = drawn * after[:, rows][:, :, columns].sum(axis=(1, 2))[:-1] / before.sum()
    lon, lat, height = (values[-1][found.valid[-1]] for values in (found.lon, found.lat, found.height_m))
    inside = (lon > west) & (lon < east) & (lat > south) & (lat < north)
    counted = np.histogram(height[inside], bins=grid.layer_edges_m)[0][:-1]
    return float(np.abs((counted - expected) / np.sqrt(expected)).max()), drawn


def _air(weather: xr.Dataset, grid: Grid) -> np.ndarray:
    """Mass of air in each cell, kg, shape (z, y, x)."""
    return np.asarray(air_density(weather)[0] * grid.layer_thickness_m[:, None, None] * grid.cell_area_m2)


def _filled(mass: np.ndarray, grid: Grid, draw: np.random.Generator, count: int) -> tuple[Release, int]:
    """Particles spread like the air, and how many were drawn; without those beyond the outer nodes."""
    cell = draw.choice(mass.size, count, p=(mass / mass.sum()).ravel())
    layer, row, column = np.unravel_index(cell, mass.shape)
    places = [
        edges[place] + draw.random(count) * np.diff(edges)[place]
        for edges, place in (
            (grid.lon_edges, column), (grid.lat_edges, row), (grid.layer_edges_m, layer),
        )
    ]  # fmt: skip
    centres = (grid.lon, grid.lat, np.append(0.0, grid.layer_height_m))
    pairs = zip(places, centres, strict=True)
    within = np.logical_and.reduce([(place >= axis[0]) & (place <= axis[-1]) for place, axis in pairs])
    lon, lat, height = (place[within] for place in places)
    return Release(lon, lat, height, _START), count
