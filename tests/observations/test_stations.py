"""The station registry holds the facts of the published lists and finds stations by code and by name."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from foundation.configuration import validate
from foundation.errors import ConfigurationError, InputError
from foundation.places import gazetteer
from observations.stations import StationRegistry, registry


def test_dushanzi_stands_beside_kuitun_and_is_listed_under_karamay() -> None:
    station = registry().station("1954A")
    assert station.place == "dushanzi"
    assert registry().find_by_name("karamay", "独山子区") == station
    assert registry().find_by_name("dushanzi", "独山子区") == station


def test_same_name_in_two_cities_is_two_stations() -> None:
    yining = registry().find_by_name("yining", "市环保局")
    turpan = registry().find_by_name("turpan", "市环保局")
    assert yining is not None
    assert turpan is not None
    assert (yining.code, turpan.code) == ("2703A", "2686A")


def test_the_mark_of_a_control_site_is_not_part_of_the_name() -> None:
    station = registry().find_by_name("urumqi", "新疆农科院农场(对照点)")
    assert station is not None
    assert station.code == "1492A"
    assert station.background


def test_unknown_code_is_one_clear_line() -> None:
    with pytest.raises(InputError, match="unknown station '9999Z'"):
        registry().station("9999Z")


def test_a_station_in_an_unknown_place_is_refused() -> None:
    row = {"code": "1A", "chinese": "某", "english": "x", "place": "nowhere", "lon": 1.0, "lat": 2.0}
    with pytest.raises(ConfigurationError, match="nowhere"):
        validate(StationRegistry, {"stations": [row]}, "test")


@pytest.mark.real_data
def test_all_published_stations_are_there(real_data: Path) -> None:
    with (real_data / "observations" / "stations.csv").open(encoding="utf-8-sig") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == 41
    for row in rows:
        station = registry().station(row["ID"])
        assert row["stations_name"] in (station.chinese, *station.aliases)
        assert gazetteer().place(row["area"]).id in (station.place, station.listed_under)
        assert station.lon == pytest.approx(float(row["lon"]), abs=0.2)
        assert station.lat == pytest.approx(float(row["lat"]), abs=0.3)
