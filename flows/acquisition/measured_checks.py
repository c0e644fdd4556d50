"""Whether a file of measurements has the layout of its provider, and speaks of the hours asked for."""

from __future__ import annotations

import zlib
from pathlib import Path

import numpy as np

from flows.acquisition.not_arrived import NotArrivedError
from foundation.errors import InputError
from foundation.times import HOUR, shown, utc_from_beijing

__all__ = ["check_hour", "check_measured", "refuse_bomb"]

_BLOCK = 1 << 18
_MIB = 1 << 20


def refuse_bomb(path: Path, largest_mib: float) -> None:
    """Refuse a gzip file that unpacks to more than is allowed, and one that is cut off; others pass.

    Raises:
        NotArrivedError: when it is.
    """
    with path.open("rb") as stream:
        if stream.read(2) != b"\x1f\x8b":
            return
        stream.seek(0)
        unpacker, size = zlib.decompressobj(wbits=31), 0
        try:
            while not unpacker.eof:
                block = unpacker.unconsumed_tail or stream.read(_BLOCK)
                if not block:
                    raise NotArrivedError("truncated", "压缩文件不完整", "the compressed file ends early")
                size += len(unpacker.decompress(block, _BLOCK))
                if size > largest_mib * _MIB:
                    raise NotArrivedError(
                        "too-large", "解压后超过允许大小", "unpacks to more than is allowed"
                    )
        except zlib.error as error:
            raise NotArrivedError("not-data", "压缩文件损坏", "the compressed file is damaged") from error


def check_hour(path: Path, hour: np.datetime64, least_stations: int, largest_mib: float) -> np.datetime64:
    """The hour of a file in CNEMC's layout, if it holds that hour.

    Args:
        path: the file.
        hour: end of the hour, UTC.
        least_stations: rows of that hour that must be there.
        largest_mib: unpacked.

    Raises:
        NotArrivedError: when it is cut off, has another layout, or speaks of other hours.
    """
    from observations.table_times import times_of
    from observations.tables import open_table
    from observations.vocabulary import vocabulary

    refuse_bomb(path, largest_mib)
    words = vocabulary("cnemc")
    try:
        table = open_table(path, words)
    except InputError as error:
        raise _layout(error) from error
    _refuse_cut(table.problems)
    times = utc_from_beijing(times_of(table, words.keys["time"], words.time_formats)[0])
    held = times[~np.isnat(times)]
    if not (held == hour).any() or (held > hour).any():
        said = shown(held.max()) if held.size else "?"
        raise NotArrivedError(
            "wrong-time",
            f"文件内时间为 {said}，与所求不符",
            f"holds {said} Beijing time, not the hour asked for",
        )
    if (count := int((held == hour).sum())) < least_stations:
        raise NotArrivedError("truncated", f"只有 {count} 个站的数据", f"holds {count} stations only")
    check_measured(path, "cnemc", largest_mib)
    return hour


def check_measured(path: Path, provider: str, largest_mib: float) -> np.datetime64:
    """Newest hour of a file of measurements, if the reader of its provider can use it.

    Raises:
        NotArrivedError: when it cannot.
    """
    from observations.providers import PROVIDERS

    refuse_bomb(path, largest_mib)
    try:
        reading = PROVIDERS[provider]([path], None)
    except InputError as error:
        raise _layout(error) from error
    _refuse_cut(reading.problems)
    return np.datetime64(reading.dataset["time"].values.max(), "ns")


def check_day(path: Path, day: np.datetime64, largest_mib: float) -> np.datetime64:
    """Newest hour of one of OpenAQ's files, if it speaks of that Beijing day and no later one.

    Raises:
        NotArrivedError: when it does not.
    """
    newest = check_measured(path, "openaq", largest_mib)
    begin = day.astype("datetime64[ns]") - 8 * HOUR
    if not begin < newest <= begin + 25 * HOUR:
        said = shown(newest)
        raise NotArrivedError(
            "wrong-time",
            f"文件内时间至 {said}，与所求日期不符",
            f"ends {said} Beijing time, not on the day asked for",
        )
    return newest


def _layout(error: InputError) -> NotArrivedError:
    if "early" in error.what or "empty" in error.what:
        return NotArrivedError("truncated", f"文件不完整：{error.what}", f"not whole: {error.what}")
    return NotArrivedError("wrong-layout", f"格式与约定不符：{error.what}", f"another layout: {error.what}")


def _refuse_cut(problems: object) -> None:
    for problem in problems if isinstance(problems, tuple) else ():
        if "ends inside" in problem.what or "ends early" in problem.what:
            raise NotArrivedError("truncated", f"文件不完整：{problem.what}", f"not whole: {problem.what}")
