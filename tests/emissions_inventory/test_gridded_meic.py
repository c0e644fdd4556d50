"""MEIC: real layouts, orientation, sums, PM10, years, refusals."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from netCDF4 import Dataset
from pyproj import Proj

from emissions_inventory.gridded import import_meic
from emissions_inventory.gridded.catalogue import find_files, meic_name
from emissions_inventory.gridded.configuration import meic_config
from emissions_inventory.gridding import built_in_boundaries
from emissions_inventory.inventory import Inventory
from foundation.errors import BogdaError, InputError
from foundation.grids import GridConfig

GRID = GridConfig(name="d", west=79, east=96, south=41, north=49, step_deg=0.1, layer_tops_m=(20.0,)).grid()
URUMQI = (87.617, 43.793)
ROWS, COLUMNS = 200, 320


def write_netcdf(path: Path, values: np.ndarray, **changes: np.ndarray) -> Path:
    """A file laid out as MEIC's: values (row from the north, column from the west), t."""
    with Dataset(str(path), "w", format="NETCDF3_CLASSIC") as file:
        file.createDimension("side", 2)
        file.createDimension("xysize", values.size)
        pairs = {"x_range": [70.0, 150.0], "y_range": [10.0, 60.0], "z_range": [0.0, values.max()],
                 "spacing": [0.25, 0.25], "dimension": [COLUMNS, ROWS]} | changes  # fmt: skip
        for name, pair in pairs.items():
            file.createVariable(name, "i4" if name == "dimension" else "f8", ("side",))[:] = pair
        z = file.createVariable("z", "f4", ("xysize",))
        z.setncattr("nodata_value", np.float32(-9999))
        z[:] = values.ravel()
        file.title = ""
    return path


def write_ascii(path: Path, values: np.ndarray, corner: tuple[float, float], cell: float) -> Path:
    header = (f"ncols         {values.shape[1]}\nnrows         {values.shape[0]}\nxllcorner     {corner[0]}\n"
              f"yllcorner     {corner[1]}\ncellsize      {cell}\nNODATA_value  -9999\n")  # fmt: skip
    path.write_text(header + "\n".join(" ".join(f"{one:.6g}" for one in row) for row in values) + "\n")
    return path


def hot(lon: float, lat: float, tonnes: float) -> np.ndarray:
    """One cell of the map of 0.25 degrees that emits; nothing else, Mongolia unknown."""
    values = np.zeros((ROWS, COLUMNS))
    values[0] = -9999
    values[int((60 - lat) / 0.25), int((lon - 70) / 0.25)] = tonnes
    return values


def took(inventory: Inventory, lon: float, lat: float, half: float) -> float:
    """Share of the mass within so many degrees of a place."""
    areas = inventory.areas
    near = (abs(GRID.lon[areas.column] - lon) < half) & (abs(GRID.lat[areas.row] - lat) < half)
    return float(areas.emission[:, near].sum() / areas.emission.sum())


@pytest.mark.parametrize("name", ["2016_01__power__PM25.nc", "2016_1_power_PM2.5.nc"])
def test_a_hot_cell_at_urumqi_lands_in_urumqi(tmp_path: Path, name: str) -> None:
    write_netcdf(tmp_path / name, hot(*URUMQI, 120.0))
    made, report = import_meic(tmp_path, months=("2016-01",), grid=GRID)
    assert made.species == ("pm25",)
    assert made.sectors() == ("power",)
    assert made.totals().sum().item() == pytest.approx(120e3, rel=1e-9)
    cell = (87.5 + 0.125, 43.75 + 0.125)
    assert took(made, *cell, half=0.126) > 1 - 1e-9
    assert "urumqi" in made.regions()
    assert report["kept_t"]["pm25"] == pytest.approx(120.0, rel=1e-9)
    assert made.areas.row.max() - made.areas.row.min() <= 3


def test_the_lambert_ascii_grid_starts_in_the_north_west(tmp_path: Path) -> None:
    config = meic_config()
    x, y = Proj(config.lambert_projection)(*URUMQI)
    column = int((x + 3096000) // 36000)
    row_from_south = int((y + 2286000) // 36000)
    values = np.full((127, 172), -9999.0)
    values[126 - row_from_south, column] = 50.0
    write_ascii(tmp_path / "2017_1_residential_SO2.asc", values, (-3096000, -2286000), 36000)
    made, _ = import_meic(tmp_path, months=("2017-01",), grid=GRID)
    middle = (-3096000 + 36000 * (column + 0.5), -2286000 + 36000 * (row_from_south + 0.5))
    lon, lat = Proj(config.lambert_projection)(*middle, inverse=True)
    weight = made.areas.emission[0, :, 0]
    assert np.average(GRID.lon[made.areas.column], weights=weight) == pytest.approx(lon, abs=0.02)
    assert np.average(GRID.lat[made.areas.row], weights=weight) == pytest.approx(lat, abs=0.02)
    assert made.totals().sum().item() == pytest.approx(50e3, rel=1e-9)
    assert made.sectors() == ("scattered_coal",)


def test_an_ascii_grid_in_degrees_is_the_netcdf_file(tmp_path: Path) -> None:
    values = np.random.default_rng(3).gamma(0.3, 5.0, (ROWS, COLUMNS)).round(3)
    for kind in ("nc", "asc"):
        (tmp_path / kind).mkdir()
    write_netcdf(tmp_path / "nc" / "2017_7_power_NOx.nc", values)
    write_ascii(tmp_path / "asc" / "2017_7_power_NOx.asc", values, (70, 10), 0.25)
    made = [import_meic(tmp_path / kind, months=("2017-07",), grid=GRID)[0] for kind in ("nc", "asc")]
    np.testing.assert_allclose(made[0].areas.emission, made[1].areas.emission, rtol=1e-6)


def test_a_whole_month_keeps_its_sums_and_makes_pm10(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    totals: dict[str, float] = {}
    sectors = ("agriculture", "industry", "power", "residential", "transportation")
    for sector in sectors:
        for name in ("SO2", "NOx", "CO", "NH3", "VOC", "PM2.5", "PMcoarse", "BC", "OC", "CO2"):
            values = rng.gamma(0.2, 30.0, (ROWS, COLUMNS)).astype("f4")
            write_netcdf(tmp_path / f"2020_1_{sector}_{name}.nc", values)
            totals[name] = totals.get(name, 0.0) + float(values.sum(dtype=float))
    made, report = import_meic(tmp_path, months=("2026-01",), grid=GRID, year=2020)
    assert made.months == ("2026-01",)
    for ours, theirs in {
        "so2": ["SO2"],
        "pm10": ["PM2.5", "PMcoarse"],
        "voc": ["VOC"],
        "nh3": ["NH3"],
    }.items():
        both = report["kept_t"][ours] + report["outside_t"][ours]
        assert both == pytest.approx(sum(totals[name] for name in theirs), rel=1e-9)
        assert report["read_t"][ours] == pytest.approx(both, rel=1e-9)
    assert len(report["ignored"]) == 5
    assert "2020 stand for 2026-01" in made.trail[0].notes[0]
    assert made.sectors() == ("power", "scattered_coal", "other_industry", "traffic", "agriculture")
    assert len(made.trail[0].inputs) == 45
    assert made.trail[0].dropped_t["so2"] == report["outside_t"]["so2"]
    # the density is uniform on average, so the domain holds its share of the map's cells
    inside = report["kept_t"]["so2"] / report["read_t"]["so2"]
    assert inside == pytest.approx(17 * 8 / (80 * 50), rel=0.1)


def test_uncertainty_is_the_published_range_made_a_logarithm_and_widened() -> None:
    config = meic_config()
    # 97.5th centile of a log-normal variable of this deviation is 1.12 times the median
    draws = np.exp(config.ranges["so2"].log_deviation * np.random.default_rng(0).standard_normal(400_000))
    assert np.quantile(draws, 0.975) == pytest.approx(1.12, abs=0.001)
    assert config.deviation("residential", "oc") == pytest.approx(
        config.ranges["oc"].log_deviation * 4, rel=1e-12
    )
    assert config.deviation("power", "so2") < config.deviation("residential", "so2")


def test_another_year_is_used_only_when_asked(tmp_path: Path) -> None:
    write_netcdf(tmp_path / "2020_1_power_SO2.nc", hot(*URUMQI, 1.0))
    with pytest.raises(InputError, match="no file of 2026-01; there are 2020-01"):
        import_meic(tmp_path, months=("2026-01",), grid=GRID)
    with pytest.raises(InputError, match=r"no file of 2020-02.*--year"):
        import_meic(tmp_path, months=("2026-02",), grid=GRID, year=2020)


def test_pm10_is_checked_against_its_parts(tmp_path: Path) -> None:
    for name, tonnes in (("PM25", 60.0), ("PMcoarse", 40.0), ("PM10", 100.0)):
        write_netcdf(tmp_path / f"2016_01__industry__{name}.nc", hot(*URUMQI, tonnes))
    made, _ = import_meic(tmp_path, months=("2016-01",), grid=GRID)
    assert made.species == ("pm25", "pm10")
    assert made.totals().sel(species="pm10").sum().item() == pytest.approx(100e3, rel=1e-6)
    write_netcdf(tmp_path / "2016_01__industry__PM10.nc", hot(*URUMQI, 130.0))
    with pytest.raises(InputError, match=r"PM10 is 130 t, PM2\.5 with coarse PM is 100 t"):
        import_meic(tmp_path, months=("2016-01",), grid=GRID)
    for name in ("PM25", "PM10"):
        (tmp_path / f"2016_01__industry__{name}.nc").unlink()
    with pytest.raises(InputError, match=r"coarse PM without PM2\.5"):
        import_meic(tmp_path, months=("2016-01",), grid=GRID)


def test_pm10_below_pm25_is_refused_with_the_cell(tmp_path: Path) -> None:
    for name, tonnes in (("PM25", 60.0), ("PM10", 45.0)):
        write_netcdf(tmp_path / f"2016_01__industry__{name}.nc", hot(*URUMQI, tonnes))
    with pytest.raises(
        InputError,
        match=r"PM10\.nc: industry, 2016-01: PM10 is below PM2\.5 in 1 cells, most at 87\.625, 43\.875: "
        r"45 t of PM10, 60 t of PM2\.5; totals 45 t and 60 t.*2016_01__industry__PM25\.nc",
    ):
        import_meic(tmp_path, months=("2016-01",), grid=GRID)
    write_netcdf(tmp_path / "2016_01__industry__PM10.nc", hot(*URUMQI, 60.0))
    made, _ = import_meic(tmp_path, months=("2016-01",), grid=GRID)
    assert made.totals().sel(species="pm10").sum().item() == pytest.approx(60e3, rel=1e-9)


def test_a_sector_that_lacks_a_species_of_another_is_refused(tmp_path: Path) -> None:
    for name in ("power_NOx", "industry_SO2", "industry_NOx", "industry_NH3", "agriculture_NH3"):
        write_netcdf(tmp_path / f"2016_1_{name}.nc", hot(*URUMQI, 1.0))
    with pytest.raises(
        InputError, match=r"have: 2016_1_power_SO2\.nc\. Add these files, or take the species"
    ):
        import_meic(tmp_path, months=("2016-01",), grid=GRID)
    write_netcdf(tmp_path / "2016_1_power_SO2.nc", hot(*URUMQI, 1.0))
    _, report = import_meic(tmp_path, months=("2016-01",), grid=GRID)
    assert report["notes"][0] == "no file of the sectors residential, transportation"
    assert report["kept_t"] == pytest.approx({"so2": 2.0, "nox": 2.0, "nh3": 2.0}, rel=1e-9)
    (tmp_path / "2016_1_agriculture_NH3.nc").rename(tmp_path / "2016_1_transportation_NH3.nc")
    with pytest.raises(
        InputError, match=r"have: 2016_1_transportation_NOx\.nc, 2016_1_transportation_SO2\.nc\. Add"
    ):
        import_meic(tmp_path, months=("2016-01",), grid=GRID)


def test_coarse_pm_in_one_sector_and_pm10_in_another_are_one_species(tmp_path: Path) -> None:
    for name in ("power_PM2.5", "power_PMcoarse", "industry_PM2.5", "industry_PM10"):
        write_netcdf(tmp_path / f"2017_1_{name}.nc", hot(*URUMQI, 3.0))
    made, _ = import_meic(tmp_path, months=("2017-01",), grid=GRID)
    assert made.totals().sel(species="pm10").sum().item() == pytest.approx(9e3, rel=1e-9)


Spoil = Callable[[Path], object]
SPOILED: dict[str, tuple[Spoil, str]] = {
    "2016_1_power_SO2.nc": (lambda path: path.write_bytes(b"no map"), "no NetCDF file"),
    "2016_1_power_NOx.nc": (lambda path: write_netcdf(path, hot(*URUMQI, -3.0)), "got -3 in row 65"),
    "2016_1_power_CO.nc": (lambda path: write_netcdf(path, hot(*URUMQI, np.nan)), "got nan"),
    "2016_1_power_BC.nc": (lambda path: write_netcdf(path, np.zeros((10, 320))), "z holds 3200"),
    "2016_1_power_OC.nc": (
        lambda path: write_netcdf(path, hot(*URUMQI, 1.0), x_range=np.array([0.0, 150.0])),
        "is not 320 cells",
    ),
    "2016_1_power_VOC.asc": (lambda path: path.write_text("nothing"), "six lines of header"),
    "2016_1_power_NH3.asc": (
        lambda path: write_ascii(path, np.zeros((127, 172)), (-3000000, -2286000), 36000),
        "expected 172 x 127",
    ),
    "2016_1_power_PM25.asc": (
        lambda path: write_ascii(path, np.zeros((127, 172)), (-3096000, -2286000), 36000).write_text(
            path.read_text()[:-40]
        ),
        "numbers follow",
    ),
}


@pytest.mark.parametrize("name", SPOILED)
def test_a_spoiled_file_is_named(tmp_path: Path, name: str) -> None:
    spoil, message = SPOILED[name]
    spoil(tmp_path / name)
    with pytest.raises(InputError, match=message) as caught:
        import_meic(tmp_path, months=("2016-01",), grid=GRID)
    assert name in str(caught.value)


def test_nothing_recognised_twice_the_same_or_another_grid_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("x")
    with pytest.raises(InputError, match=r"no file of 清华大学 MEIC.*notes.txt"):
        import_meic(tmp_path, months=("2016-01",), grid=GRID)
    write_netcdf(tmp_path / "2016_01__power__PM25.nc", hot(*URUMQI, 1.0))
    write_netcdf(tmp_path / "2016_1_power_PM2.5.nc", hot(*URUMQI, 1.0))
    with pytest.raises(InputError, match="the same emissions twice"):
        import_meic(tmp_path, months=("2016-01",), grid=GRID)
    (tmp_path / "2016_1_power_PM2.5.nc").unlink()
    write_ascii(tmp_path / "2016_1_power_SO2.asc", np.zeros((127, 172)), (-3096000, -2286000), 36000)
    with pytest.raises(InputError, match="its grid differs"):
        import_meic(tmp_path, months=("2016-01",), grid=GRID)
    with pytest.raises(InputError, match="no such file or folder"):
        import_meic(tmp_path / "absent", months=("2016-01",), grid=GRID)
    with pytest.raises(InputError, match="is not a month"):
        import_meic(tmp_path, months=("2016-13",), grid=GRID)
    with pytest.raises(InputError, match="months that grow"):
        import_meic(tmp_path, months=("2016-02", "2016-01"), grid=GRID)


def test_a_species_may_not_be_missing_in_one_month_only(tmp_path: Path) -> None:
    for name in ("2016_1_power_SO2.nc", "2016_1_power_NOx.nc", "2016_2_power_SO2.nc"):
        write_netcdf(tmp_path / name, hot(*URUMQI, 1.0))
    with pytest.raises(InputError, match="month 2016-02 lacks nox of power"):
        import_meic(tmp_path, months=("2016-01", "2016-02"), grid=GRID)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lon=st.floats(79.3, 95.7), lat=st.floats(41.3, 48.7), tonnes=st.floats(0.01, 1e5))
def test_any_hot_cell_lands_where_it_is(
    tmp_path_factory: pytest.TempPathFactory, lon: float, lat: float, tonnes: float
) -> None:
    folder = tmp_path_factory.mktemp("meic")
    write_netcdf(folder / "2016_1_industry_SO2.nc", hot(lon, lat, tonnes))
    made, _ = import_meic(folder, months=("2016-01",), grid=GRID, boundaries=built_in_boundaries())
    assert took(made, lon, lat, half=0.301) > 1 - 1e-9
    assert made.totals().sum().item() == pytest.approx(1000 * float(np.float32(tonnes)), rel=1e-9)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=300), suffix=st.sampled_from(["nc", "asc"]))
def test_any_content_is_read_or_refused_in_one_line(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, suffix: str
) -> None:
    path = tmp_path_factory.mktemp("wild") / f"2016_1_power_SO2.{suffix}"
    path.write_bytes(content)
    with pytest.raises(BogdaError):
        import_meic(path, months=("2016-01",), grid=GRID)


@given(name=st.text(max_size=40).filter(lambda text: "/" not in text and "\0" not in text))
@settings(max_examples=200, deadline=None)
def test_any_name_is_parsed_or_left_out(name: str) -> None:
    assert meic_name(Path(name), meic_config())


def test_mechanism_species_are_left_out_by_name(tmp_path: Path) -> None:
    for name in ("2016_01__power__CB05_ALD2.nc", "2016_01__power__SO2.nc", "2016_01__shipping__SO2.nc"):
        (tmp_path / name).write_bytes(b"")
    found = find_files(tmp_path, meic_config(), meic_name, "")
    assert [file.path.name for file in found.files] == ["2016_01__power__SO2.nc"]
    assert any("CB05_ALD2" in line for line in found.ignored)
    assert any("shipping" in line for line in found.ignored)
