"""Settling against published tables."""

from __future__ import annotations

import pytest
import torch

from atmosphere.transport.processes import air_properties as air
from atmosphere.transport.processes.parameters import parameter_values
from atmosphere.transport.processes.settling import settling_flux, settling_velocity, slip_correction
from atmosphere.transport.processes.weather_fields import weather_fields
from atmosphere.transport.species import load_species
from tests.atmosphere.process_weather import SMALL, weather

SLIP_OF_SEINFELD_PANDIS_TABLE_9_5 = {
    0.001: 216, 0.002: 108, 0.005: 43.6, 0.01: 22.2, 0.02: 11.4, 0.05: 4.95, 0.1: 2.85, 0.2: 1.865,
    0.5: 1.326, 1.0: 1.164, 2.0: 1.082, 5.0: 1.032, 10.0: 1.016, 20.0: 1.008, 50.0: 1.003, 100.0: 1.0016,
}  # fmt: skip
VELOCITY_OF_HINDS = {0.1: 8.8e-7, 1.0: 3.5e-5, 10.0: 3.1e-3}


def kelvin(value: float) -> torch.Tensor:
    return torch.tensor(value, dtype=torch.float64)


@pytest.mark.parametrize(("diameter", "wanted"), SLIP_OF_SEINFELD_PANDIS_TABLE_9_5.items())
def test_slip_correction(diameter: float, wanted: float) -> None:
    warmth = kelvin(298.0)
    path = air.mean_free_path(warmth, kelvin(101325.0), air.dynamic_viscosity(warmth))
    assert float(slip_correction(diameter * 1e-6, path)) == pytest.approx(wanted, rel=0.025)


@pytest.mark.parametrize(("temperature", "wanted"), [(288.15, 1.7894e-5), (216.65, 1.4216e-5)])
def test_viscosity_of_the_standard_atmosphere(temperature: float, wanted: float) -> None:
    assert float(air.dynamic_viscosity(kelvin(temperature))) == pytest.approx(wanted, rel=1e-4)


@pytest.mark.parametrize(("diameter", "wanted"), VELOCITY_OF_HINDS.items())
def test_velocity_of_unit_density_spheres(diameter: float, wanted: float) -> None:
    got = settling_velocity(diameter * 1e-6, 1000, kelvin(293.15), kelvin(101325.0))
    assert float(got) == pytest.approx(wanted, rel=0.03)


def test_stokes_for_dust_of_ten_micrometres() -> None:
    got = settling_velocity(1e-5, 2650, kelvin(293.15), kelvin(101325.0))
    assert float(got) == pytest.approx(2650 * 1e-10 * 9.80665 / (18 * 1.813e-5) * 1.016, rel=2e-3)


def test_flux_grows_with_size_and_reaches_the_ground() -> None:
    table = load_species()
    fields = weather_fields(weather(), SMALL, parameter_values())
    flux = settling_flux(fields, table)
    assert flux is not None
    assert flux.shape == (1, len(table.settling), *SMALL.shape)
    dust = [table.settling.index(table.index(f"dust_{size}")) for size in (2, 3, 4, 5)]
    assert bool((flux[:, dust].diff(dim=1) > 0).all())
    assert float(flux[0, dust[-1], 0].min()) > 0
    velocity = flux / (fields.density * fields.area)
    assert bool((velocity[0, 0, -1] > velocity[0, 0, 0] * 0.9).all())
    assert settling_flux(fields, table.select(["so2", "sulfate"])) is None
