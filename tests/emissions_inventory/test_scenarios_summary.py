"""What an inventory holds, as data and as lines."""

from __future__ import annotations

import json
import unicodedata
from dataclasses import replace

import numpy as np
import pytest

from emissions_inventory.inventory import Inventory
from emissions_inventory.scenarios.application import apply_cuts
from emissions_inventory.scenarios.comparison import compare
from emissions_inventory.scenarios.cut_report import cut_report
from emissions_inventory.scenarios.response import check_response
from emissions_inventory.scenarios.summary import summary
from emissions_inventory.scenarios.summary_text import (
    comparison_lines,
    cut_lines,
    response_lines,
    summary_lines,
)
from emissions_inventory.scenarios.text_table import number, table_lines
from tests.emissions_inventory.made_inventory import made_inventory


@pytest.fixture(scope="module")
def made() -> Inventory:
    return made_inventory()


def test_sums_agree_in_every_view(made: Inventory) -> None:
    document = json.loads(json.dumps(summary(made), allow_nan=False))
    totals = {one["species"]: one["t"] for one in document["species"]}
    assert totals["nox"] == pytest.approx(8592.0)
    for view in ("months", "sectors", "regions", "region_groups", "sector_region"):
        for name, total in totals.items():
            assert sum(one["t"][name] for one in document[view]) == pytest.approx(total, rel=1e-9)
    points = next(one["point_percent"] for one in document["species"] if one["species"] == "so2")
    assert points == pytest.approx(100 * made.points.emission[..., 0].sum() / (totals["so2"] * 1000))
    assert document["mass_budget"]["agrees"] is True
    assert document["version"] == made.version


def test_ranges_hold_the_total_and_grow(made: Inventory) -> None:
    document = summary(made)
    for one in document["species"]:
        inner, outer = one["range_68_t"], one["range_95_t"]
        assert outer[0] < inner[0] < one["t"] < inner[1] < outer[1]
    power = next(one for one in document["sectors"] if one["id"] == "power")
    assert power["uncertainty"]["so2"] == 0.15
    median = 2850 / np.exp(0.15**2 / 2)
    assert power["range_68_t"]["so2"] == pytest.approx([median / np.exp(0.15), median * np.exp(0.15)])


def test_points_are_described(made: Inventory) -> None:
    document = summary(made)
    assert document["points"] == {"number": 13, "stack_not_known": 1, "beyond_grid": 0, "own_week": 1}
    assert len(document["largest_points"]) == 10
    assert document["largest_points"][0]["id"] == "P03-1"
    shares = [one["largest_percent"] for one in document["largest_points"]]
    assert shares == sorted(shares, reverse=True)


def test_a_budget_that_does_not_agree_is_told(made: Inventory) -> None:
    changed = replace(made, points=made.points.take(np.arange(1, 13)), profiles=type(made.profiles).none())
    document = summary(changed)
    assert document["mass_budget"]["agrees"] is False
    assert any("DOES NOT AGREE" in line for line in summary_lines(document))


def test_an_inventory_without_points_or_without_areas(made: Inventory) -> None:
    no_points = replace(made, points=type(made.points).none(3, 9), profiles=type(made.profiles).none())
    assert summary(no_points)["points"]["number"] == 0
    assert summary_lines(summary(no_points))
    no_areas = replace(made, areas=type(made.areas).none(3, 9))
    assert [one["point_percent"] for one in summary(no_areas)["species"]] == pytest.approx([100.0] * 9)


def width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def test_tables_are_aligned() -> None:
    lines = table_lines(["名称 name", "t"], [["电力", "1.0"], ["Iron and steel", "1,234"]])
    assert len({width(line) for line in lines}) == 1
    assert lines[1].startswith("电力 ")


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "-"),
        (0.0, "0"),
        (1234.5, "1,234"),
        (56.78, "56.8"),
        (5.678, "5.68"),
        (0.05678, "0.057"),
        (-240, "-240"),
    ],
)
def test_numbers_have_three_digits(value: float | None, shown: str) -> None:
    assert number(value) == shown


def test_lines_say_what_the_data_say(made: Inventory) -> None:
    after = apply_cuts(made, "*=0.2")
    assert any("电力 Power plants" in line and "2,850" in line for line in summary_lines(summary(made)))
    assert any(
        line.startswith("SO2") and line.endswith("20.0") for line in cut_lines(cut_report(made, after))
    )
    verdict = response_lines(check_response(made, after))
    assert verdict[-1].endswith("橙色 orange")
    assert "not confirmed against the text" in verdict[1]
    lines = comparison_lines(compare(made, after))
    assert any(line.startswith("SO2") and line.endswith("-20.0") for line in lines)
    assert "改变 changed 13" in lines[-1]
