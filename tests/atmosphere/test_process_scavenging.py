"""Wet scavenging: published coefficients, where it acts, and on what."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from atmosphere.transport.processes.parameters import parameter_values
from atmosphere.transport.processes.scavenging import scavenging_rate, washout_by_particles
from atmosphere.transport.processes.weather_fields import weather_fields
from atmosphere.transport.species import load_species
from tests.atmosphere.process_weather import SMALL, SURFACE, weather

TABLE = load_species()
PARAMETERS = parameter_values()
HOUR = 3600


def rates(
    ground: float, millimetres: float = 1.0, cloud: slice | None = None, share: float = 1.0
) -> torch.Tensor | None:
    made = weather(ground=ground, lapse=0.0, **{**SURFACE, "precipitation_rate": millimetres / HOUR})
    if cloud is not None:
        made["cloud_water"][:, cloud] = 2e-4
    fields = weather_fields(made, SMALL, PARAMETERS)
    return scavenging_rate(fields, TABLE, torch.full_like(fields.temperature, share), PARAMETERS)


def hourly(rate: torch.Tensor | None, name: str, layer: int = 0) -> float:
    assert rate is not None
    return float(rate[0, TABLE.index(name), layer, 0, 0]) * HOUR


@pytest.mark.parametrize(
    ("name", "ground", "millimetres", "wanted"),
    [
        ("ppm_fine", 285, 1.0, 1.06e-3), ("ppm_fine", 260, 1.0, 0.0276),
        ("ppm_coarse", 285, 1.0, 0.92), ("ppm_coarse", 260, 1.0, 1.57),
        ("dust_4", 285, 10.0, 0.92 * 10**0.79), ("sulfate", 285, 10.0, 1.06e-3 * 10**0.61),
    ],
)  # fmt: skip
def test_particles_below_clouds(name: str, ground: float, millimetres: float, wanted: float) -> None:
    """Feng 2007 and 2009 as tabulated in GEOS-Chem, per hour."""
    assert hourly(rates(ground, millimetres), name) == pytest.approx(wanted, rel=2e-3)


def test_half_of_the_coarse_particles_are_gone_after_an_hour_of_light_rain() -> None:
    assert 0.4 < 1 - np.exp(-hourly(rates(285), "ppm_coarse")) < 0.7


def test_gases_below_clouds() -> None:
    """EMEP, 1 mm in an hour: 0.15e6 * 1e-3 m / 1000 m for sulfur dioxide, 0.5e6 for nitric acid."""
    rain = rates(285, share=0.0)
    assert hourly(rain, "so2") == pytest.approx(0.15, rel=1e-6)
    assert hourly(rain, "nitrate") == pytest.approx(0.5, rel=1e-6)
    assert hourly(rain, "co") == hourly(rain, "nox") == 0


def test_snow_takes_no_gas() -> None:
    snow = rates(255, share=0.0)
    assert hourly(snow, "so2") == hourly(snow, "nitrate") == 0
    assert hourly(rates(255, share=1.0), "nitrate") > 0.02


def test_clouds_clean_faster_than_rain_below_and_nothing_falls_from_above_the_top() -> None:
    rain = rates(285, cloud=slice(6, 9))
    assert hourly(rain, "sulfate", 7) == pytest.approx(1.0, rel=1e-6)
    assert hourly(rain, "sulfate", 7) > 100 * hourly(rain, "sulfate", 2) > 0
    assert hourly(rain, "sulfate", 9) == hourly(rain, "ppm_coarse", 11) == 0


def test_more_rain_takes_more() -> None:
    for name in ("ppm_fine", "dust_3", "so2", "nitrate"):
        amounts = [hourly(rates(285, amount), name) for amount in (0.1, 1.0, 10.0)]
        assert amounts == sorted(amounts)
        assert amounts[0] < amounts[-1]


def test_nothing_without_precipitation() -> None:
    assert rates(285, 0.0) is None
    fields = weather_fields(weather(), SMALL, PARAMETERS)
    assert scavenging_rate(fields, TABLE, torch.ones_like(fields.temperature), PARAMETERS) is None


def test_no_rain_no_rate_beside_a_shower() -> None:
    falling = torch.tensor([0.0, 1 / HOUR], dtype=torch.float64)
    got = washout_by_particles("fine", falling, torch.tensor([False, False]), PARAMETERS)
    assert got[0] == 0
    assert got[1] > 0
