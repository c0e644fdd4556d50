"""Streams and points of emissions in the model: mass, layers by plume rise, refusals."""

from __future__ import annotations

import numpy as np
import pytest
import torch
import xarray as xr

from atmosphere.transport.processes.parameters import parameter_values
from atmosphere.transport.processes.weather_fields import WeatherFields, weather_fields
from atmosphere.transport.species import load_species
from forecast.physical.configuration import physical_config
from forecast.physical.emitting import Emitter
from foundation.errors import InputError
from foundation.places import gazetteer
from tests.forecast.physical_case import GRID, HOUR, REFERENCE, emissions, weather

TABLE = load_species().select(physical_config().species)
STACKS = {
    "height": (240.0, 45.0),
    "diameter": (8.0, 1.2),
    "temperature": (350.0, 420.0),
    "velocity": (20.0, 8.0),
}


def with_points(**changes: np.ndarray) -> xr.Dataset:
    """The idealised emissions and two stacks at Urumqi and Kuitun, 2 kg of SO2 and 1 kg of NOx a second."""
    base = emissions()
    species = list(map(str, base["species"].values))
    amount = np.zeros((2, len(species)))
    amount[0, species.index("so2")], amount[1, species.index("nox")] = 2.0, 1.0
    places = [gazetteer().place(name) for name in ("urumqi", "kuitun")]
    stacks = {
        f"stack_{name}": ("point", np.array(value), {"units": base[f"stack_{name}"].attrs["units"]})
        for name, value in STACKS.items()
    }
    made = base.drop_dims("point").assign(
        point_emission=(("point", "species"), amount, {"units": "kg s-1"}),
        point_time_factor=(("time", "point"), np.ones((base.sizes["time"], 2)), {"units": "1"}),
        point_source=("point", np.array([0, 1])),
        point_lon=("point", np.array([place.lon for place in places]), {"units": "degrees_east"}),
        point_lat=("point", np.array([place.lat for place in places]), {"units": "degrees_north"}),
        **stacks,
    )
    return made.assign({name: made[name].copy(data=value) for name, value in changes.items()})


def fields() -> WeatherFields:
    parameters = parameter_values(dtype=torch.float32)
    return weather_fields([weather().sel(time=[REFERENCE])], GRID, parameters)


def by_slot(emitter: Emitter, air: WeatherFields | None) -> np.ndarray:
    """Emitted kg s-1, (layer, species, tag)."""
    made = emitter.at(REFERENCE, air)
    rates = np.zeros((GRID.shape[0], made.species * made.tags))
    np.add.at(rates, (made.layer.numpy(), made.slot.numpy()), made.rate.numpy())
    return rates.reshape(-1, made.species, made.tags)


def test_points_add_their_mass_to_their_tag_and_nothing_else() -> None:
    plain, more = (
        by_slot(Emitter(emissions(), GRID, TABLE), None),
        by_slot(Emitter(with_points(), GRID, TABLE), fields()),
    )
    added = (more - plain).sum(0)
    expected = np.zeros_like(added)
    expected[TABLE.index("so2"), 0], expected[TABLE.index("nox"), 1] = 2.0, 1.0
    np.testing.assert_allclose(added, expected, atol=2e-6)


def test_a_tall_hot_stack_reaches_higher_than_a_low_one_and_neither_the_ground() -> None:
    more = by_slot(Emitter(with_points(), GRID, TABLE), fields()) - by_slot(
        Emitter(emissions(), GRID, TABLE), None
    )
    tall, low = more[:, TABLE.index("so2"), 0], more[:, TABLE.index("nox"), 1]
    height = GRID.layer_height_m
    assert (tall * height).sum() / tall.sum() > 240.0
    assert (low * height).sum() / low.sum() < (tall * height).sum() / tall.sum()
    assert abs(tall[0]) < 1e-6


def test_the_factor_of_the_hour_scales_a_point() -> None:
    data = with_points()
    factors = data["point_time_factor"].values.copy()
    hour = int(np.flatnonzero(data["time"].values == REFERENCE)[0])
    factors[hour] = [0.25, 3.0]
    base = by_slot(Emitter(emissions(), GRID, TABLE), None)
    scaled = by_slot(Emitter(with_points(point_time_factor=factors), GRID, TABLE), fields()) - base
    assert scaled[:, TABLE.index("so2"), 0].sum() == pytest.approx(0.5, abs=1e-5)
    assert scaled[:, TABLE.index("nox"), 1].sum() == pytest.approx(3.0, abs=1e-5)


def test_points_outside_the_grid_are_left_out() -> None:
    far = Emitter(with_points(point_lon=np.array([10.0, 10.0])), GRID, TABLE)
    np.testing.assert_array_equal(by_slot(far, None), by_slot(Emitter(emissions(), GRID, TABLE), None))


def test_points_without_weather_or_with_unknown_stacks_are_refused() -> None:
    with pytest.raises(InputError, match="need the weather"):
        Emitter(with_points(), GRID, TABLE).at(REFERENCE)
    with pytest.raises(InputError, match="stack height: not known at point 1"):
        Emitter(with_points(stack_height=np.array([200.0, np.nan])), GRID, TABLE)
    with pytest.raises(InputError, match="no hour"):
        Emitter(with_points(), GRID, TABLE).at(REFERENCE - 400 * HOUR, fields())
