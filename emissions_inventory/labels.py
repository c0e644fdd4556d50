"""The one list of sources: sectors, regions, and the groups of both that the model tags."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from functools import lru_cache
from typing import TypeVar

from pydantic import model_validator

from foundation.configuration import Config, load_shipped
from foundation.errors import InputError

__all__ = ["GroupLabel", "RegionGroup", "RegionLabel", "SectorLabel", "SourceLabels", "source_labels"]

_BEYOND = "beyond"


class GroupLabel(Config):
    """A group of sectors or of regions that is one tag."""

    id: str
    chinese: str
    english: str


class RegionGroup(GroupLabel):
    """A group of regions.

    Attributes:
        as_one: whether all of its sectors are one tag.
    """

    as_one: bool = False


class SectorLabel(GroupLabel):
    """A sector.

    Attributes:
        source_class: first-level class of the national guide.
        meic: the sector of MEIC that holds it; empty where MEIC has none.
        tag: its group.
    """

    source_class: str
    meic: str = ""
    tag: str


class RegionLabel(GroupLabel):
    """A region.

    Attributes:
        members: county codes, or their beginnings.
        countries: ISO 3166 codes of three letters.
        division: the Corps' division, where it is one.
        tag: its group.
    """

    members: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    division: str = ""
    tag: str


class SourceLabels(Config):
    """The file `configs/source_labels.yaml`."""

    whole: GroupLabel
    sector_groups: tuple[GroupLabel, ...]
    sectors: tuple[SectorLabel, ...]
    region_groups: tuple[RegionGroup, ...]
    regions: tuple[RegionLabel, ...]

    @model_validator(mode="after")
    def _whole(self) -> SourceLabels:
        for kind in ("sectors", "regions", "sector_groups", "region_groups"):
            _unlike(kind, [label.id for label in getattr(self, kind)])
        _unlike("member", [code for region in self.regions for code in region.members])
        for group, labels in ((self.sector_groups, self.sectors), (self.region_groups, self.regions)):
            stray = {label.tag for label in labels} - {one.id for one in group}
            if stray:
                raise ValueError(f"unknown group {min(stray)!r}")
        if _BEYOND not in {region.id for region in self.regions}:
            raise ValueError(f"a region {_BEYOND!r} is needed for what lies elsewhere")
        return self

    def sector(self, name: str) -> SectorLabel:
        """The sector of that id, Chinese or English name.

        Raises:
            InputError: when there is none; the message offers the nearest.
        """
        return _named(self.sectors, name, "sector")

    def region(self, name: str) -> RegionLabel:
        """The region of that id, Chinese or English name.

        Raises:
            InputError: when there is none; the message offers the nearest.
        """
        return _named(self.regions, name, "region")

    def region_of(self, county: str) -> str:
        """Id of the region of a county code of Xinjiang; of another code, `beyond`."""
        fitting = [
            (len(code), region.id)
            for region in self.regions
            for code in region.members
            if county.startswith(code)
        ]
        return max(fitting)[1] if fitting else _BEYOND

    def region_of_country(self, country: str) -> str:
        """Id of the region of a country other than China, by its ISO 3166 code."""
        found = [region.id for region in self.regions if country in region.countries]
        return found[0] if found else _BEYOND

    def sector_ids(self) -> tuple[str, ...]:
        """Ids of all sectors, in their order."""
        return tuple(sector.id for sector in self.sectors)

    def region_ids(self) -> tuple[str, ...]:
        """Ids of all regions, in their order."""
        return tuple(region.id for region in self.regions)

    def tags_of(self, sectors: Iterable[str], regions: Iterable[str]) -> list[str]:
        """The tag `sector group.region group` of each pair of a sector and a region, by their ids."""
        by_sector = {sector.id: sector.tag for sector in self.sectors}
        by_region = {region.id: region.tag for region in self.regions}
        as_one = {group.id for group in self.region_groups if group.as_one}
        groups = [(by_sector[s], by_region[r]) for s, r in zip(sectors, regions, strict=True)]
        return [f"{self.whole.id if region in as_one else sector}.{region}" for sector, region in groups]

    def tag_ids(self) -> list[str]:
        """Names of all tags, `sector group.region group`, in their order."""
        return [f"{sector.id}.{region.id}" for sector, region in self.tags()]

    def tags(self) -> list[tuple[GroupLabel, RegionGroup]]:
        """Every pair of a group of sectors and a group of regions that is a tag, in their order."""
        apart = [(sector, region) for sector in self.sector_groups for region in self.region_groups]
        as_one = [(self.whole, region) for region in self.region_groups if region.as_one]
        return [(sector, region) for sector, region in apart if not region.as_one] + as_one


Label = TypeVar("Label", bound=GroupLabel)


def _unlike(kind: str, names: list[str]) -> None:
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise ValueError(f"{kind}: {min(twice)!r} is given twice")


def _named(labels: tuple[Label, ...], name: str, kind: str) -> Label:
    wanted = name.strip().lower()
    for label in labels:
        if wanted in (label.id, label.chinese.lower(), label.english.lower()):
            return label
    known = [label.id for label in labels]
    near = difflib.get_close_matches(wanted, known, n=1)
    hint = f"Did you mean {near[0]!r}?" if near else f"Known: {', '.join(known)}"
    raise InputError(f"unknown {kind} {name!r}", remedy=hint)


@lru_cache(maxsize=1)
def source_labels() -> SourceLabels:
    """The list that ships with the program."""
    return load_shipped(SourceLabels, "source_labels.yaml")
