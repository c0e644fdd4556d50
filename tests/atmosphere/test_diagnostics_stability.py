"""Inversions, mixing height, ventilation, stability and grades, against known columns and the real states."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atmosphere.meteorology.diagnostics.air_profile import Profile
from atmosphere.meteorology.diagnostics.diagnosis import diagnose, document
from atmosphere.meteorology.diagnostics.dispersion import dispersion_grade, dispersion_rules
from atmosphere.meteorology.diagnostics.inversion import InversionRule, inversions, strongest
from atmosphere.meteorology.diagnostics.mixing_height import MixingHeight, mixing_height, richardson_height
from atmosphere.meteorology.diagnostics.profile_of_grid import profile_of_grid
from atmosphere.meteorology.diagnostics.profile_of_sounding import nearest_sounding, profile_of_sounding
from atmosphere.meteorology.diagnostics.stability import (
    obukhov_class,
    obukhov_length,
    pasquill_class,
    stability,
)
from atmosphere.meteorology.diagnostics.ventilation import Ventilation, ventilation
from atmosphere.meteorology.point_reports import read_soundings
from tests.atmosphere.air_columns import column, dry_column

G = 9.80665


def test_a_surface_inversion() -> None:
    (layer,) = inversions(column([2, 100, 300, 1000], [250.0, 256.0, 262.0, 258.0]))
    assert (layer.kind, layer.base_height, layer.top_height) == ("surface-based", 2.0, 300.0)
    assert layer.strength == pytest.approx(12.0)
    assert layer.gradient == pytest.approx(12.0 / 298.0)


def test_a_lifted_inversion_under_a_mixed_layer() -> None:
    (layer,) = inversions(column([0, 400, 600, 900, 2000], [265.0, 261.0, 267.0, 270.0, 262.0]))
    assert (layer.kind, layer.base_height, layer.top_height) == ("lifted", 400.0, 900.0)
    assert layer.strength == pytest.approx(9.0)


def test_without_surface_values_no_inversion_is_called_surface_based() -> None:
    (layer,) = inversions(column([50, 300, 1000], [250.0, 258.0, 255.0], at_surface=False))
    assert layer.kind == "lifted"


def test_thin_falling_layers_are_merged_and_thick_ones_part() -> None:
    height = [0.0, 200.0, 280.0, 500.0, 900.0]
    merged = inversions(column(height, [250.0, 255.0, 254.0, 260.0, 256.0]))
    assert [(layer.base_height, layer.top_height) for layer in merged] == [(0.0, 500.0)]
    height[2] = 320.0
    parted = inversions(column(height, [250.0, 255.0, 254.0, 260.0, 256.0]))
    assert [(layer.base_height, layer.top_height) for layer in parted] == [(0.0, 200.0), (320.0, 500.0)]
    weaker = inversions(column([0.0, 200.0, 280.0, 360.0, 900.0], [250.0, 255.0, 253.0, 254.5, 250.0]))
    assert [layer.top_height for layer in weaker] == [200.0, 360.0]  # the air above is no warmer


def test_none_weak_and_high_ones() -> None:
    assert inversions(column([0, 1000, 2000], [280.0, 273.5, 267.0])) == ()
    assert inversions(column([0, 100, 2000], [270.0, 270.3, 260.0])) == ()
    assert (
        len(inversions(column([0, 100, 2000], [270.0, 270.3, 260.0]), InversionRule(least_strength=0.2))) == 1
    )
    assert inversions(column([0, 3500, 4000], [270.0, 250.0, 255.0])) == ()
    assert strongest(()) is None


@given(st.lists(st.floats(-8.0, 8.0), min_size=2, max_size=25), st.floats(10.0, 300.0))
@settings(max_examples=80, deadline=None)
def test_inversions_are_ordered_apart_and_warmest_at_their_top(steps: list[float], thickness: float) -> None:
    temperature = np.clip(260.0 + np.concatenate([[0.0], np.cumsum(steps)]), 190.0, 330.0)
    found = inversions(column(thickness * np.arange(len(temperature)), temperature))
    tops = [0.0, *(layer.top_height for layer in found)]
    for below, layer in zip(tops, found, strict=False):
        assert below <= layer.base_height < layer.top_height
        assert layer.strength >= 0.5
        base, top = (round(height / thickness) for height in (layer.base_height, layer.top_height))
        inside = temperature[base : top + 1]
        assert inside.max() == pytest.approx(layer.top_temperature)


def test_richardson_height_has_its_closed_form() -> None:
    # Uniform wind U over resting ground, theta growing by gamma: Ri = g gamma h^2 / (theta_0 U^2).
    gamma, wind, theta0 = 0.004, 6.0, 270.0
    height = np.arange(0.0, 2001.0, 5.0)
    profile = dry_column(theta0 + gamma * height, height, wind)
    found = richardson_height(profile)
    assert not isinstance(found, str)
    assert found[0] == pytest.approx(0.5 * wind * np.sqrt(theta0 / (G * gamma)), rel=1e-3)
    assert found[1][1] - found[1][0] == 5.0


def test_friction_velocity_adds_shear_as_vogelezang_and_holtslag_do() -> None:
    # No shear at all: h = u* sqrt(b Ri_c theta_0 / (g gamma)) with b = 100.
    gamma, friction, theta0 = 0.01, 0.2, 265.0
    height = np.arange(0.0, 1001.0, 2.0)
    base = dry_column(theta0 + gamma * height, height, 4.0)
    fields = {name: getattr(base, name) for name in base.__dataclass_fields__}
    found = richardson_height(Profile(**{**fields, "surface": {"friction_velocity": friction}}))
    assert not isinstance(found, str)
    assert found[0] == pytest.approx(friction * np.sqrt(100 * 0.25 * theta0 / (G * gamma)), rel=1e-3)


def test_a_capped_mixed_layer_is_found_at_its_cap() -> None:
    height = np.array([0.0, 200.0, 400.0, 600.0, 800.0, 810.0, 1200.0, 2000.0])
    theta = np.array([280.0, 280.0, 280.0, 280.0, 280.0, 286.0, 288.0, 292.0])
    found = richardson_height(dry_column(theta, height, 5.0))
    assert not isinstance(found, str)
    assert 800.0 < found[0] < 810.0


def test_the_models_own_height_goes_first_and_both_are_kept() -> None:
    height = np.arange(0.0, 2001.0, 20.0)
    base = dry_column(270.0 + 0.004 * height, height, 6.0)
    fields = {name: getattr(base, name) for name in base.__dataclass_fields__}
    found = mixing_height(Profile(**{**fields, "surface": {"boundary_layer_height": 35.0}}))
    assert isinstance(found, MixingHeight)
    assert (found.height, found.method, found.of_model) == (35.0, "model", 35.0)
    assert found.of_richardson == pytest.approx(248.0, abs=5.0)
    windless = Profile(**{**fields, "eastward_wind": np.full(height.shape, np.nan)})
    assert mixing_height(windless) == "no wind above the ground"


def test_ventilation_of_uniform_and_sheared_wind() -> None:
    uniform = ventilation(column([2, 500, 2000], [270.0, 268.0, 260.0], 4.0), 800.0)
    assert isinstance(uniform, Ventilation)
    assert (uniform.index, uniform.mean_wind_speed) == pytest.approx((3200.0, 4.0))
    # 2 m/s up to 10 m, then linear to 6 m/s at 410 m: the mean over 410 m is (10 * 2 + 400 * 4) / 410.
    sheared = ventilation(column([2, 410, 2000], [270.0, 268.0, 260.0], [2.0, 6.0, 6.0]), 410.0)
    assert isinstance(sheared, Ventilation)
    assert sheared.mean_wind_speed == pytest.approx(1620.0 / 410.0)
    shallow = ventilation(column([2, 410, 2000], [270.0, 268.0, 260.0], [2.0, 6.0, 6.0]), 5.0)
    assert isinstance(shallow, Ventilation)
    assert shallow.index == pytest.approx(10.0)
    gap = column([0, 500, 2000], [270.0, 268.0, 260.0], [np.nan, np.nan, np.nan])
    assert ventilation(gap, 100.0) == "no wind"
    low = column([0, 500, 2000], [270.0, 268.0, 260.0], [2.0, 3.0, np.nan])
    assert ventilation(low, 900.0) == "no wind above 500 m, below the mixing height"


@pytest.mark.parametrize(
    ("gradient", "letter"),
    [(-0.030, "A"), (-0.018, "B"), (-0.016, "C"), (-0.010, "D"), (0.0, "E"), (0.030, "F"), (0.05, "G")],
)
def test_pasquill_classes_by_gradient(gradient: float, letter: str) -> None:
    assert pasquill_class(gradient) == letter


def test_obukhov_length_of_a_textbook_case() -> None:
    # Stull (1988), p. 181: L = -u*^3 theta_v / (k g w'theta'); u* = 0.3 m/s, w'theta' = 0.1 K m/s, 290 K.
    length = obukhov_length(0.3, 0.1 * 1.2 * 1004.6480896, 1.2, 290.0)
    assert length == pytest.approx(-0.027 * 290.0 / (0.4 * G * 0.1))
    assert length == pytest.approx(-19.96, abs=0.01)
    assert obukhov_class(length) == "very unstable"
    assert obukhov_class(120.0) == "stable"
    assert obukhov_class(-1000.0) == "neutral"


def test_a_flux_that_contradicts_the_profile_is_not_used() -> None:
    stable = column(
        [2, 100, 1000], [250.0, 258.0, 256.0], 1.0, {"friction_velocity": 0.1, "sensible_heat_flux": 20.0}
    )
    found = stability(stable)
    assert found.obukhov_length is None
    assert "contradicts the stable profile" in found.why_no_obukhov
    cooled = column(
        [2, 100, 1000], [250.0, 258.0, 256.0], 1.0, {"friction_velocity": 0.1, "sensible_heat_flux": -20.0}
    )
    assert (stability(cooled).obukhov_length or 0.0) > 0.0


def test_grades_worsen_with_less_air_and_a_lid_and_better_in_rain() -> None:
    rules = dispersion_rules()
    lid = inversions(column([0, 300, 1000], [250.0, 258.0, 255.0]))
    grades = [
        dispersion_grade(Ventilation(index, 1.0, 1.0), ()).grade
        for index in (9e3, 5e3, 3e3, 1.5e3, 500.0, 1.0)
    ]
    assert grades == [1, 2, 3, 4, 5, 6]
    air = Ventilation(3000.0, 1.0, 1.0)
    assert dispersion_grade(air, lid).grade == 4
    assert dispersion_grade(air, lid, precipitation_rate=1.0 / 3600.0).grade == 3
    assert dispersion_grade(Ventilation(1.0, 1.0, 1.0), lid).grade == 6
    assert not rules.verified
    assert [item.chinese for item in rules.grades][::5] == ["非常有利", "极不利"]


def test_a_document_names_what_is_not_there_and_why() -> None:
    found = document(diagnose(column([0, 500, 2000], [270.0, 268.0, 260.0], np.nan)))
    assert found["mixing_height"] is None
    assert found["dispersion"] is None
    whats = {item["what"]: item["why"] for item in found["unavailable"]}
    assert whats["mixing_height"] == "no wind above the ground"
    assert whats["stability.obukhov_length_m"] == "the file gives no friction velocity"
    assert found["lowest_point"]["wind_speed_m_s"] is None


@pytest.mark.real_data
def test_the_winter_inversion_over_urumqi_in_the_gfs_state(real_data: Path) -> None:
    from atmosphere.meteorology.reading import read_weather

    weather = read_weather(real_data / "meteorology" / "gfs_2p5deg_20110110T12_f120.grib2", (80, 96, 36, 50))
    diagnosis = diagnose(profile_of_grid(weather, 87.6, 43.8))
    layer = diagnosis.inversion
    assert layer is not None
    assert layer.kind == "surface-based"
    assert 79999.0 < layer.top_pressure < 85001.0
    assert layer.strength == pytest.approx(12.0, abs=2.0)
    assert diagnosis.dispersion is not None
    assert diagnosis.dispersion.grade >= 5
    assert diagnosis.mixing is not None
    assert diagnosis.mixing.height < 60.0
    assert diagnosis.stability.pasquill == "G"


@pytest.mark.real_data
def test_the_lifted_inversion_over_ulaangom(real_data: Path) -> None:
    soundings = read_soundings(real_data / "meteorology" / "surface" / "temp_20081208T12.bufr")
    index = nearest_sounding(soundings, 92.08, 49.8, None)
    layer = diagnose(profile_of_sounding(soundings, index)).inversion
    assert layer is not None  # reported: 257.5 K at 837 hPa, 265.7 K at 813 hPa
    assert (layer.kind, layer.base_pressure, layer.top_pressure) == ("lifted", 83700.0, 81300.0)
    assert layer.strength == pytest.approx(8.2)
