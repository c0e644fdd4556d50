"""How fast particles move: particle-steps a second, with and without turbulence."""

from __future__ import annotations

import time
from typing import Any

import torch

from atmosphere.trajectories.configuration import TurbulenceConfig
from atmosphere.trajectories.engine import advance, engine_name
from atmosphere.trajectories.engine_proofs import backward, released, wavy_weather
from atmosphere.trajectories.weather_nodes import WeatherNodes
from foundation.errors import InputError

__all__ = ["measure"]

_HOURS, _STEPS_AN_HOUR = 24, 20
_PLAIN_SHARE = 50
"""Without a compiler a fiftieth of the particles is timed."""


def measure(
    particles: int = 100_000, threads: int = 1, repeats: int = 3, device: str = "cpu"
) -> dict[str, Any]:
    """Time particles backward for 24 h in 180 s midpoint steps.

    The weather is hourly on 0.25°, 70-100 E, 34-50 N, 26 levels and the ground, in travelling waves.

    Args:
        particles: how many.
        threads: how many threads.
        repeats: how often; the best counts, as other work on the machine can only slow it.
        device: `cpu`, or `cuda` for plain PyTorch on a GPU.

    Returns:
        Particle-steps per second of wall clock, without and with turbulence, the same per second of processor
        time, what was run, and the share of particles still inside at the end. Only steps that were done
        count: none of a particle that has left.

    Raises:
        InputError: when the device is not there.
    """
    if device != "cpu" and not torch.cuda.is_available():
        raise InputError(f"device {device!r}: PyTorch finds no GPU", remedy="Choose cpu")
    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    try:
        nodes = wavy_weather(_HOURS, 0.25, 26, TurbulenceConfig(), device)
        slow = device == "cpu" and engine_name(nodes) != "compiled"
        count = max(1, particles // _PLAIN_SHARE) if slow else particles
        runs = {
            kind: min(_timed(nodes, count, turbulence) for _ in range(repeats))
            for kind, turbulence in (("advection", None), ("turbulent", TurbulenceConfig()))
        }
    finally:
        torch.set_num_threads(before)
    return {
        **{f"{kind}_particle_steps_per_second": 1.0 / run[0] for kind, run in runs.items()},
        **{f"{kind}_particle_steps_per_processor_second": 1.0 / run[1] for kind, run in runs.items()},
        **{f"{kind}_share_inside_at_the_end": run[2] for kind, run in runs.items()},
        "particles": count, "steps": _HOURS * _STEPS_AN_HOUR, "step_s": 180.0, "hours": -_HOURS,
        "scheme": "midpoint", "levels": nodes.motion.shape[3], "columns": nodes.grid.columns,
        "rows": nodes.grid.rows,
        "threads": threads, "repeats": repeats, "engine": engine_name(nodes), "device": device,
    }  # fmt: skip


def _timed(
    nodes: WeatherNodes, count: int, turbulence: TurbulenceConfig | None
) -> tuple[float, float, float]:
    """Wall clock and processor time of a particle-step, s, and the share of particles inside at the end."""
    moved = released(nodes, count, 1)
    wall, processor = time.perf_counter(), time.process_time()
    for course in backward(nodes, _HOURS):
        advance(nodes, course, moved, turbulence)
    if moved.state.is_cuda:
        torch.cuda.synchronize()
    wall, processor = time.perf_counter() - wall, time.process_time() - processor
    inside = moved.state == 0
    done = torch.where(inside, _HOURS * _STEPS_AN_HOUR, moved.last_step.long()).sum().item()
    return wall / done, processor / done, float(inside.double().mean())
