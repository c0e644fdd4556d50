"""`bogda sources agreement` on a made run."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from tests.flows.command import bogda
from tests.sources.tagging_runs import write_contributions

_CELL = ("reference_time", "lead_time", "place")


@pytest.fixture
def folder(tmp_path: Path) -> str:
    made = write_contributions(tmp_path / "run", np.array([100.0, 140.0, 60.0]))
    parts = {
        name: xr.load_dataset(made / "contributions.nc", group=name, engine="netcdf4", decode_timedelta=True)
        for name in (None, "regions", "hour")
    }
    for name, part in parts.items():
        fine = part["contribution"].sel(pollutant="pm25", drop=True)
        split = xr.concat([0.6 * fine, 0.4 * fine], "component").transpose(*_CELL, "component", "source")
        whole = part.assign(component_contribution=split.assign_attrs(units="kg m-3")).assign_coords(
            component=["ppm_fine", "sulfate"], fine_share=("component", [1.0, 1.0], {"units": "1"})
        )
        whole.to_netcdf(made / "contributions.nc", mode="a" if name else "w", group=name)
    return str(made)


def test_tags_alone_and_beside_an_inversion(folder: str, tmp_path: Path) -> None:
    alone = json.loads(bogda("sources", "agreement", folder, "--place", "urumqi", "--json").stdout)
    assert [view["id"] for view in alone["views"]] == ["tags"]
    assert {row["verdict"] for row in alone["rows"]} <= {"single", "none"}
    table = tmp_path / "factors.csv"
    table.write_text("source,factor,log_sd\nindustry.urumqi,1.0,0.05\n", encoding="utf-8")
    done = bogda("sources", "agreement", folder, "--place", "乌鲁木齐", "--inversion", str(table))
    assert done.exit_code == 0, done.stderr
    assert "一致 agree" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("--place", "atlantis"), 3, "atlantis"),
        (("--receptor", "somewhere"), 2, "--profiles"),
        (("--place", "urumqi", "--inversion", "nowhere.csv"), 3, "nowhere.csv"),
        (("--place", "urumqi", "--from", "2030-01-01"), 3, "period"),
    ],
)
def test_what_cannot_be_compared_is_one_line(
    folder: str, arguments: tuple[str, ...], code: int, said: str
) -> None:
    done = bogda("sources", "agreement", folder, *arguments)
    assert done.exit_code == code, done.stderr
    (line,) = [one for one in done.stderr.splitlines() if one.startswith("bogda: ")]
    assert said in line
