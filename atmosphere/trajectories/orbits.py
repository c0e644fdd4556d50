"""Proofs of the schemes: orbits that close, orders of convergence, there and back again."""

from __future__ import annotations

import numpy as np
import torch

from atmosphere.trajectories.configuration import TrajectoryConfig
from atmosphere.trajectories.hysplit import distance_m
from atmosphere.trajectories.idealised_flows import (
    FlowSettings,
    flow_weather,
    rotation_wind,
    travelling_waves,
)
from atmosphere.trajectories.integration import Rate, carry
from atmosphere.trajectories.runs import Release, run_trajectories
from atmosphere.trajectories.weather_nodes import weather_nodes
from foundation.constants import EARTH_RADIUS

__all__ = ["closure_on_the_sphere", "gridded_closure", "order_of_convergence", "return_error"]

_DAY_S = 86400.0
_POLE = (85.0, 42.0)
_START = (91.0, 43.0)
"""Degrees; the orbit around the pole stays within 70 to 100 E, 34 to 50 N."""

_HEIGHTS_M = np.array([10.0, 200.0, 500.0, 1000.0, 2000.0, 4000.0, 8000.0, 14000.0])


def closure_on_the_sphere(scheme: str, steps: int) -> float:
    """Distance from the start after a turn of solid-body rotation in double precision, m.

    Args:
        scheme: `midpoint` or `runge_kutta_4`.
        steps: of the turn of one day.
    """
    rate = _rotation()
    position = torch.tensor([[*_START]], dtype=torch.float64)
    for _ in range(steps):
        position = carry(rate, position, _DAY_S / steps, scheme)
    lon, lat = position[0].tolist()
    return float(distance_m(np.array(lon), np.array(lat), np.array(_START[0]), np.array(_START[1])))


def order_of_convergence(scheme: str) -> float:
    """Order measured from halving the step, base-2 logarithm of the ratio of errors."""
    return float(np.log2(closure_on_the_sphere(scheme, 96) / closure_on_the_sphere(scheme, 192)))


def gridded_closure(step_deg: float) -> float:
    """Distance from the start after a turn in rotating weather on a grid, as a share of the orbit."""
    settings = FlowSettings(
        np.arange(70.0, 100.0 + step_deg / 2, step_deg), np.arange(34.0, 50.0 + step_deg / 2, step_deg),
        _HEIGHTS_M, np.array([0.0, 24.0]),
    )  # fmt: skip
    config = TrajectoryConfig(scheme="runge_kutta_4")
    nodes = weather_nodes(flow_weather(settings, rotation_wind(_DAY_S, *_POLE)), config, torch.float64)
    release = Release(np.array([_START[0]]), np.array([_START[1]]), np.array([500.0]), nodes.times[0])
    result = run_trajectories(nodes, release, 24.0, config)
    end = distance_m(result.lon[-1], result.lat[-1], result.lon[0], result.lat[0])
    radius = distance_m(*(np.array([value]) for value in (*_POLE, *_START))) / EARTH_RADIUS
    return float((end / (2.0 * np.pi * EARTH_RADIUS * np.sin(radius)))[0])


def return_error(hours: float, particles: int) -> float:
    """Worst distance from the start after going forward and back through waves, as a share of the way."""
    settings = FlowSettings(
        np.arange(70.0, 100.01, 0.5), np.arange(34.0, 50.01, 0.5),
        _HEIGHTS_M, np.arange(0.0, hours + 1.0),
    )  # fmt: skip
    config = TrajectoryConfig()
    nodes = weather_nodes(flow_weather(settings, travelling_waves), config, torch.float64)
    draw = np.random.default_rng(3)
    start = Release(
        draw.uniform(76.0, 84.0, particles), draw.uniform(39.0, 45.0, particles),
        draw.uniform(100.0, 3000.0, particles), nodes.times[0],
    )  # fmt: skip
    there = run_trajectories(nodes, start, hours, config)
    turned = Release(there.lon[-1], there.lat[-1], there.height_m[-1], there.times[-1])
    back = run_trajectories(nodes, turned, -hours, config)
    way = distance_m(there.lon[:-1], there.lat[:-1], there.lon[1:], there.lat[1:]).sum(axis=0)
    return float((distance_m(back.lon[-1], back.lat[-1], start.lon, start.lat) / way).max())


def _rotation() -> Rate:
    wind = rotation_wind(_DAY_S, *_POLE)

    def rate(position: torch.Tensor, share: float) -> tuple[torch.Tensor, torch.Tensor]:
        del share
        lon, lat = position.T.numpy()
        east, north, _ = wind(lon, lat, np.zeros_like(lon), 0.0)
        turn = np.rad2deg(np.stack([east / np.cos(np.deg2rad(lat)), north], axis=-1) / EARTH_RADIUS)
        return position, torch.as_tensor(turn)

    return rate
