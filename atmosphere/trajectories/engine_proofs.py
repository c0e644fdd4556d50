"""Proofs of the engine: compiled and plain agree, and a particle's path depends on nothing but itself."""

from __future__ import annotations

import numpy as np
import torch

from atmosphere.trajectories import reference
from atmosphere.trajectories.configuration import TrajectoryConfig, TurbulenceConfig
from atmosphere.trajectories.engine import advance
from atmosphere.trajectories.idealised_flows import FlowSettings, flow_weather, travelling_waves
from atmosphere.trajectories.particles import Course, Particles
from atmosphere.trajectories.weather_nodes import WeatherNodes, weather_nodes

__all__ = ["backward", "engine_difference", "paths_that_depend_on_company", "released", "wavy_weather"]

_STEPS = 20


def wavy_weather(
    hours: int, step_deg: float, levels: int, turbulence: TurbulenceConfig | None, device: str = "cpu"
) -> WeatherNodes:
    """Travelling waves over the dust domain, 70-100 E, 34-50 N, hourly, with a daily mixing height."""

    def depth(lon: np.ndarray, lat: np.ndarray, seconds: float) -> np.ndarray:
        del lat
        return np.asarray(200.0 + 1300.0 * np.sin(np.pi * seconds / 86400.0) ** 2 + 0.0 * lon)

    settings = FlowSettings(
        np.arange(70.0, 100.0 + step_deg / 2, step_deg), np.arange(34.0, 50.0 + step_deg / 2, step_deg),
        np.geomspace(10.0, 15000.0, levels), np.arange(hours + 1.0), depth, 0.3, 20.0, "float32",
    )  # fmt: skip
    config = TrajectoryConfig(turbulence=turbulence)
    return weather_nodes(flow_weather(settings, travelling_waves), config, torch.float32, device)


def released(nodes: WeatherNodes, count: int, seed: int, first_number: int = 0) -> Particles:
    """Particles spread over the middle of the area, from 10 to 3000 m."""
    draw = np.random.default_rng(seed)
    spread = (
        draw.uniform(0.15, 0.9, count) * (nodes.grid.columns - 1),
        draw.uniform(0.1, 0.9, count) * (nodes.grid.rows - 1),
        draw.uniform(10.0, 3000.0, count),
    )
    places = [torch.tensor(value).to(nodes.motion) for value in spread]
    return Particles.at(*places, first_number=first_number)


def backward(nodes: WeatherNodes, hours: int, scheme: str = "midpoint") -> list[Course]:
    """Hourly courses backward from the last time, 180 s steps."""
    last = len(nodes.times) - 1
    return [
        Course(last - hour - 1, -180.0, 1.0, -0.05, _STEPS, hour * _STEPS, scheme) for hour in range(hours)
    ]


def engine_difference(scheme: str, turbulence: TurbulenceConfig | None, count: int = 2000) -> float:
    """Largest difference of compiled and plain places after four hours, as a share of the coordinate's range.

    With turbulence it is that of 999 particles in 1000: a difference in the last bit may turn a refusal.
    """
    nodes = wavy_weather(4, 1.0, 12, turbulence)
    ours, plain = released(nodes, count, 5), released(nodes, count, 5)
    for course in backward(nodes, 4, scheme):
        advance(nodes, course, ours, turbulence)
        reference.advance(nodes, course, plain, turbulence)
    scale = torch.tensor([nodes.grid.columns - 1.0, nodes.grid.rows - 1.0, 15000.0])
    apart = ((ours.position() - plain.position()) / scale).abs().amax(dim=1)
    return float(apart.quantile(0.999 if turbulence else 1.0))


def paths_that_depend_on_company(count: int = 4000) -> int:
    """How many turbulent paths differ when half of the particles run alone, on another number of threads."""
    turbulence = TurbulenceConfig(seed=11)
    nodes = wavy_weather(2, 1.0, 12, turbulence)
    together, half = released(nodes, count, 5), count // 2
    parts = (together.column[half:], together.row[half:], together.height[half:])
    alone = Particles.at(*parts, first_number=half)
    threads = torch.get_num_threads()
    try:
        for particles, workers in ((together, 2), (alone, 1)):
            torch.set_num_threads(workers)
            for course in backward(nodes, 2):
                advance(nodes, course, particles, turbulence)
    finally:
        torch.set_num_threads(threads)
    return int((together.position()[half:] != alone.position()).any(dim=1).sum())
