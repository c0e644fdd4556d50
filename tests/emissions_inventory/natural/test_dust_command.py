"""`bogda dust emission`, and the winds of October 2018."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from emissions_inventory.natural.fields import dust_field, dust_sources
from emissions_inventory.natural.relief import read_etopo
from foundation.places import gazetteer
from tests.emissions_inventory.natural.dust_weather import dust_grid
from tests.flows.command import bogda

FOLDER = "meteorology/gfs_wind10m_1deg_2018"


def storm_files(real_data: Path) -> list[Path]:
    """16 October 2018, 12 to 21 UTC: the strongest easterlies of these files in the Tarim Basin."""
    return [file for file in sorted((real_data / FOLDER).iterdir()) if storm_hour(file.name)]


def storm_hour(name: str) -> bool:
    return any(f"20181016{hour}" in name for hour in ("12", "18"))


@pytest.mark.real_data
def test_the_command_tells_where_and_when_thresholds_are_passed(real_data: Path, tmp_path: Path) -> None:
    files = [part for file in storm_files(real_data) for part in ("--weather", str(file))]
    figure = tmp_path / "dust.png"
    done = bogda("dust", "emission", *files, "--json", "--figure", str(figure))
    assert done.exit_code == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["scheme"] == "kok"
    assert figure.stat().st_size > 20_000
    assert told["emitted_kg_range"][0] < told["emitted_kg"] < told["emitted_kg_range"][1]
    assert told["regions"]["taklamakan"]["times_passed"] > 0
    assert told["regions"]["aral"]["emitted_kg"] == 0
    assert told["emitted_kg"] == pytest.approx(sum(one["emitted_kg"] for one in told["times"]), rel=1e-9)
    assert "dust-wind-alone" in [note["code"] for note in told["notes"]]
    text = bogda("dust", "emission", *files, "--scheme", "ginoux")
    assert "塔克拉玛干沙漠" in text.stdout


@pytest.mark.real_data
def test_no_threshold_passes_over_the_oases_or_the_tian_shan(real_data: Path) -> None:
    import shapely
    from shapely.geometry import shape

    from atmosphere.meteorology.readers.area import around
    from atmosphere.meteorology.readers.gfs import read_surface_wind

    grid = dust_grid()
    relief = read_etopo(real_data / "geography")
    wind = read_surface_wind(sorted((real_data / FOLDER).glob("*201810*.grb2"))[::2], around(grid))
    made = dust_field(wind, grid, sources=dust_sources(grid)).dataset
    passed = made["passed"].sum("tag").max("time").values
    assert (passed > 0).sum() > 100
    for place in gazetteer().places:
        cell = grid.cell_of(place.lon, place.lat)
        assert cell is None or passed[cell] == 0, place.id
    regions = json.loads((real_data / "geography/ne_10m_physical_regions.json").read_text(encoding="utf-8"))
    (outline,) = [
        shape(one["geometry"]) for one in regions["features"] if one["properties"]["name"] == "TIAN SHAN"
    ]
    lon, lat = np.meshgrid(grid.lon, grid.lat)
    tian_shan = shapely.contains_xy(outline, lon, lat) & (relief.at(lon, lat) > 1700)
    assert tian_shan.sum() > 300
    assert passed[tian_shan].max() == 0


def test_what_is_asked_wrongly_is_one_line() -> None:
    for arguments, said in (
        (("--weather", "/nowhere"), "no such file"),
        (("--weather", "/nowhere", "--scheme", "westphal"), "unknown. Give one of kok"),
        (("--weather", "/nowhere", "--domain", "mars"), "--domain 'mars'"),
        (("--weather", "/nowhere", "--threshold-factor", "0"), "--threshold-factor 0"),
        (("--weather", "/nowhere", "--terrain", "/none"), "etopo20data.gz"),
        (("--weather", "/nowhere", "--figure", "x.txt"), "unknown format"),
    ):
        done = bogda("dust", "emission", *arguments)
        assert done.exit_code > 0
        assert len(done.stderr.splitlines()) == 1
        assert said in done.stderr
