"""Backward particles against closed forms, in air that hardly mixes and moves like a block."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pytest
import xarray as xr

from atmosphere.meteorology.idealised import idealised_winter_weather
from foundation.constants import EARTH_RADIUS
from foundation.errors import InputError
from foundation.grids import Grid
from foundation.times import HOUR
from sources.footprints.configuration import ParticleConfig
from sources.footprints.particles import particle_footprint
from sources.footprints.targets import Target

GRID = Grid(
    np.linspace(84, 88, 41), np.linspace(43, 46, 31), np.array([0.0, 20, 60, 120, 200, 400, 800, 1500])
)
START = np.datetime64("2026-01-10T16", "ns")
DEPTH = 200.0
"""m; above what air of hardly any mixing reaches in six hours."""

CONFIG = ParticleConfig(count=1000, output_s=150, hours=6)


@lru_cache(maxsize=3)
def block(wind: float) -> xr.Dataset:
    """Air that flows to the east everywhere alike, so stable that it hardly mixes."""
    weather = idealised_winter_weather(GRID, START + np.arange(7) * HOUR, []).copy(deep=True)
    for name in weather.data_vars:
        if str(name).startswith("eastward_wind"):
            weather[name][:] = wind
        elif str(name).startswith(("northward_wind", "upward_air_velocity", "lagrangian")):
            weather[name][:] = 0.0
    weather["friction_velocity"][:] = 1e-4
    weather["sensible_heat_flux"][:] = 0.0
    weather["boundary_layer_height"][:] = 20.0
    weather["surface_height"][:] = 500.0
    for name in ("height_above_ground", "air_temperature", "air_pressure"):
        weather[name][:] = weather[name].mean(("time", "y", "x"))
    return weather


def target(cells: tuple[tuple[int, int], ...] = ((15, 30),)) -> Target:
    """The hour that ends after six hours."""
    return Target("made", "", "", "pm25", START + 5 * HOUR, START + 6 * HOUR, cells)


def test_air_at_rest_takes_up_what_its_own_cell_emits() -> None:
    found = particle_footprint(block(0.0), target(), GRID, DEPTH, START, CONFIG)
    area = GRID.cell_area_m2
    seconds = 5.5 * 3600
    assert float((found.sensitivity * area * DEPTH).sum()) == pytest.approx(seconds, rel=0.02)
    assert found.sensitivity[15, 30] == pytest.approx(found.sensitivity.sum(), rel=0.2)
    assert found.complete_share == 1.0
    assert found.particles == pytest.approx(CONFIG.count, abs=2)


@pytest.mark.parametrize("wind", [3.0, -4.0])
def test_a_footprint_lies_upwind_as_far_as_the_air_came(wind: float) -> None:
    cell = ((15, 38 if wind > 0 else 2),)
    found = particle_footprint(block(wind), target(cell), GRID, DEPTH, START, CONFIG)
    share = found.sensitivity / found.sensitivity.sum()
    metres = EARTH_RADIUS * np.deg2rad(1.0) * np.cos(np.deg2rad(GRID.lat[15]))
    middle = (share.sum(0) * GRID.lon).sum()
    # Each instant's particles lie evenly between the receptor and where they came from.
    way = np.average([0.5 * age for age in (5, 6)], weights=[5, 6]) * 3600 * wind / metres
    assert middle == pytest.approx(GRID.lon[cell[0][1]] - way, abs=0.05)
    assert (share.sum(1) * GRID.lat).sum() == pytest.approx(GRID.lat[15], abs=0.05)
    assert float((found.sensitivity * GRID.cell_area_m2 * DEPTH).sum()) == pytest.approx(5.5 * 3600, rel=0.03)


def test_a_region_is_the_mean_of_its_cells_and_a_seed_gives_the_same_again() -> None:
    cells = ((15, 30), (20, 12))
    both = particle_footprint(block(0.0), target(cells), GRID, DEPTH, START, CONFIG)
    again = particle_footprint(block(0.0), target(cells), GRID, DEPTH, START, CONFIG)
    other = particle_footprint(block(0.0), target(cells), GRID, DEPTH, START, CONFIG, seed=1)
    assert np.array_equal(both.sensitivity, again.sensitivity)
    assert not np.array_equal(both.sensitivity, other.sensitivity)
    near = [both.sensitivity[row - 2 : row + 3, column - 2 : column + 3].sum() for row, column in cells]
    assert near[0] == pytest.approx(near[1], rel=0.05)


def test_particles_that_cannot_go_back_are_refused() -> None:
    with pytest.raises(InputError, match="before the end"):
        particle_footprint(block(0.0), target(), GRID, DEPTH, START + 6 * HOUR, CONFIG)
