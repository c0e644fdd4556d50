"""Counties of a table by code and by name."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd

from emissions_inventory.tables.lines import Lines
from foundation.constants import EARTH_RADIUS

__all__ = ["Seats", "counties_of", "distance_km", "seats"]

_RENAMED = {"654223": "654203"}
_ENDINGS = ("市", "县", "区", "自治县", "蒙古自治县", "哈萨克自治县", "锡伯自治县")


@dataclass(frozen=True)
class Seats:
    """Counties with their seats of government, all (county,).

    Attributes:
        code: GB/T 2260.
        name: Chinese.
        lon: degrees east.
        lat: degrees north.
        names: code by every spelling of a name.
    """

    code: np.ndarray
    name: np.ndarray
    lon: np.ndarray
    lat: np.ndarray
    names: dict[str, str]

    def places(self, codes: np.ndarray) -> np.ndarray:
        """Place of each code among the counties, -1 for strangers."""
        return np.asarray(pd.Index(self.code).get_indexer(pd.Index(codes)), np.int64)


@lru_cache(maxsize=1)
def seats() -> Seats:
    """Counties of Xinjiang as the program knows them."""
    from emissions_inventory.facts.shipped import counties

    known = counties()
    full = {one.chinese: one.adcode for one in known} | {one.english.lower(): one.adcode for one in known}
    short = [(one.chinese.removesuffix(end), one.adcode) for one in known for end in _ENDINGS]
    counted = pd.Series([name for name, _ in dict.fromkeys(short)]).value_counts()
    names = {name: code for name, code in short if len(name) >= 2 and counted[name] == 1} | full
    return Seats(
        np.array([one.adcode for one in known], object), np.array([one.chinese for one in known], object),
        np.array([one.lon for one in known]), np.array([one.lat for one in known]), names,
    )  # fmt: skip


def counties_of(lines: Lines) -> np.ndarray:
    """Code of the county of each line, object, (line,); empty where none is stated; faults are noted."""
    code, name = lines.texts("county_code"), lines.texts("county_name")
    by_code = _known(code, _code_of_code)
    by_name = _known(name, _code_of_name)
    _note_unknown(lines, "county_code", code, by_code)
    _note_unknown(lines, "county_name", name, by_name)
    both = (by_code != "") & (by_name != "") & (by_code != by_name)
    lines.problems.add(
        "county_contradicts", lines.label("county_name"), both, name, lambda line: str(code[line])
    )
    return np.where(by_code != "", by_code, by_name)


def _known(texts: np.ndarray, read: Callable[[str], str]) -> np.ndarray:
    codes, uniques = pd.factorize(texts)
    found = np.array([read(str(one)) if one else "" for one in uniques], object)
    return np.asarray(found[codes]) if len(found) else np.empty(0, object)


def _code_of_code(text: str) -> str:
    code = _RENAMED.get(text, text)
    return code if bool((seats().code == code).any()) else ""


def _code_of_name(text: str) -> str:
    names = seats().names
    if text.lower() in names:
        return names[text.lower()]
    fitting = [name for name in seats().name if text.endswith(name)]
    return names[max(fitting, key=len)] if fitting else ""


def _note_unknown(lines: Lines, field: str, texts: np.ndarray, found: np.ndarray) -> None:
    def near(line: int) -> str:
        pool = seats().code if field == "county_code" else seats().name
        close = difflib.get_close_matches(str(texts[line]), list(pool), n=1)
        return f" ({close[0]}?)" if close else ""

    lines.problems.add("unknown_county", lines.label(field), (texts != "") & (found == ""), texts, near)


def distance_km(lon: np.ndarray, lat: np.ndarray, other_lon: np.ndarray, other_lat: np.ndarray) -> np.ndarray:
    """Great-circle distances, km, by the haversine formula (Sinnott 1984); shapes are broadcast."""
    phi, other_phi = np.deg2rad(lat), np.deg2rad(other_lat)
    half = (
        np.sin((other_phi - phi) / 2) ** 2
        + np.cos(phi) * np.cos(other_phi) * np.sin(np.deg2rad(other_lon - lon) / 2) ** 2
    )
    return np.asarray(2.0 * EARTH_RADIUS * np.arcsin(np.sqrt(np.clip(half, 0.0, 1.0))) / 1000.0)
