"""What an inventory learns from monitoring: weeks, amounts, and nothing else changed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from emissions_inventory.emitters import AreaSources, PointSources, Stacks, WeekProfiles
from emissions_inventory.inventory import Inventory
from emissions_inventory.monitoring import MonitoringOptions, apply_monitoring, check_monitoring
from emissions_inventory.monitoring.configuration import monitoring_config
from emissions_inventory.monitoring.profiles import week_of_stack, week_slots
from emissions_inventory.monitoring.table import hours_of_month
from emissions_inventory.storage import read_inventory, write_inventory
from flows.commands.inventory_monitoring import Request, run
from foundation.errors import InputError
from foundation.grids import GridConfig

SPECIES = ("so2", "nox", "pm25", "pm10", "bc", "co")
GRID = GridConfig(name="d", west=86, east=89, south=43, north=45, step_deg=0.5, layer_tops_m=(20.0,)).grid()
HEADER = "enterprise,permit,outlet,time,so2,nox,pm,oxygen,flow,status\n"
IDS = ("P0#1", "P1#1", "P2#1", "other")
LOCAL = hours_of_month("2026-01")[0] + np.arange(744) * np.timedelta64(1, "h") + np.timedelta64(6, "h")
HOUR_OF_DAY = (LOCAL.astype("datetime64[h]").astype(int)) % 24


def inventory(species: tuple[str, ...] = SPECIES, ids: tuple[str, ...] = IDS) -> Inventory:
    points = len(ids)
    emission = np.random.default_rng(1).uniform(1e3, 1e4, (2, points, len(species)))
    text = np.array(["x"] * points)
    made = PointSources(
        np.array(ids), text, np.array(["power"] * points), np.array(["urumqi"] * points), text, text,
        np.full(points, 87.6), np.full(points, 43.8), Stacks.unknown(points), emission,
    )  # fmt: skip
    areas = AreaSources(np.array(["traffic"]), np.array(["urumqi"]), np.array([1]), np.array([2]),
                        np.full((2, 1, len(species)), 1 / 3))  # fmt: skip
    uncertainty = xr.DataArray(np.full((2, len(species)), 0.3), dims=("sector", "species"),
                               coords={"sector": ["power", "traffic"], "species": list(species)})  # fmt: skip
    week = WeekProfiles(np.array([points - 1]), np.ones((1, 7, 24)))
    return Inventory(GRID, ("2026-01", "2026-02"), species, areas, made, uncertainty, "made", (), week)


def write(
    folder: Path, load: Callable[[int, int], tuple[float, str]], stacks: int = 3, hours: int = 744
) -> Path:
    """A month of stacks: `load` gives the load (1 is full) and the state of a stack in an hour."""
    ends = np.datetime64("2026-01-01T01", "h") + np.arange(hours)
    rows = [HEADER]
    for stack in range(stacks):
        for hour, time in enumerate(ends):
            share, status = load(stack, hour)
            wobble = 1 + 1e-4 * (hour % 97)
            numbers = (20 * wobble, 40 * wobble, 4 * wobble, 6 + 0.001 * (hour % 50), 1e6 * share * wobble)
            values = ",".join(f"{one:.5f}" for one in numbers)
            rows.append(f"厂{stack},P{stack},1,{time}:00,{values},{status}\n")
    path = folder / "cems.csv"
    path.write_text("".join(rows), encoding="utf-8")
    return path


def test_the_week_follows_the_load_in_the_hours_of_xinjiang(tmp_path: Path) -> None:
    """By day from 8 to 20 Xinjiang time at full load, by night at half."""
    path = write(tmp_path, lambda _, hour: (1.0 if 8 <= HOUR_OF_DAY[hour] < 20 else 0.5, "normal"))
    before = inventory()
    made, report = apply_monitoring(before, path, month="2026-01")
    assert made.profiles.point.tolist() == [0, 1, 2, 3]
    week = made.profiles.weight[0]
    assert week.mean() == pytest.approx(1.0, rel=1e-12)
    day, night = week[:, 8:20], week[:, list(range(8)) + list(range(20, 24))]
    np.testing.assert_allclose(day, 4 / 3, rtol=0.01)
    np.testing.assert_allclose(night, 2 / 3, rtol=0.01)
    assert (made.profiles.weight[3] == 1).all()
    assert report["profiles"]["replaced"] == ["P0#1", "P1#1", "P2#1"]
    for name in ("emission", "lon", "id"):
        np.testing.assert_array_equal(getattr(made.points, name), getattr(before.points, name))
    assert made.version != before.version
    assert made.trail[-1].parents == (before.version,)
    assert len(made.trail[-1].inputs[0].sha256) == 64
    assert all(change == 0 for change in report["change_t"].values())
    json.dumps(report, ensure_ascii=False, allow_nan=False)
    written = read_inventory(write_inventory(made, tmp_path / "made.nc"))
    np.testing.assert_array_equal(written.profiles.weight, made.profiles.weight)


def test_weekdays_begin_on_monday(tmp_path: Path) -> None:
    """Standing still on Sundays of Xinjiang time; 2026-01-04 is one."""
    sunday = (LOCAL.astype("datetime64[D]").astype(int) + 3) % 7 == 6
    assert sunday[np.flatnonzero(np.datetime64("2026-01-04T00") == LOCAL)[0]]
    path = write(tmp_path, lambda _, hour: (1.0, "stopped" if sunday[hour] else "normal"))
    made, _ = apply_monitoring(inventory(), path, month="2026-01")
    week = made.profiles.weight[0]
    assert week[6].mean() < 0.25  # four Sundays of the five wanted, the rest is blended in
    assert week[:6].mean() == pytest.approx(1.15, abs=0.03)


def test_amounts_are_the_measured_mass_scaled_to_the_month(tmp_path: Path) -> None:
    """The second stack misses every eighth hour, the third half of them."""
    gaps = {0: 10**9, 1: 8, 2: 2}
    path = write(
        tmp_path, lambda stack, hour: (1.0, "fault" if hour % gaps[stack] == gaps[stack] - 1 else "normal")
    )
    before = inventory()
    made, report = apply_monitoring(before, path, month="2026-01", replace_amounts=True)
    old, new = before.points.emission, made.points.emission
    hours = np.arange(744)
    wobble = (1 + 1e-4 * (hours % 97)) ** 2  # of concentration times flow
    assert new[0, 0, 0] == pytest.approx(20 * wobble.sum(), rel=1e-6)
    assert new[0, 0, 1] == pytest.approx(40 * wobble.sum(), rel=1e-6)
    kept = hours % 8 != 7
    assert new[0, 1, 0] == pytest.approx(20 * wobble[kept].sum() * 744 / kept.sum(), rel=1e-6)
    assert new[0, 0, 3] == pytest.approx(4 * wobble.sum(), rel=1e-6)
    assert new[0, 0, 2] / new[0, 0, 3] == pytest.approx(old[0, 0, 2] / old[0, 0, 3], rel=1e-12)
    assert new[0, 0, 4] / new[0, 0, 3] == pytest.approx(old[0, 0, 4] / old[0, 0, 3], rel=1e-12)
    np.testing.assert_array_equal(new[0, :2, 5], old[0, :2, 5])
    np.testing.assert_array_equal(new[0, 2:], old[0, 2:])
    np.testing.assert_array_equal(new[1], old[1])
    np.testing.assert_array_equal(made.areas.emission, before.areas.emission)
    changed = {(one["stack"], one["species"]): one for one in report["amounts"] if "new_kg" in one}
    assert changed[("P0#1", "so2")]["old_kg"] == old[0, 0, 0]
    stays = [one for one in report["amounts"] if "reason" in one]
    assert {one["stack"] for one in stays} == {"P2#1"}
    assert "50.0 % of the hours are valid, 75 % are needed" in stays[0]["reason"]
    for name in SPECIES:
        told = sum(one["new_kg"] - one["old_kg"] for (_, species), one in changed.items() if species == name)
        assert report["change_t"][name] == pytest.approx(told / 1000, rel=1e-9, abs=1e-9)
    assert any(note.startswith("P0#1 so2: ") for note in made.trail[-1].notes)


def test_a_stack_without_a_point_and_one_that_stood_still_are_told(tmp_path: Path) -> None:
    path = write(tmp_path, lambda stack, _: (1.0, "stopped" if stack == 1 else "normal"))
    ids = ("P0#1", "P1#1", "P0#1", "other")
    made, report = apply_monitoring(inventory(ids=ids), path, month="2026-01", replace_amounts=True)
    assert report["unmatched"] == ["P2#1"]
    assert report["profiles"]["kept"] == {"P1#1": "nothing was emitted"}
    assert made.profiles.point.tolist() == [0, 2, 3]
    assert (made.points.emission[0, 1, :5] == 0).all()
    assert {one["reason"] for one in report["amounts"] if one["stack"] == "P0#1"} == {"2 points have this id"}
    assert any("P2#1" in note for note in made.trail[-1].notes)


def test_stacks_of_which_none_is_a_point_are_refused(tmp_path: Path) -> None:
    path = write(tmp_path, lambda *_: (1.0, "normal"), hours=24)
    with pytest.raises(InputError, match=r"none of 3 stacks is a point.*'P0#1', the inventory such as 'A#1'"):
        apply_monitoring(inventory(ids=("A#1", "B#1")), path, month="2026-01")


def test_the_command_names_unmatched_stacks_and_amounts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    gaps = {0: 10**9, 1: 2}
    path = write(
        tmp_path,
        lambda stack, hour: (1.0, "fault" if hour % gaps.get(stack, 8) == 1 else "normal"),
        stacks=24,
    )
    before = inventory(ids=("P0#1", "P1#1", "other"))
    file = write_inventory(before, tmp_path / "before.nc")
    out = tmp_path / "after.nc"
    for replace_amounts in (False, True):
        out.unlink(missing_ok=True)
        run(Request(str(path), str(out), str(file), "2026-01", replace_amounts, False), as_json=False)
        text = capsys.readouterr().out
        assert ("原 old" in text) is replace_amounts
    assert "未匹配 unmatched: 22" in text
    named = next(line for line in text.splitlines() if line.startswith("未匹配排口"))
    assert named.startswith("未匹配排口 unmatched stacks: P10#1, P11#1, ")
    assert "P7#1（前 20 个" in named
    assert "P8#1" not in named
    made = read_inventory(out)
    row = next(line.split() for line in text.splitlines() if line.split()[:2] == ["P0#1", "SO2"])
    assert row[2:] == [
        f"{before.points.emission[0, 0, 0]:,.0f}",
        f"{made.points.emission[0, 0, 0]:,.0f}",
        "99.9",
    ]
    assert "P1#1 SO2: 50.0 % of the hours are valid, 75 % are needed" in text


def test_nothing_is_written_where_no_stack_has_a_point(tmp_path: Path) -> None:
    path = write(tmp_path, lambda *_: (1.0, "normal"), hours=24)
    file = write_inventory(inventory(ids=("A#1",)), tmp_path / "before.nc")
    out = tmp_path / "after.nc"
    with pytest.raises(InputError, match="none of 3 stacks"):
        run(Request(str(path), str(out), str(file), "2026-01", False, False), as_json=False)
    assert not out.exists()


def test_without_pm10_or_flow_or_the_month(tmp_path: Path) -> None:
    path = write(tmp_path, lambda *_: (1.0, "normal"), stacks=1)
    _, report = apply_monitoring(inventory(("so2", "pm25")), path, month="2026-01", replace_amounts=True)
    reasons = {one["species"]: one["reason"] for one in report["amounts"] if "reason" in one}
    assert reasons == {"nox": "the inventory has no nox", "pm10": "the inventory has no pm10"}
    with pytest.raises(InputError, match="no month 2026-03"):
        apply_monitoring(inventory(), path, month="2026-03")
    path.write_text(path.read_text(encoding="utf-8").replace("flow", "speed", 1), encoding="utf-8")
    with pytest.raises(InputError, match="no column for flow"):
        apply_monitoring(inventory(), path, month="2026-01")


def test_too_few_hours_leave_the_week(tmp_path: Path) -> None:
    path = write(tmp_path, lambda *_: (1.0, "normal"), hours=100)
    made, report = apply_monitoring(inventory(), path, month="2026-01")
    assert made.profiles.point.tolist() == [3]
    assert report["profiles"]["kept"]["P0#1"] == "only 100 valid hours"


def test_checking_alone_gives_plain_data(tmp_path: Path) -> None:
    path = write(tmp_path, lambda *_: (1.0, "normal"), stacks=2)
    text = path.read_text(encoding="utf-8").splitlines()
    text[50] = text[50].replace(",normal", ",晴")
    text[80] = ",".join([*text[80].split(",")[:4], "70", *text[80].split(",")[5:]])
    path.write_text("\n".join(text), encoding="utf-8")
    with pytest.raises(InputError, match="row 51, column status"):
        check_monitoring(path, inventory=inventory())
    report = check_monitoring(path, inventory=inventory(), options=MonitoringOptions(skip_bad=True))
    assert report["problems"] == ["row 51, column status: cannot be read: '晴'"]
    assert report["alarm_counts"] == {"exceeded": 1}
    assert report["limits"] == {"ultra_low_power": 2}
    assert report["alarms"][0]["evidence"]["highest"] == pytest.approx(70.0, abs=0.3)
    json.dumps(report, ensure_ascii=False, allow_nan=False)


def test_slots_of_the_week_are_those_of_the_calendar() -> None:
    hours = np.array(["2026-01-04T17", "2026-01-04T18", "2026-01-05T00"], "datetime64[ns]")
    # Sunday 23:00, Monday 00:00 and Monday 06:00 in Xinjiang
    assert week_slots(hours).tolist() == [6 * 24 + 23, 0, 6]


@settings(max_examples=40, deadline=None)
@given(
    mass=arrays.arrays(float, (3, 744), elements=st.floats(0, 1e4), fill=st.just(3.0)),
    valid=arrays.arrays(bool, (3, 744), fill=st.booleans()),
)
def test_any_month_gives_a_week_with_a_mean_of_one_or_none(mass: np.ndarray, valid: np.ndarray) -> None:
    slots = week_slots(hours_of_month("2026-01")[0] + np.arange(744) * np.timedelta64(1, "h"))
    week = week_of_stack(mass * valid, valid, slots, monitoring_config().profile)
    if week is not None:
        assert week.shape == (7, 24)
        assert (week >= 0).all()
        assert week.mean() == pytest.approx(1.0, rel=1e-9)
