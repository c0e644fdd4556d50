"""What sources have in common: bounds, how a server is reached, when a file has settled."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from flows.acquisition.addresses import checked_name, checked_url
from foundation.configuration import Config

_ENVIRONMENT_NAME = re.compile(r"[A-Z][A-Z0-9_]{2,79}")
_HOST = re.compile(r"[A-Za-z0-9.-]+(:\d+)?|\[[0-9a-fA-F:]+\](:\d+)?")


def _environment_name(name: str) -> str:
    if name and not _ENVIRONMENT_NAME.fullmatch(name):
        raise ValueError("expected the NAME of an environment variable (capitals), never the secret itself")
    return name


def _host(name: str) -> str:
    if not _HOST.fullmatch(name):
        raise ValueError(f"{name!r} is no host, such as data.example.cn or data.example.cn:8443")
    return name.lower()


def _gridded_url(url: str) -> str:
    return checked_url(url, "cycle", "lead", "stream")


def _hourly_url(url: str) -> str:
    return checked_url(url, "hour", "utc")


def _daily_url(url: str) -> str:
    return checked_url(url, "location", "day")


def _plain_url(url: str) -> str:
    return checked_url(url)


EnvironmentName = Annotated[str, AfterValidator(_environment_name)]
Host = Annotated[str, AfterValidator(_host)]
Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,59}$")]
GriddedUrl = Annotated[str, AfterValidator(_gridded_url)]
HourlyUrl = Annotated[str, AfterValidator(_hourly_url)]
DailyUrl = Annotated[str, AfterValidator(_daily_url)]
PlainUrl = Annotated[str, AfterValidator(_plain_url)]
CyclePattern = Annotated[str, AfterValidator(lambda text: checked_name(text, "cycle"))]


class Bounds(Config):
    """What one file may take; beyond it the attempt ends, and what came is kept for the next.

    Attributes:
        connect_s: to connect.
        idle_s: without a single byte.
        whole_s: for one file, all attempts together.
        attempts: at one file and address.
        largest_mib: of one file, unpacked too.
        slowest_bytes_per_s: over any `idle_s`; slower is given up.
        spare_mib: of disk that stay free.
    """

    connect_s: float = Field(default=15.0, gt=0, le=120)
    idle_s: float = Field(default=30.0, gt=0, le=600)
    whole_s: float = Field(default=1200.0, gt=0, le=43200)
    attempts: int = Field(default=3, ge=1, le=20)
    largest_mib: float = Field(default=600.0, gt=0, le=65536)
    slowest_bytes_per_s: float = Field(default=2000.0, ge=0)
    spare_mib: float = Field(default=500.0, ge=0)


class KeepingConfig(Config):
    """How long what arrived is kept, and how much of it: the oldest goes first."""

    days: float = Field(default=10.0, gt=0, le=3660)
    largest_gib: float = Field(default=50.0, gt=0)


LONG = KeepingConfig(days=800.0)
"""Measurements are small, and models learn from them."""


class SourceConfig(Config):
    """What every source has.

    Attributes:
        name: folder in the inbox; unique within a site.
        chinese: what people read.
        english: the same in English.
        keep: how long what came is kept.
    """

    name: Name
    chinese: str
    english: str
    bounds: Bounds = Bounds()
    keep: KeepingConfig = KeepingConfig()


class HashConfig(Config):
    """Whether a hash lies beside each whole file, under its name and `checksum_suffix`.

    Attributes:
        checksum: `none` is asked for, `if-there` it must fit, `required` it must be there and fit.
    """

    checksum: Literal["none", "if-there", "required"] = "none"
    checksum_suffix: Literal[".sha256", ".md5"] = ".sha256"


class LineConfig(Config):
    """How a server is reached; no other host than that of the addresses and `hosts` is called.

    Attributes:
        hosts: to which an answer may redirect.
        proxy: through which all goes; the environment's is never used.
        ca_file: certificates of the authority of a closed network.
        credential_env: environment variable with the value of `credential_header`; empty for none.
        credential_header: in which it is sent, to the host of the address alone.
        requests_per_min: no more are made; None without such a bound.
    """

    hosts: tuple[Host, ...] = ()
    proxy: PlainUrl | None = None
    ca_file: Path | None = None
    credential_env: EnvironmentName = ""
    credential_header: str = Field(default="Authorization", pattern=r"^[A-Za-z0-9-]{1,60}$")
    requests_per_min: float | None = Field(default=None, gt=0)


class HttpConfig(SourceConfig, LineConfig, HashConfig):
    """A source whose whole files are fetched by HTTP."""


class CyclesConfig(Config):
    """When a model's cycles begin, and when they should be there.

    Attributes:
        every_h: between cycles, from 00 UTC on.
        available_after_h: after the beginning of a cycle, when its last file should be there.
        late_within_h: what is absent for so long after that is late; after it, missing.
    """

    every_h: int = Field(default=6, ge=1, le=24)
    available_after_h: float = Field(default=5.0, ge=0, le=72)
    late_within_h: float = Field(default=12.0, ge=0, le=240)


class LateConfig(Config):
    """How long measurements are late before they are missing."""

    late_within_h: float = Field(default=12.0, ge=0, le=240)
