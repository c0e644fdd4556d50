"""Proofs of the turbulence: well-mixed air stays so, and mixing is as fast as its diffusivity says."""

from __future__ import annotations

import numpy as np
import torch

from atmosphere.trajectories.configuration import TrajectoryConfig, TurbulenceConfig
from atmosphere.trajectories.engine import engine_name
from atmosphere.trajectories.idealised_flows import FlowSettings, flow_weather, rotation_wind
from atmosphere.trajectories.runs import Release, run_trajectories
from atmosphere.trajectories.turbulence import MixingColumn, mixed_height, random_numbers
from atmosphere.trajectories.weather_nodes import WeatherNodes, weather_nodes
from foundation.constants import DRY_AIR_GAS_CONSTANT, GRAVITY

__all__ = ["LAYER_EDGES_M", "mean_rise_error", "mixed_weather", "spread_error", "well_mixed_deviation"]

LAYER_EDGES_M = (0.0, 10.0, 20.0, 40.0, 80.0, 150.0, 250.0, 400.0, 600.0, 900.0, 1200.0, 2000.0, 3000.0)
_SCALE_HEIGHT_M = DRY_AIR_GAS_CONSTANT * 280.0 / GRAVITY
_RELEASE_TOP_M = 4000.0
_VORTEX = (85.0, 42.0)


def mixed_weather(hours: float, config: TrajectoryConfig) -> WeatherNodes:
    """A vortex of two days under a mixing height that varies from 100 to 1900 m in space and time."""

    def depth(lon: np.ndarray, lat: np.ndarray, seconds: float) -> np.ndarray:
        wave = np.sin(np.deg2rad(40.0 * lon)) * np.cos(np.deg2rad(25.0 * lat))
        return np.asarray(1000.0 + 900.0 * wave * np.cos(2.0 * np.pi * seconds / 43200.0))

    settings = FlowSettings(
        np.arange(75.0, 95.01, 0.5), np.arange(36.0, 48.01, 0.5), np.array([10.0, 1000.0, 3000.0, 6000.0]),
        np.arange(0.0, hours + 1.0), depth, 0.4, 60.0, "float32",
    )  # fmt: skip
    return weather_nodes(flow_weather(settings, rotation_wind(172800.0, *_VORTEX)), config)


def well_mixed_deviation(hours: float, seed: int = 1) -> tuple[float, int]:
    """Release particles uniform in mass and count them by layers later.

    Args:
        hours: length; negative goes back in time.
        seed: of the start and of the turbulence.

    Returns:
        Largest difference of a layer's count from its share of air, in standard deviations of the sampling,
        and the number of particles.
    """
    config = TrajectoryConfig(turbulence=TurbulenceConfig(seed=seed))
    nodes = mixed_weather(abs(hours), config)
    count = 60000 if engine_name(nodes) == "compiled" else 6000
    draw = np.random.default_rng(seed)
    lon, lat = (middle + draw.uniform(-3.0, 3.0, count) for middle in _VORTEX)
    share = draw.random(count) * -np.expm1(-_RELEASE_TOP_M / _SCALE_HEIGHT_M)
    time = nodes.times[0] if hours > 0 else nodes.times[-1]
    release = Release(lon, lat, -_SCALE_HEIGHT_M * np.log1p(-share), time)
    result = run_trajectories(nodes, release, hours, config, output_s=3600.0 * abs(hours))
    found, _ = np.histogram(result.height_m[-1][result.valid[-1]], bins=LAYER_EDGES_M)
    mass = np.diff(-np.expm1(-np.array(LAYER_EDGES_M) / _SCALE_HEIGHT_M))
    expected = mass / -np.expm1(-_RELEASE_TOP_M / _SCALE_HEIGHT_M)
    noise = np.sqrt(count * expected * (1.0 - expected))
    return float(np.abs((found - count * expected) / noise).max()), count


def mean_rise_error(step_s: float, seconds: float = 3600.0) -> float:
    """Relative error of the mean height of particles let go at the ground under K = k u* z, which is k u* t.

    The closed form is that of the diffusion equation with linear diffusivity (Monin and Yaglom 1971,
    Statistical Fluid Mechanics 1, section 10.3).
    """
    speed = 0.12
    heights = _walk(_column(1e9, speed, 1e-9), 0.0, step_s, seconds)
    return float(heights.mean()) / (speed * seconds) - 1.0


def spread_error(step_s: float, seconds: float = 3600.0) -> float:
    """Relative error of the variance of height under a constant diffusivity aloft, which is 2 K t."""
    diffusivity = 5.0
    heights = _walk(_column(1.0, 0.0, diffusivity), 4000.0, step_s, seconds)
    return float(heights.var()) / (2.0 * diffusivity * seconds) - 1.0


def _column(top: float, speed: float, free: float) -> MixingColumn:
    tops, speeds = (torch.full((_WALKERS,), value, dtype=torch.float64) for value in (top, speed))
    nothing = torch.zeros_like(tops)
    return MixingColumn(tops, speeds, nothing, nothing, free=free, depth=1e-3)


_WALKERS = 40000


def _walk(air: MixingColumn, start_m: float, step_s: float, seconds: float) -> torch.Tensor:
    heights = torch.full((_WALKERS,), start_m, dtype=torch.float64)
    numbers = torch.arange(_WALKERS)
    for step in range(round(seconds / step_s)):
        normals, chance, _ = random_numbers(TurbulenceConfig(seed=7), numbers, step, torch.float64)
        heights = mixed_height(air, heights, step_s, normals, chance)
    return heights
