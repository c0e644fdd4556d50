"""Alarms of continuous monitoring: each kind raised where it is, and nowhere else."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from emissions_inventory.monitoring import Alarm, StackTable, raise_alarms
from emissions_inventory.monitoring.configuration import monitoring_config
from emissions_inventory.monitoring.limits import fold, limits_of
from emissions_inventory.monitoring.quality import mass_and_validity
from emissions_inventory.monitoring.runs import runs_of
from emissions_inventory.monitoring.table import ABSENT, FAULT, NORMAL, STOPPED, hours_of_month
from foundation.errors import InputError

CONFIG = monitoring_config()
HOURS = 96


def table(stacks: int = 1, hours: int = HOURS) -> StackTable:
    """A plant that runs well: nothing frozen, nothing over a limit."""
    wobble = 0.01 * np.arange(hours)[None, :] + np.zeros((stacks, 1))
    values = {
        "so2": 20 + wobble,
        "nox": 40 + wobble,
        "pm": 5 + wobble,
        "oxygen": 6 + 0.1 * wobble,
        "flow": 1e6 + 1000 * wobble,
    }
    return StackTable(
        np.array([f"P{number}#1" for number in range(stacks)]),
        np.array(["热电厂"] * stacks),
        np.array([""] * stacks),
        hours_of_month("2026-01")[0],
        values,
        np.full((stacks, hours), NORMAL, np.int8),
    )


def alarms(data: StackTable, sector: str = "power") -> list[Alarm]:
    return raise_alarms(data, limits_of(data, dict.fromkeys(map(str, data.id), sector), {}, CONFIG), CONFIG)


def test_a_plant_that_runs_well_raises_none() -> None:
    assert alarms(table(3)) == []


def test_hours_over_the_limit_are_one_alarm_with_the_folded_peak() -> None:
    data = table()
    data.values["so2"][0, 10:13] = [40, 60, 50]
    data.values["oxygen"][0, 10:13] = 6.0
    (alarm,) = alarms(data)
    assert (alarm.kind, alarm.quantity, alarm.hours, alarm.severity) == ("exceeded", "so2", 3, "notice")
    assert (alarm.begins, alarm.ends) == ("2026-01-01 10:00", "2026-01-01 13:00")
    assert alarm.evidence == {"highest": 60.0, "limit": 35.0, "class": "ultra_low_power"}
    assert "热电厂 P0#1：2026-01-01 10:00 至 2026-01-01 13:00，二氧化硫超标" in alarm.chinese
    assert "SO2 over the limit, folded up to 60 mg/m³, limit 35 mg/m³" in alarm.english


def test_dilution_by_air_does_not_hide_an_exceedance() -> None:
    """30 mg/m3 at 16 % oxygen are 90 mg/m3 at 6 %: three times as much air went through."""
    assert fold(np.array(30.0), np.array(16.0), np.array(6.0)) == pytest.approx(90.0)
    assert np.isnan(fold(np.array(30.0), np.array([21.0, 22.0, -1.0, np.nan]), np.array(6.0))).all()
    data = table()
    data.values["oxygen"][0, 5] = 16.0
    kinds = {(one.kind, one.quantity, one.severity) for one in alarms(data)}
    assert ("exceeded", "so2", "notice") in kinds
    assert ("exceeded", "nox", "serious") in kinds


def test_a_folded_column_is_compared_as_it_is() -> None:
    data = table()
    data.values["pm_folded"] = np.full((1, HOURS), np.nan)
    data.values["pm_folded"][0, 7] = 10.001
    (alarm,) = alarms(data)
    assert (alarm.quantity, alarm.begins, alarm.evidence["highest"]) == ("pm", "2026-01-01 07:00", 10.001)


def test_stopped_plants_may_be_over_and_a_class_may_be_named() -> None:
    data = table()
    data.values["so2"][0, 3] = 300.0
    data.status[0, 3] = STOPPED
    assert alarms(data) == []
    data.values["so2"][0, 3] = 45.0
    data.status[0, 3] = NORMAL
    assert [one.kind for one in alarms(data)] == ["exceeded"]
    limits = limits_of(data, {"P0#1": "power"}, {"P0#1": "gb13223_special"}, CONFIG)
    assert raise_alarms(data, limits, CONFIG) == []
    assert "gb13223_special: remembered, not verified" in limits.notes[0]
    with pytest.raises(InputError, match="unknown class of limits 'none'"):
        limits_of(data, {}, {"P0#1": "none"}, CONFIG)
    with pytest.raises(InputError, match="not in the file"):
        limits_of(data, {}, {"P9#1": "gb13223_special"}, CONFIG)
    old = StackTable(
        data.id,
        data.enterprise,
        data.limit_class,
        np.datetime64("2010-01-01", "ns"),
        data.values,
        data.status,
    )
    early = limits_of(old, {"P0#1": "power"}, {}, CONFIG)
    assert np.isinf(early.values["so2"]).all()
    assert "in force from" in early.notes[0]


def test_a_frozen_instrument() -> None:
    data = table()
    data.values["nox"][0, 20:26] = 40.0
    (alarm,) = alarms(data)
    assert (alarm.kind, alarm.quantity, alarm.hours, alarm.evidence) == ("frozen", "nox", 6, {"value": 40.0})
    data.values["nox"][0, 25] = 40.1
    assert alarms(data) == []
    data.values["nox"][0, 20:60] = 0.0  # zeros are not frozen
    assert [one for one in alarms(data) if one.kind == "frozen"] == []


def test_a_silent_stack_and_one_that_stands_still() -> None:
    data = table(3)
    for name in ("so2", "nox", "pm"):
        data.values[name][:, 30:36] = np.nan
    data.status[0, 30:36] = ABSENT
    data.status[1, 29:37] = STOPPED
    data.status[2, 30:36] = FAULT
    found = alarms(data)
    assert [(one.kind, one.stack, one.hours, one.evidence["rows"]) for one in found] == [
        ("silent", "P0#1", 6, "none"), ("silent", "P2#1", 6, "empty"),
    ]  # fmt: skip
    assert "运行期间无数据（无记录）" in found[0].chinese
    data.status[1, 30:36] = ABSENT  # no rows between two hours in which it stands still
    assert [one.stack for one in alarms(data)] == ["P0#1", "P2#1"]


def test_hours_that_the_file_does_not_reach_are_not_silent() -> None:
    data = table(2)
    for name in data.values:
        data.values[name][:, 48:] = np.nan
    data.status[:, 48:] = ABSENT
    assert alarms(data) == []
    data.status[0, 60] = NORMAL
    for name in data.values:
        data.values[name][0, 60] = 7.0
    assert {one.stack for one in alarms(data) if one.kind == "silent"} == {"P0#1", "P1#1"}


@pytest.mark.parametrize(
    ("quantity", "value", "check"),
    [("so2", -1.0, "negative"), ("pm", 2000.0, "high"), ("oxygen", 21.5, "high"), ("flow", 0.0, "no_flow"),
     ("so2", 900.0, "jump"), ("flow", -5.0, "negative")],
)  # fmt: skip
def test_implausible_values(quantity: str, value: float, check: str) -> None:
    data = table()
    data.values[quantity][0, 50] = value
    found = [one for one in alarms(data, sector="") if one.kind == "implausible"]
    assert check in {one.evidence["check"] for one in found if one.quantity == quantity}
    assert all(one.begins.startswith("2026-01-03 0") for one in found)
    assert alarms(table(), sector="") == []


def test_doubtful_hours_carry_no_mass() -> None:
    data = table(2)
    data.values["so2"][0, 5] = -1.0
    data.values["so2"][0, 20:30] = 21.0
    data.values["flow"][0, 40] = np.nan
    data.status[0, 50:60] = STOPPED
    data.status[0, 70] = FAULT
    mass, valid = mass_and_validity(data, CONFIG.alarms)
    doubtful = {5, *range(20, 30), 40, 70}
    assert set(np.flatnonzero(~valid[0, 0])) == doubtful
    assert set(np.flatnonzero(mass[0, 0] == 0)) == doubtful | set(range(50, 60))
    assert valid[1, 0].sum() == HOURS - 2
    # 20 mg in each of a million cubic metres are 20 kg
    assert mass[0, 1, 0] == pytest.approx(20.0, rel=1e-12)


@settings(max_examples=100, deadline=None)
@given(holds=arrays.arrays(bool, st.tuples(st.integers(1, 4), st.integers(1, 12))), least=st.integers(1, 4))
def test_runs_are_those_that_a_person_counts(holds: np.ndarray, least: int) -> None:
    expected = []
    for stack, row in enumerate(holds):
        text = "".join("x" if one else "." for one in row)
        place = 0
        while place < len(text):
            length = len(text[place:]) - len(text[place:].lstrip("x"))
            if length >= least:
                expected.append((stack, place, place + length - 1))
            place += max(length, 1)
    found = runs_of(holds, least)
    assert list(zip(found.stack, found.first, found.last, strict=True)) == expected
    values = np.random.default_rng(1).normal(size=holds.shape)
    values[0, 0] = np.nan
    for peak, (stack, first, last) in zip(found.highest(values), expected, strict=True):
        inside = values[stack, first : last + 1]
        assert peak == max((one for one in inside if np.isfinite(one)), default=-np.inf)
    covered = np.zeros(holds.shape, bool)
    for stack, first, last in expected:
        covered[stack, first : last + 1] = True
    np.testing.assert_array_equal(found.covered(holds.shape), covered)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_any_values_give_alarms_that_can_be_written(data: st.DataObject) -> None:
    made = table(2, 30)
    wild = arrays.arrays(float, (2, 30), elements=st.sampled_from([np.nan, 0.0, -1.0, 5.0, 30.0, 1e9]))
    for name in made.values:
        made.values[name][:] = data.draw(wild)
    made.status[:] = data.draw(arrays.arrays(np.int8, (2, 30), elements=st.integers(0, 4)))
    made.status[0, 0] = NORMAL
    for alarm in alarms(made):
        assert alarm.hours >= 1
        assert alarm.begins < alarm.ends
        assert "\n" not in alarm.chinese + alarm.english
        assert all(isinstance(one, str) or np.isfinite(one) for one in alarm.evidence.values())
    mass, valid = mass_and_validity(made, CONFIG.alarms)
    assert (mass >= 0).all()
    assert np.isfinite(mass).all()
    assert (mass[~valid] == 0).all()
