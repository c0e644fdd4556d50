"""Dust on the grid of the model: what must be zero is, what is emitted adds up, the contract is kept."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emissions_inventory.natural import dust_config, dust_emissions
from emissions_inventory.natural.fields import dust_field, dust_sources
from emissions_inventory.natural.region_configuration import dust_regions
from emissions_inventory.natural.regions import RegionMap
from emissions_inventory.natural.relief import Relief, shipped_relief, source_function
from emissions_inventory.natural.sizes import dust_bins
from emissions_inventory.natural.totals import dust_table, held_seconds, passing_record
from foundation.emission_contracts import EMISSIONS
from foundation.errors import InputError
from foundation.places import gazetteer
from tests.emissions_inventory.natural.dust_weather import TIMES, dust_grid, even_weather

GRID = dust_grid()


@pytest.fixture(scope="module")
def sources() -> RegionMap:
    return dust_sources(GRID)


def emitted_rate(sources: RegionMap, **surfaces: float) -> float:
    """Dust that wind of 14 m s-1 raises, kg s-1."""
    field = dust_field(even_weather(times=TIMES[:1], **surfaces), GRID, sources=sources)
    return float((field.dataset["flux"].sum(("time", "tag")).values * GRID.cell_area_m2).sum())


def test_snow_soaked_soil_water_rain_and_frost_stop_all_of_it(sources: RegionMap) -> None:
    free = emitted_rate(sources)
    assert free > 1e4
    for surface, value in (
        ("snow_depth", 0.05), ("soil_moisture", 0.35), ("soil_moisture", np.nan),
        ("precipitation_rate", 1.0 / 3600), ("air_temperature_2m", 255.0),
    ):  # fmt: skip
        assert emitted_rate(sources, **{surface: value}) == 0
    assert 0 < emitted_rate(sources, snow_depth=0.01) < free
    assert 0 < emitted_rate(sources, soil_moisture=0.22) < emitted_rate(sources, soil_moisture=0.02)


def test_oases_high_ground_and_lakes_are_no_sources(sources: RegionMap) -> None:
    share = sources.share.sum(0)
    assert share.max() <= 1 + 1e-12
    for place in gazetteer().places:
        cell = GRID.cell_of(place.lon, place.lat)
        assert cell is None or share[cell] == 0
    assert share[sources.height > 3700].sum() == 0
    for lon, lat in ((75.0, 46.3), (77.2, 42.5), (87.0, 42.0), (85.5, 43.4), (80.0, 42.2), (86.6, 44.35)):
        assert share[GRID.cell_of(lon, lat) or (0, 0)] == 0
    for lon, lat in ((83.0, 39.0), (87.5, 45.3), (91.6, 42.3), (70.9, 45.0), (83.4, 44.8), (90.0, 40.3)):
        assert share[GRID.cell_of(lon, lat) or (0, 0)] > 0


def test_areas_of_deserts_are_of_the_known_size(sources: RegionMap) -> None:
    """Some 337 and 49 thousand km² of sand are published; outlines leave rims and oases out."""
    names = [one.id for one in dust_regions().regions]
    area = dict(zip(names, (sources.share * GRID.cell_area_m2).sum((1, 2)) / 1e9, strict=True))
    assert 180 < area["taklamakan"] < 340
    assert 40 < area["gurbantunggut"] < 70


def test_the_source_function_is_one_in_a_pit_and_zero_on_a_peak() -> None:
    height = np.full((31, 31), 1000.0)
    height[15, 15], height[4, 4] = 0.0, 3000.0
    axis = np.arange(31.0)
    made = source_function(Relief(axis, axis, height, "made up"), dust_config().source_function)
    assert made[15, 15] == pytest.approx(1.0)
    assert made[4, 4] == 0.0
    assert made[6, 6] == 1.0  # the peak is in its window, the pit is not: nothing around lies lower
    assert made[25, 25] == 0.0  # lower ground alone around
    height[4, 4] = 1000.0
    height[20, 20] = 2000.0
    again = source_function(Relief(axis, axis, height, "made up"), dust_config().source_function)
    assert again[16, 16] == pytest.approx(0.5**5)


def test_basins_are_sources_by_terrain_and_mountains_are_not(sources: RegionMap) -> None:
    places = {"taklamakan": (83, 39), "junggar": (87, 45), "tian shan": (80.3, 42.2), "tibet": (88, 35)}
    strength = {
        name: sources.source_strength[GRID.cell_of(*where) or (0, 0)] for name, where in places.items()
    }
    assert min(strength["taklamakan"], strength["junggar"]) > 0.3
    assert max(strength["tian shan"], strength["tibet"]) < 0.05


def test_emissions_keep_the_contract_and_the_sum(sources: RegionMap) -> None:
    made = dust_emissions(even_weather(), GRID, sources=sources)
    held = EMISSIONS.check(made.dataset, "test")
    assert list(held["time"].values) == list(TIMES[0] + np.arange(7) * np.timedelta64(1, "h"))
    assert list(held["species"].values) == list(dust_bins())
    of_bins = np.einsum("tn,nsyx->tyx", held["time_factor"].values, held["emission_flux"].values)
    np.testing.assert_allclose(of_bins, made.field.dataset["flux"].sum("tag"), rtol=1e-5)
    names = held["source"].values[held["stream_source"].values]
    assert {"dust.taklamakan", "dust.rest"} <= set(names)
    assert {note.code for note in made.notes} >= {"dust-without-soil-moisture", "dust-soil-by-region"}
    assert held.sizes["point"] == 0


def test_calm_air_makes_emissions_without_streams(sources: RegionMap) -> None:
    made = dust_emissions(even_weather(2.0), GRID, sources=sources)
    assert made.dataset.sizes["stream"] == 0
    record = passing_record(dust_table(made.field, GRID))
    assert {one["times_passed"] for one in record.values()} == {0}


def test_a_factor_by_tag_moves_that_tag_alone(sources: RegionMap) -> None:
    weather = even_weather(11.0, TIMES[:1])
    plain = dust_field(weather, GRID, sources=sources).dataset["flux"]
    moved = dust_field(weather, GRID, None, {"taklamakan": 0.8}, sources=sources).dataset["flux"]
    assert float(moved.sel(tag="taklamakan").sum()) > float(plain.sel(tag="taklamakan").sum()) > 0
    others = [tag for tag in plain["tag"].values if tag != "taklamakan"]
    np.testing.assert_array_equal(moved.sel(tag=others), plain.sel(tag=others))
    with pytest.raises(InputError, match="no tag sahara"):
        dust_field(weather, GRID, None, {"sahara": 1.0}, sources=sources)
    with pytest.raises(InputError, match="more than 0"):
        dust_field(weather, GRID, None, 0.0, sources=sources)


def test_the_table_adds_up_over_the_time_that_instants_stand_for(sources: RegionMap) -> None:
    field = dust_field(even_weather(), GRID, sources=sources)
    table = dust_table(field, GRID)
    rate = float((field.dataset["flux"].isel(time=0).sum("tag").values * GRID.cell_area_m2).sum())
    assert table["emitted_kg"].sum() == pytest.approx(rate * 9 * 3600, rel=1e-5)
    assert held_seconds(TIMES[[0, 1, 2]]).tolist() == [10800.0] * 3
    far = TIMES[0] + np.array([0, 3, 30]) * np.timedelta64(1, "h")
    assert held_seconds(far).tolist() == [10800.0, 21600.0, 21600.0]


@settings(max_examples=6, deadline=None)
@given(
    st.sampled_from([np.nan, np.inf, -np.inf, 1e9]), st.integers(0, 2), st.integers(0, 18), st.integers(0, 32)
)
def test_wind_that_is_no_number_is_refused_with_its_count_and_time(
    sources: RegionMap, wrong: float, time: int, row: int, column: int
) -> None:
    weather = even_weather()
    weather["eastward_wind_10m"].values[time, row, column] = wrong
    moment = np.datetime_as_string(TIMES[time], "m")
    with pytest.raises(InputError, match=f"in 1 of 1881 values, first at {moment} UTC"):
        dust_field(weather, GRID, sources=sources)


def test_weather_that_cannot_be_used_is_refused(sources: RegionMap) -> None:
    with pytest.raises(InputError, match="northward_wind_10m is missing"):
        dust_field(even_weather().drop_vars("northward_wind_10m"), GRID, sources=sources)
    with pytest.raises(InputError, match="no weather for 12 h"):
        far = TIMES[0] + np.array([0, 12]) * np.timedelta64(1, "h")
        dust_emissions(even_weather(times=far), GRID, sources=sources)
    with pytest.raises(InputError, match="friction_velocity"):
        own = dust_config().model_copy(update={"friction_velocity": "weather"})
        dust_field(even_weather(), GRID, own, sources=sources)
    with pytest.raises(InputError, match="west"):
        dust_field(even_weather().isel(x=slice(5, None)), GRID, sources=sources)


@pytest.mark.real_data
def test_the_shipped_relief_is_the_mean_of_etopo(real_data: object) -> None:
    from emissions_inventory.natural.relief import read_etopo

    fine, coarse = read_etopo(f"{real_data}/geography"), shipped_relief()
    row, column = 14, 38  # 42 to 43°N, 86 to 87°E, in the Tian Shan
    lat, lon = coarse.lat[row], coarse.lon[column]
    cells = fine.height[np.abs(fine.lat - lat) < 0.5][:, np.abs(fine.lon - lon) < 0.5]
    assert cells.shape == (3, 3)
    assert coarse.height[row, column] == pytest.approx(cells.mean(), abs=0.51)
