"""The correction of a run's state by the measurements at its reference time, told in notes."""

from __future__ import annotations

import numpy as np
import torch
import xarray as xr

from atmosphere.transport.processes.parameters import parameter_values
from atmosphere.transport.processes.surface_layer import surface_layer
from atmosphere.transport.processes.weather_fields import weather_fields
from forecast.physical.assimilation import Corrected, assimilate
from forecast.physical.configuration import AssimilationConfig
from forecast.physical.driving import Driver
from forecast.physical.measured import latest
from forecast.physical.near_ground import NearGround
from foundation.pollutants import POLLUTANTS
from foundation.provenance import Degradation

__all__ = ["NO_CORRECTION", "correct"]

NO_CORRECTION = "no-correction"
"""Code of the note that measurements did not correct a state."""

_REASONS = {
    "outside": ("在模式区域之外", "outside the domain"),
    "missing": ("缺测", "without a value"),
    "flagged": ("未通过质量控制", "excluded by quality control"),
    "without_excess": ("无法得到PM10与PM2.5之差", "without an excess of PM10 over PM2.5"),
}


def correct(
    state: torch.Tensor, driver: Driver, near_ground: NearGround, observed: xr.Dataset | None,
    reference_time: np.datetime64, config: AssimilationConfig,
) -> tuple[torch.Tensor, list[Corrected], list[Degradation]]:  # fmt: skip
    """Correct a state by what was measured up to the reference time.

    Args:
        state: mixing ratios, (member, z, y, x, species, tag).
        driver: holds the weather.
        near_ground: from mixing ratios to concentrations.
        observed: keeps `foundation.contracts.observations("hour")`, or None.
        reference_time: UTC.
        config: errors, lengths and bounds.

    Returns:
        The corrected state, what was done, and notes on what could not be.
    """
    if observed is None:
        return state, [], [_nothing("没有小时监测数据", "no hourly measurements")]
    grid = driver.grid
    measured = [
        latest(observed, name, reference_time, config.window_hours, grid) for name in near_ground.pollutants
    ]
    if not any(one.station for one in measured):
        note = _nothing("区域内没有可用的监测值", "no usable measurement in the domain")
        return state, [], [note, *(_skipped(one.pollutant, 0, one.skipped) for one in measured)]
    height = _mixing_height(driver, reference_time)
    air = driver.ground_air(reference_time)
    state, reports = assimilate(state, air, height, measured, grid, near_ground, config)
    left = [one for one in reports if one.skipped and not one.member]
    return state, reports, [_skipped(one.pollutant, len(one.stations), one.skipped) for one in left]


def _mixing_height(driver: Driver, time: np.datetime64) -> torch.Tensor:
    parameters = parameter_values(dtype=torch.float32)
    fields = weather_fields(driver.at(time), driver.grid, parameters)
    return surface_layer(fields, parameters).boundary_layer_height


def _nothing(chinese: str, english: str) -> Degradation:
    return Degradation(
        code=NO_CORRECTION,
        chinese=f"数值模式初始场未经监测订正：{chinese}。",
        english=f"The model's initial state was not corrected: {english}.",
    )


def _skipped(pollutant: str, used: int, skipped: dict[str, tuple[str, ...]]) -> Degradation:
    """Which stations did not correct a pollutant, and why."""
    parts = [(_REASONS[reason], codes) for reason, codes in skipped.items()]
    chinese = "，".join(f"{len(codes)}站{reason[0]}" for reason, codes in parts)
    english = "; ".join(f"{', '.join(codes)}: {reason[1]}" for reason, codes in parts)
    name = POLLUTANTS[pollutant]
    return Degradation(
        code=f"stations-skipped-{pollutant}",
        chinese=f"{name.chinese}初始场订正使用{used}站，未用：{chinese}。",
        english=f"{name.label}: {used} stations used, not used: {english}.",
    )
