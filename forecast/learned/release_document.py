"""The contract that travels with the weights of a learned model."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import AfterValidator, Field, model_validator

from forecast.learned.configuration import NetworkConfig
from foundation.configuration import Config
from foundation.times import stamp

Kind = Literal["day", "hour"]

MOST_MEMBERS = 64

_ONLY_TOLD = {"name", "scores", "licences", "versions", "created", "experiment", "remarks"}
"""Fields that tell people something and change no forecast."""


def _instant(text: str) -> str:
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2})?)?Z?", text):
        raise ValueError("expected an instant in UTC such as 2015-10-31T16:00:00Z")
    return f"{np.datetime64(text.rstrip('Z'), 's')}Z"


_LARGEST = 1e12
"""No mean or deviation of an input is near it; NaN is not below it either."""

Instant = Annotated[str, AfterValidator(_instant)]
"""A UTC instant as text, kept as `2015-10-31T16:00:00Z`."""

Number = Annotated[float, Field(allow_inf_nan=False)]
"""A number that is one."""


class Score(Config):
    """One score of one model, from the table of scores of a hindcast.

    Attributes:
        model: name in scores.
        pollutant: short name, or `aqi`.
        lead_hours: lead time, h.
        score: name in the table of scores, such as `mae`.
        value: in the unit of that score, display units.
        judged_from: first issue judged.
        judged_until: last issue judged.
        cases: number of cases.
    """

    model: str = Field(min_length=1)
    pollutant: str = Field(min_length=1)
    lead_hours: int = Field(ge=0)
    score: str = Field(min_length=1)
    value: Number
    judged_from: Instant
    judged_until: Instant
    cases: int = Field(default=0, ge=0)


class DataLicence(Config):
    """Under what terms the data may be used that a model was trained on.

    Attributes:
        data: what it is, with its provider.
        licence: the terms, or that none are stated.
        source: where they are stated.
    """

    data: str = Field(min_length=1)
    licence: str = Field(min_length=1)
    source: str = ""


class Remark(Config):
    """Something a user of the model must know, in both languages."""

    chinese: str = Field(min_length=1)
    english: str = Field(min_length=1)


class ReleaseDocument(Config):
    """All that is needed to use the weights, and to judge whether one should.

    Attributes:
        kind: `day` for daily means, `hour` for hourly means.
        name: name of this release, such as `xinjiang-city-days`.
        network: shape of every member.
        normalisation: `forecast.learned.normalisation.Normalisation.as_document`.
        pollutants: names along the pollutant axis.
        weather_names: weather variables, measured or analysed by the issue.
        weather_ahead: whether it expects weather foreseen at the issue.
        perfect_weather: whether that weather was the one measured in the end, which no one knows at an issue.
        source_names: sources of the tags it was trained with; none where it was trained without.
        training_stations: ids.
        trained_from: first instant of anything measured that it was trained on.
        trained_until: last instant of anything measured that its weights, stopping or calibration saw.
        seeds: one for each member.
        conformal: `forecast.calibration.conformal` table as JSON; None where it is not calibrated.
        past_from: first issue of its `forecast.learned.past`; None where it carries none.
        scores: of this model and of those beside it.
        licences: of the data.
        versions: of the program and the libraries that shaped the weights.
        created: when it was released.
        synthetic: whether it was trained on made-up measurements.
        experiment: resolved configuration of the training.
        remarks: known traps beyond those that follow from the above.
    """

    kind: Kind
    name: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$")
    network: NetworkConfig
    normalisation: dict[str, Any]
    pollutants: tuple[str, ...] = Field(min_length=1)
    weather_names: tuple[str, ...] = ()
    weather_ahead: bool = False
    perfect_weather: bool = False
    source_names: tuple[str, ...] = ()
    training_stations: tuple[str, ...] = Field(min_length=1)
    trained_from: Instant
    trained_until: Instant
    seeds: tuple[int, ...] = Field(min_length=1, max_length=MOST_MEMBERS)
    conformal: dict[str, Any] | None = None
    past_from: Instant | None = None
    scores: tuple[Score, ...] = ()
    licences: tuple[DataLicence, ...] = ()
    versions: dict[str, str]
    created: Instant
    synthetic: bool
    experiment: dict[str, Any] = Field(default_factory=dict)
    remarks: tuple[Remark, ...] = ()

    @model_validator(mode="after")
    def _fits(self) -> ReleaseDocument:
        if self.network.windows.steps_per_day != {"day": 1, "hour": 24}[self.kind]:
            raise ValueError(
                f"windows of {self.network.windows.steps_per_day} steps a day, kind {self.kind!r}"
            )
        if not np.datetime64(self.trained_from[:-1]) < np.datetime64(self.trained_until[:-1]):
            raise ValueError(f"trained from {self.trained_from} until {self.trained_until}")
        if self.past_from is not None and not (self.kind == "day" and self.past_from <= self.trained_until):
            raise ValueError(f"past_from {self.past_from}: only of days, none after the end of training")
        _check_scales(self)
        return self

    @property
    def what_forecasts(self) -> dict[str, Any]:
        """The part of the document that a forecast depends on, besides the weights; JSON."""
        return self.model_dump(mode="json", exclude=_ONLY_TOLD)

    @property
    def trained_until_instant(self) -> np.datetime64:
        """`trained_until`, UTC."""
        return np.datetime64(self.trained_until[:-1], "ns")

    @property
    def identifier(self) -> str:
        """Name and time of release, as a folder name that sorts."""
        return f"{self.name}-{stamp(np.datetime64(self.created[:-1]))}"


def _check_scales(document: ReleaseDocument) -> None:
    """Refuse a normalisation of other inputs, or with numbers that would make NaN of every forecast."""
    expected = {
        "pollutants": len(document.pollutants), "mean": len(document.pollutants),
        "deviation": len(document.pollutants), "weather_names": len(document.weather_names),
        "weather_mean": len(document.weather_names), "weather_deviation": len(document.weather_names),
        "centre": 2,
    }  # fmt: skip
    scales = document.normalisation
    if set(scales) != set(expected):
        raise ValueError(f"normalisation: expected {sorted(expected)}, got {sorted(map(str, scales))[:10]}")
    for name, length in expected.items():
        _check_values(name, scales[name], length)
    for name in ("pollutants", "weather_names"):
        if tuple(scales[name]) != getattr(document, name):
            raise ValueError(f"normalisation: expected {name} {getattr(document, name)}, got {scales[name]}")


def _check_values(name: str, values: Any, length: int) -> None:
    if not isinstance(values, list | tuple) or len(values) != length:
        raise ValueError(f"normalisation: expected {length} values of {name}")
    if name in ("pollutants", "weather_names"):
        return
    if not all(map(_is_number, values)):
        raise ValueError(f"normalisation: expected finite numbers for {name}")
    if name.endswith("deviation") and min(values, default=1.0) <= 0:
        raise ValueError(f"normalisation: expected positive values of {name}")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= _LARGEST
