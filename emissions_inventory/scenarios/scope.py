"""Where something applies: whole regions and counties, and what of an inventory lies in them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from emissions_inventory.emitters import AreaSources, PointSources
from emissions_inventory.labels import RegionLabel, source_labels
from emissions_inventory.scenarios.configuration import responses_config

__all__ = ["Scope", "county_scope"]

_CHINA, _CHINA_CODE = "", "100000"
_FULL, _LEVEL = 6, 2


@dataclass(frozen=True)
class Scope:
    """An area.

    Attributes:
        text: as it was named.
        regions: ids of regions that lie wholly in it.
        counties: county codes of today or their beginnings, for points.
        partly: ids of regions that lie partly in it; what cells emit there cannot be told apart.
    """

    text: str
    regions: tuple[str, ...] = ()
    counties: tuple[str, ...] = ()
    partly: tuple[str, ...] = ()

    def of_points(self, points: PointSources) -> np.ndarray:
        """Which points lie in it, (point,): those of its regions, and those of its counties."""
        inside = np.isin(points.region, self.regions)
        if self.counties:
            codes = np.array([_today(str(code)) for code in points.county], dtype=np.str_)
            coded = codes != ""
            for beginning in self.counties:
                inside |= np.char.startswith(codes, beginning) & coded
        return np.asarray(inside)

    def of_areas(self, areas: AreaSources) -> np.ndarray:
        """Which area sources lie in it, (area,): those of regions that lie wholly in it."""
        return np.isin(areas.region, self.regions)

    def left_out(self, areas: AreaSources) -> np.ndarray:
        """Area sources of which a part may lie in it, (area,): those of regions that lie partly in it."""
        return np.isin(areas.region, self.partly)

    def unplaced(self, points: PointSources) -> np.ndarray:
        """Points of regions that lie partly in it and have no county code, (point,)."""
        return np.asarray(np.isin(points.region, self.partly) & (points.county == ""))


def county_scope(text: str, codes: tuple[str, ...]) -> Scope:
    """The area of county codes.

    A region lies wholly in it when all its members do.

    Args:
        text: how it was named.
        codes: of GB/T 2260, or their beginnings; zeros at the end of six digits are left out, so that
            `650100` is all of 6501 and `100000` all of China.
    """
    beginnings = tuple(dict.fromkeys(_beginning(code) for code in codes))
    whole, partly = [], []
    for region in source_labels().regions:
        members = [_today(code) for code in region.members]
        within = [member.startswith(beginnings) for member in members]
        if members and all(within):
            whole.append(region.id)
        elif any(within) or any(_holds(region, code) for code in beginnings):
            partly.append(region.id)
    return Scope(text, tuple(whole), beginnings, tuple(partly))


def _holds(region: RegionLabel, code: str) -> bool:
    """Whether a county of that code may lie in a region that names no member within the code."""
    labels = source_labels()
    if code == _CHINA:
        return region.id == labels.region_of(_CHINA)
    named = any(member.startswith(code) for one in labels.regions for member in one.members)
    return not named and labels.region_of(code) == region.id


def _beginning(code: str) -> str:
    if code == _CHINA_CODE:
        return _CHINA
    while len(code) in (_FULL, _FULL - _LEVEL) and code.endswith("0" * _LEVEL):
        code = code[:-_LEVEL]
    return _today(code)


def _today(code: str) -> str:
    return responses_config().former_codes.get(code, code)
