"""`bogda backtest`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr

from flows.output import print_json, print_line, progress_bar
from foundation.errors import ConfigurationError
from foundation.places import gazetteer
from foundation.pollutants import pollutants_of
from foundation.times import DAY, day_of_instant, instant_of_day, parse_reference_time

_FLOOR = "persistence"


@dataclass(frozen=True)
class Request:
    """What is asked for on the command line, as it was written."""

    observations: str
    provider: str | None
    train_until: str
    first: str
    last: str
    models: str | None = None
    places: str | None = None
    weather: str | None = None


def run(request: Request, *, as_json: bool) -> None:
    """Judge past forecasts and print their scores.

    Raises:
        BogdaError: when the measurements, a date, a model or a place is not as expected.
    """
    records = scores(request)
    if as_json:
        print_json(
            {
                "scores": records, "train_until": request.train_until,
                "period": {"from": request.first, "to": request.last},
                "note": "Every forecast saw only what was measured before its issue; "
                "the line 'perfect weather' sees the measured weather of the day it forecasts.",
            }
        )  # fmt: skip
        return
    from forecast.verification.presentation import format_by_lead

    fine = [record for record in records if record["pollutant"] == "pm25"]
    for place in dict.fromkeys(record["place"] for record in fine):
        print_line(f"\n{place}: PM2.5, mean absolute error, µg/m³")
        print_line(format_by_lead([record for record in fine if record["place"] == place], "mae"))


def scores(request: Request) -> list[dict[str, Any]]:
    """Scores of every place, lead, pollutant and model asked for; `mean` is over the places asked for."""
    from forecast.configuration import forecast_config
    from forecast.hindcast import hindcast
    from forecast.verification.table import score_table

    judged = _judged(request)
    measured = _measured(request, judged.last + DAY)
    config = forecast_config()
    averaging = str(measured.attrs["averaging"])
    with progress_bar("bogda backtest", len(pollutants_of(averaging)) + 1) as progress:
        found = hindcast(measured, judged, config, progress=progress)
        progress("scores")
        return score_table(_asked_for(found, request))


def _judged(request: Request) -> Any:
    from forecast.configuration import forecast_config
    from forecast.hindcast import Judged
    from forecast.models import PUBLISHED, models_named

    names = _split(request.models)
    models_named([name for name in names if name != PUBLISHED], forecast_config())
    first, last, until = map(_day, (request.first, request.last, request.train_until))
    until = until + DAY
    if not until <= first <= last:
        raise ConfigurationError(
            f"--train-until {request.train_until}, --from {request.first}, --to {request.last}",
            remedy="Expected train-until before from, and from not after to",
        )
    weather = None
    if request.weather is not None:
        from observations.daily_weather import read_inversion_features

        weather = read_inversion_features(request.weather)
    return Judged(first, last, names, until, weather=weather)


def _measured(request: Request, end: np.datetime64) -> xr.Dataset:
    from forecast.series import known_before
    from observations.means import place_means
    from observations.providers import read
    from observations.quality_control import quality_controlled

    stations = known_before(read(request.observations, request.provider).dataset, end)
    return place_means(quality_controlled(stations))


def _asked_for(hindcast: xr.Dataset, request: Request) -> xr.Dataset:
    """The models and places asked for; the published model and the floor always stay."""
    from forecast.models import PUBLISHED
    from forecast.statistical.perfect_weather import NAME

    if request.models is not None:
        wanted = {*_split(request.models), PUBLISHED, _FLOOR, NAME}
        hindcast = hindcast.sel(model=[m for m in hindcast["model"].values if m in wanted])
    if request.places is not None:
        wanted_places = [gazetteer().place(name).id for name in _split(request.places)]
        absent = [name for name in wanted_places if name not in hindcast["place"].values]
        if absent:
            raise ConfigurationError(
                f"no measurements of {absent[0]}",
                remedy=f"Measured: {', '.join(map(str, hindcast['place'].values))}",
            )
        hindcast = hindcast.sel(place=wanted_places)
    return hindcast


def _split(text: str | None) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip()) if text else ()


def _day(text: str) -> np.datetime64:
    """First instant of the Beijing day that a text names."""
    return instant_of_day(day_of_instant(parse_reference_time(text)))
