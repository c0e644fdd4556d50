"""Limits and shapes of the profile of K."""

from __future__ import annotations

import pytest
import torch

from atmosphere.transport.processes.mixing import (
    boundary_layer_diffusivity,
    diffusivity,
    local_diffusivity,
    mixing_exchange,
)
from atmosphere.transport.processes.parameters import parameter_values
from atmosphere.transport.processes.surface_layer import SurfaceLayer, surface_layer
from atmosphere.transport.processes.weather_fields import weather_fields
from tests.atmosphere.process_weather import SMALL, SURFACE, weather


def layer(friction: float = 0.3, inverse: float = 0.0, depth: float = 1000.0) -> SurfaceLayer:
    one = torch.ones(1, 1, 1, dtype=torch.float64)
    convective = (friction**3 / 0.4 * depth * max(-inverse, 0.0)) ** (1 / 3)
    return SurfaceLayer(friction * one, inverse * one, depth * one, convective * one, 0.1 * one, ())


def profile(heights: list[float], at: SurfaceLayer) -> torch.Tensor:
    return boundary_layer_diffusivity(torch.tensor(heights, dtype=torch.float64)[:, None, None], at).flatten()


def test_neutral_near_the_ground() -> None:
    got = profile([1.0, 2.0, 5.0], layer(0.3, 0.0, 1e6))
    torch.testing.assert_close(
        got, 0.4 * 0.3 * torch.tensor([1.0, 2.0, 5.0], dtype=torch.float64), rtol=2e-5, atol=0
    )


def test_neutral_profile_peaks_at_a_third_and_ends_at_the_top() -> None:
    heights = torch.arange(10.0, 1000, 10, dtype=torch.float64)
    got = profile(heights.tolist(), layer())
    assert float(heights[got.argmax()]) == pytest.approx(1000 / 3, abs=10)
    assert float(got.max()) == pytest.approx(0.4 * 0.3 * 1000 * 4 / 27, rel=1e-3)
    assert profile([1000.0, 1500.0], layer()).tolist() == [0.0, 0.0]


def test_similarity_in_the_surface_layer() -> None:
    """Businger-Dyer: phi_h = 1 + 5 z/L when stable, (1 - 15 z/L)^-1/2 when not."""
    stable, unstable = profile([5.0], layer(0.3, 1 / 50, 1e5)), profile([5.0], layer(0.3, -1 / 50, 1e5))
    assert float(stable) == pytest.approx(0.4 * 0.3 * 5 / 1.5, rel=1e-3)
    assert float(unstable) == pytest.approx(0.4 * 0.3 * 5 * 2.5**0.5, rel=1e-3)


def test_convection_mixes_more_than_neutral_and_neutral_more_than_stable() -> None:
    heights = [50.0, 300.0, 700.0]
    by_day, neutral, by_night = (profile(heights, layer(0.3, inverse)) for inverse in (-0.02, 0.0, 0.02))
    assert bool((by_day > neutral).all())
    assert bool((neutral > by_night).all())
    assert 30 < float(by_day[1]) < 300


def test_local_profile_in_neutral_shear() -> None:
    """Adiabatic air: K = l2 S with 1/l = 1/(0.4 z) + 1/300 up to 1 km."""
    fields = weather_fields(weather(lapse=-9.80665 / 1004.648, wind=5.0), SMALL, parameter_values())
    got = local_diffusivity(fields)[0, 3, 0, 0]
    length = 1 / (1 / (0.4 * 200) + 1 / 300)
    assert float(got) == pytest.approx(length**2 * 5.0 / 500, rel=1e-3)
    stable = weather_fields(weather(lapse=0.012, wind=5.0), SMALL, parameter_values())
    assert float(local_diffusivity(stable)[0, 3, 0, 0]) < 0.02 * float(got)


def test_floor_and_exchange() -> None:
    parameters = parameter_values({"lowest_diffusivity_near_ground": 0.5, "background_diffusivity": 0.2})
    fields = weather_fields(weather(wind=0.1, **{**SURFACE, "friction_velocity": 0.0}), SMALL, parameters)
    at = surface_layer(fields, parameters)
    coefficient = diffusivity(fields, at, parameters)
    assert coefficient[0, :2].min() == 0.5
    assert coefficient[0, 3:].min() == 0.2
    exchange = mixing_exchange(fields, at, parameters)
    assert exchange.shape == (1, SMALL.shape[0] - 1, *SMALL.shape[1:])
    row, face = 1, 4
    density = 0.5 * float(fields.density[0, face, row, 0] + fields.density[0, face + 1, row, 0])
    distance = SMALL.layer_height_m[face + 1] - SMALL.layer_height_m[face]
    wanted = density * 0.2 * SMALL.cell_area_m2[row, 0] / distance
    assert float(exchange[0, face, row, 0]) == pytest.approx(wanted, rel=1e-9)
