"""Contributions to the published forecast: closed, of the model's shares, bounded by its error."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from foundation.contracts import check_closure
from foundation.errors import ContractError
from sources.tagging.published import UNATTRIBUTED, published_contributions

REFERENCE = np.datetime64("2026-11-20T16", "ns")
HOURS = (np.arange(1, 73) * np.timedelta64(1, "h")).astype("timedelta64[ns]")
SOURCES = ["industry.urumqi", "traffic.urumqi", "boundary"]
COMPONENTS = ["ppm_fine", "sulfate", "ppm_coarse"]
FINE = np.array([1.0, 1.0, 0.0])
UNIT = {"units": "kg m-3"}


def tags(places: tuple[str, ...] = ("urumqi", "changji"), seed: int = 1) -> xr.Dataset:
    draw = np.random.default_rng(seed)
    component = draw.gamma(2.0, 3e-9, (1, len(HOURS), len(places), len(COMPONENTS), len(SOURCES)))
    fine = (component * FINE[:, None]).sum(3)
    contribution = np.stack([fine, component.sum(3), 0.3 * fine], axis=3)
    cell = ("reference_time", "lead_time", "place")
    return xr.Dataset(
        {
            "contribution": ((*cell, "pollutant", "source"), contribution, UNIT),
            "carried_over": ((*cell, "pollutant", "source"), 0.4 * contribution, UNIT),
            "component_contribution": ((*cell, "component", "source"), component, UNIT),
            "component_carried_over": ((*cell, "component", "source"), 0.4 * component, UNIT),
        },
        {
            "reference_time": [REFERENCE], "lead_time": HOURS, "place": list(places),
            "pollutant": ["pm25", "pm10", "so2"], "source": SOURCES, "component": COMPONENTS,
            "fine_share": ("component", FINE, {"units": "1"}),
            "sector": ("source", ["industry", "traffic", "boundary"]),
            "region": ("source", ["urumqi", "urumqi", "boundary"]),
            "source_chinese": ("source", SOURCES), "source_english": ("source", SOURCES),
        },
        {"averaging": "hour", "inventory_version": "abc"},
    )  # fmt: skip


def published(
    values: dict[str, float], averaging: str = "hour", places: tuple[str, ...] = ("urumqi", "kashgar")
) -> xr.Dataset:
    leads = HOURS[:24] if averaging == "hour" else HOURS[[23, 47, 71]]
    shape = (1, len(leads), len(places), len(values), 3)
    numbers = np.ones(shape) * np.array([*values.values()])[:, None] * 1e-9 * np.array([0.5, 1.0, 1.5])
    dims = ("reference_time", "lead_time", "place", "pollutant", "quantile")
    return xr.Dataset(
        {"concentration": (dims, numbers, UNIT)},
        {
            "reference_time": [REFERENCE], "lead_time": leads, "place": list(places),
            "pollutant": list(values), "quantile": [0.1, 0.5, 0.9],
            "valid_time": (dims[:2], (REFERENCE + leads)[None]),
        },
        {"averaging": averaging},
    )  # fmt: skip


def median(forecast: xr.Dataset) -> xr.DataArray:
    return forecast["concentration"].sel(quantile=0.5, drop=True)


@settings(max_examples=25, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(
    fine=st.floats(0.0, 900.0),
    whole=st.floats(0.0, 900.0),
    gas=st.floats(0.0, 300.0),
    seed=st.integers(0, 99),
)
def test_sources_sum_to_what_is_published_whatever_it_is(
    fine: float, whole: float, gas: float, seed: int
) -> None:
    forecast = published({"pm25": fine, "pm10": whole, "so2": gas, "o3": 80.0})
    made = published_contributions(forecast, tags(seed=seed), 3.3)
    check_closure(made, median(forecast), tolerance=1e-13)
    assert float(made["contribution"].min()) >= 0.0
    assert float((made["carried_over"] - made["contribution"]).max()) <= 1e-21


def test_shares_are_those_of_the_tags_and_the_ratio_is_told() -> None:
    model = tags()
    total = float(model["contribution"].sel(place="urumqi", pollutant="pm25").isel(lead_time=5).sum())
    forecast = published({"pm25": 2e9 * total, "pm10": 4e9 * total})
    made = (
        published_contributions(forecast, model, 3.3).sel(place="urumqi", pollutant="pm25").isel(lead_time=5)
    )
    by_tag = model["contribution"].sel(place="urumqi", pollutant="pm25").isel(lead_time=5)
    np.testing.assert_allclose(made["contribution"].sel(source=SOURCES), 2.0 * by_tag)
    np.testing.assert_allclose(made["carried_over"].sel(source=SOURCES), 0.8 * by_tag)
    assert float(made["model_ratio"].item()) == pytest.approx(2.0)
    assert float(made["contribution"].sel(source=UNATTRIBUTED).item()) == 0.0


def test_beyond_the_largest_factor_the_rest_is_unattributed() -> None:
    model = tags()
    total = float(model["contribution"].sel(place="urumqi", pollutant="pm25").isel(lead_time=5).sum())
    forecast = published({"pm25": 5e9 * total, "pm10": 9e9 * total})
    made = (
        published_contributions(forecast, model, 3.0).sel(place="urumqi", pollutant="pm25").isel(lead_time=5)
    )
    rest = float(made["contribution"].sel(source=UNATTRIBUTED).item())
    assert rest == pytest.approx(2.0 * total)


def test_particles_are_the_sum_of_their_components() -> None:
    forecast = published({"pm25": 30.0, "pm10": 70.0})
    made = published_contributions(forecast, tags(), 3.3).sel(place="urumqi", source=SOURCES)
    for pollutant, share in (("pm10", 1.0), ("pm25", made["fine_share"])):
        total = (made["component_contribution"] * share).sum("component")
        wanted = made["contribution"].sel(pollutant=pollutant, drop=True)
        np.testing.assert_allclose(total, wanted.transpose(*total.dims), rtol=1e-12)


def test_what_the_model_does_not_carry_or_reach_is_unattributed() -> None:
    forecast = published({"pm25": 30.0, "pm10": 70.0, "co": 1000.0})
    made = published_contributions(forecast, tags(), 3.3)
    rest = made["contribution"].sel(source=UNATTRIBUTED, drop=True)
    np.testing.assert_array_equal(rest.sel(pollutant="co"), median(forecast).sel(pollutant="co", drop=True))
    np.testing.assert_array_equal(rest.sel(place="kashgar"), median(forecast).sel(place="kashgar", drop=True))
    assert made["model_ratio"].sel(place="kashgar").isnull().all()


def test_days_are_means_of_their_hours() -> None:
    model, forecast = tags(), published({"pm25": 30.0, "pm10": 70.0}, "day")
    made = published_contributions(forecast, model, 99.0).sel(
        place="urumqi", pollutant="pm25", source=SOURCES
    )
    second = model["contribution"].sel(place="urumqi", pollutant="pm25").isel(lead_time=slice(24, 48))
    shares = second.mean("lead_time") / second.mean("lead_time").sum("source")
    np.testing.assert_allclose(made["contribution"].isel(lead_time=1) * 1e9, 30.0 * shares)


def test_a_day_of_which_hours_are_missing_is_unattributed() -> None:
    forecast = published({"pm25": 30.0, "pm10": 70.0}, "day")
    made = published_contributions(forecast, tags().isel(lead_time=slice(0, 60)), 3.3)
    by_day = made["contribution"].sel(place="urumqi", pollutant="pm25", source=UNATTRIBUTED).values.ravel()
    assert by_day[:2].max() < 10e-9
    assert by_day[2] == pytest.approx(30e-9)
    part = published_contributions(forecast, tags().isel(lead_time=slice(0, 60)), 3.3, fewest_hours=12)
    last = part["contribution"].sel(place="urumqi", pollutant="pm25", source=UNATTRIBUTED).values.ravel()[2]
    assert last < 10e-9


def test_a_region_is_the_mean_of_its_places_and_unknown_where_one_is_missing() -> None:
    forecast = published({"pm25": 30.0, "pm10": 70.0}, "day", ("both", "more"))
    members = {"both": ("urumqi", "changji"), "more": ("urumqi", "kashgar")}
    made = published_contributions(forecast, tags(), 99.0, members).sel(pollutant="pm25").isel(lead_time=0)
    model = (
        tags()["contribution"].sel(pollutant="pm25").isel(lead_time=slice(0, 24)).mean(("lead_time", "place"))
    )
    got = made["contribution"].sel(place="both", source=SOURCES)
    np.testing.assert_allclose(got * 1e9, 30.0 * model / model.sum("source"))
    assert float(made["contribution"].sel(place="more", source=UNATTRIBUTED).item()) == pytest.approx(30e-9)


def test_without_a_model_everything_is_unattributed_and_missing_stays_missing() -> None:
    forecast = published({"pm25": 30.0, "pm10": np.nan})
    made = published_contributions(forecast, None, 3.3)
    assert list(made["source"].values) == [UNATTRIBUTED]
    assert made["contribution"].sel(pollutant="pm10").isnull().all()
    with_model = published_contributions(forecast, tags(), 3.3)
    assert with_model["contribution"].sel(pollutant="pm10").isnull().all()
    assert with_model["component_contribution"].isnull().all()
    check_closure(with_model, median(forecast))


def test_without_a_published_pm25_all_of_pm10_follows_the_models_pm10() -> None:
    model = tags()
    forecast = published({"pm25": np.nan, "pm10": 70.0})
    made = published_contributions(forecast, model, 99.0).sel(place="urumqi", source=SOURCES)
    shares = model["contribution"].sel(place="urumqi", pollutant="pm10").isel(lead_time=slice(0, 24))
    wanted = 70e-9 * shares / shares.sum("source")
    np.testing.assert_allclose(made["contribution"].sel(pollutant="pm10"), wanted)
    components = made["component_contribution"].sum("component")
    np.testing.assert_allclose(components, wanted.transpose(*components.dims))


def test_components_add_up_to_pm10_where_it_is_below_pm25() -> None:
    made = published_contributions(published({"pm25": 60.0, "pm10": 40.0}), tags(), 99.0)
    here = made.sel(place="urumqi", source=SOURCES)
    components = here["component_contribution"].sum("component")
    wanted = here["contribution"].sel(pollutant="pm10", drop=True)
    np.testing.assert_allclose(components, wanted.transpose(*components.dims), rtol=1e-12)


def test_tags_of_another_reference_time_are_refused() -> None:
    later = tags().assign_coords(reference_time=[REFERENCE + np.timedelta64(1, "D")])
    with pytest.raises(ContractError, match="another reference time"):
        published_contributions(published({"pm25": 30.0, "pm10": 70.0}), later, 3.3)
