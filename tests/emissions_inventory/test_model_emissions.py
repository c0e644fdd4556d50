"""Emissions of a run from an inventory: sums over hours, months and grids; tags; fallbacks that are told."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np
import pytest
import xarray as xr

from emissions_inventory.emitters import Stacks, WeekProfiles
from emissions_inventory.heights import heights_config, layer_shares, typical_stack
from emissions_inventory.inventory import Inventory
from emissions_inventory.labels import source_labels
from emissions_inventory.model_emissions import model_emissions
from emissions_inventory.prior.building import build_prior
from emissions_inventory.speciation import composition, is_emitted, model_amounts, with_carbon
from emissions_inventory.timing import DailyTemperature, hours_of_month
from foundation.errors import ConfigurationError, InputError
from foundation.grids import Grid, GridConfig

TOPS = (20, 60, 120, 200, 320, 480, 700)
GRID = GridConfig(name="g", west=82, east=91, south=42.6, north=46.2, step_deg=0.3, layer_tops_m=TOPS).grid()
OTHER = GridConfig(name="o", west=81, east=92, south=42, north=47, step_deg=0.25, layer_tops_m=TOPS).grid()
CARRIED = ["ppm_fine", "ppm_coarse", "so2", "sulfate", "nox", "nitrate"]
INVENTORY_NAMES = {"ppm_fine": "pm25", "so2": "so2", "nox": "nox"}


@lru_cache(maxsize=1)
def prior() -> Inventory:
    return build_prior(GRID, ["2026-02", "2026-03"])


def emitted(dataset: xr.Dataset, grid: Grid) -> np.ndarray:
    """Kilograms over all hours by source and species, (source, species)."""
    made = np.zeros((dataset.sizes["source"], dataset.sizes["species"]))
    by_stream = np.einsum(
        "nsyx,yx,tn->ns", dataset["emission_flux"].values, grid.cell_area_m2, dataset["time_factor"].values
    )
    by_point = dataset["point_emission"].values * dataset["point_time_factor"].values.sum(0)[:, None]
    np.add.at(made, dataset["stream_source"].values, by_stream)
    np.add.at(made, dataset["point_source"].values, by_point)
    return made * 3600.0


def by_tag(inventory: Inventory, month: str) -> dict[str, np.ndarray]:
    """Kilograms of PM2.5, PM10 - PM2.5, SO2 and NOx of a month by tag."""
    totals = inventory.totals().sel(month=month)
    found: dict[str, np.ndarray] = {}
    for sector in inventory.sectors():
        for region in inventory.regions():
            one = totals.sel(sector=sector, region=region)
            value = {name: float(one.sel(species=name)) for name in ("pm25", "pm10", "so2", "nox")}
            row = np.array([value["pm25"], value["pm10"] - value["pm25"], value["so2"], value["nox"]])
            tag = source_labels().tags_of([sector], [region])[0]
            found[tag] = found.get(tag, np.zeros(4)) + row
    return found


@pytest.mark.parametrize("month", ["2026-02", "2026-03"])
def test_the_hours_of_a_month_add_up_to_it_for_every_tag_and_species(month: str) -> None:
    made = model_emissions(prior(), GRID, CARRIED, hours_of_month(month)).dataset
    expected = by_tag(prior(), month)
    found = dict(zip(map(str, made["source"].values), emitted(made, GRID), strict=True))
    for tag, value in expected.items():
        np.testing.assert_allclose(found[tag], value, rtol=1e-9, err_msg=tag)
    assert set(found) - set(expected) == {tag for tag, row in found.items() if not row.any()}


def test_over_the_edge_of_a_month_each_hour_has_its_own_month() -> None:
    edge = np.concatenate([hours_of_month("2026-02"), hours_of_month("2026-03")])
    both = emitted(model_emissions(prior(), GRID, CARRIED, edge).dataset, GRID)
    each = [
        emitted(model_emissions(prior(), GRID, CARRIED, hours_of_month(m)).dataset, GRID)
        for m in prior().months
    ]
    np.testing.assert_allclose(both, each[0] + each[1], rtol=1e-9)
    few = model_emissions(prior(), GRID, CARRIED, edge[660:690]).dataset
    apart = [
        emitted(model_emissions(prior(), GRID, CARRIED, part).dataset, GRID)
        for part in (edge[660:672], edge[672:690])
    ]
    np.testing.assert_allclose(emitted(few, GRID), apart[0] + apart[1], rtol=1e-9)


def test_measured_cold_moves_heating_between_days_and_keeps_the_month() -> None:
    days = np.arange("2026-02-10", "2026-02-14", dtype="datetime64[D]")
    cold = {region: DailyTemperature(days, np.full(4, 243.0)) for region in prior().regions()}
    hours = hours_of_month("2026-02")
    plain, shifted = (model_emissions(prior(), GRID, CARRIED, hours, each).dataset for each in (None, cold))
    np.testing.assert_allclose(emitted(shifted, GRID), emitted(plain, GRID), rtol=1e-9)
    within = slice(11 * 24, 12 * 24)
    part = [
        emitted(model_emissions(prior(), GRID, CARRIED, hours[within], each).dataset, GRID)
        for each in (None, cold)
    ]
    heating = list(plain["source"].values).index("heating.urumqi")
    assert part[1][heating, 0] > 1.2 * part[0][heating, 0]


def test_another_grid_gets_the_part_that_overlaps() -> None:
    hours = hours_of_month("2026-02")
    wide = emitted(model_emissions(prior(), OTHER, CARRIED, hours).dataset, OTHER)
    np.testing.assert_allclose(
        wide, emitted(model_emissions(prior(), GRID, CARRIED, hours).dataset, GRID), rtol=1e-9
    )
    inner = GridConfig(
        name="i", west=87, east=88.2, south=43.2, north=44.4, step_deg=0.3, layer_tops_m=TOPS
    ).grid()
    made = model_emissions(prior(), inner, CARRIED, hours).dataset
    areas, so2 = prior().areas, prior().species.index("so2")
    inside = (areas.row >= 2) & (areas.row < 6) & (areas.column >= 16.6) & (areas.column < 20.6)
    streams = np.einsum(
        "nyx,yx,tn->", made["emission_flux"].sel(species="so2"), inner.cell_area_m2, made["time_factor"]
    )
    whole = areas.emission[0, inside, so2].sum()
    assert 0.5 * whole < streams * 3600.0 < 1.5 * whole


def test_points_without_a_stack_go_into_fixed_heights_and_it_is_told() -> None:
    points = prior().points
    bare = replace(prior(), points=replace(points, stacks=Stacks.unknown(len(points))))
    made = model_emissions(bare, GRID, CARRIED, hours_of_month("2026-02"))
    assert [note.code for note in made.notes] == ["stacks-unknown"]
    assert made.dataset.sizes["point"] == 0
    full = model_emissions(prior(), GRID, CARRIED, hours_of_month("2026-02"))
    np.testing.assert_allclose(emitted(made.dataset, GRID), emitted(full.dataset, GRID), rtol=1e-9)
    power = [n for n, s in enumerate(made.dataset["stream_source"].values) if s < 3]
    height = made.dataset["layer_share"].values[power] @ GRID.layer_height_m[: made.dataset.sizes["layer"]]
    assert height.max() > 250


def test_a_week_of_its_own_drives_its_point_alone() -> None:
    week = np.zeros((1, 7, 24))
    week[0, :, 9] = 1.0
    own = replace(prior(), profiles=WeekProfiles(np.array([3]), week))
    hours = hours_of_month("2026-02")
    plain, changed = (model_emissions(one, GRID, CARRIED, hours).dataset for one in (prior(), own))
    factor = changed["point_time_factor"].values
    assert np.flatnonzero(factor[:, 3]).size == 28
    np.testing.assert_array_equal(np.delete(factor, 3, 1), np.delete(plain["point_time_factor"].values, 3, 1))
    assert factor[:, 3].sum() == pytest.approx(len(hours), rel=1e-12)


@pytest.mark.parametrize(
    ("wanted", "held"), [("2027-02", "2026-02"), ("2026-01", "2026-02"), ("2024-04", "2026-03")]
)
def test_the_nearest_month_by_season_stands_in_and_it_is_told(wanted: str, held: str) -> None:
    made = model_emissions(prior(), GRID, CARRIED, hours_of_month(wanted))
    assert [note.code for note in made.notes] == ["inventory-of-another-month"]
    assert wanted in made.notes[0].english
    assert held in made.notes[0].english


def test_a_month_far_from_all_that_are_held_is_refused() -> None:
    with pytest.raises(InputError, match="holds 2026-02, 2026-03, the run needs 2026-07"):
        model_emissions(prior(), GRID, CARRIED, hours_of_month("2026-07"))


def test_what_is_not_emitted_is_left_out_and_nothing_at_all_is_refused() -> None:
    made = model_emissions(prior(), GRID, CARRIED, hours_of_month("2026-02")[:3]).dataset
    assert list(made["species"].values) == ["ppm_fine", "ppm_coarse", "so2", "nox"]
    with pytest.raises(InputError, match="emits none of sulfate"):
        model_emissions(prior(), GRID, ["sulfate"], hours_of_month("2026-02")[:3])


def test_coarse_particles_are_pm10_less_pm25_and_never_negative() -> None:
    amounts = np.array([[3.0, 5.0, 1.0], [4.0, 2.0, 1.0]])
    made = model_amounts(amounts, ["pm25", "pm10", "so2"], ["ppm_fine", "ppm_coarse", "so2"])
    np.testing.assert_array_equal(made, [[3.0, 2.0, 1.0], [4.0, 0.0, 1.0]])
    assert not is_emitted("ppm_coarse", ["pm25"])
    assert not is_emitted("sulfate", ["so2"])
    assert is_emitted("voc", ["voc"])


def test_pm10_below_pm25_is_told() -> None:
    areas = prior().areas
    emission = areas.emission.copy()
    emission[..., 3] = 0.5 * emission[..., 2]
    odd = replace(prior(), areas=replace(areas, emission=emission))
    made = model_emissions(odd, GRID, CARRIED, hours_of_month("2026-02")[:3])
    assert "pm10-below-pm25" in [note.code for note in made.notes]


def test_carbon_follows_from_fine_particles_where_an_inventory_does_not_know_it() -> None:
    names = ("so2", "nox", "pm25", "pm10")
    columns = [prior().species.index(name) for name in names]
    areas, points = (
        replace(one, emission=one.emission[..., columns]) for one in (prior().areas, prior().points)
    )
    bare = replace(
        prior(),
        species=names,
        areas=areas,
        points=points,
        uncertainty=prior().uncertainty.sel(species=list(names)),
    )
    made = with_carbon(bare)
    traffic = made.totals().sel(sector="traffic").sum(("month", "region"))
    assert float(traffic.sel(species="bc") / traffic.sel(species="pm25")) == pytest.approx(0.50, rel=1e-9)
    assert made.trail[-1].action == "speciate"
    np.testing.assert_array_equal(made.totals().sel(species="so2"), bare.totals().sel(species="so2"))
    assert with_carbon(prior()) is prior()


def test_compositions_add_up_and_carbon_is_what_coal_stoves_are_known_for() -> None:
    for sector in source_labels().sector_ids():
        assert sum(composition(sector).values()) == pytest.approx(1.0, abs=1e-9)
    assert composition("散煤与民用燃烧")["organic"] > 0.4
    with pytest.raises(InputError, match="unknown sector"):
        composition("volcano")


def test_heights_of_sectors() -> None:
    edges = np.array([0.0, *TOPS])
    assert layer_shares("traffic", edges)[0] == pytest.approx(1.0)
    power = layer_shares("power", edges)
    assert power.sum() == pytest.approx(1.0)
    assert power[:3].sum() == 0.0
    assert typical_stack("power", 700)[0] == 210.0
    assert typical_stack("power", 30)[2] == pytest.approx(333.15)
    with pytest.raises(ConfigurationError, match="no stack"):
        typical_stack("agriculture", 1)
    assert set(heights_config().sector_splits) <= set(source_labels().sector_ids())


def test_labels_keep_the_divisions_apart_from_the_prefectures() -> None:
    labels = source_labels()
    expected = {"650105": "urumqi", "652301": "changji", "652327": "zhundong", "659001": "shihezi",
                "659004": "wujiaqu", "654003": "kuitun", "650202": "dushanzi", "654202": "wusu",
                "659010": "huyanghe", "654023": "ili", "659008": "kokdala", "653101": "south",
                "659002": "south_divisions", "620902": "beyond"}  # fmt: skip
    assert {code: labels.region_of(code) for code in expected} == expected
    assert labels.region_of_country("KAZ") == "kazakhstan"
    assert labels.region_of_country("MNG") == "beyond"
    tags = [f"{sector.id}.{region.id}" for sector, region in labels.tags()]
    assert len(tags) == len(set(tags)) == 20
    every = [(sector, region) for sector in labels.sector_ids() for region in labels.region_ids()]
    assert set(labels.tags_of(*zip(*every, strict=True))) == set(tags)
    assert labels.tags_of(["steel", "steel"], ["wusu", "zhundong"]) == ["industry.kui-du-wu", "all.zhundong"]
