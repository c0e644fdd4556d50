"""The published forecast of a run as plain numbers by place and day, read once."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from consultation.by_hand import Stated
from consultation.products import FORECAST_FILE, HDF5, at_median, read_forecast
from consultation.record.refusals import Unknown
from foundation.provenance import record_input
from foundation.times import beijing_day

_RUN = re.compile(r"[A-Za-z0-9_-]{1,64}/[0-9]{8}T[0-9]{6}Z")


@dataclass(frozen=True)
class ModelForecast:
    """The daily forecast of a run.

    Attributes:
        run: `domain/reference time`.
        sha256: of its file.
        days: Beijing days, `2026-11-21`.
        median: index at the median, by (place, day).
        cells: by (place, day).
        dust: cells for which dust is expected.
    """

    run: str
    sha256: str
    days: tuple[str, ...]
    places: tuple[str, ...]
    cells: dict[tuple[str, str], Stated]
    median: dict[tuple[str, str], int | None]
    dust: frozenset[tuple[str, str]]

    def cell(self, place: str, day: str) -> Stated:
        """What the model says for a place and a day.

        Raises:
            Unknown: when it says nothing of them.
        """
        found = self.cells.get((place, day))
        if found is None:
            raise Unknown(
                f"run {self.run} has no forecast for {place} on {day}", f"该起报没有{place} {day}的预报",
                remedy=f"Its days are {self.days[0]} to {self.days[-1]}",
            )  # fmt: skip
        return found


def run_folder(store: Path, run: str) -> Path:
    """The folder of a run.

    Raises:
        Unknown: when the name is not that of a run, or there is none.
    """
    folder = store / "runs" / run
    if not _RUN.fullmatch(run) or not (folder / FORECAST_FILE).is_file():
        raise Unknown(
            f"no run {run[:90]!r}",
            "没有这次起报",
            remedy="Name one as domain/20261120T080000Z, see runs/ of the store",
        )
    return folder


def model_forecast(store: Path, run: str) -> ModelForecast:
    """The forecast of a run; read again only when its file has changed.

    Raises:
        Unknown: when there is no such run.
        BogdaError: when its forecast cannot be read.
    """
    file = run_folder(store, run) / FORECAST_FILE
    try:
        state = file.stat()
    except OSError as error:
        raise Unknown(f"run {run!r} is being replaced", "该起报正在更新", remedy="Try again") from error
    with HDF5:
        return _read(str(file), run, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=64)
def _read(file: str, run: str, changed: int, size: int) -> ModelForecast:  # noqa: ARG001 - part of the key
    day = read_forecast(file).day.isel(reference_time=0)
    days = tuple(str(one) for one in beijing_day(day["valid_time"].values))
    places = tuple(str(place) for place in day["place"].values)
    values = {name: day[name].transpose("place", "lead_time", ...).values
              for name in ("aqi_low", "aqi_high", "level", "dust", "primary")}  # fmt: skip
    middle = at_median(day["aqi"]).transpose("place", "lead_time").values
    names = [str(name) for name in day["pollutant"].values]
    cells, median, dust = {}, {}, set()
    for i, place in enumerate(places):
        for j, date in enumerate(days):
            primary = tuple(name for name, is_it in zip(names, values["primary"][i, j], strict=True) if is_it)
            cells[place, date] = Stated(
                low=_whole(values["aqi_low"][i, j]), high=_whole(values["aqi_high"][i, j]),
                level=int(values["level"][i, j]), primary=primary,
            )  # fmt: skip
            median[place, date] = _whole(middle[i, j])
            if values["dust"][i, j]:
                dust.add((place, date))
    sha256 = record_input(file, "forecast").sha256
    return ModelForecast(run, sha256, days, places, cells, median, frozenset(dust))


def _whole(value: float) -> int | None:
    return math.ceil(round(float(value), 6)) if math.isfinite(value) else None


__all__ = ["ModelForecast", "Stated", "model_forecast", "run_folder"]
