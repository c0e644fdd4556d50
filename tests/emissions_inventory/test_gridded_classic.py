"""Classic NetCDF files that were cut off are refused, whole ones are not."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from netCDF4 import Dataset

from emissions_inventory.gridded import import_edgar, import_meic
from emissions_inventory.gridded.classic import refuse_truncated
from foundation.errors import InputError
from foundation.grids import GridConfig

GRID = GridConfig(name="d", west=79, east=96, south=41, north=49, step_deg=0.1, layer_tops_m=(20.0,)).grid()
Format = Literal["NETCDF3_CLASSIC", "NETCDF3_64BIT_OFFSET", "NETCDF3_64BIT_DATA", "NETCDF4"]
FORMATS: tuple[Format, ...] = ("NETCDF3_CLASSIC", "NETCDF3_64BIT_OFFSET", "NETCDF3_64BIT_DATA")


def write(path: Path, kind: Format, *, times: int | None = None, more: bool = False) -> Path:
    """A file with attributes, variables of odd lengths, and records where asked."""
    with Dataset(str(path), "w", format=kind) as file:
        file.title = "title of an odd length"
        file.createDimension("x", 7)
        file.createDimension("time", times if times is None else None)
        names: list[tuple[str, str, tuple[str, ...]]] = [
            ("a", "i2", ("x",)),
            ("b", "f8", ("x",)),
            ("c", "f4", ()),
        ]
        if times is not None:
            names += [("d", "i2", ("time", "x"))] + ([("e", "i1", ("time", "x"))] if more else [])
        for name, type_, dims in names:
            variable = file.createVariable(name, type_, dims)
            variable.units = "kg"
            shape = tuple(times if dim == "time" else 7 for dim in dims)
            variable[:] = np.ones(shape, type_)
    return path


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize(("times", "more"), [(None, False), (0, True), (3, False), (3, True)])
def test_whole_files_pass_and_shorter_ones_do_not(
    tmp_path: Path, kind: Format, times: int | None, more: bool
) -> None:
    path = write(tmp_path / "a.nc", kind, times=times, more=more)
    whole = path.read_bytes()
    refuse_truncated(path)
    for length in range(4, len(whole) - 3):  # the last value may be followed by up to three bytes of padding
        path.write_bytes(whole[:length])
        with pytest.raises(InputError, match=r"a\.nc: the file (is cut off|ends within its header)"):
            refuse_truncated(path)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(version=st.sampled_from([b"\x01", b"\x02", b"\x05"]), content=st.binary(max_size=120))
def test_any_header_passes_or_is_refused(
    tmp_path_factory: pytest.TempPathFactory, version: bytes, content: bytes
) -> None:
    path = tmp_path_factory.mktemp("wild") / "a.nc"
    path.write_bytes(b"CDF" + version + content)
    try:
        refuse_truncated(path)
    except InputError as error:
        assert "Get the file anew" in str(error)


def test_other_files_pass(tmp_path: Path) -> None:
    path = tmp_path / "a.nc"
    for content in (b"", b"CDF", b"CDF\x09", b"\x89HDF\r\n"):
        path.write_bytes(content)
        refuse_truncated(path)
    refuse_truncated(tmp_path / "absent.nc")


def test_meic_that_was_cut_off_is_refused_with_both_sizes(tmp_path: Path) -> None:
    path = tmp_path / "2016_1_power_SO2.nc"
    with Dataset(str(path), "w", format="NETCDF3_CLASSIC") as file:
        file.createDimension("side", 2)
        file.createDimension("xysize", 64000)
        for name, pair in (("x_range", [70, 150]), ("y_range", [10, 60]), ("spacing", [0.25, 0.25]),
                           ("dimension", [320, 200])):  # fmt: skip
            file.createVariable(name, "f8", ("side",))[:] = pair
        file.createVariable("z", "f4", ("xysize",))[:] = np.ones(64000)
    whole = path.read_bytes()
    import_meic(path, months=("2016-01",), grid=GRID)
    for length in (20000, len(whole) - 1):
        path.write_bytes(whole[:length])
        with pytest.raises(InputError, match=f"header promises {len(whole):,} bytes, got {length:,}"):
            import_meic(path, months=("2016-01",), grid=GRID)


@pytest.mark.parametrize("kind", ["NETCDF3_CLASSIC", "NETCDF4"])
def test_edgar_that_was_cut_off_is_refused(tmp_path: Path, kind: Format) -> None:
    path = tmp_path / "v8.1_FT2022_AP_SO2_2022_ENE_emi.nc"
    with Dataset(str(path), "w", format=kind) as file:
        for axis, first, count in (("lat", 30.05, 300), ("lon", 70.05, 400)):
            file.createDimension(axis, count)
            file.createVariable(axis, "f4", (axis,))[:] = first + 0.1 * np.arange(count)
        variable = file.createVariable("emissions", "f4", ("lat", "lon"))
        variable.units = "Tonnes"
        variable[:] = np.ones((300, 400))
    import_edgar(path, months=("2022-01",), grid=GRID)
    whole = path.read_bytes()
    for length in (len(whole) // 3, len(whole) - 100):
        path.write_bytes(whole[:length])
        with pytest.raises(InputError, match=r"the file is cut off|no NetCDF file, or it cannot be read"):
            import_edgar(path, months=("2022-01",), grid=GRID)
