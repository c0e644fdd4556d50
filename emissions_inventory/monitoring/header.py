"""Headers of monitoring files: which column is what, in which unit."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from pathlib import Path

from emissions_inventory.monitoring.configuration import POLLUTANTS, QUANTITIES, MonitoringConfig, plain_name
from foundation.errors import InputError

__all__ = ["Header", "read_header"]

_BRACKET = re.compile(r"[(（\[【](.*?)[)）\]】]")
_ENCODINGS = ("utf-8-sig", "gb18030")
_LONGEST = 1 << 16


@dataclass(frozen=True)
class Header:
    """The header of a file.

    Attributes:
        names: as written, (column,).
        places: column of each of our names.
        factors: to our units, by quantity.
        encoding: of the file, as far as the header tells.
    """

    names: tuple[str, ...]
    places: dict[str, int]
    factors: dict[str, float]
    encoding: str

    def shown(self, name: str) -> str:
        """Header of one of our names, as the file writes it."""
        return self.names[self.places[name]] if name in self.places else name


def read_header(path: Path, config: MonitoringConfig) -> Header:
    """Read the header of a file in UTF-8 or GB 18030.

    Raises:
        InputError: when a column that is needed is missing, given twice, or in a unit that is not known.
    """
    line, encoding = _first_line(path)
    names = tuple(next(csv.reader([line]), []))
    known = {plain_name(word): ours for ours, words in config.columns.items() for word in words}
    places: dict[str, int] = {}
    for place, name in enumerate(names):
        ours = known.get(plain_name(name))
        if ours is None:
            continue
        if ours in places:
            raise InputError(f"both {names[places[ours]]!r} and {name!r} mean {ours}", where=f"{path}, row 1",
                             remedy="Rename or remove one of the columns")  # fmt: skip
        places[ours] = place
    lacking = [name for name in ("permit", "outlet", "time") if name not in places]
    if lacking or not set(POLLUTANTS) & set(places):
        wanted = lacking[0] if lacking else "so2"
        raise InputError(
            f"no column for {wanted}; got {', '.join(names)[:80]}", where=f"{path}, row 1",
            remedy=f"Name it one of {', '.join(config.columns[wanted][:4])}",
        )  # fmt: skip
    factors = {
        name: _factor(names[places[name]], name, config, path) for name in QUANTITIES if name in places
    }
    return Header(names, places, factors, encoding)


def _first_line(path: Path) -> tuple[str, str]:
    try:
        with path.open("rb") as stream:
            raw = stream.readline(_LONGEST)
    except OSError as error:
        raise InputError(
            "no such file, or it cannot be read", where=str(path), remedy="Check the path"
        ) from error
    for encoding in _ENCODINGS:
        try:
            return raw.decode(encoding).rstrip("\r\n"), encoding
        except UnicodeDecodeError:
            continue
    raise InputError("neither UTF-8 nor GB 18030", where=f"{path}, row 1", remedy="Save the file as UTF-8")


def _factor(name: str, quantity: str, config: MonitoringConfig, path: Path) -> float:
    kind = quantity if quantity in config.units else "concentration"
    units = {unit.lower().replace(" ", ""): factor for unit, factor in config.units[kind].items()}
    for text in _BRACKET.findall(name):
        unit = text.lower().replace(" ", "")
        if unit in units:
            return units[unit]
        if re.search(r"[/%℃°]|m3|m³|mg", unit):
            raise InputError(f"column {name!r}: unit {text!r} is not known", where=f"{path}, row 1",
                             remedy=f"Expected one of {', '.join(config.units[kind])}")  # fmt: skip
    return 1.0
