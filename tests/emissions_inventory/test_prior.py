"""The prior: published totals and shares, sums over grids and months, proxies, what contradicts itself."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emissions_inventory.facts import counties, power_plants
from emissions_inventory.inventory import SPECIES
from emissions_inventory.prior.balancing import balanced
from emissions_inventory.prior.budget import year_budget
from emissions_inventory.prior.building import build_prior
from emissions_inventory.prior.configuration import PriorConfig, prior_config
from emissions_inventory.prior.constraints import constraints
from emissions_inventory.prior.proxies import around, county_weights
from emissions_inventory.prior.years import in_year
from foundation.configuration import load_shipped, parse_yaml, shipped_text, validate
from foundation.errors import ConfigurationError, InputError
from foundation.grids import GridConfig

TIANSHAN = load_shipped(GridConfig, "domains/tianshan.yaml").grid()
EVERYTHING = GridConfig(
    name="all", west=70, east=100, south=34, north=51, step_deg=0.5, layer_tops_m=(20,)
).grid()
YEAR = [f"2025-{month:02d}" for month in range(1, 13)]


@pytest.mark.parametrize("year", [2015, 2020, 2026])
def test_totals_and_shares_are_those_published(year: int) -> None:
    table = constraints(year)
    assert [one.name for one in table if not one.held] == []
    assert "so2, share of the region" in {one.name for one in table}
    assert ("coal, share of the region" in {one.name for one in table}) == (year >= 2020)


def test_totals_of_2015_are_those_of_the_plan() -> None:
    """668 kt SO2 and 637.3 kt NOx (13th five-year plan)."""
    table = {one.name: one.value for one in constraints(2015)}
    assert table["so2 of Xinjiang"] == pytest.approx(668.0, rel=1e-12)
    assert table["nox of Xinjiang"] == pytest.approx(637.3, rel=1e-12)


def test_a_year_on_a_grid_of_everything_is_the_budget() -> None:
    made = build_prior(EVERYTHING, YEAR)
    budget = year_budget(prior_config(), 2025)
    totals = made.totals().sum(("month", "sector"))
    home = totals.drop_sel(region=["kazakhstan", "beyond"]).sum("region").values
    np.testing.assert_allclose(home, budget.totals, rtol=1e-9)
    assert max(abs(value) for value in made.trail[0].dropped_t.values()) < 1e-3


def test_what_is_on_a_grid_and_what_is_dropped_are_the_whole() -> None:
    """Xinjiang's emissions on the small grid, and what its trail says was dropped, are all."""
    small, large = (build_prior(grid, ["2026-01"]) for grid in (TIANSHAN, EVERYTHING))
    inside = small.totals().drop_sel(region=["kazakhstan", "beyond"]).sum(("month", "sector", "region"))
    every = large.totals().drop_sel(region=["kazakhstan", "beyond"]).sum(("month", "sector", "region"))
    dropped = np.array([small.trail[0].dropped_t[name] for name in small.species]) * 1000.0
    np.testing.assert_allclose(inside.values + dropped, every.values, rtol=1e-9)


def test_particles_contain_each_other_in_every_source() -> None:
    made = build_prior(TIANSHAN, ["2026-01", "2026-07"])
    so = {name: SPECIES.index(name) for name in ("pm25", "pm10", "bc", "oc")}
    for part in (made.areas.emission, made.points.emission):
        fine, carbon = part[..., so["pm25"]], part[..., so["bc"]] + part[..., so["oc"]]
        assert (part[..., so["pm10"]] >= fine * (1 - 1e-9)).all()
        assert (fine >= carbon * (1 - 1e-9)).all()


def test_every_sector_that_was_asked_for_emits_and_has_an_uncertainty() -> None:
    made = build_prior(TIANSHAN, ["2026-01"])
    wanted = {
        "power", "heating", "scattered_coal", "steel", "cement", "nonferrous", "petrochemical",
        "coal_chemistry", "chlor_alkali", "traffic", "solvents", "agriculture", "fugitive_dust",
    }  # fmt: skip
    assert wanted <= set(made.sectors())
    assert made.species == SPECIES
    assert (made.uncertainty.sel(sector=list(made.sectors())).values > 0).all()


def test_scattered_coal_is_a_winter_source_that_matters_most_per_tonne() -> None:
    """A tonne of household coal emits more fine particles than one of boilers (7 and 0.4 kg)."""
    made = build_prior(TIANSHAN, ["2026-01", "2026-07"])
    fine = made.totals().sel(species="pm25", sector="scattered_coal").sum("region")
    assert float(fine[0]) > 10 * float(fine[1])
    fuels = prior_config().fuels
    assert fuels["scattered_coal"].g_per_kg["pm25"] > 10 * fuels["heating"].g_per_kg["pm25"]
    assert fuels["scattered_coal"].coal_mt == pytest.approx(3.4)


def test_every_plant_lies_in_its_cell_with_its_year_of_emission() -> None:
    made = build_prior(EVERYTHING, YEAR)
    ids = {plant.id: plant for plant in power_plants() if plant.year is None or plant.year <= 2025}
    held = [name for name in made.points.id if name.removeprefix("prior:") in ids]
    assert len(held) == len(ids)
    place = list(made.points.id).index("prior:" + max(ids.values(), key=lambda one: one.capacity_mw).id)
    plant = ids[str(made.points.id[place]).removeprefix("prior:")]
    config = prior_config()
    grams = in_year(config.power.g_per_kwh, 2025, ["so2"])[0]
    kilograms = plant.capacity_mw * 1e3 * config.power.hours * grams / 1e3
    assert made.points.emission[:, place, 0].sum() == pytest.approx(kilograms, rel=1e-9)


def test_plants_of_later_years_do_not_run_yet() -> None:
    early, late = (len(year_budget(prior_config(), year).plants) for year in (2015, 2026))
    assert early < late


@pytest.mark.parametrize("year", range(2015, 2031))
def test_every_year_has_a_budget_without_a_negative(year: int) -> None:
    assert (year_budget(prior_config(), year).areas >= 0).all()


def test_a_year_before_the_first_is_refused() -> None:
    with pytest.raises(InputError, match=r"no prior for 2014\. It begins in 2015"):
        build_prior(TIANSHAN, ["2014-12"])


@given(st.floats(75, 95), st.floats(36, 48), st.floats(3, 40))
@settings(max_examples=30, deadline=None)
def test_a_spread_keeps_its_mass_and_its_middle(lon: float, lat: float, spread_km: float) -> None:
    """Mean and standard deviation of the cells are those of a normal cut off at three deviations (0.9866)."""
    share = around(lon, lat, spread_km, EVERYTHING, 3.0)
    assert share.sum() == pytest.approx(1.0, abs=1e-9)
    x, y = np.meshgrid(EVERYTHING.lon, EVERYTHING.lat)
    assert (share * x).sum() == pytest.approx(lon, abs=0.26)
    assert (share * y).sum() == pytest.approx(lat, abs=0.26)


def test_the_width_of_a_spread_is_that_asked_for() -> None:
    fine = GridConfig(
        name="f", west=86, east=89, south=43, north=45, step_deg=0.02, layer_tops_m=(20,)
    ).grid()
    share = around(87.6, 43.8, 15.0, fine, 3.0)
    north = (fine.lat - 43.8) * np.pi / 180 * 6371.229
    assert np.sqrt((share.sum(1) * north**2).sum()) == pytest.approx(15.0 * 0.9866, rel=2e-3)


def test_the_weights_of_a_prefecture_are_those_of_its_counties() -> None:
    changji = county_weights("652300", "traffic", EVERYTHING)
    assert changji.sum() == pytest.approx(1.0, abs=1e-9)
    parts = [one for one in counties() if one.adcode.startswith("6523")]
    assert len(parts) == 7
    assert county_weights("652301", "traffic", EVERYTHING).sum() == pytest.approx(1.0, abs=1e-9)
    with pytest.raises(InputError, match="no county"):
        county_weights("110101", "traffic", EVERYTHING)


@given(st.integers(1, 6), st.integers(2, 5), st.integers(0, 2**31))
@settings(max_examples=40, deadline=None)
def test_balancing_meets_both_sums_and_keeps_the_odds(rows: int, columns: int, seed: int) -> None:
    """Cross-product ratios of the seed stay (Deming and Stephan 1940)."""
    draw = np.random.default_rng(seed)
    start, truth = draw.uniform(0.1, 2, (2, rows, columns))
    made = balanced(start, truth.sum(1), truth.sum(0))
    np.testing.assert_allclose(made.sum(1), truth.sum(1), rtol=1e-9)
    np.testing.assert_allclose(made.sum(0), truth.sum(0), rtol=1e-9)
    odds = [table[:, :1] * table[:1] / (table * table[0, 0]) for table in (start, made)]
    np.testing.assert_allclose(odds[1], odds[0], rtol=1e-6)


def test_sums_that_cannot_be_met_are_refused() -> None:
    with pytest.raises(InputError, match="cannot both be met"):
        balanced(np.ones((2, 2)), np.array([1.0, 1.0]), np.array([3.0, 1.0]), "made")
    with pytest.raises(InputError, match="no table has these sums"):
        balanced(np.eye(2), np.array([2.0, 0.5]), np.array([1.0, 1.5]), "made")


def test_values_between_years_go_by_the_logarithm() -> None:
    table = {2010: {"a": 1.0, "b": 0.0}, 2020: {"a": 100.0, "b": 0.0}}
    np.testing.assert_allclose(in_year(table, 2015, ["a", "b"]), [10.0, 0.0])
    np.testing.assert_allclose(in_year(table, 1990, ["a", "b"]), [1.0, 0.0])
    np.testing.assert_allclose(in_year(table, 2040, ["b", "a"]), [0.0, 100.0])


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [("solvents: {so2: 0.0", "solvents: {so2: 0.1", "add up to 1.1"),
     ("  steel: {unit", "  steal: {unit", "unknown sector 'steal'"),
     ("  waste:           [", "  wast:            [", "unknown sector|is missing"),
     ("species: [so2, nox", "species: [nox, so2", "expected so2"),
     ("  hours: 4700", "  hours: 47000", "less than or equal to 8784")],
)  # fmt: skip
def test_a_prior_that_contradicts_itself_is_refused(old: str, new: str, message: str) -> None:
    text = shipped_text("inventory/prior.yaml")
    assert old in text
    with pytest.raises(ConfigurationError, match=message):
        validate(PriorConfig, parse_yaml(text.replace(old, new, 1), "changed"), "changed")


def test_plants_that_emit_more_than_the_total_are_refused() -> None:
    document = parse_yaml(shipped_text("inventory/prior.yaml").replace("so2: 200.0", "so2: 15.0"), "changed")
    with pytest.raises(ConfigurationError, match="more so2 in 2020 than the total of 15 kt"):
        year_budget(validate(PriorConfig, document, "changed"), 2020)


def test_every_region_has_the_months_of_its_own_season() -> None:
    """Turpan is not heated in October; Urumqi is from the 10th."""
    made = build_prior(TIANSHAN, ["2026-01", "2026-10"]).totals().sel(sector="heating", species="so2")
    ratio = made.sel(month="2026-10") / made.sel(month="2026-01")
    assert float(ratio.sel(region="turpan")) < 0.1 * float(ratio.sel(region="urumqi"))


def test_a_fuel_has_one_fingerprint_everywhere() -> None:
    """Boilers, stoves and traffic follow people alone: the same SO2 to NOx in every county."""
    budget = year_budget(prior_config(), 2026)
    so2, nox = SPECIES.index("so2"), SPECIES.index("nox")
    for sector in ("heating", "scattered_coal", "traffic"):
        by_county = budget.areas[budget.sectors.index(sector)].sum(1)
        there = by_county[:, nox] > 0
        ratio = by_county[there, so2] / by_county[there, nox]
        np.testing.assert_allclose(ratio, ratio[0], rtol=1e-9)


def test_after_the_last_total_only_plants_and_fuels_change() -> None:
    config = prior_config()
    old, new = year_budget(config, 2020), year_budget(config, 2026)
    np.testing.assert_allclose(new.areas.sum((0, 1, 2)), old.areas.sum((0, 1, 2)), rtol=1e-9)
    assert new.totals[SPECIES.index("so2")] < old.totals[SPECIES.index("so2")]


def test_numbers_of_ones_own_are_used_throughout_and_told() -> None:
    wide = parse_yaml(
        shipped_text("inventory/prior.yaml").replace("rural_km: 20.0", "rural_km: 60.0"), "wide"
    )
    made = build_prior(TIANSHAN, ["2026-01"], validate(PriorConfig, wide, "wide"))
    usual = build_prior(TIANSHAN, ["2026-01"])
    assert len(made.areas) > 1.3 * len(usual.areas)
    assert any("not those of configs/inventory/prior.yaml" in note for note in made.trail[0].notes)
    assert not any("not those of" in note for note in usual.trail[0].notes)
