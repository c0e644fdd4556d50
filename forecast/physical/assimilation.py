"""Measurements correct the state at the reference time; the shares of the tags stay as they are.

Every cell of a species is multiplied by one factor, the same for all tags. The factor is that of the column
(`interpolation`) near the ground and tends to 1 above the mixed layer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch

from forecast.physical.configuration import AssimilationConfig
from forecast.physical.driving import GroundAir
from forecast.physical.interpolation import increments
from forecast.physical.measured import Measured
from forecast.physical.near_ground import NearGround
from foundation.grids import Grid

__all__ = ["Corrected", "assimilate", "upward_share"]

_MICROGRAM = 1e-9


@dataclass(frozen=True)
class Corrected:
    """What the measurements of one pollutant did to one member.

    Attributes:
        member: of the ensemble.
        pollutant: its name; `pm10` is about what is not PM2.5.
        stations: codes of the stations used.
        before: root mean square of ln(measurement / model) before, 1; NaN without stations.
        after: the same afterwards.
        factors: smallest and largest factor in the lowest layer.
        skipped: stations not used, by reason.
    """

    member: int
    pollutant: str
    stations: tuple[str, ...]
    before: float
    after: float
    factors: tuple[float, float]
    skipped: dict[str, tuple[str, ...]]


def assimilate(  # noqa: PLR0913, PLR0917 - a state, what surrounds it, and what was measured
    state: torch.Tensor, air: GroundAir, mixing_height: torch.Tensor, measured: Sequence[Measured],
    grid: Grid, near_ground: NearGround, config: AssimilationConfig,
) -> tuple[torch.Tensor, list[Corrected]]:  # fmt: skip
    """Correct a state by measurements.

    PM2.5 corrects the species it is made of; PM10 those that are not in PM2.5, by its excess over PM2.5
    where a station measures both; SO2 and NO2 their own species.

    Args:
        state: mixing ratios, (member, z, y, x, species, tag); it is not changed.
        air: density and nitrate share near the ground.
        mixing_height: m, (member, y, x).
        measured: of each pollutant, see `measured.latest`.
        grid: the model's grid.
        near_ground: what a measurement says of the species.
        config: errors, lengths, bounds.

    Returns:
        The corrected state, and a report for each member and pollutant.
    """
    corrected = state.clone()
    reports = []
    for one in _excess(measured):
        species = near_ground.species_of(one.pollutant)
        if not species:
            continue
        held = _held(corrected, air, near_ground, one.pollutant)
        for member in range(state.shape[0]):
            depth = mixing_height[member].double().numpy()
            factor, report = _factor(held[member], depth, one, grid, config)
            corrected[member][..., list(species), :] *= torch.from_numpy(factor).to(state)[..., None, None]
            reports.append(replace(report, member=member))
    return corrected, reports


def upward_share(grid: Grid, mixing_height: np.ndarray, lowest_depth_m: float) -> np.ndarray:
    """Part of the ground's increment at each height, exp(-(z/h)^2 / 2), 1 in the lowest layer, (z, y, x)."""
    above = grid.layer_height_m - grid.layer_height_m[0]
    depth = np.maximum(mixing_height, lowest_depth_m)
    return np.asarray(np.exp(-0.5 * (above[:, None, None] / depth[None]) ** 2))


def _excess(measured: Sequence[Measured]) -> list[Measured]:
    """The same measurements with PM10 less PM2.5 in the place of PM10."""
    fine = {one.pollutant: dict(zip(one.station, one.value, strict=True)) for one in measured}.get("pm25", {})
    return [_less(one, fine) if one.pollutant == "pm10" else one for one in measured]


def _less(one: Measured, fine: dict[str, float]) -> Measured:
    both = np.array(
        [code in fine and value > fine[code] for code, value in zip(one.station, one.value, strict=True)],
        bool,
    )
    kept = tuple(code for code, keep in zip(one.station, both, strict=True) if keep)
    left = tuple(code for code, keep in zip(one.station, both, strict=True) if not keep)
    skipped = {**one.skipped, **({"without_excess": left} if left else {})}
    value = one.value[both] - np.array([fine[code] for code in kept])
    return replace(
        one, station=kept, value=value, lon=one.lon[both], lat=one.lat[both], row=one.row[both],
        column=one.column[both], skipped=skipped,
    )  # fmt: skip


def _held(state: torch.Tensor, air: GroundAir, near_ground: NearGround, pollutant: str) -> np.ndarray:
    """What the model holds of what is measured, kg m-3, (member, y, x)."""
    fields = near_ground.total(state.double(), air)
    names = near_ground.fields
    if pollutant == "pm10":
        return np.asarray((fields[:, names.index("pm10")] - fields[:, names.index("pm25")]).numpy())
    if pollutant == "pm25":
        return np.asarray(fields[:, names.index("pm25")].numpy())
    rows, columns = (torch.arange(size) for size in state.shape[2:4])
    every = torch.cartesian_prod(rows, columns)
    values = near_ground.by_tag(state, air, every[:, 0], every[:, 1]).sum(-1)
    return np.asarray(
        values[:, :, near_ground.pollutants.index(pollutant)].reshape(state.shape[0], *state.shape[2:4])
    )


def _factor(
    held: np.ndarray, depth: np.ndarray, one: Measured, grid: Grid, config: AssimilationConfig
) -> tuple[np.ndarray, Corrected]:
    """Factor of every cell, (z, y, x), and the report."""
    floor = config.floor_ug_m3 * _MICROGRAM
    model = held[one.row, one.column]
    innovation = np.log(np.maximum(one.value, floor)) - np.log(np.maximum(model, floor))
    bound = float(np.log(config.largest_factor))
    ground = np.clip(increments(innovation, one.lon, one.lat, grid, config), -bound, bound)
    factor = np.exp(ground[None] * upward_share(grid, depth, config.lowest_depth_m))
    left = np.log(np.maximum(one.value, floor)) - np.log(
        np.maximum(model * factor[0][one.row, one.column], floor)
    )
    report = Corrected(
        0, one.pollutant, one.station, _size(innovation), _size(left),
        (float(factor[0].min()), float(factor[0].max())), one.skipped,
    )  # fmt: skip
    return factor, report


def _size(values: np.ndarray) -> float:
    return float(np.sqrt(np.mean(values**2))) if len(values) else float("nan")
