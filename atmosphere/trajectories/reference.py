"""The engine in plain PyTorch, on any device: the arithmetic that the compiled engine repeats."""

from __future__ import annotations

import torch

from atmosphere.trajectories.configuration import TurbulenceConfig
from atmosphere.trajectories.integration import carry
from atmosphere.trajectories.interpolation import column_at, inside, levels_around
from atmosphere.trajectories.particles import Course, Particles
from atmosphere.trajectories.turbulence import MixingColumn, horizontal_shift, mixed_height, random_numbers
from atmosphere.trajectories.weather_nodes import WeatherNodes

__all__ = ["advance"]

_ABOVE = 2


def advance(
    weather: WeatherNodes, course: Course, particles: Particles, turbulence: TurbulenceConfig | None = None
) -> None:
    """Carry particles through a course; those that leave keep the place from which they left.

    Args:
        weather: nodes on the particles' device and of their floating type.
        course: steps within one interval of the weather.
        particles: changed in place.
        turbulence: None for the mean wind alone.
    """
    moving = torch.nonzero(particles.state == 0)[:, 0]
    if not len(moving):
        return
    interval = _Interval(weather, course, particles, moving)
    position = particles.position()[moving]
    for step in range(course.steps + 1):
        interval.step = step
        before = interval.state.clone()
        if step == course.steps:
            following, _ = interval.rate(position, 0.0)
        else:
            following = carry(interval.rate, position, course.step_s, course.scheme)
            if turbulence is not None:
                following = interval.stirred(following, turbulence, moving + particles.first_number)
        gone = interval.state > 0
        particles.last_step[moving[gone & (before == 0)]] = course.first_step + step
        position = torch.where(gone[:, None], position, following)
    particles.column[moving], particles.row[moving], particles.height[moving] = position.unbind(-1)
    particles.level[moving] = interval.level.to(torch.int32)
    particles.state[moving] = interval.state


class _Interval:
    """The velocity between two times of the weather, and what became of the particles in it."""

    def __init__(
        self, weather: WeatherNodes, course: Course, particles: Particles, moving: torch.Tensor
    ) -> None:
        self.grid, self.course, self.step = weather.grid, course, 0
        span = slice(course.interval, course.interval + 2)
        self.motion = weather.motion[span]
        self.surface = None if weather.surface is None else weather.surface[span]
        self.level = particles.level[moving].to(torch.int64)
        self.state = particles.state[moving].clone()

    def weight(self, share: float) -> torch.Tensor:
        """Place in the interval, in the nodes' floating type like the compiled engine's."""
        start, change = (
            torch.tensor(value, dtype=self.motion.dtype, device=self.motion.device)
            for value in (self.course.weight, self.course.weight_step)
        )
        return (start + self.step * change) + share * change

    def rate(self, position: torch.Tensor, share: float) -> tuple[torch.Tensor, torch.Tensor]:
        """Positions lifted to the ground, and rates; marks the particles that are outside."""
        position = inside(position, self.grid, self.state)
        below, above, self.level = levels_around(
            self.motion, self.grid, self.weight(share), position, self.level
        )
        height = torch.maximum(position[:, 2], below[:, 3])
        self.state[(self.state == 0) & ~(height <= above[:, 3])] = _ABOVE
        part = ((height - below[:, 3]) / (above[:, 3] - below[:, 3]))[:, None]
        rates = below[:, :3] + part * (above[:, :3] - below[:, :3])
        return torch.cat([position[:, :2], height[:, None]], dim=1), rates

    def stirred(
        self, position: torch.Tensor, config: TurbulenceConfig, numbers: torch.Tensor
    ) -> torch.Tensor:
        """Positions after the turbulent part of a step."""
        if self.surface is None:
            return position
        position = inside(position, self.grid, self.state)
        surface = column_at(self.surface, self.grid, self.weight(1.0), position)
        normals, chance, words = random_numbers(
            config, numbers, self.course.first_step + self.step, position.dtype
        )
        top, speed, damping, thinning = surface[:, :4].unbind(-1)
        column = MixingColumn(
            top, speed, damping, thinning, config.free_diffusivity_m2_s, config.free_depth_m
        )
        seconds = abs(self.course.step_s)
        height = mixed_height(column, position[:, 2].clamp_min(0.0), seconds, normals, chance)
        scale = (surface[:, 4], surface[:, 5])
        shift = horizontal_shift(words, scale, config.horizontal_diffusivity_m2_s, seconds)
        return torch.stack([position[:, 0] + shift[0], position[:, 1] + shift[1], height], dim=-1)
