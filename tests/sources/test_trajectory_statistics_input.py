"""Trajectories and measurements come together explicitly; what does not fit is refused by name."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from atmosphere.trajectories.configuration import TrajectoryConfig
from atmosphere.trajectories.engine_proofs import wavy_weather
from atmosphere.trajectories.hysplit import EndPoints
from atmosphere.trajectories.results import Trajectories
from foundation.errors import ContractError, InputError
from foundation.pollutants import pollutants_of
from sources.trajectory_statistics.arrivals import BackwardTrajectories, joined
from sources.trajectory_statistics.made_case import made_case, wandering
from sources.trajectory_statistics.matching import sample
from sources.trajectory_statistics.measurements import (
    ConcentrationSeries,
    label_of_arrival,
    series_of_places,
)
from sources.trajectory_statistics.source_maps import cwt
from sources.trajectory_statistics.trajectory_sets import (
    calculate,
    dataset,
    from_dataset,
    from_hysplit,
    from_runs,
    read_hysplit,
    read_set,
)

MAP = Path("meteorology") / "hysplit_ngm"


def utc(text: str) -> np.datetime64:
    return np.datetime64(text, "ns")


def hourly(times: list[str], values: list[float], receptor: str = "urumqi") -> ConcentrationSeries:
    return ConcentrationSeries(
        receptor, "pm25", "ug m-3", "hour", np.array(times, "datetime64[ns]"), np.array(values)
    )


def cut_short(trajectories: BackwardTrajectories, row: int, after: int, reason: str) -> BackwardTrajectories:
    lon, lat, height = (getattr(trajectories, name).copy() for name in ("lon", "lat", "height_m"))
    for values in (lon, lat, height):
        values[row, after:] = np.nan
    reasons = tuple(reason if at == row else old for at, old in enumerate(trajectories.reasons))
    return replace(trajectories, lon=lon, lat=lat, height_m=height, reasons=reasons)


@pytest.mark.parametrize(
    ("arrival", "hour", "day"),
    [
        ("2020-01-10T12:00", "2020-01-10T12:00", "2020-01-09T16:00"),
        ("2020-01-10T12:20", "2020-01-10T13:00", "2020-01-09T16:00"),
        ("2020-01-10T15:59", "2020-01-10T16:00", "2020-01-09T16:00"),
        ("2020-01-10T16:00", "2020-01-10T16:00", "2020-01-09T16:00"),
        ("2020-01-10T16:01", "2020-01-10T17:00", "2020-01-10T16:00"),
    ],
)
def test_an_arrival_belongs_to_the_mean_that_holds_it(arrival: str, hour: str, day: str) -> None:
    """Midnight in Beijing is 16:00 UTC; the hour that ends there belongs to the day before."""
    times = np.array([arrival], "datetime64[ns]")
    assert label_of_arrival(times, "hour") == utc(hour)
    assert label_of_arrival(times, "day") == utc(day)


def test_daily_means_serve_all_arrivals_of_their_day() -> None:
    ours = wandering(8, hours=3)
    days = np.array(["2018-12-31T16:00", "2019-01-01T16:00", "2019-01-02T16:00"], "datetime64[ns]")
    series = ConcentrationSeries("urumqi", "pm25", "ug m-3", "day", days, np.array([1.0, 2.0, 3.0]))
    found = sample(ours, [series])
    assert found.concentration.tolist() == [1, 1, 1, 2, 2, 2, 2, 3]
    assert found.report["averaging"] == "day"


def test_truncated_trajectories_are_refused_left_out_or_used_as_far_as_followed() -> None:
    case = made_case(20)
    ours = cut_short(case.trajectories, 3, 10, "left the weather's area")
    with pytest.raises(InputError, match=r"urumqi 2019-01-02 02:00: 1 of 20 .*1 left the weather's area"):
        sample(ours, case.series)
    without = sample(ours, case.series, truncated="leave_out")
    assert len(without) == 19
    told = {"receptor": "urumqi", "arrival_time": "2019-01-01T18:00:00Z", "hours_followed": 9.0}
    expected = [{**told, "reason": "left the weather's area"}]
    assert without.report["truncated"] == expected
    partly = sample(ours, case.series, truncated="as_far_as_followed")
    assert partly.report["truncated"] == expected
    report = cwt(partly, case.grid, drawing=None).report
    assert report["points"] == 19 * 73 + 10
    assert report["points_inside"] + report["points_outside"] == report["points"]


def test_arrivals_without_a_measurement_are_refused_or_left_out_by_name() -> None:
    ours = wandering(4, hours=3)
    times = ["2019-01-01T00:00", "2019-01-01T06:00", "2019-01-01T12:00", "2019-01-01T13:00"]
    series = [hourly(times, [10.0, np.nan, 30.0, 40.0])]
    with pytest.raises(InputError, match=r"urumqi 2019-01-01 14:00; .*no measurement for 2 of 4 arrivals"):
        sample(ours, series)
    found = sample(ours, series, unmeasured="leave_out")
    assert found.concentration.tolist() == [10.0, 30.0]
    assert [one["arrival_time"] for one in found.report["unmeasured"]] == [
        "2019-01-01T06:00:00Z", "2019-01-01T18:00:00Z",
    ]  # fmt: skip


def test_nothing_measured_at_all_is_refused_whatever_is_chosen() -> None:
    ours = wandering(3, hours=3)
    for series in (
        hourly(["2019-01-01T00:00"], [np.nan]),
        hourly(["2010-01-01T00:00"], [1.0]),
        hourly([], []),
    ):
        with pytest.raises(InputError, match="nothing was measured at any of the 3 arrivals"):
            sample(ours, [series], unmeasured="leave_out")


def test_measured_arrivals_that_are_all_truncated_leave_nothing() -> None:
    ours = cut_short(wandering(1, hours=3), 0, 2, "the weather's times end")
    with pytest.raises(InputError, match="no complete trajectory has a measurement"):
        sample(ours, [hourly(["2019-01-01T00:00"], [1.0])], truncated="leave_out")


def test_receptors_and_series_must_fit() -> None:
    ours = wandering(2, receptors=2, hours=3)
    one = hourly(["2019-01-01T00:00"], [1.0])
    with pytest.raises(InputError, match="no series of measurements for receptor yining"):
        sample(ours, [one])
    other = replace(one, receptor="yining", unit="mg m-3")
    with pytest.raises(InputError, match="all of one name, unit and averaging"):
        sample(ours, [one, other])
    case = made_case(4, 2)
    both = sample(case.trajectories, case.series)
    assert both.at("yining").trajectories.receptors == ["yining"]
    with pytest.raises(InputError, match=r"no trajectory to 'paris'. Receptors: urumqi, yining"):
        both.at("paris")


def test_levelled_receptors_have_one_mean() -> None:
    case = made_case(50, 2)
    dirty = [replace(one, values=one.values * 7) if one.receptor == "yining" else one for one in case.series]
    found = sample(case.trajectories, dirty).levelled()
    assert found.at("yining").concentration.mean() == pytest.approx(found.at("urumqi").concentration.mean())
    plain = sample(case.trajectories, case.series).levelled()
    ratio = found.concentration / plain.concentration
    assert np.ptp(ratio) < 1e-9 * ratio[0], "the shape of each receptor's series stays"
    nothing = [replace(one, values=one.values * 0) for one in case.series]
    with pytest.raises(InputError, match="mean of pm25 at urumqi is 0"):
        sample(case.trajectories, nothing).levelled()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"values": np.array([1.0, -2.0])}, "finite values of 0 or more, got -2"),
        ({"values": np.array([1.0, np.inf])}, "finite values of 0 or more, got inf"),
        ({"values": np.array([1.0])}, "as many values as times"),
        ({"times": np.array(["2019-01-02", "2019-01-01"], "datetime64[ns]")}, "strictly increasing"),
        ({"times": np.array(["NaT", "2019-01-01"], "datetime64[ns]")}, "none missing"),
        ({"averaging": "week"}, "expected hour or day, got 'week'"),
    ],
)
def test_bad_series_are_refused_with_their_place(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ContractError, match=f"pm25 at urumqi: .*{message}"):
        replace(hourly(["2019-01-01", "2019-01-02"], [1.0, 2.0]), **change)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"age_h": np.array([0.0, 1.0, 3.0, 4.0])}, "from 0 in equal steps, got 0, 1, 3, 4"),
        ({"age_h": np.array([1.0, 2.0, 3.0, 4.0])}, "from 0 in equal steps"),
        ({"receptor": np.array([])}, "one trajectory or more, got none"),
        ({"reasons": ("",)}, "'reasons': expected 2 values"),
        ({"lat": np.full((2, 4), 91.0)}, "urumqi .* 0 h before: .*'lat': expected -90 to 90"),
        (
            {"lat": np.full((2, 4), np.nan)},
            "'lat': expected -90 to 90 wherever there is a longitude, got nan",
        ),
        ({"lon": np.zeros((2, 3))}, r"'lon': expected shape \(2, 4\)"),
        ({"arrival_time": np.zeros(2)}, "'arrival_time': expected times"),
    ],
)
def test_bad_trajectories_are_refused(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ContractError, match=message):
        replace(wandering(2, hours=3), **change)


def test_gaps_and_unexplained_ends_are_refused() -> None:
    ours = wandering(2, hours=3)
    with pytest.raises(ContractError, match=r"urumqi 2019-01-01 14:00: .*gives no reason"):
        cut_short(ours, 1, 2, "")
    with pytest.raises(ContractError, match="no place at arrival"):
        cut_short(ours, 1, 0, "lost")
    gap = cut_short(ours, 1, 2, "lost")
    lon, lat, height = (getattr(gap, name).copy() for name in ("lon", "lat", "height_m"))
    lon[1, 3], lat[1, 3], height[1, 3] = 80, 40, 100
    with pytest.raises(ContractError, match="places after a gap"):
        replace(gap, lon=lon, lat=lat, height_m=height)
    with pytest.raises(ContractError, match="the same ages"):
        joined([ours, wandering(2, hours=4)])


def test_our_own_runs_become_a_set_with_their_truncation() -> None:
    nodes = wavy_weather(30, 1.0, 12, None)
    arrivals = nodes.times[0] + np.array([6, 30]) * np.timedelta64(1, "h")
    places = {"urumqi": (87.6, 43.8), "yining": (81.3, 43.9)}
    ours = calculate(nodes, places, arrivals, 12, 500.0, TrajectoryConfig(step_s=900.0))
    assert ours.receptor.tolist() == ["urumqi", "yining"] * 2
    assert ours.age_h.tolist() == list(range(13))
    assert ours.lon[:, 0].tolist() == pytest.approx([87.6, 81.3] * 2, abs=1e-4)
    assert ours.complete.tolist() == [False, False, True, True]
    assert ours.truncated_list()[0]["reason"] == "the weather's times end"
    assert ours.truncated_list()[0]["hours_followed"] == 6.0
    with pytest.raises(InputError, match="expected hours above 0"):
        calculate(nodes, places, arrivals, -12)


def test_forward_runs_are_refused() -> None:
    times = utc("2020-01-01") + np.arange(3) * np.timedelta64(1, "h")
    run = Trajectories(times, *np.zeros((4, 3, 1)), ("",), times[-1:])
    with pytest.raises(ContractError, match="got a forward one"):
        from_runs([run], ["urumqi"])
    with pytest.raises(ContractError, match="expected 2 particles"):
        from_runs([run], ["urumqi", "yining"])


def test_hysplit_trajectories_that_end_early_are_truncated() -> None:
    def one(points: int, direction: str = "BACKWARD") -> EndPoints:
        times = utc("2020-01-02") - np.arange(points) * np.timedelta64(1, "h")
        way = np.arange(float(points))
        return EndPoints(times, 80 - way, 40 + way, 100 + way, {}, direction, "OMEGA")

    ours = from_hysplit([one(5), one(3)], "urumqi")
    assert ours.complete.tolist() == [True, False]
    assert ours.truncated_list()[0]["hours_followed"] == 2.0
    with pytest.raises(ContractError, match="expected BACKWARD trajectories, got FORWARD"):
        from_hysplit([one(3, "FORWARD")], "urumqi")


def test_a_set_comes_back_from_its_file_as_it_was(tmp_path: Path) -> None:
    ours = cut_short(wandering(3, receptors=2, hours=5), 1, 4, "left the weather's area")
    path = tmp_path / "set.nc"
    dataset(ours, "made").to_netcdf(path, engine="netcdf4")
    back = read_set(path)
    assert back.reasons == ours.reasons
    for name in ("receptor", "arrival_time", "age_h", "lon", "lat", "height_m"):
        np.testing.assert_array_equal(getattr(back, name), getattr(ours, name))
    with pytest.raises(ContractError, match="'lon': expected units"):
        broken = dataset(ours, "made")
        broken["lon"].attrs["units"] = "rad"
        from_dataset(broken)
    (tmp_path / "text.nc").write_text("no")
    with pytest.raises(InputError, match=r"text.nc: cannot be read as NetCDF"):
        read_set(tmp_path / "text.nc")


def observed(values: list[list[float]], flags: list[list[int]]) -> xr.Dataset:
    times = np.array(["2019-01-01T00:00", "2019-01-01T06:00"], "datetime64[ns]")
    cell = ("time", "place")
    made = xr.Dataset(coords={"time": times, "place": ["urumqi", "yining"]})
    for name in pollutants_of("hour"):
        made[name] = (cell, np.array(values) * 1e-9, {"units": "kg m-3"})
        made[f"{name}_flag"] = (cell, np.array(flags, dtype=np.int16))
    return made.assign_attrs(averaging="hour", source="made")


def test_series_of_places_come_from_the_contract_without_what_is_flagged() -> None:
    from observations.quality_control import FLAGS

    bad = FLAGS["out_of_range"]
    found = series_of_places(observed([[10, 20], [30, 40]], [[0, 0], [0, bad]]), "pm25", ["yining", "urumqi"])
    assert [(one.receptor, one.unit) for one in found] == [("yining", "ug m-3"), ("urumqi", "ug m-3")]
    np.testing.assert_array_equal(found[0].values, [20.0, np.nan])
    np.testing.assert_array_equal(found[1].values, [10.0, 30.0])
    with pytest.raises(InputError, match=r"no measurements at paris. Places: urumqi, yining"):
        series_of_places(observed([[1, 2], [3, 4]], [[0, 0], [0, 0]]), "pm25", ["paris"])


@pytest.mark.real_data
def test_real_hysplit_files_are_forward_and_said_to_be(real_data: Path) -> None:
    with pytest.raises(ContractError, match="expected BACKWARD trajectories, got FORWARD"):
        read_hysplit(sorted((real_data / MAP).glob("tdump*")), "here")


def test_arrival_labels_agree_with_pandas() -> None:
    times = pd.date_range("2020-02-28T21:07", periods=50, freq="37min")
    assert (label_of_arrival(times.to_numpy(), "hour") == times.ceil("h").to_numpy()).all()
