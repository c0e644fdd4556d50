"""The forecast as CSV, JSON, GeoJSON and NetCDF."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import netCDF4
import numpy as np
import pytest
import xarray as xr
from shapely.geometry import shape

from consultation.exchange.configuration import exchange_config
from consultation.exchange.days import forecast_places
from consultation.exchange.netcdf import published_dataset
from consultation.exchange.outlines import area_shape
from consultation.exchange.tables import safe_cell
from consultation.formats import Request, open_request, write_product
from consultation.warnings import write_warnings
from foundation.errors import ConfigurationError, InputError
from foundation.units import to_display
from tests.consultation.exchange_notices import site


@pytest.fixture(scope="module")
def request_of_run(make_run, tmp_path_factory: pytest.TempPathFactory) -> Request:
    folder = make_run(tmp_path_factory.mktemp("exchange") / "demo" / "20261209T160000Z")
    write_warnings(folder)
    return open_request(folder, exchange_config())


def written(request: Request, form: str, folder: Path) -> bytes:
    out = folder / f"product.{form}"
    write_product(request, form, out)
    return out.read_bytes()


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1"])
def test_no_cell_runs_as_a_formula(text: str) -> None:
    assert safe_cell(text) == "'" + text


def test_numbers_and_harmless_text_stay() -> None:
    assert [safe_cell(value) for value in (-1.5, 0, "乌鲁木齐", "", None)] == [-1.5, 0, "乌鲁木齐", "", ""]


def test_the_table_opens_in_spreadsheets(request_of_run: Request, tmp_path: Path) -> None:
    content = written(request_of_run, "csv", tmp_path)
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    forecast = request_of_run.run.forecast.day
    assert len(rows) == forecast.sizes["place"] * forecast.sizes["lead_time"]
    assert {row["数据性质 data"] for row in rows} == {"合成数据 synthetic"}
    first = next(row for row in rows if row["编号 id"] == "urumqi" and row["日期 date"] == "2026-12-11")
    single = forecast.isel(reference_time=0, lead_time=1).sel(place="urumqi")
    assert int(first["AQI下限 aqi_low"]) == int(single["aqi_low"])
    assert int(first["AQI aqi"]) == int(single["aqi"].sel(quantile=0.5))
    assert first["首要污染物 primary"] == "PM₂.₅"
    assert first["行政区划代码 adcode"] == "650100"


def test_the_document_holds_what_a_forecast_must(request_of_run: Request, tmp_path: Path) -> None:
    document = json.loads(written(request_of_run, "json", tmp_path))
    place = next(one for one in document["places"] if one["id"] == "karamay")
    due = [day for day in place["days"] if day["due"]]
    assert [day["lead_day"] for day in due] == [1, 2, 3]
    for day in due:
        assert {"aqi", "aqi_low", "aqi_high", "level", "category", "colour", "primary"} <= set(day)
        assert day["aqi_low"] <= day["aqi"] <= day["aqi_high"]
        assert day["level_low"] <= day["level"] <= day["level_high"]
        assert len(day["primary"]) <= 2
    assert [day["dust"] for day in place["days"]] == [False, False, True, False, False, False, False]
    assert document["synthetic"] is True
    assert document["degradations"][0]["code"] == "no-weather"
    assert {one["state"] for one in document["proposals"]} == {"proposed"}


def test_at_most_two_primary_pollutants(make_forecast) -> None:
    forecast = make_forecast({"urumqi": (100.0, 100.0)})
    forecast["primary"][...] = 1
    places, _ = forecast_places(forecast)
    assert places[0].days[0].primary == ("pm25", "pm10")


def test_places_without_forecast_are_named(make_forecast) -> None:
    forecast = make_forecast({"urumqi": (100.0, 100.0), "wusu": (50.0, 50.0)})
    forecast["aqi"].loc[{"place": "wusu"}] = np.nan
    places, without = forecast_places(forecast)
    assert [place.id for place in places] == ["urumqi"]
    assert without == ("wusu",)


def test_the_map_keeps_to_the_standard(request_of_run: Request, tmp_path: Path) -> None:
    document = json.loads(written(request_of_run, "geojson", tmp_path))
    assert document["type"] == "FeatureCollection"
    assert "crs" not in document
    ids = [feature["id"] for feature in document["features"]]
    assert len(ids) == len(set(ids))
    urumqi = next(one for one in document["features"] if one["id"] == "place/urumqi")
    assert urumqi["geometry"] == {"type": "Point", "coordinates": [87.6177, 43.7928]}
    assert urumqi["properties"]["level_day1"] == urumqi["properties"]["days"][1]["level"]
    assert urumqi["properties"]["warning"]["state"] == "proposed"
    region = next(one for one in document["features"] if one["id"] == "region/wu-chang-shi")
    assert region["geometry"]["type"] == "MultiPoint"
    assert "not an outline" in region["properties"]["geometry_is"]


def test_regions_take_the_real_outlines_of_a_site(real_data: Path) -> None:
    config = site(
        outlines=real_data / "geography" / "xinjiang_prefectures.json", counties="inventory/counties.csv"
    )
    known = json.loads(config.outlines.read_text(encoding="utf-8"))["features"]
    codes = {str(one["properties"]["adcode"]) for one in known}
    found = area_shape(("shihezi", "wujiaqu"), config)
    assert {"659001", "659004"} <= codes
    assert len(found.polygons) >= 2
    for outer, *holes in found.polygons:
        assert shape({"type": "Polygon", "coordinates": [outer, *holes]}).exterior.is_ccw


def test_the_file_reads_back(request_of_run: Request, tmp_path: Path) -> None:
    written(request_of_run, "netcdf", tmp_path)
    file = tmp_path / "product.netcdf"
    forecast = request_of_run.run.forecast.day
    with xr.open_dataset(file, engine="netcdf4") as read:
        assert read.attrs["Conventions"] == "CF-1.11"
        assert read.attrs["featureType"] == "timeSeries"
        assert "SYNTHETIC" in read.attrs["comment"]
        where = int(np.flatnonzero(read["station_name"].values == "urumqi")[0])
        given = forecast["concentration"].isel(reference_time=0).sel(place="urumqi", pollutant="pm25")
        assert read["pm25"].attrs["units"] == "kg m-3"
        assert read["pm25"].attrs["standard_name"].startswith("mass_concentration_of_pm2p5")
        np.testing.assert_allclose(read["pm25"].values[where], given.values, rtol=1e-6)
        np.testing.assert_array_equal(read["time"].values, forecast["valid_time"].values[0])
        length = read["time_bounds"].values[:, 1] - read["time_bounds"].values[:, 0]
        assert set(length) == {np.timedelta64(1, "D")}
        primary = read["primary_pollutants"]
        assert (
            dict(zip(primary.attrs["flag_meanings"].split(), primary.attrs["flag_masks"], strict=True))[
                "pm25"
            ]
            == 1
        )
        np.testing.assert_array_equal(
            read["level"].values[where], forecast["level"].sel(place="urumqi").values[0]
        )
    with xr.open_dataset(file, group="hour", engine="netcdf4") as hours:
        assert hours.attrs["averaging"] == "hour"
        assert hours.sizes["time"] == 24 * forecast.sizes["lead_time"]


def test_every_number_has_units_and_a_name(request_of_run: Request, tmp_path: Path) -> None:
    written(request_of_run, "netcdf", tmp_path)
    with netCDF4.Dataset(tmp_path / "product.netcdf") as file:
        for group in (file, file.groups["hour"]):
            for name, variable in group.variables.items():
                if variable.dtype is str or name == "time_bounds":
                    continue
                assert "units" in variable.ncattrs(), name
                assert {"standard_name", "long_name"} & set(variable.ncattrs()), name
            assert group.variables["time"].calendar == "standard"
            assert group.variables["station_name"].cf_role == "timeseries_id"
            assert "longitude" in group.variables["aqi"].coordinates


def test_a_place_without_facts_has_no_position(make_forecast) -> None:
    dataset = published_dataset(make_forecast({"nowhere": (50.0, 60.0)}), "t")
    assert np.isnan(dataset["longitude"].values).all()
    assert to_display(float(dataset["pm25"].sel(quantile=0.5).values[0, 0]), "pm25") == pytest.approx(
        50, rel=1e-4
    )


def test_unknown_formats_and_missing_runs_are_told(request_of_run: Request, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="unknown format"):
        write_product(request_of_run, "doc", tmp_path / "x")
    with pytest.raises(InputError, match="no run"):
        open_request(tmp_path, exchange_config())


def test_a_failed_writing_leaves_the_old_file(request_of_run: Request, tmp_path: Path) -> None:
    out = tmp_path / "old.xml"
    out.write_text("old", encoding="utf-8")
    nowhere = Request(**{**request_of_run.__dict__, "area": "nowhere"})
    with pytest.raises(InputError):
        write_product(nowhere, "cap", out)
    assert out.read_text(encoding="utf-8") == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["old.xml"]
