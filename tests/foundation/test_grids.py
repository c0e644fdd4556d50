from __future__ import annotations

import numpy as np
import pytest

from foundation.configuration import load_shipped, shipped_names, validate
from foundation.constants import EARTH_RADIUS
from foundation.errors import ConfigurationError
from foundation.grids import GridConfig

GOOD = {
    "name": "x", "west": 80.0, "east": 90.0, "south": 40.0, "north": 45.0, "step_deg": 0.5,
    "layer_tops_m": [20.0, 100.0],
}  # fmt: skip


@pytest.mark.parametrize("name", shipped_names("domains"))
def test_every_domain_is_a_grid(name: str) -> None:
    grid = load_shipped(GridConfig, f"domains/{name}.yaml").grid()
    layers, rows, columns = grid.shape
    assert layers == 12
    assert grid.cell_area_m2.shape == (rows, columns)
    assert (np.diff(grid.layer_thickness_m) >= 0).all()


def test_the_areas_of_the_whole_band_are_that_of_the_sphere() -> None:
    grid = validate(
        GridConfig, {**GOOD, "west": -180.0, "east": 180.0, "south": -60.0, "north": 60.0}, "x"
    ).grid()
    band = 4 * np.pi * EARTH_RADIUS**2 * np.sin(np.deg2rad(60.0))
    assert grid.cell_area_m2.sum() == pytest.approx(band, rel=1e-12)
    assert grid.y_face_length_m[0].sum() == pytest.approx(np.pi * EARTH_RADIUS, rel=1e-12)


def test_a_point_lies_in_its_cell_or_in_none() -> None:
    grid = validate(GridConfig, GOOD, "x").grid()
    row, column = grid.cell_of(87.62, 43.79) or (-1, -1)
    assert grid.lon_edges[column] <= 87.62 < grid.lon_edges[column + 1]
    assert grid.lat_edges[row] <= 43.79 < grid.lat_edges[row + 1]
    assert grid.cell_of(79.99, 43.0) is None
    assert grid.cell_of(90.0, 43.0) is None
    assert grid.cell_of(85.0, 45.1) is None


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"west": 91.0}, "west < east"),
        ({"north": 95.0}, "without the poles"),
        ({"step_deg": 0.0}, "more than 0"),
        ({"step_deg": 0.3}, "whole cells of 0.3°"),
        ({"layer_tops_m": []}, "heights above 0 that grow"),
        ({"layer_tops_m": [20.0, 10.0]}, "heights above 0 that grow"),
        ({"step": 1.0}, "unknown key 'step'"),
    ],
)
def test_an_impossible_domain_is_refused_in_one_line(change: dict[str, object], message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        validate(GridConfig, {**GOOD, **change}, "domain.yaml")
