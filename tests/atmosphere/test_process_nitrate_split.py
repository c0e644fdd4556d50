"""Ammonium nitrate against a second published formula, and its equilibrium."""

from __future__ import annotations

import math

import pytest
import torch

from atmosphere.transport.processes.nitrate_split import (
    deliquescence_humidity,
    dissociation_constant,
    particle_share,
)
from atmosphere.transport.processes.parameters import parameter_values

PARAMETERS = parameter_values()


def number(value: float) -> torch.Tensor:
    return torch.tensor(value, dtype=torch.float64)


@pytest.mark.parametrize("kelvin", [263.0, 273.0, 283.0, 298.0, 308.0])
def test_solid_against_stelson_and_seinfeld(kelvin: float) -> None:
    """Seinfeld and Pandis 2006, eq. 10.91: ln K = 84.6 - 24220/T - 6.1 ln(T/298); they differ by half."""
    other = math.exp(84.6 - 24220 / kelvin - 6.1 * math.log(kelvin / 298))
    assert float(dissociation_constant(number(kelvin), number(0.3))) == pytest.approx(other, rel=0.6)


def test_deliquescence_of_the_textbook() -> None:
    """Seinfeld and Pandis 2006, table 10.1: 61.8 % at 298 K."""
    assert float(deliquescence_humidity(number(298.0))) == pytest.approx(0.618, abs=0.006)


def test_solution_joins_the_solid_and_ends_at_saturation() -> None:
    warmth = number(288.0)
    edge = deliquescence_humidity(warmth)
    below, above = dissociation_constant(warmth, edge - 1e-6), dissociation_constant(warmth, edge + 1e-6)
    assert float(above) == pytest.approx(float(below), rel=0.35)
    assert float(dissociation_constant(warmth, number(1.0))) == 0


def test_cold_nitrate_is_particle_and_warm_dry_nitrate_is_gas() -> None:
    humidity = number(0.5)
    assert float(particle_share(number(258.15), humidity, PARAMETERS)) > 0.999
    assert float(particle_share(number(308.15), humidity, PARAMETERS)) == 0
    shares = [float(particle_share(number(kelvin), humidity, PARAMETERS)) for kelvin in range(250, 315, 5)]
    assert shares == sorted(shares, reverse=True)


@pytest.mark.parametrize(("ammonia", "nitrate"), [(10.0, 5.0), (3.0, 8.0), (50.0, 1.0)])
def test_gases_are_in_equilibrium(ammonia: float, nitrate: float) -> None:
    warmth, humidity = number(283.0), number(0.4)
    share = particle_share(warmth, humidity, PARAMETERS, number(nitrate), number(ammonia))
    particle = nitrate * float(share)
    product = (ammonia - particle) * (nitrate - particle)
    assert product == pytest.approx(float(dissociation_constant(warmth, humidity)), rel=1e-9)


def test_extremes_stay_between_nothing_and_all() -> None:
    warmth, humidity = torch.meshgrid(torch.linspace(180, 340, 33), torch.linspace(0, 1, 21), indexing="ij")
    share = particle_share(warmth, humidity, parameter_values(dtype=torch.float32))
    assert bool(torch.isfinite(share).all())
    assert float(share.min()) >= 0
    assert float(share.max()) <= 1
