"""Where a run begins: the state of an earlier run, or clean air and some hours to fill it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from atmosphere.transport.species import SpeciesTable
from forecast.physical.configuration import BackgroundConfig, PhysicalConfig
from forecast.physical.emitting import BOUNDARY, INITIAL
from forecast.physical.restart import Restart, read_restart
from foundation.errors import BogdaError, ConfigurationError, InputError
from foundation.grids import Grid
from foundation.provenance import Degradation
from foundation.times import HOUR, shown

__all__ = ["Beginning", "background", "begin", "cold_state", "inflow_profile", "last_restart"]

_MICROGRAM = 1e-9


@dataclass(frozen=True)
class Beginning:
    """A state to begin with: when it is valid (UTC), steps taken before, and what was degraded."""

    time: np.datetime64
    state: torch.Tensor
    steps_taken: int
    notes: tuple[Degradation, ...] = ()


def begin(
    restart: Restart | None, reference_time: np.datetime64, first_weather: np.datetime64,
    config: PhysicalConfig, state: torch.Tensor,
) -> Beginning:  # fmt: skip
    """The beginning of a run.

    Args:
        restart: state of an earlier run, checked; None for a cold start.
        reference_time: UTC.
        first_weather: first time of the weather, UTC.
        config: hours of spin-up.
        state: clean air, (member, z, y, x, species, tag).

    Raises:
        InputError: when the weather begins after the reference time or the restart.
    """
    if first_weather > reference_time:
        raise InputError(
            f"begins at {shown(first_weather)}, after the reference time {shown(reference_time)}",
            where="weather",
        )
    if restart is not None:
        if restart.time < first_weather:
            raise InputError(f"begins at {shown(first_weather)}, after the restart of {shown(restart.time)}",
                             where="weather", remedy="Give earlier weather, or start without it")  # fmt: skip
        member = state.shape[0]
        carried = restart.mixing_ratio.to(state).expand(member, *state.shape[1:]).clone()
        return Beginning(restart.time, carried, restart.steps_taken)
    wanted = config.spin_up_hours
    hours = min(wanted, int((reference_time - first_weather) / HOUR))
    notes = [_cold(hours)]
    if hours < wanted:
        notes.append(_short_spin_up(hours, wanted))
    return Beginning(reference_time - hours * HOUR, state.clone(), 0, tuple(notes))


def background(config: BackgroundConfig, grid: Grid, table: SpeciesTable) -> torch.Tensor:
    """Mixing ratios of clean air, kg kg-1, (z, species).

    Raises:
        ConfigurationError: when a species has no background.
    """
    missing = [name for name in table.names if name not in config.ug_kg]
    if missing:
        raise ConfigurationError(f"background of {missing[0]!r} is missing", where="configs/physical.yaml",
                                 remedy="Add it to background.ug_kg")  # fmt: skip
    ground = np.array([config.ug_kg[name] for name in table.names]) * _MICROGRAM
    fall = np.exp(-grid.layer_height_m / config.scale_height_m)
    return torch.from_numpy(fall[:, None] * ground[None, :]).float()


def cold_state(clean: torch.Tensor, grid: Grid, members: int, tags: Sequence[str]) -> torch.Tensor:
    """Clean air everywhere, all of it of the tag `initial`, (member, z, y, x, species, tag)."""
    layers, species = clean.shape
    state = torch.zeros(members, *grid.shape, species, len(tags))
    state[..., list(tags).index(INITIAL)] = clean[None, :, None, None, :].expand(
        members, layers, *grid.shape[1:], species
    )
    return state


def inflow_profile(clean: torch.Tensor, tags: Sequence[str]) -> torch.Tensor:
    """What flows in, all of it of the tag `boundary`, (z, species, tag)."""
    profile = torch.zeros(*clean.shape, len(tags))
    profile[..., list(tags).index(BOUNDARY)] = clean
    return profile


def last_restart(
    paths: Sequence[str | Path],
    grid: Grid,
    tags: Sequence[str],
    reference_time: np.datetime64,
    config: PhysicalConfig,
) -> tuple[Restart | None, tuple[Degradation, ...]]:
    """The first of some files that fits a run, and a note on each that did not.

    Args:
        paths: candidates, the best first.
        grid: of the run.
        tags: of the run, see `tag_names`.
        reference_time: UTC.
        config: species, and how old a state may be.
    """
    notes = []
    oldest = reference_time - config.oldest_restart_hours * HOUR
    for path in paths:
        try:
            found = read_restart(path)
            found.check(grid, config.species, tags, (oldest, reference_time), str(path))
        except BogdaError as error:
            chinese = f"上次运行的状态文件不可用：{Path(path).name}。"
            notes.append(Degradation(code="restart-unusable", chinese=chinese, english=str(error)))
        else:
            return found, tuple(notes)
    return None, tuple(notes)


def _cold(hours: int) -> Degradation:
    return Degradation(
        code="cold-start",
        chinese=f"无可用的上次运行状态：数值模式由清洁大气冷启动，预热{hours}小时，前期浓度主要靠监测数据订正。",
        english=f"No earlier run to go on from: started from clean air {hours} h before the reference time.",
    )


def _short_spin_up(hours: int, wanted: int) -> Degradation:
    return Degradation(
        code="short-spin-up",
        chinese=f"起报前的气象资料只有{hours}小时，少于预热所需的{wanted}小时。",
        english=f"Weather reaches back {hours} h only; {wanted} h of spin-up were wanted.",
    )
