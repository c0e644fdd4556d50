"""What a cut changes on a made run whose answers are known in closed form."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from emissions_inventory.scenarios.cut_text import parse_cuts
from foundation.errors import BogdaError, ConfigurationError, InputError
from sources.measures.analysis import Question, answer
from sources.measures.change import air_quality, decrease
from sources.measures.configuration import measures_config
from sources.measures.emission_totals import EmissionTotals, read_totals
from sources.measures.tag_cuts import TagCuts, pair_cuts, tag_cuts
from sources.measures.tagged_forecast import TaggedForecast
from sources.measures.uncertainty import intervals
from standards.report import air_quality_report
from tests.sources.measures_run import CARRIED, SOURCES, TOTALS, UG, carried_share, daily, write_run


@pytest.fixture(scope="module")
def forecast() -> TaggedForecast:
    return daily()


@pytest.fixture(scope="module")
def totals(tmp_path_factory: pytest.TempPathFactory) -> EmissionTotals:
    file = tmp_path_factory.mktemp("totals") / "emission_totals.csv"
    file.write_text(TOTALS, encoding="utf-8")
    return read_totals(file)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_run(tmp_path_factory.mktemp("measures") / "run")


def cut_of(forecast: TaggedForecast, totals: EmissionTotals, *texts: str) -> TagCuts:
    return tag_cuts(totals, pair_cuts(totals, parse_cuts(texts)), forecast.sources, forecast.species)


def less_of(forecast: TaggedForecast, totals: EmissionTotals, *texts: str) -> np.ndarray:
    """µg m-3, (lead, place, pollutant), summed over sources."""
    return decrease(forecast, cut_of(forecast, totals, *texts).share).sum(axis=-1) / UG


def at(forecast: TaggedForecast, values: np.ndarray, pollutant: str, day: int = 0, place: int = 0) -> float:
    return float(values[day, place, forecast.pollutants.index(pollutant)])


def test_a_whole_tag_loses_its_share_of_what_was_emitted_since(
    forecast: TaggedForecast, totals: EmissionTotals
) -> None:
    less = less_of(forecast, totals, "industry=0.3@urumqi")
    assert at(forecast, less, "pm25") == pytest.approx(0.3 * (1 - CARRIED) * (40 + 30 + 10))
    assert at(forecast, less, "pm10") == pytest.approx(0.3 * (1 - CARRIED) * (40 + 10 + 30 + 10))
    assert at(forecast, less, "so2") == pytest.approx(0.3 * (1 - CARRIED) * 20)
    assert at(forecast, less, "no2") == pytest.approx(0.3 * (1 - CARRIED) * 20)
    assert at(forecast, less, "pm25", day=1) == pytest.approx(0.3 * 1.1 * 80)
    assert at(forecast, less, "co") == at(forecast, less, "o3_8h") == 0.0


def test_a_part_of_a_tag_counts_by_its_share_of_each_species(
    forecast: TaggedForecast, totals: EmissionTotals
) -> None:
    """Steel is 1/4 of fine, 1/2 of coarse particles, 3/4 of SO2 and 1/2 of NOx of the industry of Urumqi."""
    less = less_of(forecast, totals, "steel=0.4@urumqi")
    expected = 0.4 * (0.25 * 40 + 0.75 * 30 + 0.5 * 10)
    assert at(forecast, less, "pm25", day=1) == pytest.approx(1.1 * expected)
    assert at(forecast, less, "pm10", day=1) == pytest.approx(1.1 * (expected + 0.4 * 0.5 * 10))
    cuts = cut_of(forecast, totals, "steel=0.4@urumqi")
    assert cuts.is_part.tolist() == [True] + [False] * 5
    whole = cut_of(forecast, totals, "industry=0.4@urumqi")
    assert not whole.is_part.any()


def test_species_go_to_what_they_become(forecast: TaggedForecast, totals: EmissionTotals) -> None:
    less = less_of(forecast, totals, "industry[so2]=0.5@urumqi")
    assert at(forecast, less, "pm25", day=1) == pytest.approx(0.5 * 1.1 * 30)
    assert at(forecast, less, "so2", day=1) == pytest.approx(0.5 * 1.1 * 20)
    assert at(forecast, less, "no2", day=1) == 0.0
    less = less_of(forecast, totals, "traffic[nox]=0.5@urumqi")
    assert at(forecast, less, "pm25", day=1) == pytest.approx(0.5 * 1.1 * 20)
    assert at(forecast, less, "no2", day=1) == pytest.approx(0.5 * 1.1 * 30)


def test_fine_particles_alone_leave_coarse_ones(forecast: TaggedForecast, totals: EmissionTotals) -> None:
    less = less_of(forecast, totals, "industry[pm25]=0.5@urumqi")
    assert at(forecast, less, "pm25", day=1) == pytest.approx(at(forecast, less, "pm10", day=1))
    with pytest.raises(InputError, match="less PM10 than"):
        pair_cuts(totals, parse_cuts("industry[pm10]=0.9@urumqi"))


def test_one_region_of_a_group_is_weighed_by_mass(forecast: TaggedForecast, totals: EmissionTotals) -> None:
    cuts = cut_of(forecast, totals, "industry=0.2@shihezi")
    share = dict(zip(cuts.species, cuts.share[:, SOURCES.index("industry.chang-shi")], strict=True))
    assert share["so2"] == pytest.approx(0.2 * 0.75)
    assert share["ppm_fine"] == pytest.approx(0.2 * 0.5)
    assert share["nox"] == 0.0


def test_several_cuts_multiply_what_they_leave(forecast: TaggedForecast, totals: EmissionTotals) -> None:
    both = cut_of(forecast, totals, "industry=0.3@urumqi", "*=0.5@urumqi").share
    assert both[:4, 0] == pytest.approx(1 - 0.7 * 0.5)
    assert both[0, 1] == pytest.approx(0.5)


shares = st.floats(0.0, 1.0, allow_nan=False)


@settings(max_examples=25, deadline=None)
@given(small=shares, large=shares, other=shares)
def test_cuts_are_monotone_additive_and_never_take_more_than_there_is(
    small: float, large: float, other: float
) -> None:
    forecast = daily()
    random = np.random.default_rng(int(1e6 * other))
    weights = random.random((len(forecast.species), len(SOURCES)))
    small, large = sorted((small, large))
    few, many = (decrease(forecast, one * weights) for one in (small, large))
    assert (many >= few - 1e-20).all()
    assert (few >= 0).all()
    assert (many <= forecast.contribution * (1 + 1e-12)).all()
    first = np.where(np.arange(len(SOURCES)) < 2, weights, 0.0)
    apart = decrease(forecast, first) + decrease(forecast, weights - first)
    assert apart == pytest.approx(decrease(forecast, weights), rel=1e-12, abs=1e-24)
    assert not decrease(forecast, 0.0 * weights).any()


def test_nobody_cuts_what_flows_in_or_is_unexplained(forecast: TaggedForecast) -> None:
    everything = np.ones((len(forecast.species), len(SOURCES)))
    less = decrease(forecast, everything)
    assert not less[..., SOURCES.index("boundary")].any()
    assert not less[..., SOURCES.index("unattributed")].any()
    pm = forecast.pollutants.index("pm25")
    assert less[1, :, pm, :4] == pytest.approx(forecast.contribution[1, :, pm, :4])


def test_the_index_is_that_of_the_standard_of_the_day(
    forecast: TaggedForecast, totals: EmissionTotals
) -> None:
    after = forecast.published - less_of(forecast, totals, "*=0.3") * UG
    found = air_quality(forecast, after)
    for day, place in np.ndindex(2, 2):
        shown = after[day, place] / UG
        values = dict(zip(forecast.pollutants, shown, strict=True)) | {"co": shown[4] / 1000}
        expected = air_quality_report(values, "2026-11-21", "day")
        assert found.aqi[day, place] == expected.aqi
        primary = np.flatnonzero(found.primary[day, place])
        assert tuple(forecast.pollutants[number] for number in primary) == expected.primary
    old = replace(forecast, valid_time=forecast.valid_time - np.timedelta64(3650, "D"))
    assert air_quality(old, 0.5 * after).aqi[0, 0] != air_quality(forecast, 0.5 * after).aqi[0, 0]


def test_intervals_hold_the_answer_and_close_when_all_is_known(
    forecast: TaggedForecast, totals: EmissionTotals
) -> None:
    config = measures_config().uncertainty
    cuts = cut_of(forecast, totals, "industry=0.3@urumqi")
    less = decrease(forecast, cuts.share).sum(axis=-1)
    found = intervals(forecast, cuts.share, cuts.is_part, config)
    moved = less > 0
    assert (found.decrease[0][moved] < less[moved]).all()
    assert (less[moved] < found.decrease[1][moved]).all()
    sure = config.model_copy(update={"of_share": dict.fromkeys(config.of_share, 0.0), "of_part": 0.0})
    known = daily(spread=0.0)
    narrow = intervals(known, cuts.share, cuts.is_part, sure)
    assert narrow.decrease == pytest.approx(np.stack([less, less]), rel=1e-9)
    part = cut_of(forecast, totals, "steel=0.3@urumqi")
    of_part = intervals(known, part.share, part.is_part, sure.model_copy(update={"of_part": 0.3}))
    assert (of_part.decrease[1] > of_part.decrease[0])[decrease(known, part.share).sum(axis=-1) > 0].all()


def test_bounds_of_the_index_hold_the_answer(folder: Path) -> None:
    document = answer(folder, Question(("*=0.07@urumqi", "industry=0.01@shihezi")))
    for place in [*document["places"], *document["regions"]]:
        for day in place["days"]:
            low, high = day["aqi"]["decrease_range"]
            assert low <= day["aqi"]["decrease"] <= high
            assert day["aqi"]["after_range"][0] <= day["aqi"]["after"] <= day["aqi"]["after_range"][1]


def test_zero_cut_changes_nothing(folder: Path) -> None:
    document = answer(folder, Question(("industry=0@urumqi",)))
    for place in [*document["places"], *document["regions"]]:
        for day in place["days"]:
            assert day["aqi"]["before"] == day["aqi"]["after"]
            assert day["aqi"]["decrease_range"] == [0, 0]
            assert all(one["decrease"] == 0 for one in day["concentrations"].values())


def test_hours_and_region_answer_as_the_days_do(folder: Path) -> None:
    document = answer(folder, Question(("industry=0.3@urumqi",)))
    hours = document["hours"]["places"][0]["concentrations"]["pm25"]
    less = np.array(hours["before"]) - np.array(hours["after"])
    assert less[:24].mean() == pytest.approx(0.3 * 0.75 * 80, abs=0.01)
    assert less[:24] == pytest.approx(0.3 * 80 * (1 - carried_share(24, "hour")), abs=0.02)
    assert less[24:] == pytest.approx(0.3 * 1.1 * 80, abs=0.02)
    region = document["regions"][0]["days"][1]["concentrations"]["pm25"]
    assert region["decrease"] == pytest.approx(0.3 * 1.1 * 80)


def refused(folder: Path, question: Question, *words: str) -> None:
    with pytest.raises(BogdaError) as found:
        answer(folder, question)
    assert "\n" not in str(found.value)
    for word in words:
        assert word in str(found.value)


def test_bad_questions_are_one_clear_line(folder: Path, tmp_path: Path) -> None:
    refused(folder, Question(("indutsry=0.3@urumqi",)), "unknown sector", "industry")
    refused(folder, Question(("industry=1.3@urumqi",)), "from 0 to 1", "1.3")
    refused(folder, Question(("industry=0.3@atlantis",)), "unknown region")
    refused(folder, Question(("agriculture=0.3@urumqi",)), "reaches nothing", "agriculture=0.3@urumqi")
    refused(folder, Question(("industry[voc]=0.3@urumqi",)), "reaches nothing")
    refused(folder, Question(("industry=0.3@652327",)), "--inventory")
    refused(folder, Question(("grade:C=0.3",)), "--inventory")
    refused(folder, Question(), "nothing to do")
    refused(folder, Question(target=900), "--target-aqi")
    refused(folder, Question(target=150, region="nowhere"), "--region")
    refused(folder, Question(("industry=0.3",), region="kui-du-wu"), "publishes no place")
    refused(tmp_path, Question(("industry=0.3",)), "no contributions", "contributions.nc")
    refused(folder, Question(("industry=0.3",), begins="2026-11-19"), "before the run")
    refused(folder, Question(("industry=0.3",), begins="2026-12-19"), "after the run")


def test_a_run_that_does_not_tell_what_it_emits_says_what_to_do(tmp_path: Path) -> None:
    run = write_run(tmp_path / "run", days=1)
    (run / "emission_totals.csv").write_text(
        "sector,region,tag,species,kg_per_day\nsteel,urumqi,x,so2,many\n", encoding="utf-8"
    )
    refused(run, Question(("industry=0.3",)), "row 2", "kg_per_day")
    (run / "emission_totals.csv").unlink()
    refused(run, Question(("industry=0.3",)), "--inventory")


def test_an_older_run_without_what_was_carried_over_is_refused(tmp_path: Path) -> None:
    run = write_run(tmp_path / "run", days=1)
    with xr.open_dataset(run / "contributions.nc", engine="netcdf4", decode_timedelta=True) as held:
        older = held.load().drop_vars(["carried_over", "component_carried_over"])
    older.to_netcdf(run / "contributions.nc")
    refused(run, Question(("industry=0.3",)), "without carried_over", "older version")


def test_contributions_of_another_forecast_are_refused(tmp_path: Path) -> None:
    run = write_run(tmp_path / "run", days=1)
    with xr.open_dataset(run / "forecast.nc", engine="netcdf4", decode_timedelta=True) as held:
        other = held.load()
    other["concentration"] *= 1.2
    other.to_netcdf(run / "forecast.nc", mode="a")
    refused(run, Question(("industry=0.3",)), "sum to", "files of one run")


def test_configuration_errors_are_told(folder: Path) -> None:
    with pytest.raises(ConfigurationError):
        answer(folder, Question(("industry=0.3",), begins="yesterday"))
