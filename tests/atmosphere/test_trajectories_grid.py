"""Places as indices, and winds as rates of indices, on longitude-latitude and projected grids."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from atmosphere.trajectories.horizontal_grid import HorizontalGrid, without_poles
from foundation.constants import EARTH_RADIUS
from foundation.errors import InputError

STEREOGRAPHIC = f"+proj=stere +lat_0=90 +lat_ts=60 +lon_0=-105 +R={EARTH_RADIUS}"
LAMBERT = f"+proj=lcc +lat_1=30 +lat_2=60 +lat_0=44 +lon_0=87 +R={EARTH_RADIUS}"
DEGREES = f"+proj=longlat +R={EARTH_RADIUS} +no_defs"


def grid(crs: str, x: np.ndarray, y: np.ndarray) -> HorizontalGrid:
    return HorizontalGrid.of(xr.Dataset(coords={"x": x, "y": y}, attrs={"crs": crs}))


PROJECTED = {
    "stereographic": grid(
        STEREOGRAPHIC, np.arange(-2.2e6, 3.6e6, 182900.0), np.arange(-7.6e6, -2.7e6, 182900.0)
    ),
    "lambert": grid(LAMBERT, np.arange(-1e6, 1e6, 30000.0), np.arange(-8e5, 8e5, 30000.0)),
    "degrees": grid(DEGREES, np.arange(70.0, 100.1, 0.25), np.arange(34.0, 50.1, 0.25)),
}


@pytest.mark.parametrize("name", PROJECTED)
@given(column=st.floats(0.0, 25.0), row=st.floats(0.0, 20.0))
@settings(max_examples=30, deadline=None)
def test_indices_and_places_are_inverse(name: str, column: float, row: float) -> None:
    lon, lat = PROJECTED[name].places(np.array(column), np.array(row))
    back = PROJECTED[name].indices(lon, lat)
    assert back[0] == pytest.approx(column, abs=1e-6)
    assert back[1] == pytest.approx(row, abs=1e-6)


@pytest.mark.parametrize("name", PROJECTED)
@pytest.mark.parametrize("wind", [(1.0, 0.0), (0.0, 1.0), (0.6, -0.8)])
def test_a_metre_of_wind_moves_a_metre_in_its_direction(name: str, wind: tuple[float, float]) -> None:
    area = PROJECTED[name]
    rates = area.index_rates()
    row, column, metres = 15, 20, 100.0
    lon, lat = area.places(np.array(float(column)), np.array(float(row)))
    moved = [
        float(rates[axis, 0, row, column] * wind[0] + rates[axis, 1, row, column] * wind[1])
        for axis in (0, 1)
    ]
    after_lon, after_lat = area.places(
        np.array(column + metres * moved[0]), np.array(row + metres * moved[1])
    )
    north = np.deg2rad(after_lat - lat) * EARTH_RADIUS
    east = np.deg2rad(after_lon - lon) * EARTH_RADIUS * np.cos(np.deg2rad(lat))
    assert (float(east), float(north)) == pytest.approx((metres * wind[0], metres * wind[1]), abs=0.01)


def test_a_round_grid_repeats_its_first_column_and_takes_any_longitude() -> None:
    globe = grid(DEGREES, np.arange(0.0, 360.0, 2.5), np.arange(-87.5, 88.0, 2.5))
    assert globe.round
    assert globe.columns == 145
    column, _ = globe.indices(np.array([-2.5, 357.5, 717.5]), np.zeros(3))
    assert np.allclose(column % 144, 143.0)


def test_rows_at_the_poles_are_left_out() -> None:
    weather = xr.Dataset(
        coords={"x": [0.0, 1.0], "y": [-90.0, -45.0, 0.0, 45.0, 90.0]}, attrs={"crs": DEGREES}
    )
    assert list(without_poles(weather)["y"].values) == [-45.0, 0.0, 45.0]


def test_uneven_coordinates_and_unknown_projections_are_refused() -> None:
    with pytest.raises(InputError, match=r"evenly spaced 'x'.*steps from 1 to 2"):
        grid(DEGREES, np.array([0.0, 1.0, 3.0]), np.arange(3.0))
    with pytest.raises(InputError, match="'sideways' is not a coordinate system"):
        grid("sideways", np.arange(3.0), np.arange(3.0))
