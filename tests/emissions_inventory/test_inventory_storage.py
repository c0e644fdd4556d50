"""Inventories on file: bit for bit, whole or not at all, never overwritten."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path

import netCDF4
import numpy as np
import pytest
import xarray as xr

from emissions_inventory.inventory import Inventory
from emissions_inventory.storage import as_dataset, from_dataset, read_inventory, write_inventory
from foundation.errors import BogdaError, ContractError, InputError, RunError
from tests.emissions_inventory.made_inventory import made_inventory


@pytest.fixture(scope="module")
def made() -> Inventory:
    return made_inventory()


@pytest.fixture
def file(made: Inventory, tmp_path: Path) -> Path:
    return write_inventory(made, tmp_path / "made.nc")


def same(a: Inventory, b: Inventory) -> None:
    """Fail unless two inventories hold the same numbers and names, to the bit, and the same trail."""
    for part in ("areas", "points", "profiles"):
        mine, theirs = getattr(a, part), getattr(b, part)
        for one in fields(mine):
            if one.name != "stacks":
                np.testing.assert_array_equal(getattr(mine, one.name), getattr(theirs, one.name), one.name)
    for one in fields(a.points.stacks):
        np.testing.assert_array_equal(getattr(a.points.stacks, one.name), getattr(b.points.stacks, one.name))
    assert a.areas.emission.tobytes() == b.areas.emission.tobytes()
    assert a.points.emission.tobytes() == b.points.emission.tobytes()
    np.testing.assert_array_equal(a.grid.lon_edges, b.grid.lon_edges)
    np.testing.assert_array_equal(a.grid.lat_edges, b.grid.lat_edges)
    xr.testing.assert_identical(a.uncertainty.drop_attrs(), b.uncertainty.drop_attrs().rename(None))
    assert (a.months, a.species, a.title, a.trail) == (b.months, b.species, b.title, b.trail)
    assert a.version == b.version


def test_a_round_trip_changes_no_bit(made: Inventory, file: Path) -> None:
    same(made, read_inventory(file))


def test_an_inventory_without_profiles_points_or_areas_keeps_too(made: Inventory, tmp_path: Path) -> None:
    months, species = len(made.months), len(made.species)
    bare = replace(made, profiles=type(made.profiles).none())
    for name, one in (
        ("profiles", bare),
        ("points", replace(bare, points=type(made.points).none(months, species))),
        ("areas", replace(made, areas=type(made.areas).none(months, species))),
    ):
        same(one, read_inventory(write_inventory(one, tmp_path / f"no-{name}.nc")))


def test_numbers_of_other_widths_and_signs_keep_their_version(made: Inventory, tmp_path: Path) -> None:
    """Rows counted in 32 bits, and the NaN that 0/0 gives on some machines, are the same on file."""
    stacks = replace(made.points.stacks, height=np.where(np.isnan(made.points.stacks.height), -np.nan, 50.0))
    areas = replace(
        made.areas, row=made.areas.row.astype(np.int32), column=made.areas.column.astype(np.int32)
    )
    one = replace(made, areas=areas, points=replace(made.points, stacks=stacks))
    assert read_inventory(write_inventory(one, tmp_path / "narrow.nc")).version == one.version


def test_writing_again_changes_nothing_and_another_version_is_refused(made: Inventory, file: Path) -> None:
    before = file.read_bytes()
    assert write_inventory(made, file) == file
    other = replace(made, areas=replace(made.areas, emission=made.areas.emission * 2))
    with pytest.raises(RunError, match="no inventory is overwritten"):
        write_inventory(other, file)
    assert file.read_bytes() == before
    assert [one.name for one in file.parent.iterdir()] == [file.name]


@pytest.mark.parametrize("content", [b"", b"notes of mine", b"\x89HDF\r\n\x1a\nhalf"])
def test_a_file_that_is_something_else_is_kept(made: Inventory, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "mine.nc"
    path.write_bytes(content)
    with pytest.raises(RunError, match="is there already"):
        write_inventory(made, path)
    assert path.read_bytes() == content
    with pytest.raises(InputError, match="no NetCDF file"):
        read_inventory(path)


def test_a_write_that_fails_leaves_nothing(
    made: Inventory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_dataset: xr.Dataset, path: Path, **_: object) -> None:
        Path(path).write_bytes(b"half a file")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(xr.Dataset, "to_netcdf", fails)
    with pytest.raises(RunError, match="No space left on device"):
        write_inventory(made, tmp_path / "full.nc")
    assert list(tmp_path.iterdir()) == []


def test_folders_that_are_not_there_are_refused(made: Inventory, tmp_path: Path) -> None:
    with pytest.raises(RunError, match="cannot write"):
        write_inventory(made, tmp_path / "absent" / "made.nc")
    with pytest.raises(InputError, match="no such file"):
        read_inventory(tmp_path / "absent.nc")
    with pytest.raises(InputError, match="no such file"):
        read_inventory(tmp_path)


@pytest.mark.parametrize(
    ("variable", "place", "value"),
    [
        ("area_emission", (0, 0, 0), 1.5),
        ("point_emission", (2, 5, 1), 7.0),
        ("stack_height", 0, 239.0),
        ("point_name", 0, "another"),
        ("uncertainty", (0, 0), 0.31),
        ("area_row", 0, 3),
        ("month", 0, "2024-12"),
        ("lon_edge", 0, 81.9),
        ("profile_weight", (0, 0, 0), 0.6),
    ],
)
def test_a_file_that_was_changed_is_refused(
    file: Path, variable: str, place: tuple[int, ...] | int, value: float | str
) -> None:
    with netCDF4.Dataset(file, "a") as stored:
        stored[variable][place] = value
    with pytest.raises(InputError, match="its contents are not those of version"):
        read_inventory(file)


def test_a_damaged_file_is_refused_or_whole(made: Inventory, file: Path) -> None:
    content = file.read_bytes()
    random = np.random.default_rng(4)
    refused = 0
    for start in random.integers(0, len(content) - 64, 30):
        broken = bytearray(content)
        broken[start : start + 64] = bytes(255 - byte for byte in broken[start : start + 64])
        file.write_bytes(broken)
        try:
            again = read_inventory(file)
        except BogdaError as error:
            refused += 1
            assert "\n" not in str(error)
        else:
            assert again.version == made.version
    assert refused > 5, "the rest lies in parts of the file that hold nothing"
    file.write_bytes(content[: len(content) // 2])
    with pytest.raises(InputError, match="no NetCDF file"):
        read_inventory(file)


def test_data_sets_that_break_the_contract_are_refused(made: Inventory) -> None:
    dataset = as_dataset(made)
    with pytest.raises(ContractError, match="'point_lon' is missing"):
        from_dataset(dataset.drop_vars("point_lon"), "here")
    with pytest.raises(ContractError, match="'area_emission': expected no missing value"):
        from_dataset(dataset.assign(area_emission=dataset["area_emission"] * np.nan).assign(
            area_emission=lambda one: one["area_emission"].assign_attrs(units="kg")), "here")  # fmt: skip
    far = dataset["area_sector"].copy()
    far[0] = 99
    with pytest.raises(InputError, match="place 99 of"):
        from_dataset(dataset.assign(area_sector=far), "here")
    with pytest.raises(InputError, match="trail of the inventory cannot be read"):
        from_dataset(dataset.assign_attrs(trail="{not a trail"), "here")
