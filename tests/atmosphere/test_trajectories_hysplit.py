"""HYSPLIT's end-point files, and our trajectories beside them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from atmosphere.trajectories.configuration import TrajectoryConfig
from atmosphere.trajectories.figures import draw_hysplit_comparison
from atmosphere.trajectories.hysplit import compare, distance_m, read_tdump
from atmosphere.trajectories.validation import hysplit_comparisons
from atmosphere.trajectories.weather_nodes import weather_nodes
from foundation.constants import EARTH_RADIUS
from foundation.errors import InputError

TWO = """     2     1
    NGM     95    10     1     0    12
    GFS     95    10     1     0    12
     2 BACKWARD OMEGA
    05     1     2     3   44.000   87.000   500.0
    05     1     2     3   44.000   87.000  1000.0
     2 PRESSURE AIR_TEMP
     1     1    05     1     2     3    30     0     0.0   44.000   87.000    500.0    938.7    270.0
     2     1    05     1     2     3    30     0     0.0   44.000   87.000   1000.0    880.0    268.0
     1     1    05     1     2     2    30     0    -1.0   44.100   86.500    520.0    936.0    270.5
     2     1    05     1     2     2    30     0    -1.0   44.200   86.000   1020.0    878.0    267.5
"""


def test_a_file_with_two_grids_and_two_trajectories(tmp_path: Path) -> None:
    path = tmp_path / "tdump"
    path.write_text(TWO, encoding="ascii")
    first, second = read_tdump(path)
    assert list(second.height_m) == [1000.0, 1020.0]
    assert first.times[0] == np.datetime64("2005-01-02T03:30")
    assert first.times[1] == np.datetime64("2005-01-02T02:30")
    assert (first.lat[1], first.lon[1]) == (44.1, 86.5)
    assert list(second.diagnostics["AIR_TEMP"]) == [268.0, 267.5]
    assert (first.direction, first.vertical_motion) == ("BACKWARD", "OMEGA")


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ("     2 BACKWARD OMEGA", "     2 BACKWARD", "line 4"),
        ("520.0    936.0    270.5", "520.0    936.0", "line 10"),
        ("86.500", "86,500", "line 10"),
        ("     2     1\n", "", "line 1"),
    ],
)
def test_a_damaged_file_names_its_line(tmp_path: Path, old: str, new: str, where: str) -> None:
    path = tmp_path / "tdump"
    path.write_text(TWO.replace(old, new, 1), encoding="ascii")
    with pytest.raises(InputError, match=f"tdump, {where}: not a HYSPLIT end-point file"):
        read_tdump(path)


def test_what_is_no_text_or_absent_is_refused(tmp_path: Path) -> None:
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "empty").write_bytes(b"")
    for name, message in (
        ("binary", "cannot be read"),
        ("absent", "cannot be read"),
        ("empty", "not a HYSPLIT"),
    ):
        with pytest.raises(InputError, match=message):
            read_tdump(tmp_path / name)


def test_distances_on_the_sphere() -> None:
    quarter = np.pi / 2 * EARTH_RADIUS
    assert distance_m(np.array(0.0), np.array(0.0), np.array(90.0), np.array(0.0)) == pytest.approx(quarter)
    assert distance_m(np.array(10.0), np.array(0.0), np.array(-130.0), np.array(90.0)) == pytest.approx(
        quarter
    )
    assert distance_m(np.array(179.9), np.array(60.0), np.array(-180.1), np.array(60.0)) == pytest.approx(
        0.0, abs=1e-6
    )


@pytest.mark.real_data
def test_each_trajectory_ends_near_hysplit_s(real_data: Path, tmp_path: Path) -> None:
    folder = real_data / "meteorology" / "hysplit_ngm"
    found = hysplit_comparisons(folder)
    shares = np.array([one.share for one in found])
    assert len(found) == 3
    assert shares.mean() < 0.05
    assert shares.max() < 0.10
    assert all(
        np.abs(one.ours.pressure_hpa[0, 0] - one.theirs.diagnostics["PRESSURE"][0]) < 2.0 for one in found
    )
    draw_hysplit_comparison(found, tmp_path / "map.png")
    assert (tmp_path / "map.png").stat().st_size > 20000


@pytest.mark.real_data
def test_the_vertical_motion_of_the_file_is_what_brings_them_near(real_data: Path) -> None:
    from atmosphere.meteorology.readers.arl import read_arl

    folder = real_data / "meteorology" / "hysplit_ngm"
    isobaric = TrajectoryConfig(coordinate="pressure", vertical_motion="none")
    nodes = weather_nodes(read_arl(folder / "oct1618.BIN"), isobaric)
    shares = [compare(nodes, read_tdump(path)[0], isobaric).share for path in sorted(folder.glob("tdump*"))]
    assert np.mean(shares) > 2.0 * np.mean([one.share for one in hysplit_comparisons(folder, "pressure")])
