"""What a case is fed with: measurements, weather and emissions, and where their files lie."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from foundation.configuration import Config
from foundation.errors import ConfigurationError

IDEALISED = "idealised"
"""Provider of what the program makes up: measurements, weather or emissions."""

REAL_DATA = "BOGDA_REAL_DATA"
"""Environment variable with the folder in which the shipped cases find real files."""

_IDEALISED_TAKES_NO_PATH = "give a path for {what}, and none for 'idealised'"


class ObservationsConfig(Config):
    """Where measurements come from.

    Attributes:
        provider: `idealised`, or a provider of `observations.providers`; recognised when absent.
        path: file or folder; relative to the case file, the working folder or the folder of real files.
    """

    provider: str | None = None
    path: str | None = None

    @model_validator(mode="after")
    def _path_given(self) -> ObservationsConfig:
        from observations.providers import PROVIDERS

        if self.provider not in (None, IDEALISED, *PROVIDERS):
            raise ValueError(f"unknown provider; known: {', '.join([IDEALISED, *PROVIDERS])}")
        if (self.provider == IDEALISED) == (self.path is not None):
            raise ValueError(_IDEALISED_TAKES_NO_PATH.format(what="measured data"))
        return self


class WeatherConfig(Config):
    """Where weather on a grid comes from.

    Attributes:
        provider: `idealised`, or absent for files.
        path: file or folder; found like that of measurements.
        kind: kind the files must be of, when another kind is to be refused; recognised when absent.
        storm_after_h: hours from the time of issue to a dry front that raises dust; of `idealised` alone.
    """

    provider: Literal["idealised"] | None = None
    path: str | None = None
    kind: Literal["GFS", "ECMWF", "ERA5", "WRF", "ARL"] | None = None
    storm_after_h: float | None = Field(default=None, ge=0, le=384)

    @model_validator(mode="after")
    def _path_given(self) -> WeatherConfig:
        if (self.provider == IDEALISED) == (self.path is not None):
            raise ValueError(_IDEALISED_TAKES_NO_PATH.format(what="weather files"))
        if self.provider == IDEALISED and self.kind is not None:
            raise ValueError("'kind' is of files; leave it out for 'idealised'")
        if self.provider is None and self.storm_after_h is not None:
            raise ValueError("'storm_after_h' is of 'idealised'; leave it out for files")
        return self


class EmissionsConfig(Config):
    """Where emissions come from.

    Attributes:
        provider: `prior` for the built-in prior, `idealised` for what is made up, or absent for a file.
        path: an inventory written by `bogda inventory`; found like measurements.
    """

    provider: Literal["idealised", "prior"] | None = None
    path: str | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> EmissionsConfig:
        if (self.provider is None) == (self.path is None):
            raise ValueError("give either a provider, prior or idealised, or the path of an inventory")
        return self


def real_folder(named: str | None = None) -> Path:
    """The folder of real files: as named, by the environment, or beside the program's."""
    return Path(named or os.environ.get(REAL_DATA) or Path("..") / "shared" / "data")


def find_input(path: str, folder: Path | None, what: str, where: str) -> Path:
    """The file or folder that a case names.

    Args:
        path: as the case writes it.
        folder: folder of the case file, if it is one of the user's own.
        what: what is looked for, such as `measurements`; its key in the case.
        where: name of the case.

    Raises:
        ConfigurationError: when it is nowhere; the message lists where it was looked for.
    """
    wanted = Path(path).expanduser()
    if wanted.is_absolute():
        candidates = [wanted]
    else:
        candidates = [base / wanted for base in ([folder] if folder else []) + [Path(), real_folder()]]
    for candidate in candidates:
        if candidate.exists():
            return candidate
    looked = ", ".join(str(candidate) for candidate in candidates)
    key = "observations" if what == "measurements" else what
    raise ConfigurationError(
        f"{what} not found; looked for {looked}",
        where=f"case {where}",
        remedy=f"Set {REAL_DATA} to the folder that holds them, or correct {key}.path",
    )
