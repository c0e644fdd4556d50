"""A small record with a daily wave, spells, and a plume that passes from station to station."""

from __future__ import annotations

import numpy as np

from forecast.learned.configuration import NetworkConfig, WindowsConfig
from forecast.learned.panel import Panel, PerfectAhead
from training.configuration import FitConfig, Recipe
from training.experiment import DataConfig, ExperimentConfig
from training.gaps import GapsConfig

WINDOWS = WindowsConfig(
    steps_per_day=24, fine=8, block=4, blocks=2, memory=48, ahead_means=(3, 6), horizon=24
)
SHAPE = NetworkConfig(
    windows=WINDOWS,
    width=16,
    heads=2,
    rounds=1,
    lead_width=16,
    dropout=0.1,
    until=(6,),
    concentrations_until=6,
)


def panel(steps: int = 900, stations: int = 4, seed: int = 0, *, ahead: bool = False) -> Panel:
    random = np.random.default_rng(seed)
    wind = np.cumsum(random.normal(0, 0.3, steps)) % 6 - 3
    level = np.zeros((steps, stations))
    for step in range(1, steps):
        upwind = np.roll(level[step - 1], 1)
        level[step] = 0.75 * level[step - 1] + 0.2 * upwind + random.normal(0, 0.25, stations)
        level[step] -= 0.1 * wind[step]
    hours = np.arange(steps)
    daily = 0.3 * np.sin(2 * np.pi * hours / 24)[:, None]
    logarithm = 3.5 + level + daily
    values = np.stack([logarithm, 0.8 * logarithm + 1 + random.normal(0, 0.1, logarithm.shape)], axis=-1)
    values[random.random(values.shape) < 0.02] = np.nan
    weather = np.repeat(np.stack([wind, np.abs(wind)], axis=-1)[:, None], stations, axis=1)
    times = np.datetime64("2020-01-01T00", "ns") + hours * np.timedelta64(1, "h")
    positions = np.stack([86 + 0.3 * np.arange(stations), 43.5 + 0.1 * np.arange(stations)], axis=1)
    names = ("wind", "speed")
    return Panel(
        values, values, times, 24, ("pm25", "pm10"), tuple(f"s{n}" for n in range(stations)), positions,
        weather, names, PerfectAhead(weather, names) if ahead else None,
    )  # fmt: skip


def recipe(epochs: int | tuple[int, ...] = 2, seeds: tuple[int, ...] = (0,)) -> Recipe:
    gaps = GapsConfig(silent=0.1, all_silent=0.05, weather=0.1, mean_hours=24)
    fit = FitConfig(epochs=epochs, batch=16, leads_drawn=4, gaps=gaps, validation_stride=4)
    return Recipe(network=SHAPE, fit=fit, seeds=seeds)


def experiment(epochs: int = 2, seeds: tuple[int, ...] = (0, 1)) -> ExperimentConfig:
    made = recipe(epochs, seeds)
    return ExperimentConfig(
        name="made-up", chinese="虚构", english="Made up", kind="hour",
        data=DataConfig(dataset="measurements"), network=made.network, fit=made.fit, seeds=seeds,
        calibration_bounds=(1, 6, 24),
    )  # fmt: skip
