"""Cuts as they are written on the command line: `industry[so2,nox]=0.3@urumqi`.

    target[species]=amount@area

target    sectors or groups of sectors joined by `+`, `*` for all; `grade:C` or `grade:C+D` for enterprises of
          these performance grades, `enterprises:FILE` for those of a list; `steel/grade:C` for steel works of
          grade C. The amount may be left out for a list that gives its own.
species   separated by commas; all when absent. `pm` is PM10 with all that it includes.
amount    share cut, 0 to 1, or with a percent sign.
area      regions, groups, county codes or places joined by `+`; `*`, or nothing, for everywhere.

Several cuts are separated by commas or semicolons, or given one by one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from emissions_inventory.scenarios.cut import Cut
from emissions_inventory.scenarios.naming import (
    names_with_commas,
    plain,
    scope_named,
    sectors_named,
    species_named,
)
from emissions_inventory.scenarios.scope import Scope
from foundation.errors import InputError

__all__ = ["EXAMPLE", "parse_cuts"]

EXAMPLE = "industry=0.3@urumqi"
"""A cut as it is written."""

GRADES = ("A", "B", "C", "D")
"""Performance grades of enterprises."""

_EVERY = "*"
_WIDE = str.maketrans("，；＝＠［］【】＊＋％／：", ",;=@[][]*+%/:")
_ENTERPRISES, _GRADE = "enterprises:", "grade:"
_SHAPE = re.compile(
    r"(?P<target>[^\[\]=]+)(\[(?P<species>[^\[\]]*)\])?(=(?P<amount>[^=@]*)(@(?P<area>.*))?)?"
)
_LIST = re.compile(r"(?P<target>.*?)(\[(?P<species>[^\[\]]*)\])?(=(?P<amount>[^=@]*))?(@(?P<area>[^@]*))?")


def parse_cuts(texts: str | Iterable[str]) -> tuple[Cut, ...]:
    """Read cuts.

    Args:
        texts: one text or several; each may hold several cuts.

    Raises:
        InputError: naming the part that is wrong, with an example.
    """
    every = [texts] if isinstance(texts, str) else list(texts)
    cuts = tuple(_cut(part) for text in every for part in _parts(text))
    if not cuts:
        raise InputError("no cut is given", remedy=f"Write for example {EXAMPLE}")
    return cuts


def _parts(text: str) -> Iterator[str]:
    """Single cuts; commas within brackets and within names of the labels do not separate."""
    narrow = text.translate(_WIDE)
    for name, key in names_with_commas().items():
        pattern = r"\s+".join(map(re.escape, name.split()))
        narrow = re.sub(pattern, key, narrow, flags=re.IGNORECASE)
    depth, begun = 0, 0
    for place, sign in enumerate(narrow):
        depth += (sign == "[") - (sign == "]")
        if sign in ",;" and depth == 0:
            yield from _filled(narrow[begun:place])
            begun = place + 1
    if depth:
        raise _fault(text, "brackets that do not close")
    yield from _filled(narrow[begun:])


def _filled(part: str) -> Iterator[str]:
    if part.strip():
        yield part.strip()


def _cut(text: str) -> Cut:
    is_list = _ENTERPRISES in text
    found = (_LIST if is_list else _SHAPE).fullmatch(text)
    if found is None:
        raise _fault(text, "this is no target[species]=amount@area")
    if found["amount"] is None and not is_list:
        raise _fault(text, "no '=' with the share that is cut")
    sectors, grades, enterprises = _target(found["target"].strip(), text)
    return Cut(
        text, _amount(found["amount"], text), sectors, _area(found["area"], text),
        _species(found["species"], text), grades, enterprises,
    )  # fmt: skip


def _target(target: str, text: str) -> tuple[tuple[str, ...], tuple[str, ...], str]:
    """Sectors, grades and enterprise list of a target."""
    before, mark, path = target.partition(_ENTERPRISES)
    if mark and not path.strip():
        raise _fault(text, "'enterprises:' without a file", "enterprises:list.csv=0.4")
    sectors: list[str] = []
    grades: tuple[str, ...] = ()
    for part in filter(None, (before.rstrip("/ ") if mark else target).split("/")):
        if part.strip().casefold().startswith(_GRADE):
            grades = _grades(part.strip()[len(_GRADE) :], text)
        elif part.strip() != _EVERY:
            sectors += [one for name in part.split("+") for one in sectors_named(_named(name, text))]
    return tuple(dict.fromkeys(sectors)), grades, path.strip()


def _grades(written: str, text: str) -> tuple[str, ...]:
    grades = tuple(grade.strip().upper() for grade in written.split("+"))
    strange = [grade for grade in grades if grade not in GRADES]
    if strange:
        raise _fault(text, f"unknown grade {strange[0]!r}; known: {', '.join(GRADES)}", "grade:C+D=0.5")
    return grades


def _amount(written: str | None, text: str) -> float | None:
    if written is None:
        return None
    number = written.strip()
    try:
        return float(number[:-1]) / 100 if number.endswith("%") else float(number)
    except ValueError:
        raise _fault(text, f"the share {number!r} is no number") from None


def _species(written: str | None, text: str) -> tuple[str, ...]:
    if written is None:
        return ()
    names = [one for name in re.split("[,;+]", written) for one in species_named(_named(name, text))]
    return tuple(dict.fromkeys(names))


def _area(written: str | None, text: str) -> tuple[Scope, ...]:
    if written is None or plain(written) == _EVERY:
        return ()
    return tuple(scope_named(_named(name, text)) for name in written.split("+"))


def _named(name: str, text: str) -> str:
    if not name.strip():
        raise _fault(text, "a name is missing")
    return name.strip()


def _fault(text: str, what: str, example: str = EXAMPLE) -> InputError:
    return InputError(f"cut {text!r}: {what}", remedy=f"Write for example {example}")
