"""Plume rise against worked examples, limits, and a lifted inversion."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from atmosphere.transport.processes.parameters import parameter_values
from atmosphere.transport.processes.plume_rise import (
    AirColumns,
    Stacks,
    air_columns,
    buoyancy_flux,
    layer_fractions,
    momentum_flux,
    neutral_rise,
    plume_rise,
    release_fractions,
    stable_rise,
)
from atmosphere.transport.processes.weather_fields import weather_fields
from foundation.errors import InputError
from tests.atmosphere.process_weather import SMALL, weather

EDGES = torch.linspace(0, 2000, 201, dtype=torch.float64)
HEIGHT = 0.5 * (EDGES[1:] + EDGES[:-1])
ADIABATIC = -9.80665 / 1004.648


def stack(height: float, diameter: float, temperature: float, velocity: float) -> Stacks:
    values = (height, diameter, temperature, velocity)
    return Stacks(*(torch.tensor([value], dtype=torch.float64) for value in values))


def column(lapse: float, wind: float = 5.0, temperature: float = 279.0, top: float = 100.0) -> AirColumns:
    speed = torch.full((1, 200), wind, dtype=torch.float64)
    return AirColumns((temperature + lapse * (HEIGHT - top))[None], speed, EDGES)


def test_fluxes_of_the_screen3_guide() -> None:
    """US EPA 1995, EPA-454/B-95-004: 2.5 m, 25 m s-1, 450 K in 293 K give 133.643 and 635.851."""
    one, air = stack(100, 2.5, 450, 25), torch.tensor([293.0], dtype=torch.float64)
    assert float(buoyancy_flux(one, air)) == pytest.approx(133.643, rel=1e-4)
    assert float(momentum_flux(one, air)) == pytest.approx(635.851, rel=1e-5)


def test_worked_example() -> None:
    """Masters and Ela, Introduction to Environmental Engineering and Science, plume rise of a power plant.

    A stack of 100 m and 1 m radius, 10 m s-1 at 120 °C into 6 °C and 5 m s-1: F = 28.4 m4 s-3; with
    temperature growing by 2 °C a kilometre, where they round s to 0.0004 s-2, 63 m; in slightly unstable
    air 53 m.
    """
    one, air = stack(100, 2, 393, 10), column(0.002)
    flux = buoyancy_flux(one, torch.tensor([279.0], dtype=torch.float64))
    assert float(flux) == pytest.approx(28.4, abs=0.1)
    assert float(stable_rise(one, air, flux)) == pytest.approx(63, rel=0.03)
    assert float(neutral_rise(flux, torch.tensor(5.0))) == pytest.approx(53, rel=0.02)
    assert float(plume_rise(one, column(-0.012))) == pytest.approx(53, rel=0.02)


@pytest.mark.parametrize(("lapse", "wind"), [(0.01, 2.0), (0.03, 4.0), (0.05, 1.5)])
def test_uniform_stability_is_briggs_formula(lapse: float, wind: float) -> None:
    one = stack(100, 3, 400, 12)
    flux = float(buoyancy_flux(one, torch.tensor([279.0], dtype=torch.float64)))
    wanted = 2.6 * (flux / (wind * 9.81 / 280 * (lapse - ADIABATIC))) ** (1 / 3)
    assert float(plume_rise(one, column(lapse, wind))) == pytest.approx(wanted, rel=0.02)


def test_lifted_inversion_holds_a_small_plume_and_lets_part_of_a_large_one_through() -> None:
    """Neutral to 300 m, then 8 K in 100 m: the share above follows Briggs' partial penetration."""
    temperature = 262 + ADIABATIC * HEIGHT + 8 * ((HEIGHT - 300) / 100).clamp(0, 1)
    air = AirColumns(temperature[None], torch.full((1, 200), 3.0, dtype=torch.float64), EDGES)
    above = EDGES[:-1] >= 300
    small, large = stack(60, 1.2, 380, 8), stack(150, 6, 420, 20)
    low = plume_rise(small, air)
    assert float(low) < 2 / 3 * 240
    assert float(release_fractions(small, air)[0, above].sum()) == 0
    high = float(plume_rise(large, air))
    assert 150 < high < 400
    assert high < float(plume_rise(large, column(ADIABATIC, 3.0, 262.0, 0.0))) / 2
    through = float(release_fractions(large, air)[0, above].sum())
    assert through == pytest.approx(1.5 - 150 / high, abs=0.02)
    assert 0 < through <= 1


def test_wind_bends_and_heat_lifts() -> None:
    rises = [float(plume_rise(stack(100, 3, 400, 12), column(ADIABATIC, wind))) for wind in (2.0, 4.0, 8.0)]
    assert rises == sorted(rises, reverse=True)
    heats = [float(plume_rise(stack(100, 3, warm, 12), column(0.01))) for warm in (300.0, 350.0, 450.0)]
    assert heats == sorted(heats)


def test_cold_plume_rises_by_momentum_alone() -> None:
    got = float(plume_rise(stack(50, 2, 260, 15), column(ADIABATIC)))
    assert got == pytest.approx(3 * 2 * 15 / 5)


def test_layers_by_hand() -> None:
    edges = torch.tensor([0.0, 100, 200, 400])
    got = layer_fractions(torch.tensor([100.0, 20.0, 900.0]), torch.tensor([100.0, 0.0, 50.0]), edges)
    torch.testing.assert_close(got[0], torch.tensor([0.0, 0.5, 0.5]))
    assert got[1].tolist() == [1, 0, 0]
    assert got[2].tolist() == [0, 0, 1]


@settings(max_examples=40, deadline=None)
@given(
    st.floats(0, 3000), st.floats(0, 20), st.floats(150, 2000), st.floats(0, 60), st.floats(0, 60),
    st.lists(st.floats(200, 330), min_size=12, max_size=12),
)  # fmt: skip
def test_shares_sum_to_one_in_any_air(
    height: float, diameter: float, warm: float, velocity: float, wind: float, profile: list[float]
) -> None:
    edges = torch.as_tensor(SMALL.layer_edges_m, dtype=torch.float32)
    air = AirColumns(torch.tensor([profile]), torch.full((1, 12), wind), edges)
    stacks = Stacks(
        *(torch.tensor([value], dtype=torch.float32) for value in (height, diameter, warm, velocity))
    )
    shares = release_fractions(stacks, air)
    assert bool(torch.isfinite(shares).all())
    assert float(shares.min()) >= 0
    assert float(shares.sum()) == pytest.approx(1, abs=1e-5)


def test_columns_of_the_grid() -> None:
    fields = weather_fields([weather(wind=1.0), weather(wind=3.0)], SMALL, parameter_values())
    rows, columns = torch.tensor([0, 3, 1]), torch.tensor([2, 0, 1])
    air = air_columns(fields, rows, columns)
    assert air.temperature.shape == (2, 3, 12)
    torch.testing.assert_close(air.wind_speed[1, 2], fields.eastward_wind[1, :, 1, 1])
    stacks = Stacks(*(torch.full((3,), value, dtype=torch.float64) for value in (80.0, 2.0, 380.0, 10.0)))
    assert release_fractions(stacks, air).shape == (2, 3, 12)


@pytest.mark.parametrize("change", [{"height": -1.0}, {"velocity": float("nan")}, {"temperature": 120.0}])
def test_impossible_stacks(change: dict[str, float]) -> None:
    given_values = {"height": 50.0, "diameter": 2.0, "temperature": 400.0, "velocity": 10.0, **change}
    with pytest.raises(InputError, match="stack"):
        Stacks(**{name: torch.tensor([value]) for name, value in given_values.items()})
    with pytest.raises(InputError, match="expected one number"):
        Stacks(torch.ones(2), torch.ones(1), torch.ones(2), torch.ones(2))
