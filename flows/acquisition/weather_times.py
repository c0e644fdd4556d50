"""Which times a weather file of any kind speaks of."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from flows.acquisition.not_arrived import NotArrivedError
from foundation.errors import InputError
from foundation.times import iso_utc

__all__ = ["check_weather_file", "times_of_file"]


def check_weather_file(path: Path, holds: str, cycle: np.datetime64) -> np.datetime64:
    """Newest valid time of a file, if it is of its kind and of this cycle.

    Raises:
        NotArrivedError: when it is not.
    """
    from atmosphere.meteorology.reading import kind_of

    try:
        kind = kind_of(path)
        if kind != holds:
            raise NotArrivedError(
                "wrong-layout", f"文件类型为 {kind}，应为 {holds}", f"is {kind}, not {holds}"
            )
        references, times = times_of_file(path, kind)
    except InputError as error:
        raise NotArrivedError(
            "not-data", f"文件不能使用：{error.what}", f"cannot be used: {error.what}"
        ) from error
    other = [one for one in references if one != cycle]
    if other or times.size == 0 or times.min() < cycle:
        said = iso_utc(other[0] if other else times.min()) if times.size else "?"
        raise NotArrivedError(
            "wrong-time", f"文件内时次为 {said}，与所求不符", f"speaks of {said}, not of this cycle"
        )
    return np.datetime64(times.max(), "ns")


def times_of_file(path: Path, kind: str) -> tuple[np.ndarray, np.ndarray]:
    """When the run of a file began, where the file says it, and its valid times, UTC.

    Raises:
        InputError: when it cannot be read.
    """
    if kind in ("GFS", "ECMWF"):
        from atmosphere.meteorology.readers.grib import headers

        seen = [(header.reference, header.valid) for header, _ in headers([path])]
        return np.unique([one[0] for one in seen]), np.unique([one[1] for one in seen])
    from atmosphere.meteorology.readers.netcdf import opened
    from atmosphere.meteorology.readers.wrf import times_of

    with opened(path) as dataset:
        if kind == "WRF":
            return np.array([], "datetime64[ns]"), times_of(dataset, path).astype("datetime64[ns]")
        name = "valid_time" if "valid_time" in dataset.variables else "time"
        return np.array([], "datetime64[ns]"), np.atleast_1d(dataset[name].values).astype("datetime64[ns]")
