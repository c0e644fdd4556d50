"""Contributions of runs: the door, sums by group, nearness, the matrix, and stitching of many runs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from foundation.errors import ConfigurationError, ContractError, InputError
from sources.tagging.configuration import tagging_config
from sources.tagging.courses import Period, course_of, in_period, parse_period, stitched
from sources.tagging.documents import contributions_document, receptor_id
from sources.tagging.groups import BY, categories, groups_of, own_regions, regional_regions, sums_by
from sources.tagging.matrix import transmission_matrix
from sources.tagging.means import mean_contributions, receptor_course
from sources.tagging.measured import measured_course
from sources.tagging.runs import RunContributions, read_contributions
from sources.tagging.stores import read_store
from tests.sources.tagging_runs import PLACES, REFERENCE, REGIONS, SOURCES, write_contributions, write_store

COURSE = np.array([100.0, 140.0, 60.0])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_contributions(tmp_path_factory.mktemp("run") / "made" / "one", COURSE)


@pytest.fixture(scope="module")
def run(folder: Path) -> RunContributions:
    return read_contributions(folder)


def test_a_run_is_read_with_all_its_parts_and_closes(run: RunContributions) -> None:
    assert set(run.parts) == {"day", "region", "hour"}
    assert max(run.closure.values()) < 1e-12
    assert run.domain == "made"
    assert not run.synthetic


@pytest.mark.parametrize("by", BY)
@pytest.mark.parametrize("part", ["day", "region", "hour"])
def test_every_sum_keeps_the_published_total(run: RunContributions, by: str, part: str) -> None:
    course = course_of(run, part)
    sums = sums_by(course, by)
    total = sums.sum("group").transpose(*course["published"].dims)
    np.testing.assert_allclose(total.values, course["published"].values, rtol=1e-12)
    assert [group.id for group in groups_of(course, by)] == list(sums["group"].values)


def test_sums_by_sector_are_those_of_its_sources(run: RunContributions) -> None:
    course = course_of(run, "day")
    industry = sums_by(course, "sector").sel(group="industry", place="urumqi", pollutant="pm25")
    np.testing.assert_allclose(1e9 * industry.values, 0.5 * COURSE, rtol=1e-12)
    urumqi = sums_by(course, "region").sel(group="urumqi", place="urumqi", pollutant="so2")
    np.testing.assert_allclose(1e9 * urumqi.values, 0.1 * 0.3 * COURSE, rtol=1e-12)


@pytest.mark.parametrize(
    ("receptor", "expected"),
    [
        ("urumqi", {"local": 0.30, "regional": 0.35, "transported": 0.18}),
        ("changji", {"local": 0.35, "regional": 0.30, "transported": 0.18}),
        ("kuitun", {"local": 0.05, "transported": 0.78}),
        ("karamay", {"undivided": 0.03, "regional": 0.70, "transported": 0.10}),
        ("wu-chang-shi", {"local": 0.65, "transported": 0.18}),
    ],
)
def test_nearness_counts_from_the_receptor(
    run: RunContributions, receptor: str, expected: dict[str, float]
) -> None:
    part = "region" if receptor in REGIONS else "day"
    sums = sums_by(course_of(run, part), "nearness").sel(place=receptor, pollutant="pm25").isel(time=1)
    share = sums / sums.sum("group")
    found = {str(name): float(share.sel(group=name)) for name in share["group"].values}
    assert {name: value for name, value in found.items() if value > 1e-9} == pytest.approx(
        expected | {"initial": 0.07, "unattributed": 0.10}
    )


def test_natural_sectors_are_counted_apart(run: RunContributions) -> None:
    config = tagging_config().model_copy(update={"natural_sectors": ("scattered_coal",)})
    course = course_of(run, "day")
    kinds = dict(zip(map(str, course["source"].values), categories(course, "urumqi", config), strict=True))
    assert kinds["scattered_coal.urumqi"] == kinds["scattered_coal.chang-shi"] == "natural"
    assert kinds["industry.urumqi"] == "local"
    natural = sums_by(course, "nearness", config).sel(place="urumqi", pollutant="pm25", group="natural")
    np.testing.assert_allclose(1e9 * natural.values, 0.2 * COURSE, rtol=1e-12)


def test_regions_follow_the_county_codes() -> None:
    assert own_regions("shihezi") == {"chang-shi"}
    assert own_regions("wu-chang-shi") == {"urumqi", "chang-shi"}
    assert regional_regions("karamay") >= {"urumqi", "kui-du-wu"}
    assert regional_regions("turpan") == set()


def test_matrix_rows_sum_to_what_is_published_over_any_period(run: RunContributions) -> None:
    period = parse_period("2026-12-11", "2026-12-12")
    course = receptor_course([run], "day", period)
    matrix = transmission_matrix(mean_contributions(course, "pm25"))
    assert [one.id for one in matrix.receptors] == [*PLACES, *REGIONS]
    np.testing.assert_allclose(matrix.values.sum(1), matrix.published, rtol=1e-9)
    assert matrix.published[0] == pytest.approx(100.0)
    np.testing.assert_allclose(matrix.percent.sum(1), 100.0, rtol=1e-9)
    document = matrix.document()
    assert document["period"] == {"from": "2026-12-11 00:00", "to": "2026-12-13 00:00", "steps": 2}
    regions = [source["id"] for source in document["sources"]]
    shares = dict(zip(regions, document["receptors"][0]["percent"], strict=True))
    assert shares["chang-shi"] == pytest.approx(35.0)
    assert shares["boundary"] == pytest.approx(8.0)


def test_a_day_without_a_value_is_left_out_of_the_mean_and_counted(run: RunContributions) -> None:
    course = course_of(run, "day").copy(deep=True)
    for name in ("published", "contribution"):
        course[name].loc[{"place": "urumqi", "time": course["time"][1]}] = np.nan
        course[name].loc[{"place": "kuitun"}] = np.nan
    means = mean_contributions(course, "pm25")
    assert means.counted["urumqi"] == 2
    assert float(means.dataset["published"].sel(place="urumqi")) == pytest.approx(80e-9)
    matrix = transmission_matrix(means)
    row = matrix.document()["receptors"][PLACES.index("kuitun")]
    assert row["published"] is None
    assert row["steps"] == 0
    assert set(row["percent"]) == {None}


def test_the_document_holds_series_that_sum_and_no_missing_number(run: RunContributions) -> None:
    course = receptor_course([run], "hour", parse_period("2026-12-10T06:00", "2026-12-10T12:00"))
    document = contributions_document(course, "pm25", "source", ["changji"])
    (place,) = document["places"]
    assert [step["to"][11:] for step in place["series"]] == [f"{hour:02d}:00" for hour in range(7, 13)]
    for step in place["series"]:
        assert sum(step["contributions"]) == pytest.approx(step["published"], abs=1e-3)
        assert step["lead_hours"] == int(step["to"][11:13])
    assert sum(one["percent"] for one in place["mean"]) == pytest.approx(100.0, abs=1e-3)
    assert all(one["lower"] <= one["value"] <= one["upper"] for one in place["mean"])


def test_each_day_comes_from_the_latest_run_before_it(tmp_path: Path) -> None:
    early = read_contributions(
        write_contributions(tmp_path / "a", np.array([10.0, 20.0, 30.0]), hourly=False)
    )
    later = REFERENCE + np.timedelta64(1, "D")
    late = read_contributions(
        write_contributions(tmp_path / "b", np.array([25.0, 35.0]), later, hourly=False)
    )
    for order in ([early, late], [late, early]):
        course = stitched(order, "day")
        values = 1e9 * course["published"].sel(place="urumqi", pollutant="pm25").values
        np.testing.assert_allclose(values, [10.0, 25.0, 35.0])
        assert list(course["reference_time"].values) == [REFERENCE, later, later]
        leads = course["lead_time"].values / np.timedelta64(1, "D")
        np.testing.assert_allclose(leads, [1.0, 1.0, 2.0])
        np.testing.assert_allclose(course["contribution"].sum("source"), course["published"], rtol=1e-12)


def test_a_source_that_only_one_run_tags_counts_as_nothing_elsewhere(tmp_path: Path) -> None:
    early = read_contributions(write_contributions(tmp_path / "a", np.array([10.0, 20.0]), hourly=False))
    later = REFERENCE + np.timedelta64(1, "D")
    late = read_contributions(write_contributions(tmp_path / "b", np.array([25.0]), later, hourly=False))
    part = late.parts["day"]
    renamed = part.assign_coords(source=["new.urumqi", *part["source"].values[1:]])
    late.parts["day"] = renamed
    course = stitched([early, late], "day").sel(place="urumqi", pollutant="pm25")
    assert course.sizes["source"] == len(SOURCES) + 1
    np.testing.assert_allclose(1e9 * course["contribution"].sel(source="new.urumqi"), [0.0, 5.0])
    np.testing.assert_allclose(course["contribution"].sum("source"), course["published"], rtol=1e-12)


def test_a_store_is_read_run_by_run_and_a_broken_one_is_named(tmp_path: Path) -> None:
    write_store(tmp_path, np.linspace(50.0, 150.0, 8), REFERENCE, 3)
    broken = tmp_path / "runs" / "made" / "20261211T160000Z" / "contributions.nc"
    broken.write_bytes(b"nothing")
    runs, refused = read_store(str(tmp_path), "made")
    assert len(runs) == 2
    assert list(refused) == ["20261211T160000Z"]
    early, _ = read_store(str(tmp_path), "made", Period(None, REFERENCE + np.timedelta64(6, "h")))
    assert [run.reference_time for run in early] == [REFERENCE]
    with pytest.raises(InputError, match="no run of 'other'"):
        read_store(str(tmp_path), "other")
    seen = measured_course(runs, "day")
    assert seen is not None
    assert 1e9 * float(seen["pm25"].sel(place="wu-chang-shi").isel(time=0)) == pytest.approx(50.0)


def test_periods_take_whole_steps_and_refuse_what_is_empty(run: RunContributions) -> None:
    course = course_of(run, "day")
    assert in_period(course, parse_period("2026-12-10T01:00", None)).sizes["time"] == 2
    with pytest.raises(InputError, match="no whole step"):
        in_period(course, parse_period("2027-01-01", None))
    with pytest.raises(ConfigurationError, match="not after the beginning"):
        parse_period("2026-12-12", "2026-12-11")


def opened(folder: Path) -> xr.Dataset:
    return xr.load_dataset(folder / "contributions.nc", decode_timedelta=True)


def too_much(folder: Path) -> None:
    made = opened(folder)
    made["contribution"][0, 0, 0, 0, 0] *= 1.01
    made.to_netcdf(folder / "contributions.nc")


def by_hour_at_the_root(folder: Path) -> None:
    opened(folder).assign_attrs(averaging="hour").to_netcdf(folder / "contributions.nc")


def unnamed_sources(folder: Path) -> None:
    opened(folder).drop_vars("sector").to_netcdf(folder / "contributions.nc")


def no_contributions(folder: Path) -> None:
    (folder / "contributions.nc").unlink()


def other_pollutants(folder: Path) -> None:
    opened(folder).isel(pollutant=slice(0, 3)).to_netcdf(folder / "contributions.nc")


@pytest.mark.parametrize(
    ("harm", "kind", "message"),
    [
        (too_much, ContractError, "sum to the published value"),
        (by_hour_at_the_root, InputError, "expected averaging 'day', got 'hour'"),
        (unnamed_sources, ContractError, "'sector' of the sources is missing"),
        (no_contributions, InputError, "no such file"),
        (other_pollutants, ContractError, "expected the coordinates of the published values"),
    ],
)
def test_what_is_wrong_with_a_run_is_said_at_the_door(
    tmp_path: Path, harm: object, kind: type[Exception], message: str
) -> None:
    made = write_contributions(tmp_path / "run", COURSE, hourly=False)
    assert callable(harm)
    harm(made)
    with pytest.raises(kind, match=message) as caught:
        read_contributions(made)
    assert "contributions.nc" in str(caught.value)


def test_names_of_receptors_are_found_or_the_nearest_is_offered(run: RunContributions) -> None:
    course = receptor_course([run], "day")
    assert receptor_id("乌鲁木齐", course) == "urumqi"
    assert receptor_id("奎屯-独山子-乌苏", course) == "kui-du-wu"
    with pytest.raises(InputError, match="no contributions at 'turpan'"):
        receptor_id("吐鲁番", course)
    with pytest.raises(InputError, match="Did you mean"):
        receptor_id("urumki", course)
    with pytest.raises(InputError, match="no contributions to 'nothing'"):
        mean_contributions(course, "nothing")
