"""How long a network of the benchmark's shape takes to forecast 100 stations for a week; nothing is trained.

The weights are random: time does not depend on what they say.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from forecast.learned.building import new_network
from forecast.learned.configuration import NetworkConfig
from forecast.learned.forecaster import Forecaster
from forecast.learned.normalisation import fit_normalisation
from forecast.learned.panel import Panel
from forecast.learned.release_document import ReleaseDocument
from foundation.configuration import load_shipped
from foundation.pollutants import HOURLY
from foundation.times import iso_utc
from training.device import usable_device
from training.experiment import ExperimentConfig
from training.uci_beijing import WEATHER

STATIONS, HOURS, MEMBERS = 100, 168, 5
BOUND_S = 1.0
"""One forecast of all that, on one thread of a processor, s."""

REPEATS = 5

_SEED = 20170301
_WIDTH_DEGREES = 3.0


def measure(
    device: str = "cpu", progress: Callable[[str], None] = lambda _: None, repeats: int = REPEATS
) -> dict[str, Any]:
    """Time one forecast from one issue.

    Args:
        device: `cpu`, on one thread, or `cuda`.
        progress: called with the name of each step begun.
        repeats: forecasts timed, after a first one.

    Returns:
        A JSON document: `seconds` by the clock (median, windows included), `processor_seconds` (the same on
        an idle core), `first_seconds` (with the building of the networks), `bound_s`, `met` (by processor
        seconds on one core, by the clock on a GPU), and the sizes.

    Raises:
        ConfigurationError: when there is no such device.
    """
    import torch

    device = usable_device(device)
    progress("building")
    network = load_shipped(ExperimentConfig, "experiments/uci-beijing.yaml").network
    panel = _panel(network.windows.reach)
    forecaster = _forecaster(network, panel, device)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        progress("forecast")
        first, *others = (_timed(forecaster, panel) for _ in range(repeats + 1))
    finally:
        torch.set_num_threads(threads)
    seconds = statistics.median(wall for wall, _ in others)
    busy = statistics.median(processor for _, processor in others)
    return {
        "device": device if device == "cpu" else torch.cuda.get_device_name(), "threads": 1,
        "stations": STATIONS, "hours": HOURS, "pollutants": len(HOURLY), "members": MEMBERS,
        "quantiles": len(forecaster.network.levels), "parameters": _parameters(forecaster),
        "seconds": seconds, "processor_seconds": busy, "first_seconds": first[0], "bound_s": BOUND_S,
        "met": (busy if device == "cpu" else seconds) < BOUND_S,
    }  # fmt: skip


def _timed(forecaster: Forecaster, panel: Panel) -> tuple[float, float]:
    """Seconds by the clock, and seconds that the processor was busy with it, which others cannot lengthen."""
    begun, busy = time.perf_counter(), time.process_time()
    said = forecaster.forecast(panel, np.array([len(panel.times) - 1]), np.arange(1, HOURS + 1))
    seconds = time.perf_counter() - begun, time.process_time() - busy
    expected = (1, HOURS, STATIONS, len(HOURLY), len(said.levels))
    if said.quantiles.shape != expected or not np.isfinite(said.quantiles).all():
        raise RuntimeError(f"expected finite quantiles {expected}, got {said.quantiles.shape}")
    return seconds


def _panel(steps: int) -> Panel:
    """Made-up hours of stations over a land as wide as the basin, as long as a window reaches back."""
    random = np.random.default_rng(_SEED)
    times = np.datetime64("2017-01-01T00", "ns") + np.arange(steps) * np.timedelta64(1, "h")
    values = random.normal(4.0, 0.8, (steps, STATIONS, len(HOURLY)))
    return Panel(
        values, values, times, 24, HOURLY, tuple(f"S{number:03}" for number in range(STATIONS)),
        random.uniform(0, _WIDTH_DEGREES, (STATIONS, 2)) + np.array([86.0, 43.0]),
        random.normal(size=(steps, STATIONS, len(WEATHER))), WEATHER,
    )  # fmt: skip


def _forecaster(network: NetworkConfig, panel: Panel, device: str) -> Forecaster:
    """An untrained ensemble of the benchmark's shape."""
    scales = fit_normalisation(panel, np.arange(len(panel.times)))
    seeds = tuple(range(MEMBERS))
    members = [new_network(network, scales, seed).state_dict() for seed in seeds]
    document = ReleaseDocument(
        kind="hour", name="untrained", network=network, normalisation=scales.as_document(), pollutants=HOURLY,
        weather_names=WEATHER, training_stations=panel.stations, trained_from=iso_utc(panel.times[0]),
        trained_until=iso_utc(panel.times[-1]), seeds=seeds, versions={},
        created=iso_utc(panel.times[-1]), synthetic=True,
    )  # fmt: skip
    return Forecaster(document, [dict(member) for member in members], device)


def _parameters(forecaster: Forecaster) -> int:
    return sum(parameter.numel() for parameter in forecaster.members[0].parameters())
