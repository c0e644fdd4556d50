"""The comparison with a re-run, cuts by the inventory, and cautions."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from emissions_inventory.scenarios.cut_text import parse_cuts
from emissions_inventory.storage import read_inventory, write_inventory
from foundation.errors import InputError
from sources.measures.analysis import Question, answer
from sources.measures.cautions import cautions
from sources.measures.change import air_quality, decrease
from sources.measures.configuration import measures_config
from sources.measures.inventory_cuts import inventory_cuts
from sources.measures.rerun import compare_with_rerun
from sources.measures.tag_cuts import TagCuts
from sources.measures.tagged_forecast import TaggedForecast
from tests.emissions_inventory.made_inventory import made_inventory
from tests.sources.measures_run import SOURCES, carried_share, contributions, daily, day_scale, write_run

DRIVERS = measures_config().drivers
HOURS = 48


def of_model() -> object:
    made = contributions(("urumqi", "changji"), HOURS, "hour", np.repeat(day_scale(2, 2), 24, axis=0))
    return made.isel(pollutant=slice(0, 4), source=slice(0, 5))


def share_of(source: str, amount: float, species: tuple[str, ...] | None = None) -> np.ndarray:
    made = np.zeros((len(DRIVERS.species), 5))
    for name in species or DRIVERS.species:
        made[DRIVERS.species.index(name), SOURCES.index(source)] = amount
    return made


def test_a_linear_rerun_is_met_and_a_bent_one_is_not() -> None:
    tags = of_model()
    rerun = tags.copy(deep=True)
    left = 1 - 0.3 * (1 - carried_share(HOURS, "hour"))
    rerun["contribution"][0, :, :, :, 0] *= left[:, None, None]
    found = compare_with_rerun(tags, rerun, share_of("industry.urumqi", 0.3), DRIVERS)
    assert set(found) == {"pm25", "pm10", "so2", "no2"}
    assert all(one["worst"] < 1e-9 for one in found.values())
    bent = tags.copy(deep=True)
    bent["contribution"][0, :, :, :, 0] *= (1 - 0.8 * (1 - left))[:, None, None]
    off = compare_with_rerun(tags, bent, share_of("industry.urumqi", 0.3), DRIVERS)
    assert off["pm25"]["relative_error"] == pytest.approx(0.25)
    assert off["pm25"]["of_means"] == pytest.approx(0.25)
    assert off["pm25"]["worst"] == pytest.approx(0.25)


def test_runs_that_do_not_fit_are_refused() -> None:
    tags = of_model()
    with pytest.raises(InputError, match="nothing changes"):
        compare_with_rerun(tags, tags, share_of("industry.urumqi", 0.3), DRIVERS)
    with pytest.raises(InputError, match="other times, places"):
        compare_with_rerun(tags, tags.isel(place=[0]), share_of("industry.urumqi", 0.3), DRIVERS)


def told(forecast: TaggedForecast, share: np.ndarray, part: bool = False) -> set[str]:
    kg = np.ones_like(share)
    is_part = share.any(axis=0) & part
    cuts = TagCuts(forecast.species, share, is_part, kg * share, kg)
    less = decrease(forecast, share)
    after = air_quality(forecast, forecast.published - less.sum(axis=-1))
    return {one.code for one in cautions(forecast, cuts, less, after, measures_config())}


def test_cautions_come_where_they_belong() -> None:
    forecast = daily()
    share = np.zeros((len(forecast.species), len(SOURCES)))
    share[:, 0] = 0.3
    assert told(forecast, share) == set()
    assert told(forecast, share * 1.5) == {"cut-beyond-range"}
    assert told(forecast, share, part=True) == {"part-of-a-tag"}
    assert told(forecast, share * 0.1, part=True) == {"part-of-a-tag", "small-part-of-a-tag"}
    gases = share.copy()
    gases[[forecast.species.index("ppm_fine"), forecast.species.index("ppm_coarse")]] = 0.0
    assert told(forecast, gases) == {"secondary-change"}
    assert told(forecast, share * 1e-3) == {"negligible"}
    ozone = daily()
    ozone.concentration[:, :, ozone.pollutants.index("o3_8h")] *= 25
    assert told(ozone, share) == {"primary-not-carried"}
    vague = daily()
    vague.contribution[..., SOURCES.index("unattributed")] *= 5
    assert told(vague, share) == {"unattributed"}
    late = daily()
    late.responsive[0] *= 0.5
    assert told(late, share) == {"already-in-the-air"}


@pytest.fixture(scope="module")
def inventory_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Steel of Urumqi is P06-1 of grade B (0.08) and P06-2 of grade C (0.06), both in county 650107."""
    return write_inventory(made_inventory(), tmp_path_factory.mktemp("inventory") / "inventory.nc")


def test_grades_go_by_the_inventory(inventory_file: Path) -> None:
    inventory = read_inventory(inventory_file)
    hours = np.array([np.datetime64("2026-01-10T16:00:00", "ns")])
    before, share, notes = inventory_cuts(inventory, parse_cuts("steel/grade:C=0.5@urumqi"), hours)
    place = list(zip(before.sector, before.region, strict=True)).index(("steel", "urumqi"))
    assert share[place] == pytest.approx(0.5 * 6 / 14)
    assert not np.delete(share, place, axis=0).any()
    assert "1 points" in notes[0]
    assert before.species == ("ppm_fine", "ppm_coarse", "so2", "nox", "voc", "co")
    january = before.of_species("so2")[place]
    assert january == pytest.approx(1.1 * 0.14e6 / 31)


@pytest.mark.parametrize("cut", ["steel/grade:C=0.5@urumqi", "enterprises:{list}=0.5"])
def test_single_works_are_a_part_of_their_tag(tmp_path: Path, inventory_file: Path, cut: str) -> None:
    listed = tmp_path / "list.csv"
    listed.write_text("permit\nP06-2\n", encoding="utf-8")
    run = write_run(tmp_path / "run")
    question = Question((cut.format(list=listed),), inventory=str(inventory_file))
    document = answer(run, question)
    (tag,) = document["cuts"]["tags"]
    assert tag["part_of_tag"]
    assert tag["share"]["so2"] == pytest.approx(0.75 * 0.5 * 6 / 14, abs=1e-6)
    assert tag["share"]["ppm_fine"] == pytest.approx(0.25 * 0.5 * 6 / 14, abs=1e-6)
    less = document["places"][0]["days"][1]["concentrations"]["so2"]["decrease"]
    assert less == pytest.approx(1.1 * 20 * 0.75 * 0.5 * 6 / 14, abs=2e-3)
    assert "part-of-a-tag" in {one["code"] for one in document["cautions"]}
    assert document["cuts"]["notes"]


def test_counties_go_by_the_inventory(tmp_path: Path, inventory_file: Path) -> None:
    run = write_run(tmp_path / "run", days=1)
    document = answer(run, Question(("steel=0.5@650107",), inventory=str(inventory_file)))
    assert document["cuts"]["tags"][0]["share"]["so2"] == pytest.approx(0.75 * 0.5, abs=1e-6)
