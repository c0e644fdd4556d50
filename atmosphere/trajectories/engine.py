"""The engine: compiled where there is a compiler and the weather lies on the CPU in single precision."""

from __future__ import annotations

import ctypes
import logging
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path

import torch

from atmosphere import native
from atmosphere.trajectories import reference
from atmosphere.trajectories.configuration import TurbulenceConfig
from atmosphere.trajectories.integration import STAGES
from atmosphere.trajectories.particles import Course, Particles
from atmosphere.trajectories.weather_nodes import WeatherNodes
from foundation.errors import InputError

__all__ = ["advance", "engine_name"]

_SOURCE, _HEADER = Path(__file__).with_name("kernels.cpp"), Path(__file__).with_name("turbulence.h")
_LEAST_SHARE = 512
"""Particles below which another thread is not worth its start."""


_PARTICLE_FIELDS = ("column", "row", "height", "level", "state", "last_step")


class _Wind(ctypes.Structure):
    _fields_ = [
        *((name, ctypes.c_void_p) for name in ("before", "after", "surface_before", "surface_after")),
        *((name, ctypes.c_int32) for name in ("rows", "columns", "levels", "round")),
    ]


class _Course(ctypes.Structure):
    _fields_ = [
        *((name, ctypes.c_float) for name in ("step_s", "weight", "weight_step")),
        *((name, ctypes.c_int32) for name in ("steps", "first_step", "scheme")),
    ]


class _Turbulence(ctypes.Structure):
    _fields_ = [
        *((name, ctypes.c_float) for name in ("horizontal", "free", "free_depth")),
        *((name, ctypes.c_uint32) for name in ("seed", "first_particle")),
    ]


class _Particles(ctypes.Structure):
    _fields_ = [(name, ctypes.c_void_p) for name in _PARTICLE_FIELDS]


def engine_name(weather: WeatherNodes) -> str:
    """`compiled` or `pytorch`: what `advance` uses for this weather."""
    fits = weather.motion.dtype == torch.float32 and weather.motion.device.type == "cpu"
    return "compiled" if fits and _library() is not None else "pytorch"


def advance(
    weather: WeatherNodes, course: Course, particles: Particles, turbulence: TurbulenceConfig | None = None
) -> None:
    """Carry particles through a course; those that leave keep the place from which they left.

    Args:
        weather: nodes of the weather, with a surface where there is turbulence.
        course: steps within one interval of the weather.
        particles: changed in place; on the nodes' device and of their floating type.
        turbulence: None for the mean wind alone.

    Raises:
        InputError: when particles and weather differ in type or device, or turbulence lacks its surface.
    """
    if (particles.column.dtype, particles.column.device) != (weather.motion.dtype, weather.motion.device):
        raise InputError(
            f"particles: expected {weather.motion.dtype} on {weather.motion.device} as the weather, got "
            f"{particles.column.dtype} on {particles.column.device}"
        )
    if turbulence is not None and weather.surface is None:
        raise InputError("turbulence: the weather was made ready without it")
    if engine_name(weather) == "pytorch":
        reference.advance(weather, course, particles, turbulence)
    else:
        _advance_compiled(weather, course, particles, turbulence)


def _advance_compiled(
    weather: WeatherNodes, course: Course, particles: Particles, turbulence: TurbulenceConfig | None
) -> None:
    pointers = [getattr(particles, name).data_ptr() for name in _PARTICLE_FIELDS]
    arguments = (
        ctypes.byref(_wind(weather, course, turbulence is not None)), ctypes.byref(_course(course)),
        ctypes.byref(_turbulence(turbulence, particles)), ctypes.byref(_Particles(*pointers)),
    )  # fmt: skip
    kernel = getattr(_library(), "advance")  # noqa: B009 - of a library made at run time
    kernel.argtypes = [*[ctypes.c_void_p] * 4, ctypes.c_int64, ctypes.c_int64]
    kernel.restype = None
    threads = max(1, min(torch.get_num_threads(), len(particles) // _LEAST_SHARE))
    if threads == 1:
        kernel(*arguments, 0, len(particles))
        return
    parts = 4 * threads
    bounds = [len(particles) * part // parts for part in range(parts + 1)]
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(lambda part: kernel(*arguments, bounds[part], bounds[part + 1]), range(parts)))


def _wind(weather: WeatherNodes, course: Course, turbulent: bool) -> _Wind:
    _, rows, columns, levels, _ = weather.motion.shape
    ends = (course.interval, course.interval + 1)
    surface: list[int | None] = [None, None]
    if turbulent and weather.surface is not None:
        surface = [weather.surface[end].data_ptr() for end in ends]
    motion = [weather.motion[end].data_ptr() for end in ends]
    return _Wind(*motion, *surface, rows, columns, levels, weather.grid.round)


def _course(course: Course) -> _Course:
    return _Course(
        course.step_s, course.weight, course.weight_step, course.steps, course.first_step,
        STAGES[course.scheme],
    )  # fmt: skip


def _turbulence(config: TurbulenceConfig | None, particles: Particles) -> _Turbulence:
    if config is None:
        return _Turbulence()
    return _Turbulence(
        config.horizontal_diffusivity_m2_s, config.free_diffusivity_m2_s, config.free_depth_m, config.seed,
        particles.first_number,
    )  # fmt: skip


@lru_cache(maxsize=1)
def _library() -> ctypes.CDLL | None:
    found = native.library(_SOURCE, _HEADER)
    if found is None:
        logging.getLogger(__name__).warning("no C++ compiler: trajectories run in plain PyTorch, slower")
    return found
