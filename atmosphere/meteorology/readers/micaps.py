"""MICAPS type 1: the surface reports of a plotted weather map, as text.

The format is the one of the MICAPS user manual, first kind of data (地面全要素填图数据): the line
`diamond 1 <title>`, a line of year, month, day, hour and number of reports, and one line for each report.
Times are Beijing time; 9999 means missing.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import xarray as xr

from atmosphere.meteorology.readers.report_table import ReportTable
from foundation.constants import ZERO_CELSIUS
from foundation.errors import InputError
from foundation.times import utc_from_beijing

_MISSING = 9999.0
_FEWEST_FIELDS = 22
_PLACES = {"lon": 1, "lat": 2, "station_height": 3}
_VALUES = {
    "total_cloud": 5, "wind_from_direction_10m": 6, "wind_speed_10m": 7, "sea_level_pressure": 8,
    "dew_point_2m": 16, "visibility": 17, "present_weather": 18, "air_temperature_2m": 19,
}  # fmt: skip
_THOUSAND_DROPPED_BELOW = 700.0
_LATEST_SHORT_YEAR = 50


def read_micaps_surface(path: str | Path) -> xr.Dataset:
    """Read a MICAPS type 1 file.

    Pressure is written in tenths of hPa without its thousands: 286 is 1028.6 hPa and 994 is 999.4 hPa.
    The two ranges are parted at 700 (970 and 1070 hPa), for winter highs over Mongolia and the Tian Shan
    pass 1060 hPa. Cloud is in tenths, 11 a sky that cannot be seen; visibility in km, 999 none given. The
    station number 01009 stands for all stations without a number of their own.

    Args:
        path: a local file, GBK or UTF-8.

    Returns:
        A data set of the contract SURFACE_REPORTS; the attribute `refused` says which values were not taken.

    Raises:
        InputError: when the file is not of this kind, a line is too short or holds a word where a number is
            due, or there are fewer lines than announced.
    """
    lines = _text(Path(path)).splitlines()
    when, announced = _header(lines, str(path))
    rows = [_fields(line, number, str(path)) for number, line in enumerate(lines[2:], 3) if line.strip()]
    if len(rows) != announced:
        raise InputError(
            f"the header announces {announced} reports, got {len(rows)}", where=str(path),
            remedy="The file is truncated or put together wrongly; fetch it again",
        )  # fmt: skip
    numbers = np.array([numbers for _, numbers in rows]).reshape(len(rows), -1)
    table = ReportTable(str(path), [station for station, _ in rows], np.full(len(rows), when))
    for name, column in {**_PLACES, **_VALUES}.items():
        values = numbers[:, column]
        table.put(name, _to_si(name, np.where(values == _MISSING, np.nan, values)))
    return table.dataset("MICAPS type 1")


def _text(path: Path) -> str:
    content = path.read_bytes()
    for encoding in ("gbk", "utf-8"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise InputError("neither GBK nor UTF-8", where=str(path), remedy="Fetch the file again")


def _header(lines: list[str], where: str) -> tuple[np.datetime64, int]:
    words = lines[0].split() if lines else []
    if len(words) < 2 or words[0].lower() != "diamond":
        raise InputError("not a MICAPS file: expected 'diamond 1' at its beginning", where=where)
    if words[1] != "1":
        raise InputError(f"MICAPS type {words[1]}: expected type 1, surface reports", where=where)
    try:
        year, month, day, hour, announced = (int(word) for word in lines[1].split())
        year += 0 if year > 99 else 2000 if year < _LATEST_SHORT_YEAR else 1900
        local = np.datetime64(f"{year:04d}-{month:02d}-{day:02d}T{hour:02d}", "ns")
    except (ValueError, IndexError) as error:
        line = lines[1].strip()[:60] if len(lines) > 1 else ""
        raise InputError(
            f"expected year, month, day, hour and number of reports, got {line!r}", where=f"{where}, line 2"
        ) from error
    return np.datetime64(utc_from_beijing(np.asarray(local)).item(), "ns"), announced


def _fields(line: str, number: int, where: str) -> tuple[str, list[float]]:
    """Station and the numbers of a line; a field of asterisks overflowed when it was written: missing."""
    words = line.split()
    if len(words) < _FEWEST_FIELDS:
        raise InputError(
            f"expected {_FEWEST_FIELDS} fields or more, got {len(words)}", where=f"{where}, line {number}",
            remedy="The file is truncated or damaged; fetch it again",
        )  # fmt: skip
    values = []
    for column, word in enumerate(words[:_FEWEST_FIELDS], 1):
        try:
            values.append(_MISSING if set(word) == {"*"} else float(word))
        except ValueError as error:
            raise InputError(
                f"expected a number, got {word[:20]!r}", where=f"{where}, line {number}, field {column}"
            ) from error
    return words[0], values


def _to_si(name: str, values: np.ndarray) -> np.ndarray:
    if name == "sea_level_pressure":
        return 10.0 * np.where(values < _THOUSAND_DROPPED_BELOW, values + 10000.0, values + 9000.0)
    if name in ("air_temperature_2m", "dew_point_2m"):
        return values + ZERO_CELSIUS
    if name == "visibility":
        return np.where(values == 999.0, np.nan, 1000.0 * values)
    if name == "total_cloud":
        return np.where(values == 11.0, np.nan, values / 10.0)
    return values
