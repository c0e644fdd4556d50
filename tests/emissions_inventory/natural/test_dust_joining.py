"""Dust beside the emissions of people."""

from __future__ import annotations

import numpy as np
import pytest

from atmosphere.transport.species import load_species
from emissions_inventory.idealised import idealised_emissions
from emissions_inventory.natural import dust_emissions
from emissions_inventory.natural.joining import joined_emissions
from foundation.emission_contracts import EMISSIONS
from foundation.errors import InputError
from foundation.grids import GridConfig
from tests.emissions_inventory.natural.dust_weather import even_weather

GRID = GridConfig(
    name="small",
    west=82,
    east=90,
    south=38,
    north=46,
    step_deg=1,
    layer_tops_m=(20, 60, 120, 200, 320, 480, 700),
).grid()


def test_every_stream_and_source_is_kept() -> None:
    dust = dust_emissions(even_weather(), GRID).dataset
    people = idealised_emissions(GRID, load_species(), dust["time"].values)
    made = EMISSIONS.check(joined_emissions(people, dust), "test")
    assert made.sizes["stream"] == people.sizes["stream"] + dust.sizes["stream"]
    assert made.sizes["source"] == people.sizes["source"] + dust.sizes["source"]
    for one in (people, dust):
        for name in one["source"].values:
            np.testing.assert_allclose(rate(made, name), rate(one, name), rtol=1e-6)
    assert {"so2", "dust_3"} <= set(made["species"].values)
    assert float(made["emission_flux"].sel(species="dust_3").sum()) > 0


def rate(one: object, source: str) -> float:
    """Emission of a source over all hours, species, layers and cells."""
    number = list(one["source"].values).index(source)  # type: ignore[index]
    held = one.isel(stream=one["stream_source"].values == number)  # type: ignore[attr-defined, index]
    share = held["layer_share"].sum("layer") * held["time_factor"].sum("time")
    return float((held["emission_flux"].sum(("species", "y", "x")) * share).sum())


def test_other_hours_and_the_same_sources_are_refused() -> None:
    dust = dust_emissions(even_weather(), GRID).dataset
    with pytest.raises(InputError, match="differ in 'time'"):
        joined_emissions(dust, dust.isel(time=slice(1, None)))
    with pytest.raises(InputError, match=r"dust\.taklamakan"):
        joined_emissions(dust, dust)
