"""What commands about inventories are asked for: months, domains, files."""

from __future__ import annotations

import re
from pathlib import Path

from foundation.configuration import load_shipped, shipped_names
from foundation.errors import ConfigurationError, RunError
from foundation.grids import Grid, GridConfig
from foundation.times import beijing_from_utc, now

__all__ = ["check_out", "domain_grid", "months_of"]

_FIRST_YEAR, _LAST_YEAR = 1990, 2100


def months_of(text: str | None) -> tuple[str, ...]:
    """Calendar months from `2026-01`, several by commas, or a year; without a text, all of this year.

    Raises:
        ConfigurationError: when the text is none of these.
    """
    parts = [
        part.strip() for part in (text or str(beijing_from_utc(now()))[:4]).replace("，", ",").split(",")
    ]
    months: list[str] = []
    for part in parts:
        found = re.fullmatch(r"(\d{4})(?:-(0[1-9]|1[0-2]))?", part)
        if found is None or not _FIRST_YEAR <= int(found[1]) <= _LAST_YEAR:
            raise ConfigurationError(
                f"{part!r} is no month", where="--month", remedy="Write 2026-01, 2026-01,2026-02 or 2026"
            )
        months += [part] if found[2] else [f"{part}-{number:02d}" for number in range(1, 13)]
    return tuple(sorted(set(months)))


def domain_grid(name: str) -> Grid:
    """The grid of a domain.

    Raises:
        ConfigurationError: when there is no such domain.
    """
    known = shipped_names("domains")
    if name not in known:
        raise ConfigurationError(
            f"no domain {name!r}", where="--domain", remedy=f"Known domains: {', '.join(known)}"
        )
    return load_shipped(GridConfig, f"domains/{name}.yaml").grid()


def check_out(out: str) -> None:
    """Refuse a file that cannot be written, before any work is done.

    Raises:
        RunError: when its folder does not exist, or it is a folder.
    """
    path = Path(out)
    if not out.strip():
        raise RunError("no name is given", where="--out", remedy="Name a file in a folder that exists")
    if path.is_dir() or not path.parent.is_dir():
        what = "is a folder" if path.is_dir() else f"the folder {path.parent} does not exist"
        raise RunError(what, where=out, remedy="Name a file in a folder that exists")
