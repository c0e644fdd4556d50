"""Sun, hydroxyl and rates against ephemerides, tables and published lifetimes."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from atmosphere.transport.processes.chemistry import (
    RATES,
    Conditions,
    conditions,
    conversion_rates,
    termolecular,
)
from atmosphere.transport.processes.parameters import parameter_values
from atmosphere.transport.processes.sunlight import cloud_transmission, cosine_of_zenith, sun_position
from atmosphere.transport.processes.weather_fields import weather_fields
from atmosphere.transport.species import load_species
from foundation.errors import ConfigurationError
from tests.atmosphere.process_weather import SMALL, SURFACE, weather

TABLE = load_species()
PARAMETERS = parameter_values()
NOON, MIDNIGHT = "2025-01-15T06:00", "2025-01-15T18:00"
CLEAR = {name: value for name, value in SURFACE.items() if "shortwave" not in name and "cloud" not in name}


def at(time: str, **given: float) -> Conditions:
    return conditions(weather_fields(weather(time=time, **given), SMALL, PARAMETERS), PARAMETERS)


def per_hour(name: str, time: str, **given: float) -> float:
    return 3600 * float(RATES[name](at(time, **given), PARAMETERS)[0, 0, 2, 2])


def number(value: float) -> torch.Tensor:
    return torch.tensor(value, dtype=torch.float64)


def test_zenith_of_the_published_example() -> None:
    """Reda and Andreas 2004 (NREL/TP-560-34302, appendix A.5): 50.11° with refraction, 50.13° without."""
    cosine = cosine_of_zenith(
        [np.datetime64("2003-10-17T19:30:30")], number(-105.1786)[None], number(39.742476)[None]
    )
    assert math.degrees(math.acos(float(cosine))) == pytest.approx(50.128, abs=0.02)


@pytest.mark.parametrize(
    ("time", "declination"),
    [
        ("2025-06-21T02:42", 23.44),
        ("2025-12-21T15:03", -23.44),
        ("2025-03-20T09:01", 0.0),
        ("2025-09-22T18:19", 0.0),
    ],
)
def test_solstices_and_equinoxes(time: str, declination: float) -> None:
    assert math.degrees(sun_position(np.datetime64(time))[0]) == pytest.approx(declination, abs=0.01)


def test_urumqi_has_noon_at_two_by_the_clock_of_beijing() -> None:
    minutes = np.datetime64("2025-01-15T04:00") + np.arange(0, 300, 2) * np.timedelta64(1, "m")
    cosine = cosine_of_zenith(list(minutes), number(87.6)[None], number(43.8)[None]).flatten()
    highest = minutes[int(cosine.argmax())]
    assert np.datetime64("2025-01-15T06:14") <= highest <= np.datetime64("2025-01-15T06:24")


def test_clouds_dim() -> None:
    fields = [
        weather_fields(weather(time=NOON, cloud_area_fraction=cover), SMALL, PARAMETERS) for cover in (0, 1)
    ]
    cosine = cosine_of_zenith(fields[0].times, fields[0].lon, fields[0].lat)
    assert float(cloud_transmission(fields[0], cosine).min()) == 1
    assert float(cloud_transmission(fields[1], cosine).max()) == pytest.approx(0.25)
    dim = weather_fields(weather(time=NOON, surface_downwelling_shortwave_flux=100.0), SMALL, PARAMETERS)
    assert 0.15 < float(cloud_transmission(dim, cosine).mean()) < 0.4


def test_hydroxyl_as_measured() -> None:
    """Winter noon near Beijing 2.4e6 to 3.6e6 (Tan et al. 2018); higher in summer, little at night."""
    huairou = weather(time="2025-02-15T04:15", **CLEAR)
    fields = weather_fields(huairou, SMALL, PARAMETERS)
    cosine = cosine_of_zenith(fields.times, number(116.7)[None], number(40.4)[None])
    assert float(cosine) == pytest.approx(0.6, abs=0.03)
    winter = float(at("2025-02-15T06:10").hydroxyl.mean())
    assert 1.5e6 < winter < 4e6
    assert 5e6 < float(at("2025-07-01T06:10").hydroxyl.mean()) < 1.2e7
    assert float(at(MIDNIGHT).hydroxyl.max()) == pytest.approx(1.3e5)


@pytest.mark.parametrize(
    ("low", "high", "wanted"),
    [
        (3.3e-31 * (298 / 300) ** -4.3, 1.6e-12, 9.5e-13),
        (1.8e-30 * (298 / 300) ** -3.0, 2.8e-11, 1.06e-11),
    ],
)
def test_termolecular_constants(low: float, high: float, wanted: float) -> None:
    """At 298 K and 1 atm, as reviewers tabulate them: OH + SO2 9.5e-13, OH + NO2 1.06e-11 cm3 s-1."""
    assert float(termolecular(number(low), number(high), number(2.46e19))) == pytest.approx(wanted, rel=0.03)


def test_termolecular_limits() -> None:
    assert float(termolecular(number(1e-31), number(1e-11), number(1e8))) == pytest.approx(1e-23, rel=0.05)
    assert float(termolecular(number(1e-31), number(1e-11), number(1e30))) == pytest.approx(1e-11, rel=0.05)


def test_sulfate_half_lives() -> None:
    """0.1 to 5 % an hour; 3 ± 2 % in fog (Jacob et al. 1987); 0 to 5 % by day (Wilson 1981)."""
    name = "sulfur_dioxide_oxidation"
    dry, humid = per_hour(name, MIDNIGHT, humidity=0.3), per_hour(name, MIDNIGHT, humidity=0.9)
    fog = per_hour(name, MIDNIGHT, humidity=0.99, ground=272.0, lapse=0.0, cloud_water=1e-4)
    day = per_hour(name, "2025-07-01T06:00", ground=303.0, humidity=0.3, lapse=-0.0065)
    assert 0.001 < dry < humid < fog
    assert 0.01 < fog < 0.05
    assert dry < per_hour(name, NOON, humidity=0.3) < day < 0.05


def test_ice_fog_oxidises_less_than_liquid_fog() -> None:
    name = "sulfur_dioxide_oxidation"
    liquid, ice = (
        per_hour(name, MIDNIGHT, ground=ground, lapse=0.0, cloud_water=1e-4) for ground in (272.0, 248.0)
    )
    assert ice < 0.5 * liquid


def test_lifetime_of_nitrogen_oxides() -> None:
    """Hours in summer sun, about a day in winter sun, longer at night; N2O5 needs wet particles."""
    name = "nitrogen_oxide_oxidation"
    assert 2 < 1 / per_hour(name, "2025-07-01T06:00", ground=303.0, lapse=-0.0065) < 10
    assert 8 < 1 / per_hour(name, NOON) < 40
    assert 15 < 1 / per_hour(name, MIDNIGHT) < 100
    assert per_hour(name, MIDNIGHT, humidity=0.1) < 0.5 * per_hour(name, MIDNIGHT, humidity=0.6)


def test_rates_of_the_table_and_their_gradients() -> None:
    learned = torch.tensor(2.4e6, dtype=torch.float64, requires_grad=True)
    fields = weather_fields(weather(time=NOON), SMALL, PARAMETERS)

    def total(hydroxyl: torch.Tensor | float) -> torch.Tensor:
        made = conversion_rates(fields, TABLE, parameter_values({"hydroxyl": hydroxyl}))
        assert made is not None
        assert made.shape == (1, 3, *SMALL.shape)
        return made.sum()

    total(learned).backward()
    step = 1e3
    difference = (total(2.4e6 + step) - total(2.4e6 - step)) / (2 * step)
    assert learned.grad is not None
    assert float(learned.grad) == pytest.approx(float(difference), rel=1e-6)


def test_unknown_rate_and_no_reaction() -> None:
    fields = weather_fields(weather(), SMALL, PARAMETERS)
    assert conversion_rates(fields, TABLE.select(["so2", "nox"]), PARAMETERS) is None
    wrong = TABLE.reaction_rules[0].model_copy(update={"rate": "alchemy"})
    broken = type(TABLE)(TABLE.species, (wrong,))
    with pytest.raises(ConfigurationError, match="alchemy"):
        conversion_rates(fields, broken, PARAMETERS)
