"""Humidity, heights and vertical motion of the readers, against MetPy and against closed forms."""

from __future__ import annotations

from pathlib import Path

import metpy.calc
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from metpy.units import units

from atmosphere.meteorology.readers import moist_air
from atmosphere.meteorology.readers.grib import fields

TEMPERATURE = np.linspace(190.0, 320.0, 131)


@pytest.mark.parametrize(("phase", "name"), [("liquid", "liquid"), ("ice", "solid")])
def test_saturation_over_water_and_ice_is_metpys(phase: moist_air.Phase, name: str) -> None:
    expected = metpy.calc.saturation_vapor_pressure(TEMPERATURE * units.K, phase=name).to("Pa").magnitude
    np.testing.assert_allclose(moist_air.saturation_vapour_pressure(TEMPERATURE, phase), expected, rtol=2e-4)


def test_ecmwfs_mixture_is_that_of_its_documentation() -> None:
    """IFS documentation CY47R3, part IV, chapter 12: Tetens over water and ice, quadratic between."""
    warm = TEMPERATURE[TEMPERATURE >= 210.0]
    water = 611.21 * np.exp(17.502 * (warm - 273.16) / (warm - 32.19))
    ice = 611.21 * np.exp(22.587 * (warm - 273.16) / (warm + 0.7))
    share = np.clip((warm - 250.16) / 23.0, 0.0, 1.0) ** 2
    expected = share * water + (1 - share) * ice
    np.testing.assert_allclose(moist_air.saturation_vapour_pressure(warm, "ecmwf"), expected, rtol=0.015)


def test_specific_humidity_is_metpys() -> None:
    pressure, humidity = np.array([100000.0, 85000.0, 50000.0]), np.array([0.3, 0.8, 1.0])
    temperature = np.array([300.0, 280.0, 265.0])
    ratio = metpy.calc.mixing_ratio_from_relative_humidity(
        pressure * units.Pa, temperature * units.K, humidity
    )
    expected = metpy.calc.specific_humidity_from_mixing_ratio(ratio).magnitude
    found = moist_air.specific_humidity(pressure, temperature, humidity, "liquid")
    np.testing.assert_allclose(found, expected, rtol=5e-3)


def test_vertical_wind_is_metpys() -> None:
    found = moist_air.upward_air_velocity(np.array(-0.5), np.array(70000.0), np.array(270.0), 0.0)
    expected = metpy.calc.vertical_velocity(-0.5 * units("Pa/s"), 70000.0 * units.Pa, 270.0 * units.K)
    assert float(found) == pytest.approx(expected.to("m/s").magnitude, rel=1e-4)


def test_virtual_temperature_is_metpys() -> None:
    expected = metpy.calc.virtual_temperature(290.0 * units.K, 0.012 / 0.988 * units("kg/kg")).magnitude
    assert float(moist_air.virtual_temperature(np.array(290.0), 0.012)) == pytest.approx(expected, rel=2e-5)


def test_heights_of_an_isothermal_atmosphere_are_the_logarithm() -> None:
    pressure = np.array([98000.0, 90000.0, 70000.0, 30000.0])[None, :, None, None]
    found = moist_air.hypsometric_height(pressure, np.full((1, 1, 1), 100000.0), np.full((1, 4, 1, 1), 280.0))
    expected = 287.0423113 * 280.0 / 9.80665 * np.log(100000.0 / pressure)
    np.testing.assert_allclose(found, expected, rtol=1e-12)


@settings(max_examples=50, deadline=None)
@given(st.floats(200.0, 315.0))
def test_dew_point_of_saturated_air_is_its_temperature(temperature: float) -> None:
    saturation = moist_air.saturation_vapour_pressure(np.array([temperature]))
    assert moist_air.dew_point(saturation)[0] == pytest.approx(temperature, abs=1e-6)


@settings(max_examples=50, deadline=None)
@given(st.floats(50000.0, 110000.0), st.floats(220.0, 315.0), st.floats(0.01, 1.0))
def test_vapour_pressure_undoes_specific_humidity(
    pressure: float, temperature: float, humidity: float
) -> None:
    inside = moist_air.specific_humidity(np.array(pressure), np.array(temperature), np.array(humidity), "gfs")
    back = moist_air.vapour_pressure(np.array(pressure), inside)
    expected = humidity * moist_air.saturation_vapour_pressure(np.array(temperature), "gfs")
    assert float(back) == pytest.approx(float(expected), rel=1e-9)


def test_above_the_highest_humidity_given_air_is_at_most_saturated() -> None:
    pressure = np.array([50000.0, 20000.0, 10000.0])[None, :, None, None]
    temperature = np.array([250.0, 210.0, 220.0])[None, :, None, None]
    given_humidity = np.full((1, 1, 1, 1), 1e-3)
    found = moist_air.humid_above(given_humidity, pressure, temperature)[0, :, 0, 0]
    most = moist_air.specific_humidity(pressure, temperature, np.ones_like(pressure), "ice")[0, :, 0, 0]
    assert found[0] == 1e-3
    np.testing.assert_allclose(found[1:], most[1:])
    assert (found[1:] < 3e-4).all()


@pytest.mark.real_data
def test_gfs_relative_humidity_is_over_its_mixture_of_water_and_ice(real_data: Path) -> None:
    """The file holds both humidities of the air at 2 m; the model's own mixture makes one of the other."""
    path = real_data / "meteorology/gfs_2p5deg_20110110T12_f120.grib2"
    names = {"2t", "2r", "2sh", "sp"}
    found = {
        one.header.short_name: one.values for one in fields([path], None, lambda h: h.short_name in names)
    }
    cold = (found["2t"] > 250.0) & (found["2t"] < 265.0) & (found["2r"] < 99.5) & (found["2sh"] > 3e-4)
    ratio = {}
    phases: tuple[moist_air.Phase, ...] = ("liquid", "ice", "gfs")
    for phase in phases:
        made = moist_air.specific_humidity(found["sp"], found["2t"], found["2r"] / 100.0, phase)
        ratio[phase] = float(np.median(made[cold] / found["2sh"][cold]))
    assert cold.sum() > 500
    assert ratio["gfs"] == pytest.approx(1.0, abs=0.005)
    assert ratio["liquid"] > 1.05
    assert ratio["ice"] < 0.98
