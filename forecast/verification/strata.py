"""Groups of cases that are judged apart: places, seasons, levels of the index that were measured."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr

from forecast.verification.configuration import SeasonConfig, VerificationConfig
from forecast.verification.events import level_of
from forecast.verification.hindcast import INDEX
from foundation.places import gazetteer
from foundation.times import HOUR, beijing_from_utc
from standards.levels import levels

ALL = "all"


@dataclass(frozen=True)
class Stratum:
    """Cases that belong together.

    Attributes:
        kind: `all`, `place`, `season` or `level`.
        id: place, season or number of the level; `all` for every case.
        chinese: name in Chinese.
        english: name in English.
        mask: (issue, lead, place) which cases.
    """

    kind: str
    id: str
    chinese: str
    english: str
    mask: np.ndarray


def strata_of(scores: xr.Dataset, averaging: str, config: VerificationConfig) -> list[Stratum]:
    """Every stratum that holds a measured case, in the order all, places, seasons, levels.

    Args:
        scores: from `forecast.verification.case_scores.case_scores`, with `valid_time` for seasons and the
            index for levels; without one, its strata are left out.
        averaging: `day` or `hour`; an hour is labelled by its end.
        config: the seasons.
    """
    shape = tuple(scores.sizes[name] for name in ("issue", "lead", "place"))
    found = [Stratum(ALL, ALL, "全部", "all", np.ones(shape, bool)), *_places(scores, shape)]
    if "valid_time" in scores.coords:
        found += _seasons(scores, averaging, shape, config.seasons)
    if INDEX in scores["pollutant"].values:
        found += _levels(scores)
    measured = np.isfinite(scores["observed"].transpose("issue", "lead", "place", "pollutant").values)
    return [stratum for stratum in found if (stratum.mask[..., None] & measured).any()]


def _places(scores: xr.Dataset, shape: tuple[int, ...]) -> list[Stratum]:
    found = []
    for number, name in enumerate(map(str, scores["place"].values)):
        mask = np.zeros(shape, bool)
        mask[..., number] = True
        known = gazetteer().find(name)
        chinese, english = (known.chinese, known.english) if known else (name, name)
        found.append(Stratum("place", name, chinese, english, mask))
    return found


def _seasons(
    scores: xr.Dataset, averaging: str, shape: tuple[int, ...], seasons: tuple[SeasonConfig, ...]
) -> list[Stratum]:
    valid = scores["valid_time"].transpose("issue", "lead").values
    number = season_of(valid - HOUR if averaging == "hour" else valid, seasons)
    return [
        Stratum(
            "season",
            season.id,
            season.chinese,
            season.english,
            np.broadcast_to((number == n)[..., None], shape),
        )
        for n, season in enumerate(seasons)
    ]


def season_of(times: np.ndarray, seasons: tuple[SeasonConfig, ...]) -> np.ndarray:
    """Position of the first season that holds the Beijing day of each UTC instant.

    Args:
        times: UTC, any shape.
        seasons: the last takes what is left.
    """
    days = beijing_from_utc(times).astype("datetime64[D]")
    months = days.astype("datetime64[M]")
    key = (months.astype(int) % 12 + 1) * 100 + (days - months.astype("datetime64[D]")).astype(int) + 1
    number = np.full(days.shape, len(seasons) - 1)
    for position in range(len(seasons) - 2, -1, -1):
        first, last = (int(str(day).replace("-", "")) for day in _ends(seasons[position]))
        inside = (key >= first) & (key <= last) if first <= last else (key >= first) | (key <= last)
        number = np.where(inside, position, number)
    return np.asarray(number)


def _ends(season: SeasonConfig) -> tuple[str, str]:
    return season.first or "01-01", season.last or "12-31"


def _levels(scores: xr.Dataset) -> list[Stratum]:
    index = scores["observed"].sel(pollutant=INDEX, drop=True).transpose("issue", "lead", "place")
    number = level_of(index).values
    return [
        Stratum(
            "level", str(level.number), f"{level.chinese}（{level.category}）", level.english,
            number == level.number,
        )
        for level in levels()
    ]  # fmt: skip
