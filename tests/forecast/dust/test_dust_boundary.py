"""Dust from a wide domain into one inside it."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from atmosphere.transport.tracers import Outside
from forecast.dust.basin import basin_grid
from forecast.dust.boundary import Shell
from forecast.dust.nesting import nested_masses
from foundation.errors import InputError
from foundation.grids import Grid

WIDE = basin_grid(80.0, 90.0, 42.0, 47.0, 0.5)
INNER = basin_grid(83.0, 87.0, 43.0, 45.0, 0.2)
NOON = np.datetime64("2026-03-10T12", "ns")
ONE = np.timedelta64(1, "h")
TAGS = ("dust.a", "dust.b", "boundary", "initial")


def plane(grid: Grid, lon: np.ndarray, lat: np.ndarray, time: float) -> np.ndarray:
    """A mixing ratio that is linear in all directions, (z, point)."""
    height = np.arange(grid.shape[0])[:, None]
    return np.asarray(1.0 + 0.1 * lon + 0.3 * lat + 0.05 * height + time)


def shell() -> Shell:
    made = Shell(WIDE, INNER, ("dust_1", "dust_2"), TAGS)
    lon, lat = (one.ravel() for one in np.meshgrid(WIDE.lon, WIDE.lat))
    for hour in (0, 1):
        state = torch.zeros(1, *WIDE.shape, 2, 4, dtype=torch.float64)
        field = torch.from_numpy(plane(WIDE, lon, lat, float(hour))).reshape(WIDE.shape)
        for tag in range(4):
            state[0, ..., 1, tag] = (tag + 1) * field
        made.watch(NOON + hour * ONE, state, torch.ones(1, *WIDE.shape))
    return made


def base(tags: int) -> Outside:
    return Outside.uniform(torch.zeros(1, *INNER.shape, 3, tags, dtype=torch.float64))


def test_linear_fields_flow_in_exactly_at_the_middle_of_the_hour() -> None:
    names = ("dust_2", "so2", "dust_1")
    found = shell().inflow(base(3), names, ("coal", "dust.b", "boundary"), NOON)
    half = 0.5 * 0.2
    west = plane(INNER, np.full(10, 83.0 - half), INNER.lat, 0.5)
    north = plane(INNER, INNER.lon, np.full(20, 45.0 + half), 0.5)
    np.testing.assert_allclose(found.west[0, :, :, 0, 1], 2 * west, rtol=1e-12)
    np.testing.assert_allclose(found.north[0, :, :, 0, 1], 2 * north, rtol=1e-12)
    np.testing.assert_allclose(found.west[0, :, :, 0, 2], (1 + 3 + 4) * west, rtol=1e-12)
    assert not found.west[..., 0, 0].any()
    assert not found.west[..., 1:, :].any()


def test_what_flows_in_besides_stays() -> None:
    besides = base(3).map(lambda part: part + 0.25)
    found = shell().inflow(besides, ("dust_2", "so2", "dust_1"), ("coal", "dust.b", "boundary"), NOON)
    assert bool((found.west[..., 1, :] == 0.25).all())
    assert bool((besides.west == 0.25).all())


def test_what_does_not_fit_is_refused() -> None:
    low = Grid(INNER.lon_edges, INNER.lat_edges, WIDE.layer_edges_m[:-1])
    with pytest.raises(InputError, match="same layers"):
        Shell(WIDE, low, ("dust_1",), TAGS)
    with pytest.raises(InputError, match="not within the wide domain"):
        Shell(WIDE, basin_grid(79.0, 87.0, 43.0, 45.0, 0.2), ("dust_1",), TAGS)
    with pytest.raises(InputError, match="holds nothing for"):
        shell().inflow(base(3), ("dust_1", "dust_2", "so2"), ("boundary", "x", "y"), NOON + ONE)
    with pytest.raises(InputError, match="'dust_1' is not carried"):
        shell().inflow(base(3), ("dust_2", "so2", "nox"), ("boundary", "x", "y"), NOON)


def test_a_plume_passes_with_its_mass_and_in_time() -> None:
    wide, inside = nested_masses(step_deg=0.2, count=20)
    assert wide[-1].sum() > 1e7
    assert wide[6].sum() < 0.05 * wide[-1].sum()
    assert inside[-1].sum() == pytest.approx(wide[-1].sum(), rel=0.05)
    hours = np.arange(len(wide))
    halves = [np.interp(one[-1].sum() / 2, one.sum(1), hours) for one in (wide, inside)]
    assert abs(halves[1] - halves[0]) < 0.5
    strong = wide[-1] > 0.01 * wide[-1].sum()
    np.testing.assert_allclose(inside[-1][strong], wide[-1][strong], rtol=0.05)
