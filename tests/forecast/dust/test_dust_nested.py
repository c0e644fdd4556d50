"""Dust on two domains, what it does at places, and a calm wind."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pytest
import xarray as xr

from atmosphere.meteorology.idealised import over_spring_ground
from forecast.dust.basin import START, basin_grid, basin_weather, strong_scheme
from forecast.dust.configuration import DustForecastConfig, dust_forecast_config
from forecast.dust.nested import Domain, NestedDust, nested_dust_forecast
from forecast.dust.outlook import nested_outlook, wide_outlook
from forecast.physical.joining import joined_fields, joined_tags
from foundation.errors import InputError
from foundation.places import gazetteer
from foundation.times import HOUR

SPIN_UP, LEAD = 6, 9
WIDE = basin_grid(step_deg=0.5)
INNER = basin_grid(84.0, 89.0, 43.0, 46.0, step_deg=0.25)


def config() -> DustForecastConfig:
    choices = dust_forecast_config()
    model = choices.model.model_copy(update={"spin_up_hours": SPIN_UP, "lead_hours": LEAD})
    few = {"nodes": (0.8, 1.0, 1.2), "lead_hours": 6, "draws": 40}
    correction = choices.correction.model_copy(update=few)
    return choices.model_copy(update={"model": model, "correction": correction})


@lru_cache(maxsize=1)
def weather() -> xr.Dataset:
    return over_spring_ground(basin_weather(WIDE, front_hour=5.0, count=SPIN_UP + LEAD, dust=3.0))


@pytest.fixture(scope="module")
def made() -> NestedDust:
    found = nested_dust_forecast(
        Domain(WIDE, weather()), Domain(INNER, weather()), START + SPIN_UP * HOUR, None, config(), None,
        strong_scheme(),
    )  # fmt: skip
    assert found is not None
    return found


def test_the_inner_domain_has_what_the_wide_one_has(made: NestedDust) -> None:
    wide = made.wide.forecast.places["concentration"].sel(pollutant="pm10").isel(reference_time=0)
    inner = made.inner.places["concentration"].sel(pollutant="pm10").isel(reference_time=0)
    assert inner.sizes["lead_time"] == wide.sizes["lead_time"] == LEAD
    both = wide.sel(place=inner["place"])
    assert float(inner.max()) > 50e-9
    assert 0.3 < float(inner.sum() / both.sum()) < 3


def test_the_outlook_takes_the_finer_domain_and_grades_it(made: NestedDust) -> None:
    outlook = nested_outlook(made)
    inner = made.inner.places["concentration"].sel(pollutant="pm10").isel(reference_time=0)
    for place in map(str, inner["place"].values):
        np.testing.assert_array_equal(outlook["pm10"].sel(place=place), inner.sel(place=place))
    wide = wide_outlook(made.wide)
    outside = [name for name in map(str, wide["place"].values) if name not in inner["place"].values]
    assert outside
    np.testing.assert_array_equal(
        outlook["pm10"].sel(place=outside).values, wide["pm10"].sel(place=outside).values
    )
    passed = outlook["probability"]
    assert passed.isel(lead_time=slice(6)).notnull().all()
    assert passed.isel(lead_time=slice(6, None)).isnull().all()
    assert float(passed.max()) > 0
    dusty = outlook["pm10"] > 150e-9
    assert set(np.unique(outlook["grade"].values[dusty.values])) <= {0, 1, 2, 3, 4, 5}
    assert not outlook["grade"].values[~dusty.values].any()


def test_wind_at_a_place_is_that_of_its_cell(made: NestedDust) -> None:
    place = gazetteer().place("urumqi")
    row, column = WIDE.cell_of(place.lon, place.lat) or (0, 0)
    at = weather().sel(time=START + SPIN_UP * HOUR)
    speed = np.hypot(at["eastward_wind_10m"], at["northward_wind_10m"]).values[row, column]
    assert float(made.wide.wind_speed.sel(place="urumqi")[0]) == pytest.approx(float(speed), rel=1e-6)


def test_a_calm_wind_makes_no_forecast() -> None:
    calm = weather()
    calm = calm.assign({name: 0.1 * calm[name] for name in ("eastward_wind_10m", "northward_wind_10m")})
    assert (
        nested_dust_forecast(Domain(WIDE, calm), Domain(INNER, calm), START + SPIN_UP * HOUR, None, config())
        is None
    )


def test_weather_that_ends_before_the_issue_is_refused() -> None:
    late = START + (SPIN_UP + LEAD) * HOUR
    with pytest.raises(InputError, match="the issue is"):
        nested_dust_forecast(Domain(WIDE, weather()), Domain(INNER, weather()), late, None, config())


def test_joined_with_another_run_the_parts_are_the_sums(made: NestedDust) -> None:
    dust = made.inner
    names = {one: f"industry.{number}" for number, one in enumerate(map(str, dust.tags["source"].values))}
    keep = {"boundary", "initial"}
    other = dust.tags.assign_coords(
        source=[one if one in keep else names[one] for one in map(str, dust.tags["source"].values)]
    )
    joined = joined_tags(other, dust.tags)
    sources = [str(name) for name in joined["source"].values]
    assert sources[-2:] == ["boundary", "initial"]
    assert len(sources) == len(set(sources)) == 2 * (len(names) - 2) + 2
    for name in ("contribution", "component_contribution", "carried_over"):
        np.testing.assert_allclose(joined[name].sum("source"), 2 * dust.tags[name].sum("source"), rtol=1e-12)
    short = joined_tags(other, dust.tags.isel(lead_time=slice(4)))
    np.testing.assert_array_equal(short["valid_time"], other["valid_time"])
    assert not short["contribution"].sel(source="dust.taklamakan").isel(lead_time=slice(4, None)).any()
    labels = joined["source_chinese"].sel(source="dust.taklamakan")
    assert str(labels.values) == "塔克拉玛干沙漠"
    with pytest.raises(InputError, match="is in both runs"):
        joined_tags(dust.tags, dust.tags)
    with pytest.raises(InputError, match="differ in 'place'"):
        joined_tags(other.isel(place=slice(1)), dust.tags)


def test_joined_fields_hold_the_species_of_both_and_their_sums(made: NestedDust) -> None:
    dust = made.inner.fields
    own = {
        name: name if name.startswith("pm") else f"ppm_{name}" for name in map(str, dust["species"].values)
    }
    other = dust.assign_coords(species=list(own.values()))
    joined = joined_fields(other, dust.isel(lead_time=slice(4)))["concentration"]
    assert set(map(str, joined["species"].values)) == {*own, *own.values()}
    for name, hours, times in (("pm10", slice(4), 2), ("pm25", slice(4, None), 1)):
        np.testing.assert_allclose(
            joined.sel(species=name).isel(lead_time=hours),
            times * dust["concentration"].sel(species=name).isel(lead_time=hours), rtol=1e-6,
        )  # fmt: skip
    assert not joined.sel(species="dust_2").isel(lead_time=slice(4, None)).any()
