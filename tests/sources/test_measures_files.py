"""Files of a run, read as xarray would read them; broken ones told in one line."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from foundation.errors import InputError
from sources.measures.emission_totals import read_totals
from sources.measures.netcdf_groups import GroupedFile
from sources.measures.run_folder import read_parts, read_tags
from tests.sources.measures_run import write_run


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_run(tmp_path_factory.mktemp("measures") / "run")


def long_way(folder: Path, file: str, group: str | None = None) -> xr.Dataset:
    return xr.load_dataset(folder / file, group=group, engine="netcdf4", decode_timedelta=True)


def test_the_short_way_reads_what_the_long_one_does(folder: Path) -> None:
    parts = read_parts(folder)
    assert list(parts) == ["day", "region", "hour"]
    for kind, group in (("day", None), ("region", "regions"), ("hour", "hour")):
        made, expected = parts[kind].contributions, long_way(folder, "contributions.nc", group)
        for name in ("contribution", "component_carried_over", "fine_share", "source", "place", "sector"):
            assert made[name].dims == expected[name].dims
            assert (made[name].values == expected[name].values).all()
        for name in ("lead_time", "reference_time"):
            assert (made[name].values == expected[name].values).all()
    published = long_way(folder, "forecast.nc", "hour")
    assert (parts["hour"].forecast["valid_time"].values == published["valid_time"].values).all()
    tags = read_tags(folder)["carried_over"]
    assert (tags.values == long_way(folder, "tags.nc")["carried_over"].values).all()


@pytest.mark.parametrize("unit", ["days", "hours", "minutes", "seconds"])
def test_times_come_back_whatever_their_unit(tmp_path: Path, unit: str) -> None:
    times = np.datetime64("2026-11-20T16:00:00", "ns") + np.timedelta64(1, "D") * np.arange(3)
    made = xr.Dataset({"value": ("time", np.arange(3.0))}, {"time": times})
    made.to_netcdf(
        tmp_path / "times.nc",
        encoding={"time": {"units": f"{unit} since 2026-11-01 04:00:00", "dtype": "float64"}},
    )
    with GroupedFile(tmp_path / "times.nc") as file:
        assert (file.read(None, ["value"])["time"].values == times).all()


def test_broken_files_are_told(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "contributions.nc").write_text("no NetCDF", encoding="utf-8")
    with pytest.raises(InputError, match="no NetCDF file"):
        read_parts(tmp_path)
    xr.Dataset({"other": ("x", [1.0])}).to_netcdf(tmp_path / "contributions.nc")
    with pytest.raises(InputError, match=r"forecast\.nc: no such file"):
        read_parts(tmp_path)
    (tmp_path / "forecast.nc").write_bytes((folder / "forecast.nc").read_bytes())
    with pytest.raises(InputError, match="holds no contributions"):
        read_parts(tmp_path)
    with pytest.raises(InputError, match="holds no tags"):
        read_tags(tmp_path)
    with GroupedFile(folder / "tags.nc") as file, pytest.raises(InputError, match="no group 'hour'"):
        file.read("hour", ["contribution"])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("sector,region,species,kg_per_day\nsteel,urumqi,so2,1\n", "without tag"),
        ("sector,region,tag,species,kg_per_day\n", "no rows"),
        ("sector,region,tag,species,kg_per_day\nsteel,urumqi,x,so2,-1\n", "row 2, column kg_per_day"),
        ("sector,region,tag,species,kg_per_day\nsteel,urumqi,x,so2,nan\n", "row 2, column kg_per_day"),
        ("sector,region,tag,species,kg_per_day\nstele,urumqi,x,so2,1\n", "unknown sector"),
    ],
)
def test_faulty_totals_are_told(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "emission_totals.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=said):
        read_totals(file)
