"""The check of a response against 10, 20 and 30 %."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from math import erf, log, sqrt

import numpy as np
import pytest

from emissions_inventory.inventory import Inventory
from emissions_inventory.scenarios import response
from emissions_inventory.scenarios.application import apply_cuts
from emissions_inventory.scenarios.configuration import responses_config
from emissions_inventory.scenarios.cut_text import parse_cuts
from emissions_inventory.scenarios.response import check_response, response_regions
from emissions_inventory.scenarios.uncertainty import sector_multipliers, sector_range, total_range
from foundation.errors import InputError
from tests.emissions_inventory.made_inventory import made_inventory


@pytest.fixture(scope="module")
def made() -> Inventory:
    return made_inventory()


@pytest.mark.parametrize(
    ("amount", "highest"),
    [(0.05, None), (0.1, "yellow"), (0.19999, "yellow"), (0.2, "orange"), (0.3, "red"), (1.0, "red")],
)
def test_a_cut_of_everything_meets_its_own_level(made: Inventory, amount: float, highest: str | None) -> None:
    verdict = check_response(made, apply_cuts(made, f"*={amount}"))
    assert verdict["highest"] == highest
    for level in verdict["levels"]:
        met = amount >= level["required_percent"] / 100 - 1e-12
        assert level["met"] is met
        assert level["probability"] == float(met), "a cut of the same share everywhere is certain"
        for one in level["pollutants"]:
            assert one["cut_percent"] == pytest.approx(100 * amount)
            assert one["lacking_percent"] == pytest.approx(
                max(level["required_percent"] - 100 * amount, 0), abs=1e-9
            )


def test_one_species_that_lacks_spoils_the_level(made: Inventory) -> None:
    verdict = check_response(made, apply_cuts(made, "*[so2,nox,pm]=0.35, *[voc]=0.15"))
    levels = {level["level"]: level for level in verdict["levels"]}
    assert verdict["highest"] == "yellow"
    lacking = {one["pollutant"]: one for one in levels["red"]["pollutants"]}
    assert [name for name, one in lacking.items() if not one["met"]] == ["VOCs"]
    voc = next(one for one in verdict["species"] if one["species"] == "voc")
    assert lacking["VOCs"]["lacking_t"] == pytest.approx(0.15 * voc["before_t"])


def test_pm_is_pm10_with_pm25_beside_it(made: Inventory) -> None:
    verdict = check_response(made, apply_cuts(made, "power[pm]=0.4, *[so2,nox,voc]=0.4"))
    pm = next(one for one in verdict["levels"][0]["pollutants"] if one["pollutant"] == "PM")
    assert pm["species"] == "pm10"
    inside = made.totals().sum("month").sel(region=["urumqi", "shihezi"])
    assert set(pm["beside"]) == {"pm25"}
    by_hand = 0.4 * float(inside.sel(sector="power", species="pm10").sum())
    assert pm["cut_percent"] < pm["beside"]["pm25"]["cut_percent"]
    pm10 = next(one for one in verdict["species"] if one["species"] == "pm10")
    assert pm10["cut_t"] == pytest.approx(by_hand / 1000)


def test_regions_are_those_named_or_the_default() -> None:
    assert response_regions(parse_cuts("steel=0.1")) == ("urumqi", "changji", "shihezi", "wujiaqu", "shawan")
    assert response_regions(parse_cuts("steel=0.1@kuitun, traffic=0.1@652324")) == ("changji", "kuitun")


def test_only_the_regions_count(made: Inventory) -> None:
    after = apply_cuts(made, "*=0.3@urumqi")
    assert check_response(made, after, ["urumqi"])["highest"] == "red"
    assert check_response(made, after, ["kuitun"])["highest"] is None
    with pytest.raises(InputError, match="unknown region 'nowhere'"):
        check_response(made, after, ["nowhere"])
    with pytest.raises(InputError, match="no so2 is emitted in altay"):
        check_response(made, after, ["altay"])


def test_the_chance_agrees_with_the_closed_form_of_two_sectors(made: Inventory) -> None:
    """One sector cut by half among two: log of their ratio is normal with both variances added.

    A total is the mean of its distribution; its median is half a variance lower in the logarithm.
    """
    sectors = ("power", "scattered_coal")
    points = made.points.take(made.points.sector == "power")
    areas = made.areas
    held = areas.sector == "scattered_coal"
    areas = replace(areas, sector=areas.sector[held], region=areas.region[held], row=areas.row[held],
                    column=areas.column[held], emission=areas.emission[:, held])  # fmt: skip
    two = replace(made, points=points, areas=areas)
    verdict = check_response(two, apply_cuts(two, "scattered_coal=0.5"), ["urumqi", "zhundong"])
    kept = two.totals().sum("month").sel(region=["urumqi", "zhundong"]).sum("region")
    power, coal = (kept.sel(sector=name) for name in sectors)
    ratio = {name: float(coal.sel(species=name) / power.sel(species=name)) for name in ("so2", "nox")}
    spread = sqrt(0.15**2 + 0.7**2)
    for name, required in (("so2", 0.1), ("nox", 0.1)):
        needed = required / (
            0.5 - required
        )  # coal over power at which half of the coal is the share required
        middle = log(ratio[name]) - 0.5 * (0.7**2 - 0.15**2)
        chance = 0.5 * (1 + erf((middle - log(needed)) / spread / sqrt(2)))
        found = next(one for one in verdict["levels"][0]["pollutants"] if one["species"] == name)[
            "probability"
        ]
        assert found == pytest.approx(chance, abs=4 * sqrt(0.25 / responses_config().draws))


def test_draws_have_the_spread_they_should_and_repeat(made: Inventory) -> None:
    drawn = sector_multipliers(made, 20_000)
    logarithms = np.log(drawn.sel(sector="scattered_coal", species="so2").values)
    assert logarithms.std() == pytest.approx(0.7, rel=0.03)
    assert float(np.exp(logarithms).mean()) == pytest.approx(1, abs=0.03)
    other = np.log(drawn.sel(sector="scattered_coal", species="nox").values)
    assert abs(np.corrcoef(logarithms, other)[0, 1]) < 0.03
    np.testing.assert_array_equal(sector_multipliers(made), sector_multipliers(made))
    part = replace(made, points=made.points.take(made.points.sector == "power"))
    np.testing.assert_array_equal(
        sector_multipliers(part).sel(sector="power"), sector_multipliers(made).sel(sector="power")
    )


def test_the_range_of_a_sum_of_one_is_that_of_the_sector(made: Inventory) -> None:
    one = made.totals().sum(("month", "region")).sel(species="so2", sector=["scattered_coal"])
    drawn = sector_multipliers(made, 20_000).sel(species="so2", sector=["scattered_coal"])
    closed = sector_range(float(one.sum()), 0.7)
    for name, bounds in total_range(one, drawn).items():
        assert bounds == pytest.approx(closed[name], rel=0.05)
    median = float(one.sum()) / np.exp(0.245)  # of a log-normal with that mean: half of 0.7 squared below
    assert closed["range_68"] == pytest.approx([median / np.exp(0.7), median * np.exp(0.7)])


def test_rules_have_dates() -> None:
    config = responses_config()
    assert config.rules_on(dt.date(2023, 1, 1)).name == "national-2018"
    assert config.rules_on(dt.date(2026, 1, 1)).name == "national-2024"
    assert config.rules_on(dt.date(2026, 1, 1)).required_cut == {"yellow": 0.1, "orange": 0.2, "red": 0.3}
    assert not config.exchange.enabled


def test_sulfur_and_nitrogen_may_be_exchanged_where_the_rule_says_so(
    made: Inventory, monkeypatch: pytest.MonkeyPatch
) -> None:
    after = apply_cuts(made, "*[so2]=0.05, *[nox]=0.16, *[pm,voc]=0.1")
    assert check_response(made, after)["highest"] is None
    config = responses_config()
    allowed = config.model_copy(update={"exchange": config.exchange.model_copy(update={"enabled": True})})
    monkeypatch.setattr(response, "responses_config", lambda: allowed)
    assert check_response(made, after)["highest"] == "yellow"


def test_both_inventories_must_speak_of_the_same_months(made: Inventory) -> None:
    points = replace(made.points, emission=made.points.emission[:1])
    areas = replace(made.areas, emission=made.areas.emission[:1])
    with pytest.raises(InputError, match="same months"):
        check_response(made, replace(made, months=made.months[:1], points=points, areas=areas))
