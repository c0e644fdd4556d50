"""Resistances and velocities against textbook values and measurements over snow."""

from __future__ import annotations

import pytest
import torch

from atmosphere.transport.processes.deposition import (
    aerodynamic_resistance,
    deposition_flux,
    gas_velocity,
    particle_velocity,
)
from atmosphere.transport.processes.parameters import parameter_values
from atmosphere.transport.processes.surface_layer import SurfaceLayer, surface_layer
from atmosphere.transport.processes.weather_fields import WeatherFields, weather_fields
from atmosphere.transport.species import load_species
from atmosphere.transport.species_configuration import GasConfig
from tests.atmosphere.process_weather import SMALL, SURFACE, weather

TABLE = load_species()
PARAMETERS = parameter_values()


def near_ground(
    celsius: float = 25.0, friction: float = 0.44, **surface: float
) -> tuple[WeatherFields, SurfaceLayer]:
    kelvin = 273.15 + celsius
    given = {
        "friction_velocity": friction,
        "air_temperature_2m": kelvin,
        "sensible_heat_flux": 0.0,
        "snow_depth": 0.0,
    }
    made = weather(ground=kelvin, lapse=-0.0098, **{**SURFACE, **given, **surface})
    fields = weather_fields(made, SMALL, PARAMETERS)
    return fields, surface_layer(fields, PARAMETERS)


def of_gas(name: str, celsius: float, snow: float, *, acid: bool = False) -> float:
    fields, layer = near_ground(celsius, 0.3, snow_depth=snow)
    gas = TABLE.species[TABLE.index(name)].gas
    assert isinstance(gas, GasConfig)
    resistance = aerodynamic_resistance(fields, layer)
    return float(gas_velocity(gas, resistance, fields, layer, PARAMETERS, acid=acid)[0, 0, 0])


def of_particle(diameter: float, density: float = 1000.0, friction: float = 0.44) -> float:
    fields, layer = near_ground(friction=friction)
    one = TABLE.species[0].model_copy(update={"diameter_um": diameter, "density": density})
    resistance = aerodynamic_resistance(fields, layer)
    return float(particle_velocity(one, resistance, fields, layer, PARAMETERS)[0, 0, 0])


def test_neutral_aerodynamic_resistance() -> None:
    """Seinfeld and Pandis, section 19.3: z = 10 m, z0 = 0.1 m, u* = 0.4 m s-1 give 28.8 s m-1."""
    resistance = aerodynamic_resistance(*near_ground(friction=0.4))
    assert float(resistance[0, 0, 0]) == pytest.approx(28.78, rel=1e-3)


def test_calm_stable_air_resists_more() -> None:
    neutral = aerodynamic_resistance(*near_ground(friction=0.2))
    stable = aerodynamic_resistance(*near_ground(friction=0.2, sensible_heat_flux=-20.0))
    assert bool((stable > 1.3 * neutral).all())


def test_sulfur_dioxide_on_cold_snow() -> None:
    """Measured over dry snow: 0.05 to 0.15 cm s-1 (Cadle et al. 1985; Granat and Johansson 1983)."""
    assert 0.0005 < of_gas("so2", -10.0, 0.2) < 0.0015
    assert of_gas("so2", 0.5, 0.2) > 2 * of_gas("so2", -10.0, 0.2)


def test_order_of_the_gases() -> None:
    acid, sulfur, nitrogen = of_gas("nitrate", 10, 0, acid=True), of_gas("so2", 10, 0), of_gas("nox", 10, 0)
    assert 0.005 < acid < 0.05
    assert acid > 3 * sulfur > 6 * nitrogen > 0


def test_nitric_acid_sticks_less_on_cold_snow() -> None:
    assert of_gas("nitrate", -20, 0.2, acid=True) < of_gas("nitrate", -2, 0.2, acid=True)


@pytest.mark.parametrize(("diameter", "wanted"), [(0.01, 5e-3), (0.1, 1.2e-4), (1.0, 2e-4), (10.0, 6e-3)])
def test_particles_as_in_the_textbook(diameter: float, wanted: float) -> None:
    """Seinfeld and Pandis 2006, figure 19.2: unit density, u* = 0.44 m s-1, within a factor of three."""
    assert wanted / 3.1 < of_particle(diameter) < 3.1 * wanted


def test_particles_deposit_least_between_a_tenth_and_two_micrometres() -> None:
    sizes = [0.01, 0.03, 0.1, 0.3, 0.6, 1.0, 2.0, 4.0, 10.0]
    velocities = [of_particle(size) for size in sizes]
    least = velocities.index(min(velocities))
    assert 0.1 < sizes[least] <= 2.0
    assert velocities[: least + 1] == sorted(velocities[: least + 1], reverse=True)
    assert velocities[least:] == sorted(velocities[least:])


def test_settling_is_not_counted_twice() -> None:
    fields, layer = near_ground()
    resistance = aerodynamic_resistance(fields, layer)
    dust = TABLE.species[TABLE.index("dust_4")]
    turbulent = particle_velocity(dust, resistance, fields, layer, PARAMETERS)
    whole = particle_velocity(
        dust.model_copy(update={"settles": False}), resistance, fields, layer, PARAMETERS
    )
    assert float((whole - turbulent).mean()) == pytest.approx(
        0.0043, rel=0.1
    )  # Stokes, 7.36 µm of 2650 kg m-3
    assert bool((turbulent > 0).all())


def test_flux_of_all_species() -> None:
    fields, layer = near_ground()
    share = torch.full((1, *SMALL.shape[1:]), 0.25, dtype=torch.float64)
    flux = deposition_flux(fields, layer, TABLE, share, PARAMETERS)
    assert flux.shape == (1, len(TABLE.species), *SMALL.shape[1:])
    assert bool((flux[:, TABLE.index("co")] == 0).all())
    velocity = flux / fields.density[:, :1] / fields.area
    nitrate, as_fine = velocity[:, TABLE.index("nitrate")], velocity[:, TABLE.index("sulfate")]
    gas = TABLE.species[TABLE.index("nitrate")].gas
    assert isinstance(gas, GasConfig)
    acid = gas_velocity(gas, aerodynamic_resistance(fields, layer), fields, layer, PARAMETERS, acid=True)
    torch.testing.assert_close(nitrate, 0.25 * as_fine + 0.75 * acid, rtol=1e-3, atol=0)
