"""Runs: particles released at places, carried forward or backward, and where they were at each hour."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch
import xarray as xr

from atmosphere.trajectories.configuration import TrajectoryConfig
from atmosphere.trajectories.engine import advance
from atmosphere.trajectories.interpolation import column_at, inside, sample
from atmosphere.trajectories.particles import END_REASONS, Particles
from atmosphere.trajectories.releases import start_heights, start_indices, start_second
from atmosphere.trajectories.results import Trajectories
from atmosphere.trajectories.schedule import Schedule, schedule
from atmosphere.trajectories.weather_nodes import WeatherNodes, weather_nodes
from foundation.errors import InputError

__all__ = ["Release", "run_trajectories"]

_TIMES_END = 3
_MOST_OUTPUTS = 20_000
"""More than two years by the hour: a slip of the hand, not a trajectory."""


@dataclass(frozen=True)
class Release:
    """Where and when particles start.

    Attributes:
        lon: degrees east, shape (particle,).
        lat: degrees north, shape (particle,).
        height_m: above ground, shape (particle,).
        time: UTC.
        first_number: number of the first particle; sets the random paths of releases apart.
    """

    lon: np.ndarray
    lat: np.ndarray
    height_m: np.ndarray
    time: np.datetime64
    first_number: int = 0


def run_trajectories(
    weather: xr.Dataset | WeatherNodes,
    release: Release,
    hours: float,
    config: TrajectoryConfig | None = None,
    output_s: float = 3600.0,
) -> Trajectories:
    """Carry particles with the wind.

    Args:
        weather: a data set that keeps `METEOROLOGY`, or one made ready by `weather_nodes`.
        release: where and when they start.
        hours: how long; negative goes back in time.
        config: how; the defaults of `TrajectoryConfig` if None.
        output_s: time between the places given, s.

    Returns:
        The places; a particle that leaves the weather's area, levels or times is truncated there.

    Raises:
        ContractError: when the weather breaks its contract.
        InputError: when a start lies outside the weather's area, times or levels, or the length
            is 0 or gives too many output times.
    """
    config = config or TrajectoryConfig()
    if not (math.isfinite(hours) and hours and math.isfinite(output_s) and output_s > 0):
        raise InputError(
            f"expected hours other than 0 and an output step above 0, got {hours:g} and {output_s:g}",
            where="trajectories", remedy="Negative hours go back in time",
        )  # fmt: skip
    if abs(hours) * 3600.0 / output_s > _MOST_OUTPUTS:
        raise InputError(
            f"expected at most {_MOST_OUTPUTS} output times, got {hours:g} h by {output_s:g} s",
            where="trajectories", remedy="Ask for fewer hours",
        )  # fmt: skip
    nodes = weather if isinstance(weather, WeatherNodes) else weather_nodes(weather, config)
    _check_fit(nodes, config)
    start_s = start_second(nodes, release.time)
    plan = schedule(nodes.seconds, start_s, hours, output_s, config.step_s, config.scheme)
    column, row = start_indices(nodes, release.lon, release.lat)
    height = start_heights(nodes, start_s, column, row, release.height_m)
    start = [_tensor(nodes, value) for value in (column, row, height)]
    particles = Particles.at(*start, first_number=release.first_number)
    places = np.full((5, len(plan.outputs_s), len(particles)), np.nan)
    places[:, 0] = _places(nodes, particles, start_s)
    for course, output in plan.stretches:
        advance(nodes, course, particles, config.turbulence)
        if output is not None:
            places[:, output] = _places(nodes, particles, plan.outputs_s[output])
    return _result(nodes, plan, particles, places)


def _check_fit(nodes: WeatherNodes, config: TrajectoryConfig) -> None:
    if nodes.coordinate != config.coordinate:
        asked = config.coordinate
        raise InputError(
            f"trajectories asked for in {asked}, the weather was made ready in {nodes.coordinate}"
        )


def _tensor(nodes: WeatherNodes, values: np.ndarray) -> torch.Tensor:
    return torch.tensor(values).to(device=nodes.motion.device, dtype=nodes.motion.dtype)


def _places(nodes: WeatherNodes, particles: Particles, second: float) -> np.ndarray:
    """Longitude, latitude, height, pressure in hPa, mixing height, shape (5, particle); NaN where ended."""
    interval, weight = nodes.interval(second)
    span = slice(interval, interval + 2)
    position = inside(particles.position(), nodes.grid, torch.zeros_like(particles.state))
    other = sample(nodes.companion[span], nodes.grid, weight, position, particles.level.to(torch.int64))
    mixing = np.full(len(particles), np.nan)
    if nodes.surface is not None:
        share = torch.tensor(weight, dtype=nodes.motion.dtype, device=nodes.motion.device)
        mixing = column_at(nodes.surface[span], nodes.grid, share, position)[:, 0].cpu().double().numpy()
    lon, lat = nodes.grid.places(*position[:, :2].T.cpu().double().numpy())
    vertical, companion = position[:, 2].cpu().double().numpy(), other.cpu().double().numpy()
    if nodes.coordinate == "height":
        height, pressure = vertical, np.exp(companion)
    else:
        height, pressure = companion, -vertical
    places = np.stack([lon, lat, height, pressure / 100.0, mixing])
    return np.where(particles.state.cpu().numpy() == 0, places, np.nan)


def _result(nodes: WeatherNodes, plan: Schedule, particles: Particles, places: np.ndarray) -> Trajectories:
    state = particles.state.cpu().numpy()
    ended = np.where((state == 0) & (plan.reached < len(plan.outputs_s)), _TIMES_END, state)
    ended_in = particles.last_step.cpu().numpy()
    limit = nodes.seconds[-1] if plan.outputs_s[-1] > plan.outputs_s[0] else nodes.seconds[0]
    seconds = np.full(len(state), limit if plan.reached < len(plan.outputs_s) else plan.outputs_s[-1])
    for index in np.flatnonzero(state > 0):
        seconds[index] = plan.second_of_step(int(ended_in[index]))
    return Trajectories(
        _instants(nodes, plan.outputs_s), places[0], places[1], places[2], places[3],
        tuple(END_REASONS[int(code)] for code in ended), _instants(nodes, seconds),
        None if nodes.surface is None else places[4],
    )  # fmt: skip


def _instants(nodes: WeatherNodes, seconds: np.ndarray) -> np.ndarray:
    return np.asarray(nodes.times[0] + np.round(seconds * 1e9).astype("timedelta64[ns]"))
