"""The one table of source categories: receptor factors, tags, footprints and inversion are compared by it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Literal

from pydantic import Field, model_validator

from emissions_inventory.labels import source_labels
from foundation.configuration import Config, load_shipped
from foundation.errors import InputError

__all__ = ["ComparedGroup", "ProfileRule", "SourceCategories", "SourceCategory", "source_categories"]

Component = Literal["ppm_fine", "ppm_coarse", "sulfate", "nitrate"]
"""What a tag holds of particles: emitted ones, and sulfate and nitrate made in the air."""

_EMITTED = {"ppm_fine", "ppm_coarse"}


class ProfileRule(Config):
    """Words by which a published profile is known; each list that is given must be met.

    Attributes:
        any: one of them stands in the text.
        all: every one does.
        none: none does.
    """

    any: tuple[str, ...] = ()
    all: tuple[str, ...] = ()
    none: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _says_something(self) -> ProfileRule:
        if not (self.any or self.all):
            raise ValueError("a rule needs `any` or `all`")
        return self

    def fits(self, text: str) -> bool:
        """Whether the text, in small letters, meets the rule."""
        return (
            (not self.any or any(_stands(word, text) for word in self.any))
            and all(_stands(word, text) for word in self.all)
            and not any(_stands(word, text) for word in self.none)
        )


class SourceCategory(Config):
    """One category of sources.

    Attributes:
        id: by which it is named.
        chinese: its name.
        english: its name.
        sector_groups: groups of sectors whose tags it comprises; none for what is made in the air, and for
            what the inventory does not hold.
        sectors: the sectors that emit it.
        components: what it is in the tags.
        profiles: rules by which published profiles fall into it.
    """

    id: str
    chinese: str
    english: str
    sector_groups: tuple[str, ...]
    sectors: tuple[str, ...] = ()
    components: tuple[Component, ...] = Field(min_length=1)
    profiles: tuple[ProfileRule, ...] = Field(min_length=1)

    @property
    def secondary(self) -> bool:
        """Whether it is made in the air, by every sector's gases."""
        return not _EMITTED.intersection(self.components)


class ComparedGroup(Config):
    """Categories that the tags cannot tell apart, with all that they share.

    Attributes:
        categories: their ids.
        sector_groups: groups of sectors whose tags they comprise together.
        components: what is to be summed of those tags; of every tag where there is no sector group.
    """

    categories: tuple[str, ...]
    sector_groups: tuple[str, ...]
    components: tuple[Component, ...]


class SourceCategories(Config):
    """The file `configs/sources/categories.yaml`."""

    categories: tuple[SourceCategory, ...]

    @model_validator(mode="after")
    def _whole(self) -> SourceCategories:
        labels = source_labels()
        groups = {group.id for group in labels.sector_groups}
        tags = {sector.id: sector.tag for sector in labels.sectors}
        ids = self.ids()
        if twice := {name for name in ids if ids.count(name) > 1}:
            raise ValueError(f"category {min(twice)!r} is given twice")
        for category in self.categories:
            if stray := (set(category.sector_groups) - groups) | (set(category.sectors) - set(tags)):
                raise ValueError(f"category {category.id!r}: unknown sector or group {min(stray)!r}")
            if outside := [one for one in category.sectors if tags[one] not in category.sector_groups]:
                raise ValueError(f"category {category.id!r}: {outside[0]!r} lies in none of its groups")
            if category.secondary and category.sector_groups:
                raise ValueError(f"category {category.id!r}: what is made in the air has no sector group")
        return self

    def ids(self) -> tuple[str, ...]:
        """Ids in their order."""
        return tuple(category.id for category in self.categories)

    def category(self, name: str) -> SourceCategory:
        """The category of that id, Chinese or English name.

        Raises:
            InputError: when there is none.
        """
        wanted = name.strip().lower()
        for category in self.categories:
            if wanted in (category.id, category.chinese.lower(), category.english.lower()):
                return category
        raise InputError(f"unknown category {name!r}", remedy=f"Known: {', '.join(self.ids())}")

    def of_profile(self, text: str) -> str | None:
        """Id of the first category with a rule that the text of a profile meets; None where none does."""
        small = text.lower()
        for category in self.categories:
            if any(rule.fits(small) for rule in category.profiles):
                return category.id
        return None

    def compared_groups(self) -> tuple[ComparedGroup, ...]:
        """Categories joined where they share a sector group: what tags can be held against.

        A secondary category stands alone with its component; one that no tag comprises, such as salt,
        is in no group.
        """
        joined: list[list[SourceCategory]] = []
        for category in self.categories:
            if not (category.sector_groups or category.secondary):
                continue
            near = [group for group in joined if _share(category, group)]
            joined = [group for group in joined if group not in near]
            joined.append([one for group in near for one in group] + [category])
        return tuple(_compared(group) for group in joined)


def _share(category: SourceCategory, group: Sequence[SourceCategory]) -> bool:
    return any(set(category.sector_groups) & set(one.sector_groups) for one in group)


def _compared(group: Sequence[SourceCategory]) -> ComparedGroup:
    def union(lists: Sequence[Sequence[str]]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(name for names in lists for name in names))

    return ComparedGroup.model_validate({
        "categories": tuple(one.id for one in group),
        "sector_groups": union([one.sector_groups for one in group]),
        "components": union([one.components for one in group]),
    })  # fmt: skip


def _stands(word: str, text: str) -> bool:
    begins = re.escape(word.removesuffix("*"))
    ends = "" if word.endswith("*") else r"(?![a-z])"
    return re.search(rf"(?<![a-z]){begins}{ends}", text) is not None


@lru_cache(maxsize=1)
def source_categories() -> SourceCategories:
    """The table that ships with the program."""
    return load_shipped(SourceCategories, "sources/categories.yaml")
