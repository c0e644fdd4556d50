"""EDGAR: names, tonnes and fluxes, years and months, longitudes from 0 to 360, double counting."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from netCDF4 import Dataset

from emissions_inventory.gridded import import_edgar
from emissions_inventory.gridded.catalogue import MapFile, edgar_name
from emissions_inventory.gridded.configuration import edgar_config
from emissions_inventory.inventory import Inventory
from foundation.constants import EARTH_RADIUS
from foundation.errors import BogdaError, InputError
from foundation.grids import GridConfig

GRID = GridConfig(name="d", west=79, east=96, south=41, north=49, step_deg=0.1, layer_tops_m=(20.0,)).grid()
URUMQI = (87.65, 43.85)


def write(
    path: Path, values: np.ndarray, *, name: str = "emissions", units: str = "Tonnes", turned: bool = False,
    north_first: bool = False,
) -> Path:  # fmt: skip
    """A file laid out as EDGAR's: values ([time,] lat from the south, lon from -180)."""
    lon = np.linspace(-179.95, 179.95, 3600)
    lat = np.linspace(-89.95, 89.95, 1800)
    if turned:
        lon, values = np.linspace(0.05, 359.95, 3600), np.roll(values, 1800, axis=-1)
    if north_first:
        lat, values = lat[::-1], values[..., ::-1, :]
    with Dataset(str(path), "w") as file:
        dims: tuple[str, ...] = ("lat", "lon")
        for axis, numbers in (("lat", lat), ("lon", lon)):
            file.createDimension(axis, numbers.size)
            file.createVariable(axis, "f4", (axis,))[:] = numbers
        if values.ndim == 3:
            file.createDimension("time", len(values))
            file.createVariable("time", "f8", ("time",))[:] = np.arange(len(values))
            dims = ("time", *dims)
        variable = file.createVariable(name, "f4", dims, zlib=True, complevel=1)
        variable.units = units
        variable.substance = "SO2"
        variable[:] = values
    return path


def hot(lon: float, lat: float, amount: float) -> np.ndarray:
    values = np.zeros((1800, 3600), "f4")
    values[round((lat + 89.95) / 0.1), round((lon + 179.95) / 0.1)] = amount
    return values


def middle(made: Inventory) -> tuple[float, float]:
    weight = made.areas.emission.sum((0, 2))
    return (float(np.average(GRID.lon[made.areas.column], weights=weight)),
            float(np.average(GRID.lat[made.areas.row], weights=weight)))  # fmt: skip


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("north_first", [False, True])
def test_a_hot_cell_lands_in_urumqi_however_the_map_is_turned(
    tmp_path: Path, turned: bool, north_first: bool
) -> None:
    path = write(tmp_path / "v8.1_FT2022_AP_SO2_2022_ENE_emi.nc", hot(*URUMQI, 3650.0), turned=turned,
                 north_first=north_first)  # fmt: skip
    made, report = import_edgar(path, months=("2022-01",), grid=GRID)
    assert middle(made) == pytest.approx(URUMQI, abs=1e-4)
    assert made.totals().sum().item() == pytest.approx(310e3, rel=1e-9)
    assert made.sectors() == ("power",)
    assert any("no seasonal cycle" in note for note in report["notes"])


def test_twelve_months_of_a_year_add_up_to_it(tmp_path: Path) -> None:
    write(tmp_path / "EDGARv6.1_NOx_2020_TRO.0.1x0.1.nc", hot(*URUMQI, 1000.0), name="emi_nox")
    months = tuple(f"2020-{month:02d}" for month in range(1, 13))
    made, _ = import_edgar(tmp_path, months=months, grid=GRID)
    assert made.totals().sum().item() == pytest.approx(1e6, rel=1e-9)
    assert made.totals().sel(month="2020-02").sum().item() == pytest.approx(1e6 * 29 / 366, rel=1e-9)


def test_a_flux_is_its_area_and_its_seconds(tmp_path: Path) -> None:
    write(
        tmp_path / "v8.1_FT2022_AP_SO2_2022_RCO_flx.nc", hot(*URUMQI, 1e-9), name="fluxes", units="kg m-2 s-1"
    )
    made, _ = import_edgar(tmp_path, months=("2022-02",), grid=GRID)
    # a trapezium of 0.1 degrees at 43.85 N: cos(lat) times the square, right to 1e-6
    side = EARTH_RADIUS * np.deg2rad(0.1)
    expected = float(np.float32(1e-9)) * side**2 * np.cos(np.deg2rad(43.85)) * 28 * 86400
    assert made.totals().sum().item() == pytest.approx(expected, rel=1e-5)
    assert made.sectors() == ("scattered_coal",)


def test_a_file_of_twelve_months_gives_the_one_that_is_asked_for(tmp_path: Path) -> None:
    values = np.stack([hot(*URUMQI, float(month)) for month in range(1, 13)])
    write(tmp_path / "v8.1_FT2022_AP_NOx_2021_bkl_POWER_INDUSTRY_emi.nc", values)
    made, report = import_edgar(tmp_path, months=("2026-03", "2026-11"), grid=GRID, year=2021)
    np.testing.assert_allclose(made.totals().sum(("sector", "region", "species")).values, [3e3, 11e3])
    assert not any("seasonal" in note for note in report["notes"])
    assert any("2021 stand for" in note for note in report["notes"])


def test_what_would_count_twice_is_refused(tmp_path: Path) -> None:
    empty = np.zeros((1800, 3600), "f4")
    total = write(tmp_path / "v8.1_FT2022_AP_SO2_2022_TOTALS_emi.nc", empty)
    with pytest.raises(InputError, match="TOTALS holds all sectors together"):
        import_edgar(tmp_path, months=("2022-01",), grid=GRID)
    total.unlink()
    write(tmp_path / "v8.1_FT2022_AP_SO2_2022_TRANSPORT_emi.nc", empty)
    write(tmp_path / "v8.1_FT2022_AP_SO2_2022_TRO_emi.nc", empty)
    with pytest.raises(InputError, match="TRANSPORT contains TRO"):
        import_edgar(tmp_path, months=("2022-01",), grid=GRID)
    (tmp_path / "v8.1_FT2022_AP_SO2_2022_TRANSPORT_emi.nc").unlink()
    write(tmp_path / "v8.1_FT2022_AP_SO2_2022_TRO_flx.nc", empty, units="kg m-2 s-1")
    with pytest.raises(InputError, match="the same emissions twice"):
        import_edgar(tmp_path, months=("2022-01",), grid=GRID)


@pytest.mark.parametrize(
    ("units", "name", "message"),
    [("g m-2", "emissions", "units: expected one of"), ("Tonnes", "nonsense", "")],
)
def test_units_and_variables_are_checked(tmp_path: Path, units: str, name: str, message: str) -> None:
    write(tmp_path / "v8.1_FT2022_AP_SO2_2022_ENE_emi.nc", hot(*URUMQI, 1.0), units=units, name=name)
    if not message:  # the only map in the file is taken whatever its name
        assert import_edgar(tmp_path, months=("2022-01",), grid=GRID)[0].species == ("so2",)
        return
    with pytest.raises(InputError, match=message):
        import_edgar(tmp_path, months=("2022-01",), grid=GRID)


def test_a_negative_cell_and_a_map_elsewhere_are_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "v8.1_FT2022_AP_SO2_2022_ENE_emi.nc", hot(*URUMQI, -1.0))
    with pytest.raises(InputError, match="0 or more"):
        import_edgar(path, months=("2022-01",), grid=GRID)
    with Dataset(str(path), "w") as file:
        for axis, numbers in (("lat", np.linspace(0, 10, 101)), ("lon", np.linspace(0, 10, 101))):
            file.createDimension(axis, 101)
            file.createVariable(axis, "f8", (axis,))[:] = numbers
        file.createVariable("emissions", "f4", ("lat", "lon")).units = "Tonnes"
    with pytest.raises(InputError, match="does not reach the domain"):
        import_edgar(path, months=("2022-01",), grid=GRID)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("v8.1_FT2022_AP_SO2_2022_TRANSPORT_emi.nc", (2022, 0, "TRANSPORT", "so2")),
        ("v8.1_FT2022_AP_NMVOC_2017_FOO_PAP_emi.nc", (2017, 0, "FOO_PAP", "voc")),
        ("v8.1_FT2022_AP_PM2.5_2019_TRO_noRES_flx.nc", (2019, 0, "TRO_noRES", "pm25")),
        ("v8.1_FT2022_AP_NOx_2020_bkl_POWER_INDUSTRY_flx.nc", (2020, 0, "POWER_INDUSTRY", "nox")),
        ("EDGARv6.1_SO2_2018_ENE.0.1x0.1.nc", (2018, 0, "ENE", "so2")),
        ("v50_CO_2015_7_RCO.0.1x0.1.nc", (2015, 7, "RCO", "co")),
    ],
)
def test_names_of_all_versions(name: str, expected: tuple[int, int, str, str]) -> None:
    found = edgar_name(Path(name), edgar_config())
    assert isinstance(found, MapFile)
    assert (found.year, found.month, found.sector, found.species) == expected


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=200))
def test_any_content_is_refused_in_one_line(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.mktemp("wild") / "v8.1_FT2022_AP_SO2_2022_ENE_emi.nc"
    path.write_bytes(content)
    with pytest.raises(BogdaError):
        import_edgar(path, months=("2022-01",), grid=GRID)
