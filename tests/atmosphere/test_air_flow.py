"""Air mass and its flow: continuity, hydrostatics, the column correction and refusals."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import torch
import xarray as xr

from atmosphere.meteorology.column_balance import ColumnBalance, column_correction
from atmosphere.meteorology.grid_fit import weather_on_grid
from atmosphere.meteorology.mass_fluxes import air_mass, outflow
from atmosphere.transport.air_flow import air_flow, air_flows
from foundation.constants import DRY_AIR_GAS_CONSTANT, EARTH_RADIUS, GRAVITY
from foundation.errors import InputError
from foundation.grids import GridConfig

GRID = GridConfig(
    name="small", west=82.0, east=90.0, south=42.0, north=46.0, step_deg=0.25,
    layer_tops_m=(20, 60, 120, 480, 1000, 2000, 5000),
).grid()  # fmt: skip
TIMES = np.datetime64("2016-01-10T00", "ns") + np.arange(4) * np.timedelta64(1, "h")
CLOSED = ColumnBalance(top_error_m_s=0.0)


def weather(seed: int = 0, roughness: float = 1.0) -> xr.Dataset:
    """Winds of some 8 m/s with noise of a given speed, under pressure that changes by some hPa an hour."""
    generator = np.random.default_rng(seed)
    shape = (len(TIMES), *GRID.shape)
    height = GRID.layer_height_m[:, None, None]
    lon, lat = np.meshgrid(GRID.lon, GRID.lat)
    hour = np.arange(len(TIMES))[:, None, None, None]
    ground = 92_000.0 + 200.0 * hour * np.sin(lon - 85.0) - 3000.0 * (lat < 43.5)
    temperature = 260.0 + 5.0 * np.exp(-height / 800.0) + np.cos(lat) + 0.0 * hour
    fields = {
        "eastward_wind": 8.0 + roughness * generator.normal(size=shape) + 0.002 * height,
        "northward_wind": np.cos(lon) + roughness * generator.normal(size=shape),
        "air_temperature": temperature,
        "air_pressure": ground * np.exp(-GRAVITY * height / (DRY_AIR_GAS_CONSTANT * 262.0)),
    }
    return weather_on_grid(GRID, TIMES, fields, {"source": "made"})


def speed_through_top(flow_z: np.ndarray) -> np.ndarray:
    return np.asarray(flow_z[..., -1, :, :] / GRID.cell_area_m2 / 0.65)


def test_air_mass_is_the_weight_of_the_column() -> None:
    """Isothermal air: the mass between two heights is the difference in pressure over gravity, exactly."""
    height = GRID.layer_height_m[:, None, None] * np.ones(GRID.shape)
    scale = DRY_AIR_GAS_CONSTANT * 250.0 / GRAVITY
    mass = air_mass(9e4 * np.exp(-height / scale), np.full(GRID.shape, 250.0), None, GRID)
    weight = 9e4 * (1.0 - np.exp(-5000.0 / scale)) / GRAVITY
    np.testing.assert_allclose(mass.sum(axis=0), weight * GRID.cell_area_m2, rtol=1e-13)
    moist = air_mass(
        9e4 * np.exp(-height / scale), np.full(GRID.shape, 250.0), np.full(GRID.shape, 0.01), GRID
    )
    np.testing.assert_allclose(moist / mass, 1.0 / 1.006078, rtol=1e-4)


@pytest.mark.parametrize(("dtype", "bound"), [(torch.float64, 1e-12), (torch.float32, 1e-6)])
def test_the_mass_after_an_interval_is_the_next_intervals(dtype: torch.dtype, bound: float) -> None:
    flows = list(air_flows(weather(), GRID, dtype=dtype))
    assert len(flows) == 3
    for now, later in pairwise(flows):
        after = now.mass_after(now.duration_s)
        assert float((after / later.mass - 1.0).abs().max()) < bound
        assert now.mass.dtype == dtype
        assert float(now.flux_z[:, 0].abs().max()) == 0.0


def test_a_wind_along_a_circle_of_latitude_carries_density_times_face_area() -> None:
    fields = weather(roughness=0.0)
    fields["eastward_wind"][:], fields["northward_wind"][:] = 10.0, 0.0
    for name in ("air_pressure", "air_temperature"):
        fields[name][:] = fields[name].isel(time=0).mean("x")
    flow = air_flow(fields, GRID, TIMES[0], TIMES[1], dtype=torch.float64)
    density = fields["air_pressure"][0] / (DRY_AIR_GAS_CONSTANT * fields["air_temperature"][0])
    side = EARTH_RADIUS * np.deg2rad(0.25)
    expected = 10.0 * density.values[:, :, :1] * side * GRID.layer_thickness_m[:, None, None]
    np.testing.assert_allclose((flow.flux_x[0].numpy() / expected)[:5], 1.0, rtol=2e-4)
    assert float(flow.flux_y.abs().max()) < 1e-6 * float(flow.flux_x.abs().max())
    assert float(flow.flux_z.abs().max()) < 1e-6 * float(flow.flux_x.abs().max())


def test_the_correction_closes_or_calms_the_top() -> None:
    noisy = weather(roughness=2.0)
    loose = ColumnBalance(wind_error_m_s=1e-6, top_error_m_s=1e3)
    top = {
        name: speed_through_top(next(air_flows(noisy, GRID, torch.float64, balance=kind)).flux_z.numpy())
        for name, kind in (("raw", loose), ("open", None), ("closed", CLOSED))
    }
    assert np.abs(top["raw"]).max() > 0.2
    assert np.abs(top["open"]).max() < 0.02 * np.abs(top["raw"]).max()
    assert np.abs(top["closed"]).max() < 1e-10


def test_wide_ascent_passes_the_open_top_and_narrow_noise_does_not() -> None:
    x, y = np.meshgrid(np.arange(GRID.shape[2]), np.arange(GRID.shape[1]))
    for waves, low, high in ((1, 0.02, 0.9), (8, 0.0, 0.01)):
        excess = (
            GRID.cell_area_m2
            * np.sin(np.pi * waves * (x + 0.5) / x.shape[1])
            * np.sin(np.pi * (y + 0.5) / y.shape[0])
        )
        change_x, change_y = column_correction(excess, GRID)
        left = excess + outflow(change_x, change_y)
        share = float((left * excess).sum() / (excess**2).sum())
        assert low <= share <= high


def test_the_correction_is_the_smallest_that_closes() -> None:
    """Any other flow that closes the columns costs more: the difference is orthogonal to it."""
    generator = np.random.default_rng(4)
    excess = generator.normal(size=GRID.shape[1:])
    change_x, change_y = column_correction(excess, GRID, CLOSED)
    corner = np.zeros((GRID.shape[1] + 1, GRID.shape[2] + 1))
    corner[1:-1, 1:-1] = generator.normal(size=(GRID.shape[1] - 1, GRID.shape[2] - 1))
    turn_x, turn_y = np.diff(corner, axis=0), -np.diff(corner, axis=1)
    assert np.abs(outflow(turn_x, turn_y)).max() < 1e-12
    step = np.deg2rad(0.25)
    middle, edges = np.deg2rad(GRID.lat)[:, None], np.deg2rad(GRID.lat_edges)[:, None]
    # distance over face length, the weight of the squared change of wind for a column of constant mass
    weight_x, weight_y = np.cos(middle), step / (step * np.cos(edges))
    dot = (weight_x * turn_x * change_x)[:, 1:-1].sum() + (weight_y * turn_y * change_y)[1:-1].sum()
    size = np.sqrt((turn_x**2).sum() * (change_x**2).sum())
    assert abs(dot) < 1e-12 * size


def test_members_stand_side_by_side() -> None:
    members = [weather(seed) for seed in (1, 2)]
    both = next(air_flows(members, GRID))
    for number, member in enumerate(members):
        alone = air_flow(member, GRID, TIMES[0], TIMES[1])
        for name in ("mass", "flux_x", "flux_y", "flux_z"):
            torch.testing.assert_close(
                getattr(both, name)[number : number + 1], getattr(alone, name), rtol=1e-6, atol=1.0
            )


def test_weather_that_does_not_fit_is_refused_in_one_line() -> None:
    good = weather()
    cases = [
        (good.isel(x=slice(1, None)), "expected 16 rows and 32 columns, got 16 and 31"),
        (good.assign_coords(lon=good["lon"] + 0.1), r"lon: up to 0\.1° from the grid's centres"),
        (good.isel(level=[0, 1, 2, 4, 5, 6]), "expected 7 levels, got 6; none near 300 m"),
        (
            good.assign(height_above_ground=good["height_above_ground"] + 5.0),
            "level 0: expected 10 m above ground",
        ),
        (good.drop_vars("air_pressure"), "expected air_pressure, got none"),
        (good.isel(time=[0]), "expected two or more times, got 1"),
    ]
    for spoilt, message in cases:
        with pytest.raises(InputError, match=message):
            next(air_flows(spoilt, GRID))
    bad = weather()
    bad["northward_wind"][1, 2, 3, 4] = np.inf
    with pytest.raises(
        InputError, match=r"2016-01-10T01:00: northward_wind: 1 values are no numbers, first at level 2"
    ):
        list(air_flows(bad, GRID))
    with pytest.raises(InputError, match="no time 2016-01-11"):
        air_flow(good, GRID, TIMES[0], np.datetime64("2016-01-11", "ns"))
    with pytest.raises(InputError, match="expected a second time after"):
        air_flow(good, GRID, TIMES[1], TIMES[0])
    with pytest.raises(InputError, match="one or more ensemble members"):
        air_flow([], GRID, TIMES[0], TIMES[1])
