"""Templates of addresses and file names: which fields they may have, and how they are filled."""

from __future__ import annotations

import datetime as dt
import string
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import numpy as np

from foundation.times import BEIJING

__all__ = ["checked_name", "checked_url", "filled", "host_of", "times_of_cycle", "times_of_hour"]

_SAMPLE = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
_ALL_OPERATIONAL = dt.datetime(2026, 5, 12, tzinfo=dt.UTC)
_SAMPLES: dict[str, Any] = {
    "cycle": _SAMPLE, "lead": 3, "stream": "oper", "hour": _SAMPLE, "utc": _SAMPLE, "day": _SAMPLE,
    "location": 2178,
}  # fmt: skip


def checked_name(template: str, *fields: str) -> str:
    """A template, if it has no other fields than these and fills without an error.

    Raises:
        ValueError: with what is wrong.
    """
    try:
        found = {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}
        odd = sorted(found - set(fields))
        if odd:
            raise ValueError(f"unknown field {{{odd[0]}}}; known: {', '.join(fields) or 'none'}")
        filled(template, _SAMPLES)
    except (KeyError, IndexError, AttributeError, TypeError) as error:
        raise ValueError(f"not a template of an address: {template!r}") from error
    return template


def checked_url(template: str, *fields: str) -> str:
    """The same for an address: http or https, with a host that is no field, and no secret in it.

    Raises:
        ValueError: with what is wrong.
    """
    checked_name(template, *fields)
    parts = urlsplit(template)
    if parts.scheme not in ("http", "https") or not parts.hostname or "{" in parts.netloc:
        raise ValueError(f"expected an address that begins with https:// and a host, got {template!r}")
    if parts.username or parts.password:
        raise ValueError("no user name or password in an address; name an environment variable instead")
    if any(ord(sign) <= 32 or ord(sign) == 127 for sign in template):
        raise ValueError("an address has no blanks and no control characters")
    return template


def filled(template: str, values: Mapping[str, Any]) -> str:
    """The address or name that a template gives for these values."""
    return template.format(**values)


def host_of(url: str) -> str:
    """Host and port of an address, as one writes it."""
    return urlsplit(url).netloc.rpartition("@")[2].lower()


def times_of_cycle(cycle: np.datetime64, lead_h: int = 0) -> dict[str, Any]:
    """Values for templates of weather: `cycle` in UTC, `lead` in hours, ECMWF's `stream` of that cycle.

    Until ECMWF's cycle 50r1 the runs of 06 and 18 UTC were published as `scda`.
    """
    moment = _utc(cycle)
    short_cut_off = moment.hour not in (0, 12) and moment < _ALL_OPERATIONAL
    return {"cycle": moment, "lead": lead_h, "stream": "scda" if short_cut_off else "oper"}


def times_of_hour(hour: np.datetime64) -> dict[str, Any]:
    """Values for templates of measurements: the end of an hour in Beijing time (`hour`) and in UTC."""
    moment = _utc(hour)
    return {"hour": moment.astimezone(BEIJING), "utc": moment, "day": moment}


def _utc(time: np.datetime64) -> dt.datetime:
    return dt.datetime.fromtimestamp(int(time.astype("datetime64[s]").astype(int)), tz=dt.UTC)
