"""Sections through gridded weather, and figures that are drawn without a warning on any machine."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from atmosphere.meteorology.diagnostics.diagnosis import diagnose
from atmosphere.meteorology.diagnostics.profile_of_grid import profile_of_grid
from atmosphere.meteorology.figures import lettering
from atmosphere.meteorology.figures.cross_section import draw_cross_section
from atmosphere.meteorology.figures.section import Section, section
from atmosphere.meteorology.figures.skew_t import draw_skew_t
from foundation.errors import InputError
from tests.atmosphere.air_columns import column, grid_weather


@pytest.fixture(scope="module")
def plane() -> Section:
    return section(grid_weather(), (87.6, 41.0), (87.6, 47.0))


@pytest.fixture(params=["with a Chinese font", "without one"])
def fonts(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str | None:
    """Both kinds of machines; the first is this one, if it has a font."""
    if request.param == "without one":
        monkeypatch.setattr(lettering, "chinese_font", lambda: None)
    return lettering.chinese_font()


def test_a_section_along_a_meridian_has_the_winds_of_the_grid(plane: Section) -> None:
    assert plane.distance_km[-1] == pytest.approx(np.deg2rad(6.0) * 6371.229)
    assert plane.lat == pytest.approx(np.linspace(41.0, 47.0, plane.lat.size), abs=1e-6)
    assert plane.ground == pytest.approx(800.0 - 3.0 * (plane.lat - 43.8), abs=1e-6)
    middle = int(np.argmin(np.abs(plane.lat - 43.8)))
    top = int(np.argmin(np.abs(plane.height - 4000.0)))
    above = plane.height[top] - plane.ground[middle]
    east = np.interp(above, [10.0, 600.0, 2050.0, 4500.0], [0.5, 3.0, 6.0, 12.0])
    assert plane.across_wind[top, middle] == pytest.approx(-east, abs=0.02)
    assert plane.along_wind[top, middle] == pytest.approx(0.0, abs=0.02)
    assert plane.mixing_height[middle] - plane.ground[middle] == pytest.approx(120.0, abs=0.2)


def test_nothing_below_the_ground_and_cold_air_upon_it(plane: Section) -> None:
    below = plane.height[:, None] < plane.ground[None, :]
    assert np.isnan(plane.potential_temperature[below]).all()
    assert np.isfinite(plane.potential_temperature[~below]).all()
    lowest = np.argmax(~below, axis=0)
    theta = plane.potential_temperature[lowest, np.arange(lowest.size)]
    assert (theta < plane.potential_temperature[-1] - 15.0).all()
    assert theta[0] == pytest.approx(252.0 * (1e5 / 92000.0) ** (2.0 / 7.0), abs=3.0)


def test_sections_that_cannot_be_cut_are_refused() -> None:
    weather = grid_weather()
    with pytest.raises(InputError, match="outside the weather's area"):
        section(weather, (87.6, 41.0), (87.6, 55.0))
    with pytest.raises(InputError, match="two points at least 1 km apart"):
        section(weather, (87.6, 44.0), (87.6, 44.0))
    with pytest.raises(InputError, match="no height of the ground"):
        section(weather.drop_vars("surface_height"), (87.6, 41.0), (87.6, 47.0))
    with pytest.raises(InputError, match="lies above its top, 500 m"):
        section(weather, (87.6, 41.0), (87.6, 47.0), top=500.0)


def test_a_skew_t_is_drawn(tmp_path: Path, fonts: str | None) -> None:
    diagnosis = diagnose(profile_of_grid(grid_weather(), 87.6, 43.8))
    draw_skew_t(diagnosis, tmp_path / "air.png", "乌鲁木齐 Urumqi")
    draw_skew_t(diagnosis, tmp_path / "air.svg", "乌鲁木齐 Urumqi")
    image = _image(tmp_path / "air.png")
    assert image.shape[:2] == (1092, 1092)
    assert _share_of(image, (252, 233, 200)) > 0.02  # the shaded inversion
    assert _share_of(image, (46, 139, 87)) > 0.0005  # the mixing height
    assert _share_of(image, (192, 57, 43)) > 0.001  # temperature
    assert (tmp_path / "air.svg").read_text(encoding="utf-8").lstrip().startswith("<?xml")
    assert (fonts is None) == (lettering.legible("乌鲁木齐 Urumqi") == "Urumqi")


def test_a_skew_t_without_wind_humidity_or_inversion(tmp_path: Path) -> None:
    bare = column([0, 800, 2500, 6000], [290.0, 283.0, 270.0, 248.0], np.nan)
    draw_skew_t(diagnose(bare), tmp_path / "bare.png")
    assert _share_of(_image(tmp_path / "bare.png"), (252, 233, 200)) < 0.001


def test_a_cross_section_is_drawn(tmp_path: Path, plane: Section, fonts: str | None) -> None:
    draw_cross_section(plane, tmp_path / "plane.png", "南 South", "北 North")
    image = _image(tmp_path / "plane.png")
    assert image.shape[:2] == (744, 1248)
    assert _share_of(image, (141, 131, 121)) > 0.05  # the ground
    assert fonts == lettering.chinese_font()


def _image(path: Path) -> np.ndarray:
    from matplotlib.image import imread

    return np.asarray(255.0 * imread(path)[..., :3])


def _share_of(image: np.ndarray, colour: tuple[int, int, int]) -> float:
    return float((np.abs(image - np.array(colour)).max(axis=-1) < 6.0).mean())
