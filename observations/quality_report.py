"""What a person or a program wants to know of measurements before using them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from foundation.places import gazetteer
from foundation.pollutants import pollutants_of
from foundation.times import beijing_from_utc
from observations.flags import FLAGS
from observations.quality_control import QualityControlConfig, quality_controlled, usable
from observations.reading import Reading
from observations.regular import regular_times


@dataclass(frozen=True)
class QualityReport:
    """Result of `check`.

    Attributes:
        provider: of the files.
        files: those used.
        rows: in them, headers not counted.
        averaging: `hour` or `day`.
        places: id, names, number of stations and number of PM2.5 values of each place.
        period: first and last time (Beijing), steps there and steps there should be.
        flags: rule to pollutant to number of values; only rules that were met.
        usable: pollutant to share of the values present that may enter a mean.
        problems: what could not be read.
    """

    provider: str
    files: tuple[str, ...]
    rows: int
    averaging: str
    places: tuple[dict[str, Any], ...]
    period: dict[str, Any]
    flags: dict[str, dict[str, int]]
    usable: dict[str, float | None]
    problems: tuple[dict[str, Any], ...]

    def as_dict(self) -> dict[str, Any]:
        """For a JSON document."""
        return {name: _plain(getattr(self, name)) for name in self.__dataclass_fields__}


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def check(reading: Reading, config: QualityControlConfig | None = None) -> QualityReport:
    """Apply quality control to a reading and count what it finds.

    Args:
        reading: from a reader.
        config: the rules; those shipped when None.
    """
    dataset = quality_controlled(reading.dataset, config)
    averaging = str(dataset.attrs["averaging"])
    flags: dict[str, dict[str, int]] = {name: {} for name in FLAGS}
    share: dict[str, float | None] = {}
    for pollutant in pollutants_of(averaging):
        bits = dataset[f"{pollutant}_flag"].values
        for name, bit in FLAGS.items():
            number = int(((bits & bit) != 0).sum())
            if number:
                flags[name][pollutant] = number
        present = int(dataset[pollutant].notnull().sum())
        share[pollutant] = float(usable(dataset, pollutant, config).sum()) / present if present else None
    return QualityReport(
        reading.provider,
        reading.files,
        reading.rows,
        averaging,
        _places(reading),
        _period(dataset["time"].values, averaging),
        {name: counts for name, counts in flags.items() if counts},
        share,
        tuple(problem.as_dict() for problem in reading.problems),
    )


def _places(reading: Reading) -> tuple[dict[str, Any], ...]:
    names = reading.dataset["place"].values.astype(str)
    present = reading.dataset["pm25"].notnull().values
    known = gazetteer()
    rows = []
    for name in np.unique(names).tolist():
        place = known.place(name)
        mine = names == name
        rows.append(
            {
                "id": name,
                "chinese": place.chinese,
                "english": place.english,
                "stations": int(mine.sum()),
                "pm25_values": int(present[:, mine].sum()),
            }
        )
    return tuple(rows)


def _period(times: np.ndarray, averaging: str) -> dict[str, Any]:
    """First and last time as in the source: Beijing time, the end of an hour or the date of a day."""
    form = "%Y-%m-%dT%H:%M:%S+08:00" if averaging == "hour" else "%Y-%m-%d"
    first, last = (
        str(moment.strftime(form)) for moment in pd.DatetimeIndex(beijing_from_utc(times[[0, -1]]))
    )
    expected = len(regular_times(times, averaging).times)
    return {"first": first, "last": last, "steps": len(times), "steps_expected": expected}
