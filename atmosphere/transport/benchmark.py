"""How fast the model is on this machine: tag-cells per second, its share of the copy bandwidth, its growth.

A tag-cell is one number of the state: the mixing ratio of one tag of one species in one cell. The state of
the benchmark has `tags` of them in each cell, shared among three species (a gas, what it turns into, and
particles that settle), so that every process works: advection, turbulence, settling, deposition, reactions,
scavenging and emission.
"""

from __future__ import annotations

import resource
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch

from atmosphere.transport.engines import engine_for
from atmosphere.transport.footprints import Receptor, footprints
from atmosphere.transport.model import Hour, TransportModel
from atmosphere.transport.proofs.tags import busy_hours
from foundation.errors import ConfigurationError

__all__ = ["SHAPE", "check_request", "measure"]

SHAPE = (12, 80, 140)
"""Layers, rows and columns."""

_COURANT = 0.12
"""Largest share of a cell's air that passes one face in a step: 10 to 15 m s-1 on cells of 0.1 degrees."""

_COPY_BYTES = 2**29
_ADJOINT_HOURS = 4


@dataclass(frozen=True)
class _Stage:
    """A state and the hours that drive it, on the device measured."""

    state: torch.Tensor
    hours: list[Hour]


def measure(
    device: str = "cpu", tags: int = 24, progress: Callable[[str], None] = lambda _text: None
) -> dict[str, Any]:
    """Measure steps of five minutes on synthetic air, forward and back.

    Args:
        device: `cpu` or `cuda`.
        tags: numbers in each cell: tags times species.
        progress: told what is measured next.

    Raises:
        ConfigurationError: for a device that is not there or an impossible number of tags.
    """
    check_request(device, tags)
    progress("steps")
    main = _stage(device, tags, SHAPE)
    times = _times(main, 15)
    step = min(times)
    progress("copy bandwidth")
    bandwidth = _copy_bandwidth(device)
    progress("growth with tags and cells")
    growth = _growth(device, step, main)
    progress("adjoint")
    ratio = _adjoint_seconds(main, tags) / step
    numbers = main.state.numel()
    return {
        "device": _device_name(device), "threads": torch.get_num_threads(),
        "engine": engine_for(main.state).name,
        "state": [tags, *SHAPE], "species": main.state.shape[-2], "sub_steps_xyz": _sub_steps(main),
        "dtype": "float32",
        "milliseconds_per_step": 1000 * step,
        "milliseconds_per_step_median": 1000 * statistics.median(times),
        "tag_cell_steps_per_second": numbers / step,
        "copy_bandwidth_bytes_per_second": bandwidth,
        "copy_bandwidth_share": 2 * numbers * main.state.element_size() / step / bandwidth,
        **growth, "adjoint_to_forward": ratio, "receptors_of_adjoint": tags,
        "peak_memory_bytes": _peak_memory(device),
    }  # fmt: skip


def check_request(device: str, tags: int) -> None:
    """Refuse what cannot be measured.

    Raises:
        ConfigurationError: for a device that is not there or an impossible number of tags.
    """
    if device == "cuda" and not torch.cuda.is_available():
        raise ConfigurationError("no CUDA device here", remedy="Use --device cpu")
    if device not in ("cpu", "cuda"):
        raise ConfigurationError(f"no device {device!r}", remedy="Use --device cpu or cuda")
    if tags < 1:
        raise ConfigurationError(f"tags: expected 1 or more, got {tags}", remedy="Try --tags 24")


def _stage(device: str, tags: int, shape: tuple[int, int, int]) -> _Stage:
    """So many numbers in each cell, of three species where they can be shared out, else of two or one."""
    species = next(number for number in (3, 2, 1) if tags % number == 0)
    state, hours = busy_hours(1, tags // species, torch.float32, (1, *shape), _COURANT, species)
    return _Stage(state.to(device), [hour.to(device) for hour in hours])


def _sub_steps(stage: _Stage) -> list[float]:
    """Mean number of sub-steps of the sweeps along x, y and z."""
    interval = TransportModel().prepare(stage.hours[0])
    return [float(parts.double().mean()) for parts in (interval.parts_x, interval.parts_y, interval.parts_z)]


def _seconds(stage: _Stage, repeats: int = 5) -> float:
    """Time of a step, s: the best of several runs, as other work on the machine can only slow it."""
    return min(_times(stage, repeats))


def _times(stage: _Stage, repeats: int) -> list[float]:
    """Times of a step, s, each the mean of an hour or more; the first run is not counted."""
    hours = stage.hours * (1 if stage.state.device.type == "cpu" else 20)
    model, times = TransportModel(), []
    intervals = [model.prepare(hour) for hour in hours]
    steps = sum(interval.steps for interval in intervals)
    engine, state = engine_for(stage.state), stage.state.clone()
    for _ in range(repeats + 1):
        _wait(stage.state.device)
        start = time.perf_counter()
        for hour, interval in zip(hours, intervals, strict=True):
            for number in range(interval.steps):
                state = engine.forward(state, interval, number, hour.outside, hour.emissions, number % 2 == 1)
        _wait(stage.state.device)
        times.append((time.perf_counter() - start) / steps)
    return times[1:]


def _growth(device: str, step: float, main: _Stage) -> dict[str, float]:
    """Cost per number of the state of 64 against 8 tags of each species, and of four times the cells."""
    few, many = (_stage(device, 3 * n, SHAPE) for n in (8, 64))
    layers, rows, columns = SHAPE
    wide = _stage(device, main.state.shape[-1] * main.state.shape[-2], (layers, 2 * rows, 2 * columns))
    return {
        "cost_ratio_64_to_8_tags": _seconds(many, 3) / _seconds(few, 3), "linear_ratio_64_to_8_tags": 8.0,
        "cost_ratio_4_to_1_cells": _seconds(wide, 3) / step, "linear_ratio_4_to_1_cells": 4.0,
    }  # fmt: skip


def _adjoint_seconds(stage: _Stage, receptors: int) -> float:
    """Time of a whole footprint run per step, s: one-tag run, its repetition from checkpoints, the way back.

    The adjoint carries as many numbers in each cell as the forward step: receptors times species.
    """
    species = stage.state.shape[-2]
    count, weights = receptors // species, torch.ones(species)
    layers, rows, columns = SHAPE
    places = [Receptor(0, 0, (7 * k) % rows, (11 * k) % columns, weights) for k in range(count)]
    hours = stage.hours * _ADJOINT_HOURS
    times, steps = [], TransportModel().prepare(stage.hours[0]).steps * len(hours)
    for _ in range(3):
        _wait(stage.state.device)
        start = time.perf_counter()
        footprints(stage.state, hours, places, TransportModel(), layers // 2)
        _wait(stage.state.device)
        times.append((time.perf_counter() - start) / steps)
    return min(times[1:])


def _copy_bandwidth(device: str) -> float:
    """Bytes read and written per second by a plain copy of half a gibibyte, the best of several."""
    source = torch.ones(_COPY_BYTES // 4, device=device)
    target = torch.empty_like(source)
    best = float("inf")
    for _ in range(6):
        _wait(source.device)
        start = time.perf_counter()
        target.copy_(source)
        _wait(source.device)
        best = min(best, time.perf_counter() - start)
    return 2 * _COPY_BYTES / best


def _wait(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize()


def _device_name(device: str) -> str:
    return torch.cuda.get_device_name() if device == "cuda" else "cpu"


def _peak_memory(device: str) -> int:
    if device == "cuda":
        return int(torch.cuda.max_memory_allocated())
    return 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
