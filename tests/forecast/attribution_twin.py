"""A twin experiment for attribution: data by a rule whose weights are known, and a network trained on it.

What is foreseen of PM2.5 (ln, about its mean) is a weighted sum of standardised inputs: the station's last
PM2.5 and NO2, the last PM2.5 of its near neighbour, and the wind foreseen. SO2, the far stations, humidity,
the wind up to now and the season have no weight.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from forecast.learned.building import new_network
from forecast.learned.configuration import NetworkConfig, WindowsConfig
from forecast.learned.ensemble import batch_of
from forecast.learned.network import Network
from forecast.learned.normalisation import fit_normalisation
from forecast.learned.panel import Panel, PerfectAhead
from forecast.learned.windows import Cutter
from foundation.times import DAY

POLLUTANTS = ("pm25", "no2", "so2")
STATIONS = ("urumqi", "changji", "karamay", "altay")
WEATHER = ("wind", "humidity")
NEAR = np.array([1, 0, 3, 2])
"""The neighbour that counts, for each station: two pairs, far from one another."""

WEIGHTS = {"own_pm25": 0.30, "own_others": 0.15, "neighbour": 0.20, "weather_ahead": -0.25}
_MEAN, _NOISE = 4.0, 0.02
_POSITIONS = np.array([[87.6, 43.8], [88.2, 44.0], [80.0, 47.5], [80.6, 47.7]])
SEEN = WindowsConfig(steps_per_day=1, fine=2, block=2, blocks=1, memory=8, horizon=1)
SHAPE = NetworkConfig(windows=SEEN, width=32, heads=2, rounds=1, lead_width=32, dropout=0.0)


@dataclass(frozen=True)
class Twin:
    """A panel made by the rule, and a network that has learned it."""

    cutter: Cutter
    network: Network
    last_trained: int

    def truth(self, issue: int, station: int) -> dict[str, float]:
        """What each group adds to ln PM2.5 by the rule, about the mean of its last 8 days."""
        recent, wind = self.cutter.panel.recent, self.cutter.panel.weather[..., 0]
        window = slice(issue + 1 - SEEN.memory, issue + 1)
        departure = recent[issue] - recent[window].mean(axis=0)
        near = int(NEAR[station])
        usual_wind = wind[window, station].mean()
        return {
            "own_pm25": WEIGHTS["own_pm25"] * departure[station, 0],
            "own_others": WEIGHTS["own_others"] * departure[station, 1],
            f"neighbour:{STATIONS[near]}": WEIGHTS["neighbour"] * departure[near, 0],
            "weather_ahead": WEIGHTS["weather_ahead"] * (wind[issue + 1, station] - usual_wind),
            "level": self._level(recent[window].mean(axis=0), station, usual_wind),
        }

    @staticmethod
    def _level(usual: np.ndarray, station: int, usual_wind: float) -> float:
        return float(
            WEIGHTS["own_pm25"] * usual[station, 0] + WEIGHTS["own_others"] * usual[station, 1]
            + WEIGHTS["neighbour"] * usual[NEAR[station], 0] + WEIGHTS["weather_ahead"] * usual_wind
        )  # fmt: skip


def make_twin(rows: int = 3000, steps: int = 900, seed: int = 1) -> Twin:
    """Make the data, and train a network on their first part."""
    panel = _panel(rows, np.random.default_rng(seed))
    last = int(0.9 * rows)
    scales = fit_normalisation(panel, np.arange(last))
    cutter = Cutter(panel, SEEN, scales)
    network = new_network(SHAPE, scales, seed)
    _train(network, cutter, np.arange(SEEN.memory, last - 1), steps)
    return Twin(cutter, network.eval(), last)


def _panel(rows: int, random: np.random.Generator) -> Panel:
    recent = random.normal(size=(rows, len(STATIONS), len(POLLUTANTS)))
    weather = random.normal(size=(rows, len(STATIONS), len(WEATHER)))
    target = np.full_like(recent, np.nan)
    target[1:, :, 0] = (
        _MEAN + WEIGHTS["own_pm25"] * recent[:-1, :, 0] + WEIGHTS["own_others"] * recent[:-1, :, 1]
        + WEIGHTS["neighbour"] * recent[:-1, NEAR, 0] + WEIGHTS["weather_ahead"] * weather[1:, :, 0]
        + _NOISE * random.normal(size=(rows - 1, len(STATIONS)))
    )  # fmt: skip
    times = np.datetime64("2020-01-01T16:00", "ns") + np.arange(rows) * DAY
    return Panel(
        recent, target, times, 1, POLLUTANTS, STATIONS, _POSITIONS, weather, WEATHER,
        ahead=PerfectAhead(weather, WEATHER),
    )  # fmt: skip


def _train(network: Network, cutter: Cutter, issues: np.ndarray, steps: int) -> None:
    """Least squares on the median; a schedule that ends at nought."""
    torch.set_num_threads(1)
    random = np.random.default_rng(0)
    optimiser = torch.optim.Adam(network.parameters(), lr=6e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 6e-3, total_steps=steps)
    middle, lead = len(SHAPE.levels) // 2, np.array([1])
    whole = batch_of(cutter.cut(issues, lead))
    wanted = torch.from_numpy(cutter.panel.targets(issues, lead)[..., 0]).float()
    for _ in range(steps):
        chosen = torch.from_numpy(random.choice(len(issues), 64))
        batch = {
            name: part if name in ("positions", "leads", "kinds") else part[chosen]
            for name, part in whole.items()
        }
        loss = (network(batch)["logarithm"][..., 0, middle] - wanted[chosen]).square().mean()
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        schedule.step()
