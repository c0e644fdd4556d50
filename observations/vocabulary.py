"""Vocabulary of a provider: how its columns are called, in which units, and what stands for missing."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

from pydantic import model_validator

from foundation.configuration import Config, load_shipped
from foundation.pollutants import POLLUTANTS


class Column(Config):
    """One column of concentrations.

    Attributes:
        name: as the provider writes it.
        pollutant: short name of the program.
        unit: as in `foundation.units.si_factor`.
        zero_is_missing: whether a zero stands for no measurement.
    """

    name: str
    pollutant: str
    unit: str
    zero_is_missing: bool = False

    @model_validator(mode="after")
    def _known(self) -> Column:
        if self.pollutant not in POLLUTANTS:
            raise ValueError(f"unknown pollutant {self.pollutant!r}; known: {', '.join(POLLUTANTS)}")
        return self


class Elsewhere(Config):
    """A station that a provider lists under a place in which it does not stand."""

    city: str
    station: str
    reason: str


class Origin(Config):
    """Where measurements come from.

    Attributes:
        provider: name of the provider.
        source: what the data are.
        averaging: `hour` or `day`.
    """

    provider: str
    source: str
    averaging: Literal["hour", "day"]


class Vocabulary(Origin):
    """What a provider's table looks like.

    Attributes:
        header: header as in the file; for a file without one, the names given to its columns.
        has_header: whether the file's first row is a header.
        keys: role (`city`, `station`, `code`, `time`, ...) to column.
        concentrations: columns of measured values.
        published: columns of values computed by the provider (24 h means, index).
        time_formats: `strptime` formats, tried in order; times are Beijing time.
        missing: texts that stand for no value.
        elsewhere: rows to leave out, with the reason.
        note: what a reader should know.
    """

    header: tuple[str, ...]
    has_header: bool = True
    keys: dict[str, str]
    concentrations: tuple[Column, ...]
    published: tuple[Column, ...] = ()
    time_formats: tuple[str, ...] = ()
    missing: tuple[str, ...] = ("", "NA", "N/A", "NaN", "nan", "null", "NULL", "None", "-", "--", "—", "_")
    elsewhere: tuple[Elsewhere, ...] = ()
    note: str = ""

    @property
    def required(self) -> tuple[str, ...]:
        """Columns without which the file cannot be read."""
        return (*self.keys.values(), *(column.name for column in self.concentrations))


@lru_cache(maxsize=16)
def vocabulary(provider: str) -> Vocabulary:
    """The vocabulary that ships with the program (`configs/providers/<provider>.yaml`)."""
    return load_shipped(Vocabulary, f"providers/{provider}.yaml")
