"""What providers publish, for any cycle and hour: from real files where they are given, else synthetic."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from atmosphere.meteorology.readers.eccodes_library import eccodes_library
from foundation.times import HOUR, beijing_from_utc

GFS_PATH = "/gfs.{cycle:%Y%m%d}/{cycle:%H}/atmos/gfs.t{cycle:%H}z.pgrb2.0p25.f{lead:03d}"
ECMWF_PATH = "/{cycle:%Y%m%d}/{cycle:%H}z/ifs/0p25/{stream}/{cycle:%Y%m%d%H%M%S}-{lead}h-{stream}-fc.grib2"
CNEMC_PATH = "/hourly/{hour:%Y%m%d}/{hour:%Y%m%d%H}.csv"
GFS_PATTERN = (
    r"/gfs\.(?P<day>\d{8})/(?P<hour>\d\d)/atmos/gfs\.t\d\dz\.pgrb2\.0p25\.f(?P<lead>\d{3})(?P<idx>\.idx)?"
)
ECMWF_PATTERN = (
    r"/(?P<day>\d{8})/(?P<hour>\d\d)z/ifs/0p25/\w+/\d{14}-(?P<lead>\d+)h-\w+-fc\.(?P<end>grib2|index)"
)
CNEMC_PATTERN = r"/hourly/\d{8}/(?P<hour>\d{10})\.csv"

_ABBREVIATIONS = {
    (0, 0, 0): "TMP", (0, 1, 1): "RH", (0, 2, 2): "UGRD", (0, 2, 3): "VGRD", (0, 2, 8): "VVEL",
    (0, 3, 5): "HGT",
    (0, 1, 22): "CLMR", (0, 3, 0): "PRES", (0, 3, 196): "HPBL", (0, 0, 6): "DPT", (0, 1, 0): "SPFH",
    (0, 0, 11): "SHTFL", (0, 1, 7): "PRATE", (0, 1, 13): "WEASD", (2, 0, 192): "SOILW", (0, 6, 1): "TCDC",
    (0, 4, 192): "DSWRF", (0, 2, 30): "FRICV",
}  # fmt: skip
_LEVELS = {
    (1, 0): "surface", (103, 2): "2 m above ground", (103, 10): "10 m above ground",
    (10, 0): "entire atmosphere", (200, 0): "entire atmosphere",
}  # fmt: skip
_HEIGHTS = {1000: 110.0, 925: 760.0, 850: 1450.0, 700: 3000.0, 500: 5500.0, 300: 9200.0, 200: 11800.0}
_SOME_STATION = (
    "1490A,87.5801,43.8303,乌鲁木齐市,监测站,细颗粒物(PM2.5),140,172,224,107,144,20,18,8,8,58,84,7,7,1.6,2.3"
)
CNEMC_HEADER = (
    "timepoint,stationcode,longitude,latitude,area,positionname,primarypollutant,aqi,pm10,pm10_24h,pm2_5,"
    "pm2_5_24h,o3,o3_24h,o3_8h,o3_8h_24h,no2,no2_24h,so2,so2_24h,co,co_24h"
)


def gfs_of(real: Path | None = None) -> Callable[[str], bytes | None]:
    """Bodies of GFS files and their inventories by path; from the whole real state where it is given."""
    import re

    def body(path: str) -> bytes | None:
        match = re.fullmatch(GFS_PATTERN, path)
        assert match
        grib, index = gfs_file(f"{match['day']}{match['hour']}", int(match["lead"]), real)
        return index.encode() if match["idx"] else grib

    return body


def ecmwf_of() -> Callable[[str], bytes | None]:
    """Bodies of synthetic files of ECMWF open data and their indexes by path."""
    import re

    def body(path: str) -> bytes | None:
        match = re.fullmatch(ECMWF_PATTERN, path)
        assert match
        grib, index = ecmwf_file(f"{match['day']}{match['hour']}", int(match["lead"]))
        return index.encode() if match["end"] == "index" else grib

    return body


def cnemc_of(real: Path | None = None) -> Callable[[str], bytes | None]:
    """Bodies of hourly CSV files by path; the real hour with its time rewritten where it is given."""
    import re

    def body(path: str) -> bytes | None:
        match = re.fullmatch(CNEMC_PATTERN, path)
        assert match
        hour = match["hour"]
        return cnemc_hour(f"{hour[:4]}-{hour[4:6]}-{hour[6:8]}T{hour[8:]}:00:00", real)

    return body


def cnemc_hour(beijing: str, real: Path | None = None) -> bytes:
    """One hour in CNEMC's layout, labelled with its end in Beijing time."""
    if real is not None:
        return real.read_text(encoding="utf-8").replace("2022-01-01T12:00:00", beijing).encode()
    rows = [f"{beijing},{149 + n}{n}A,{_SOME_STATION.partition(',')[2]}" for n in range(8)]
    rows[0] = f"{beijing},{_SOME_STATION}"
    return ("\n".join([CNEMC_HEADER, *rows]) + "\n").encode()


def cnemc_of_utc(hour: np.datetime64, real: Path | None = None) -> bytes:
    return cnemc_hour(str(beijing_from_utc(hour).astype("datetime64[s]")), real)


@lru_cache(maxsize=64)
def gfs_file(cycle: str, lead: int, real: Path | None = None) -> tuple[bytes, str]:
    """A GFS file of a cycle (`YYYYMMDDHH`) and lead time, and its inventory as wgrib2 writes it."""
    library = eccodes_library()
    blocks, lines, place = [], [], 0
    for number, handle in enumerate(_real(real, cycle, lead) if real else _synthetic(cycle, lead), 1):
        block = library.codes_get_message(handle)
        lines.append(f"{number}:{place}:d={cycle}:{_gfs_name(handle)}:{_gfs_level(handle)}:{lead} hour fcst:")
        blocks.append(block)
        place += len(block)
        library.codes_release(handle)
    return b"".join(blocks), "\n".join(lines) + "\n"


@lru_cache(maxsize=64)
def ecmwf_file(cycle: str, lead: int) -> tuple[bytes, str]:
    """A synthetic file of ECMWF open data, and its index."""
    library = eccodes_library()
    blocks, lines, place = [], [], 0
    for handle in _synthetic(cycle, lead, centre="ecmf"):
        block = library.codes_get_message(handle)
        pressure = library.codes_get(handle, "typeOfLevel") == "isobaricInhPa"
        entry: dict[str, Any] = {
            "domain": "g", "date": cycle[:8], "time": f"{cycle[8:]}00", "expver": "0001", "class": "od",
            "type": "fc", "stream": "oper", "step": str(lead), "levtype": "pl" if pressure else "sfc",
            "param": library.codes_get(handle, "shortName"), "_offset": place, "_length": len(block),
        }  # fmt: skip
        if pressure:
            entry["levelist"] = str(library.codes_get(handle, "level"))
        lines.append(json.dumps(entry))
        blocks.append(block)
        place += len(block)
        library.codes_release(handle)
    return b"".join(blocks), "\n".join(lines) + "\n"


def _real(path: Path, cycle: str, lead: int) -> Iterator[Any]:
    """The messages of a real file, dated otherwise; means over intervals are left out of the first hour."""
    library = eccodes_library()
    library.codes_grib_multi_support_on()  # NCEP packs u and v into one message
    with path.open("rb") as stream:
        library.codes_grib_multi_support_reset_file(stream)
        while (handle := library.codes_grib_new_from_file(stream)) is not None:
            length = library.codes_get(handle, "endStep") - library.codes_get(handle, "startStep")
            if (length and lead == 0) or library.codes_get(handle, "stepType") in ("max", "min"):
                library.codes_release(handle)
                continue
            library.codes_set(handle, "dataDate", int(cycle[:8]))
            library.codes_set(handle, "dataTime", int(cycle[8:]) * 100)
            if length:
                library.codes_set(handle, "startStep", max(lead - length, 0))
            library.codes_set(handle, "endStep", lead)
            yield handle


def _synthetic(cycle: str, lead: int, centre: str = "kwbc") -> Iterator[Any]:
    for level, height in _HEIGHTS.items():
        volume = {
            (0, 0): 290.0 - height / 400.0,
            (1, 1): 60.0,
            (2, 2): 5.0,
            (2, 3): -2.0,
            (2, 8): 0.1,
            (3, 5): height,
        }
        for (category, number), value in volume.items():
            yield _message((category, number, 100, level * 100), value, (cycle, lead, centre))
        if level == 850:  # of no use, and in between
            yield _message((2, 10, 100, level * 100), 1e-5, (cycle, lead, centre))
    for (category, number, surface, level), value in {
        (3, 0, 1, 0): 95000.0, (3, 5, 1, 0): 400.0, (0, 0, 103, 2): 285.0, (1, 1, 103, 2): 50.0,
        (2, 2, 103, 10): 3.0, (2, 3, 103, 10): -4.0, (3, 196, 1, 0): 300.0,
    }.items():  # fmt: skip
        yield _message((category, number, surface, level), value, (cycle, lead, centre))


def _message(field: tuple[int, int, int, int], value: float, when: tuple[str, int, str]) -> Any:
    library = eccodes_library()
    handle = library.codes_grib_new_from_samples("regular_ll_sfc_grib2")
    category, number, surface, level = field
    keys = {
        "centre": when[2], "Ni": 36, "Nj": 19, "latitudeOfFirstGridPointInDegrees": 90.0,
        "longitudeOfFirstGridPointInDegrees": 0.0, "latitudeOfLastGridPointInDegrees": -90.0,
        "longitudeOfLastGridPointInDegrees": 350.0, "iDirectionIncrementInDegrees": 10.0,
        "jDirectionIncrementInDegrees": 10.0, "dataDate": int(when[0][:8]),
        "dataTime": int(when[0][8:]) * 100,
        "discipline": 0, "parameterCategory": category, "parameterNumber": number,
        "typeOfFirstFixedSurface": surface, "scaleFactorOfFirstFixedSurface": 0,
        "scaledValueOfFirstFixedSurface": level, "endStep": when[1], "bitsPerValue": 16,
    }  # fmt: skip
    for key, setting in keys.items():
        library.codes_set(handle, key, setting)
    ripple = np.sin(np.arange(36 * 19) + when[1]) * abs(value) * 1e-3
    library.codes_set_values(handle, value + ripple)
    return handle


def _gfs_name(handle: Any) -> str:
    get = eccodes_library().codes_get_long
    code = tuple(int(get(handle, key)) for key in ("discipline", "parameterCategory", "parameterNumber"))
    return _ABBREVIATIONS.get(code, "VAR")


def _gfs_level(handle: Any) -> str:
    get = eccodes_library().codes_get_long
    kind = int(get(handle, "typeOfFirstFixedSurface"))
    value = int(get(handle, "scaledValueOfFirstFixedSurface")) * 10.0 ** -int(
        get(handle, "scaleFactorOfFirstFixedSurface")
    )
    if kind == 100:
        return f"{value / 100:g} mb"
    if kind == 106:
        return "0-0.1 m below ground" if value == 0 else f"{value:g} m below ground"
    return _LEVELS.get((kind, 0 if kind in (1, 10, 200) else round(value)), f"level {kind} {value:g}")


def hours_until(last: str, count: int) -> np.ndarray:
    """So many ends of hours up to one, UTC."""
    end = np.datetime64(last, "ns")
    return np.array([end - n * HOUR for n in range(count)][::-1])
