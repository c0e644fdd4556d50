"""A scenario from its text to its verdict, and what it costs on a large inventory."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from emissions_inventory.figures.scales import rounded_up
from emissions_inventory.scenarios.scenario import run_scenario
from emissions_inventory.storage import read_inventory, write_inventory
from foundation.errors import InputError
from tests.emissions_inventory.made_inventory import made_inventory


def test_report_and_verdict_are_plain_data_about_the_new_version() -> None:
    made = made_inventory()
    after, report = run_scenario(made, ["industry=0.3@urumqi", "traffic=0.4@kuitun+urumqi"])
    json.dumps(report, allow_nan=False)
    assert report["after"] == report["response"]["after"] == after.version
    assert report["response"]["regions"] == ["urumqi", "kuitun"]
    assert run_scenario(made, "traffic=0.4")[1]["response"]["regions"][0] == "urumqi"
    assert run_scenario(made, "traffic=0.4", ["shihezi"])[1]["response"]["regions"] == ["shihezi"]


def test_a_scenario_can_be_written_read_and_cut_again(tmp_path: Path) -> None:
    after, _ = run_scenario(made_inventory(), "traffic=0.4@urumqi")
    again, _ = run_scenario(read_inventory(write_inventory(after, tmp_path / "cut.nc")), "traffic=0.5@urumqi")
    assert [step.action for step in again.trail] == ["prior", "scenario", "scenario"]
    assert again.trail[2].parents == (after.version,)
    kept = again.totals().sel(sector="traffic", region="urumqi") / made_inventory().totals().sel(
        sector="traffic", region="urumqi"
    )
    np.testing.assert_allclose(kept, 0.3, rtol=1e-12)


def test_a_fault_leaves_the_inventory_as_it_was() -> None:
    made = made_inventory()
    with pytest.raises(InputError):
        run_scenario(made, "traffic=0.4, waste=0.1")
    assert made.version == made_inventory().version


@pytest.mark.parametrize(
    ("value", "end"), [(0.0, 1.0), (0.9, 1.0), (1.0, 1.0), (1.01, 2.0), (330, 500), (501, 1000)]
)
def test_ends_of_scales_are_round(value: float, end: float) -> None:
    assert rounded_up(value) == pytest.approx(end)
