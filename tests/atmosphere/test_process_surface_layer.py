"""Scales of the surface layer recovered from profiles that were made with them."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from atmosphere.transport.processes.parameters import parameter_values
from atmosphere.transport.processes.surface_layer import (
    SurfaceLayer,
    heat_stability,
    momentum_stability,
    surface_layer,
)
from atmosphere.transport.processes.weather_fields import weather_fields
from tests.atmosphere.process_weather import SMALL, SURFACE, weather


def scales(**surface: float) -> SurfaceLayer:
    parameters = parameter_values()
    return surface_layer(weather_fields(weather(**surface), SMALL, parameters), parameters)


def without(*names: str) -> dict[str, float]:
    return {name: value for name, value in SURFACE.items() if name not in names}


def test_what_the_weather_holds_is_used() -> None:
    got = scales(**SURFACE)
    assert got.fallbacks == ()
    assert float(got.friction_velocity.min()) == pytest.approx(0.15)
    assert float(got.boundary_layer_height.max()) == 150


def test_obukhov_length() -> None:
    """L = -u*3 T rho cp / (k g H): a convective afternoon of 200 W m-2 and 0.3 m s-1 gives some -12 m."""
    got = scales(
        **{**SURFACE, "sensible_heat_flux": 200.0, "friction_velocity": 0.3, "boundary_layer_height": 1000.0}
    )
    density = 95000 / (287.05 * 257.0)
    length = -(0.3**3) * 257.0 * density * 1005 / (0.4 * 9.81 * 200)
    assert float(1 / got.inverse_obukhov_length[0, 0, 0]) == pytest.approx(length, rel=0.02)
    velocity = (9.81 / 257.0 * 200 / (density * 1005) * 1000) ** (1 / 3)
    assert float(got.convective_velocity[0, 0, 0]) == pytest.approx(velocity, rel=0.02)


def test_friction_velocity_from_the_logarithmic_law() -> None:
    """Neutral: 6 m s-1 at 10 m over 2 cm is 0.4 * 6 / ln 500."""
    got = scales(**{**without("friction_velocity"), "sensible_heat_flux": 0.0, "eastward_wind_10m": 6.0})
    assert float(got.friction_velocity[0, 0, 0]) == pytest.approx(0.4 * 6 / math.log(500), rel=1e-6)
    assert any("friction_velocity" in line for line in got.fallbacks)


@pytest.mark.parametrize("heat", [-15.0, 40.0])
def test_profile_and_flux_belong_together(heat: float) -> None:
    """The wind of the diabatic profile (stable: psi = -5 z/L) with the scales found is the wind given."""
    got = scales(**{**without("friction_velocity"), "sensible_heat_flux": heat, "eastward_wind_10m": 4.0})
    friction, inverse = float(got.friction_velocity[0, 0, 0]), float(got.inverse_obukhov_length[0, 0, 0])
    z = np.linspace(0.02, 10, 400001)[1:]
    gradient = 1 + 5 * z * inverse if heat < 0 else (1 - 15 * z * inverse) ** -0.25
    wind = np.sum(friction / (0.4 * z) * gradient) * (z[1] - z[0])
    assert wind == pytest.approx(4.0, rel=0.02)
    assert (inverse > 0) == (heat < 0)


def test_stability_without_a_heat_flux_follows_the_temperature_near_the_ground() -> None:
    cold = scales(**{**without("sensible_heat_flux"), "air_temperature_2m": 255.0})
    warm = scales(**{**without("sensible_heat_flux"), "air_temperature_2m": 262.0})
    assert float(cold.inverse_obukhov_length.min()) > 0 > float(warm.inverse_obukhov_length.max())
    assert "sensible_heat_flux" in cold.fallbacks[0]


def test_height_of_the_boundary_layer_under_a_lifted_inversion() -> None:
    """Neutral to 600 m, then 5 K warmer: the layer ends between the middles on both sides."""
    made = weather(lapse=-9.80665 / 1004.648, wind=4.0, **without("boundary_layer_height"))
    height = SMALL.layer_height_m[:, None, None]
    made["air_temperature"] = made["air_temperature"].copy(
        data=made["air_temperature"].values + np.where(height > 600, 5.0, 0.0)
    )
    parameters = parameter_values()
    got = surface_layer(weather_fields(made, SMALL, parameters), parameters)
    assert 590 <= float(got.boundary_layer_height.min()) <= float(got.boundary_layer_height.max()) <= 850


def test_stability_functions_start_at_nothing_and_are_continuous() -> None:
    near = torch.tensor([-1e-6, 0.0, 1e-6], dtype=torch.float64)
    for function in (momentum_stability, heat_stability):
        assert float(function(near).abs().max()) < 1e-4


@pytest.mark.parametrize("zeta", [-2.0, -0.3, 0.5])
def test_stability_functions_integrate_the_gradients(zeta: float) -> None:
    """psi = integral of (1 - phi) / x from 0 to z/L, with phi of Businger and Dyer."""
    x = np.linspace(0, zeta, 200001)
    middle = 0.5 * (x[1:] + x[:-1])
    momentum, heat = (
        (1 + 5 * middle,) * 2 if zeta > 0 else ((1 - 15 * middle) ** -0.25, (1 - 15 * middle) ** -0.5)
    )
    at = torch.tensor(zeta, dtype=torch.float64)
    for function, gradient in ((momentum_stability, momentum), (heat_stability, heat)):
        wanted = np.sum((1 - gradient) / middle) * (x[1] - x[0])
        assert float(function(at)) == pytest.approx(wanted, rel=1e-4)
