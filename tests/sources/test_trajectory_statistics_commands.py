"""`bogda sources pscf` and `cwt` on a made case whose source area is known, from files of both kinds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr

from atmosphere.trajectories.idealised_flows import FlowSettings, flow_weather
from foundation.errors import InputError
from foundation.places import gazetteer
from sources.trajectory_statistics.arrivals import BackwardTrajectories
from sources.trajectory_statistics.calculated import arrival_times
from sources.trajectory_statistics.made_case import MadeCase, made_case
from sources.trajectory_statistics.measurements import label_of_arrival
from sources.trajectory_statistics.sphere import arc_m, unit_vectors
from sources.trajectory_statistics.surroundings import grid_around
from sources.trajectory_statistics.trajectory_files import of_length, read_trajectories, trajectory_paths
from sources.trajectory_statistics.trajectory_sets import dataset, read_set
from tests.flows.command import bogda

URUMQI = {"urumqi": (87.6, 43.8)}


def tdump(path: Path, trajectories: BackwardTrajectories, row: int) -> None:
    """One trajectory as HYSPLIT writes it."""
    points = int(np.isfinite(trajectories.lon[row]).sum())
    times = [trajectories.arrival_time[row] - np.timedelta64(int(age * 3600), "s")
             for age in trajectories.age_h[:points]]  # fmt: skip

    def stamp(time: np.datetime64) -> str:
        text = str(time.astype("datetime64[m]"))
        return f"{text[2:4]} {text[5:7]} {text[8:10]} {text[11:13]}"

    lon, lat, height = (getattr(trajectories, name)[row] for name in ("lon", "lat", "height_m"))
    lines = ["     1     1", f"    GFS  {stamp(times[0])} 0 0", "     1 BACKWARD OMEGA",
             f"  {stamp(times[0])} {lat[0]:.3f} {lon[0]:.3f} {height[0]:.1f}", "     1 PRESSURE"]  # fmt: skip
    lines += [
        f"1 1 {stamp(time)} 0 0 {-age:.1f} {lat[at]:.3f} {lon[at]:.3f} {height[at]:.1f} 900.0"
        for at, (time, age) in enumerate(zip(times, trajectories.age_h, strict=False))
    ]
    path.write_text("\n".join(lines) + "\n", encoding="ascii")


@pytest.fixture(scope="module")
def case() -> MadeCase:
    return made_case(400, 2)


@pytest.fixture(scope="module")
def folder(case: MadeCase, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The made trajectories as a set, and daily means of what they brought, as a provider lists them."""
    where = tmp_path_factory.mktemp("air")
    dataset(case.trajectories, "made").to_netcdf(where / "set.nc", engine="netcdf4")
    (where / "measured").mkdir()
    for series in case.series:
        days = label_of_arrival(series.times, "day")
        name = gazetteer().place(series.receptor).chinese
        rows = []
        for day in np.unique(days)[3:]:  # the first days are not measured
            mean = series.values[days == day].mean()
            date = str((day + np.timedelta64(8, "h")).astype("datetime64[D]"))
            rows.append(f"{name},{date},80,60~99,良,{mean:.2f},90,10,1.0,20,30,5")
        (where / "measured" / f"{name}.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return where


def run(folder: Path, *more: str, statistic: str = "cwt", place: str = "urumqi,yining") -> dict:
    made = bogda("sources", statistic, "--trajectories", str(folder / "set.nc"), "--observations",
                 str(folder / "measured"), "--pollutant", "pm25", "--place", place, "--step", "1",
                 "--json", *more)  # fmt: skip
    assert made.exit_code == 0, made.stderr
    return json.loads(made.stdout)


@pytest.mark.parametrize("statistic", ["pscf", "cwt"])
def test_the_known_source_is_found_and_written(
    folder: Path, case: MadeCase, tmp_path: Path, statistic: str
) -> None:
    out, figure = tmp_path / "map.nc", tmp_path / "map.png"
    found = run(folder, "--bootstraps", "49", "--out", str(out), "--figure", str(figure), "--frequency",
                statistic=statistic)  # fmt: skip
    west, east, south, north = case.source_area
    near = [cell for cell in found["cells"][:4]
            if west - 1 < cell["lon"] < east + 1 and south - 1 < cell["lat"] < north + 1]  # fmt: skip
    assert len(near) >= 3
    assert found["report"]["truncated_number"] == 0
    assert found["report"]["unmeasured_number"] > 0
    assert found["report"]["used"] + found["report"]["unmeasured_number"] == found["report"]["trajectories"]
    assert found["significance"]["replicates"] == 49
    shares = [cell["passage_share"] for cell in found["frequency"]]
    assert shares == sorted(shares, reverse=True)
    assert shares[0] > 0.2
    with xr.open_dataset(out, engine="netcdf4") as held:
        best = held[f"weighted_{statistic}"].max()
        assert float(best) == pytest.approx(found["cells"][0][f"weighted_{statistic}"])
        tested = np.isfinite(held["interval_low"])
        assert bool((held["interval_low"] <= held["interval_high"]).where(tested, other=True).all())
        inside = (held[statistic] >= held["interval_low"]) & (held[statistic] <= held["interval_high"])
        assert float(inside.where(tested).mean()) > 0.8
    assert figure.stat().st_size > 20_000


def test_truncated_trajectories_are_counted_in_every_way(
    case: MadeCase, folder: Path, tmp_path: Path
) -> None:
    lon = case.trajectories.lon.copy()
    lat, height = case.trajectories.lat.copy(), case.trajectories.height_m.copy()
    for values in (lon, lat, height):
        values[:25, 40:] = np.nan
    reasons = ("left the weather",) * 25 + ("",) * (len(lon) - 25)
    ours = case.trajectories
    cut = BackwardTrajectories(ours.receptor, ours.arrival_time, ours.age_h, lon, lat, height, reasons)
    (tmp_path / "measured").symlink_to(folder / "measured")
    dataset(cut, "made").to_netcdf(tmp_path / "set.nc", engine="netcdf4")
    left = run(tmp_path, "--bootstraps", "0")
    assert left["report"]["truncated_number"] == 25
    assert left["report"]["truncated"][0]["reason"] == "left the weather"
    assert left["significance"] is None
    kept = run(tmp_path, "--bootstraps", "0", "--truncated", "as_far_as_followed")
    assert kept["report"]["used"] > left["report"]["used"]
    refused = bogda("sources", "cwt", "--trajectories", str(tmp_path / "set.nc"), "--observations",
                    str(folder / "measured"), "--pollutant", "pm25", "--place", "urumqi", "--truncated",
                    "refuse")  # fmt: skip
    assert refused.exit_code != 0
    assert "25 of 400 trajectories are truncated" in refused.stderr
    shorter = run(tmp_path, "--bootstraps", "0", "--hours", "36")
    assert shorter["report"]["truncated_number"] == 0
    assert shorter["hours"] == 36


def test_clusters_of_each_receptor_come_with_their_means(folder: Path) -> None:
    found = run(folder, "--bootstraps", "0", "--clusters", "3")["clusters"]
    assert set(found) == {"urumqi", "yining"}
    for one in found.values():
        assert sum(part["share"] for part in one["clusters"]) == pytest.approx(1.0)
        assert len(one["clusters"]) == 3
        assert all(part["mean_concentration"] > 0 for part in one["clusters"])


def test_hysplit_files_of_a_folder_go_to_the_nearest_receptor(case: MadeCase, tmp_path: Path) -> None:
    ours = case.trajectories
    rows = [0, 1, 2, *(400 + np.arange(2))]  # three to Urumqi, two to Yining
    for number, row in enumerate(rows):
        tdump(tmp_path / f"tdump{number}", ours, row)
    paths = trajectory_paths([tmp_path])
    both = read_trajectories(paths, URUMQI | {"yining": (81.3, 43.9)})
    assert sorted(both.trajectories.receptor) == ["urumqi"] * 3 + ["yining"] * 2
    assert both.elsewhere == 0
    first = np.flatnonzero(both.trajectories.arrival_time == ours.arrival_time[0])[0]
    np.testing.assert_allclose(both.trajectories.lon[first], ours.lon[0], atol=6e-4)
    one = read_trajectories(paths, URUMQI)
    assert (one.elsewhere, len(one.trajectories)) == (2, 3)
    with pytest.raises(InputError, match="none of 5 trajectories arrives within 30 km of hami"):
        read_trajectories(paths, {"hami": (93.5, 42.8)})
    with pytest.raises(InputError, match="no such file or folder"):
        trajectory_paths([tmp_path / "absent"])


def test_hysplit_files_of_another_step_are_refused(case: MadeCase, tmp_path: Path) -> None:
    ours = case.trajectories
    tdump(tmp_path / "one", ours, 0)
    coarse = BackwardTrajectories(ours.receptor, ours.arrival_time, ours.age_h[::3], ours.lon[:, ::3],
                                  ours.lat[:, ::3], ours.height_m[:, ::3], ours.reasons)  # fmt: skip
    tdump(tmp_path / "two", coarse, 1)
    with pytest.raises(InputError, match="points every 3 h, others every 1 h"):
        read_trajectories(trajectory_paths([tmp_path]), URUMQI)


def test_a_length_longer_than_what_was_followed_makes_all_truncated(case: MadeCase) -> None:
    longer = of_length(case.trajectories, 96.0)
    assert not longer.complete.any()
    assert longer.reasons[0] == "followed for 72 h"
    with pytest.raises(InputError, match="not whole steps"):
        of_length(case.trajectories, 10.5)


def test_a_grid_around_the_points_holds_them_all(case: MadeCase) -> None:
    grid = grid_around(case.trajectories, 0.5, 5000.0)
    for values, edges in ((case.trajectories.lon, grid.lon_edges), (case.trajectories.lat, grid.lat_edges)):
        assert edges[0] <= values.min()
        assert values.max() < edges[-1]
        assert values.min() - edges[0] < 0.5 + 1e-9


def test_arrivals_are_those_whose_whole_way_the_weather_holds() -> None:
    times = np.datetime64("2024-01-01T05", "ns") + np.arange(0, 97, 3) * np.timedelta64(1, "h")
    held = arrival_times(times, 24.0, 6.0)
    assert str(held[0].astype("datetime64[h]")) == "2024-01-02T06"
    assert str(held[-1].astype("datetime64[h]")) == "2024-01-05T00"
    with pytest.raises(InputError, match="holds no 200 h before an arrival"):
        arrival_times(times, 200.0, 6.0)


def test_what_cannot_be_asked_is_one_line(folder: Path) -> None:
    measured = str(folder / "measured")
    common = ("--observations", measured, "--pollutant", "pm25")
    for options, words in (
        (("--place", "urumqi"), "expected trajectories or weather"),
        (("--place", "atlantis", "--trajectories", str(folder / "set.nc")), "atlantis"),
        (("--place", "urumqi", "--trajectories", str(folder / "set.nc"), "--mean", "geometric"), "--mean"),
        (("--place", "urumqi", "--trajectories", str(folder / "set.nc"), "--grid", "1,2"), "--grid"),
    ):
        made = bogda("sources", "cwt", *common, *options)
        assert made.exit_code != 0
        (line,) = [one for one in made.stderr.splitlines() if one.startswith("bogda: ")]
        assert words in line


def steady_wind(_lon: Any, _lat: Any, height: np.ndarray, _seconds: float) -> tuple[np.ndarray, ...]:
    """10 m/s from the west."""
    return tuple(np.full(height.shape, speed) for speed in (10.0, 0.0, 0.0))


def test_trajectories_calculated_from_weather_are_kept_and_give_the_same_map(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steady = flow_weather(
        FlowSettings(np.arange(75.0, 100.1), np.arange(38.0, 50.1), np.array([10.0, 500.0, 1500.0, 4000.0]),
                     np.arange(0.0, 73.0, 6.0)),
        steady_wind,
    )  # fmt: skip
    monkeypatch.setattr("atmosphere.meteorology.reading.read_weather", lambda _paths: steady)
    first = steady["time"].values[0].astype("datetime64[D]")
    rows = [f"乌鲁木齐,{first + day},80,60~99,良,{30 + 10 * day},90,10,1.0,20,30,5" for day in range(-1, 5)]
    (tmp_path / "乌鲁木齐.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    common = ("--observations", str(tmp_path / "乌鲁木齐.csv"), "--pollutant", "pm25", "--place", "乌鲁木齐",
              "--bootstraps", "0", "--json")  # fmt: skip
    kept = tmp_path / "kept.nc"
    made = bogda("sources", "cwt", "--weather", "a file", "--hours", "12", "--every", "12",
                 "--keep-trajectories", str(kept), *common)  # fmt: skip
    assert made.exit_code == 0, made.stderr
    ours = read_set(kept)
    assert len(ours) == 6  # every 12 h from 12 h to 72 h
    assert ours.complete.all()
    way = arc_m(unit_vectors(ours.lon[:, 0], ours.lat[:, 0]), unit_vectors(ours.lon[:, -1], ours.lat[:, -1]))
    np.testing.assert_allclose(way, 12 * 3600 * 10.0, rtol=0.01)
    assert (ours.lon[:, -1] < ours.lon[:, 0]).all()
    again = bogda("sources", "cwt", "--trajectories", str(kept), *common)
    assert json.loads(again.stdout)["cells"] == json.loads(made.stdout)["cells"]
