"""Sums of contributions by sector, by region, by source, or by how near the source is to the receptor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr

from emissions_inventory.labels import GroupLabel, source_labels
from foundation.errors import ConfigurationError
from foundation.places import Place, Region, gazetteer
from sources.tagging.configuration import TaggingConfig, tagging_config
from sources.tagging.published import UNATTRIBUTED

__all__ = [
    "BY", "NEARNESS", "Group", "categories", "groups_of", "own_regions", "receptor_names", "regional_regions",
    "sums_by",
]  # fmt: skip

BY = ("sector", "region", "source", "nearness")

_LOCAL, _REGIONAL, _TRANSPORTED, _UNDIVIDED, _NATURAL = (
    "local",
    "regional",
    "transported",
    "undivided",
    "natural",
)
_INITIAL = "initial"


@dataclass(frozen=True)
class Group:
    """Sources that are summed, and what they are called together."""

    id: str
    chinese: str
    english: str


NEARNESS = (
    Group(_LOCAL, "本地", "Local"),
    Group(_REGIONAL, "区域内", "Same city group"),
    Group(_TRANSPORTED, "区域外", "Transported"),
    Group(_UNDIVIDED, "本地及其他（未分）", "Own and other"),
    Group(_NATURAL, "自然源", "Natural"),
    Group(_INITIAL, "初始场", "Initial state"),
    Group(UNATTRIBUTED, "未解析", "Unattributed"),
)
"""How near a source is to a receptor; the parts sum to the whole."""


def sums_by(course: xr.Dataset, by: str, config: TaggingConfig | None = None) -> xr.DataArray:
    """Contributions summed by sector, region, source or nearness.

    Args:
        course: holds `contribution` (..., place, ..., source) with `sector` and `region` of each source.
        by: one of `BY`.
        config: which sectors are natural, which regions are left over; those that ship by default.

    Returns:
        kg m-3, the same dimensions with `group` in the place of `source`; missing where the sum is missing.

    Raises:
        ConfigurationError: when `by` is none of these.
    """
    if by not in BY:
        raise ConfigurationError(f"--by {by!r}: unknown", remedy=f"Give one of {', '.join(BY)}")
    groups = groups_of(course, by)
    array = course["contribution"]
    if by == "nearness":
        places = [str(name) for name in np.atleast_1d(course["place"].values)]
        members = np.stack([_members(categories(course, place, config), groups) for place in places])
        weights = xr.DataArray(members.astype(float), dims=("place", "group", "source"))
    else:
        keys = [str(name) for name in course[by].values]
        weights = xr.DataArray(_members(keys, groups).astype(float), dims=("group", "source"))
    weights = weights.assign_coords(group=[group.id for group in groups])
    found: xr.DataArray = xr.dot(array.drop_vars(set(array.coords) - set(array.dims)), weights, dim="source")
    order = [dim if dim != "source" else "group" for dim in array.dims]
    ordered: xr.DataArray = found.transpose(*order)
    return ordered.assign_attrs(array.attrs)


def _members(keys: Sequence[str], groups: Sequence[Group]) -> np.ndarray:
    """Whether each source is of each group, (group, source)."""
    return np.array([[key == group.id for key in keys] for group in groups])


def groups_of(course: xr.Dataset, by: str) -> tuple[Group, ...]:
    """The groups of a sum, in the order of the list of sources, what is of no sector or region last."""
    if by == "nearness":
        return NEARNESS
    labels = source_labels()
    known: dict[str, GroupLabel] = {}
    if by == "sector":
        known = {label.id: label for label in (*labels.sector_groups, _undivided_sectors())}
    if by == "region":
        known = {label.id: label for label in labels.region_groups}
    names = {
        key: Group(key, chinese, english)
        for key, chinese, english in zip(
            *(
                [str(name) for name in course[kind].values]
                for kind in (by, "source_chinese", "source_english")
            ),
            strict=True,
        )
    }
    names |= {key: Group(key, known[key].chinese, known[key].english) for key in names if key in known}
    order = list(known) + [key for key in names if key not in known]
    return tuple(names[key] for key in order if key in names)


def _undivided_sectors() -> GroupLabel:
    """All sectors of the regions that are one tag, named so that nobody takes them for the total."""
    labels = source_labels()
    regions = [region for region in labels.region_groups if region.as_one]
    return GroupLabel(
        id=labels.whole.id,
        chinese=f"{'、'.join(region.chinese for region in regions)}（未分行业）",
        english=f"{', '.join(region.english for region in regions)} (undivided)",
    )


def categories(course: xr.Dataset, receptor: str, config: TaggingConfig | None = None) -> list[str]:
    """How near each source is to a receptor: an id of `NEARNESS` for each source.

    Local is the receptor's own group of regions; regional are the other groups of the first target region
    that holds it; what is left over (`undivided_regions`) is not told apart where the receptor lies in it.

    Args:
        course: with `sector` and `region` of each source.
        receptor: id of a place or of a target region.
        config: choices; those that ship by default.
    """
    used = config or tagging_config()
    own, near = own_regions(receptor), regional_regions(receptor, used)
    found = []
    for sector, region in zip(
        map(str, course["sector"].values), map(str, course["region"].values), strict=True
    ):
        if region in (_INITIAL, UNATTRIBUTED):
            found.append(region)
        elif sector in used.natural_sectors:
            found.append(_NATURAL)
        elif region in used.undivided_regions:
            found.append(_UNDIVIDED if own == {region} else _TRANSPORTED)
        elif region in own:
            found.append(_LOCAL)
        else:
            found.append(_REGIONAL if region in near else _TRANSPORTED)
    return found


def own_regions(receptor: str) -> set[str]:
    """Groups of regions that a place lies in, or that the places of a target region lie in."""
    labels = source_labels()
    tags = {region.id: region.tag for region in labels.regions}
    places = next((region.places for region in gazetteer().regions if region.id == receptor), (receptor,))
    known = {place.id: place for place in gazetteer().places}
    return {tags[labels.region_of(known[place].adcode)] for place in places if place in known}


def regional_regions(receptor: str, config: TaggingConfig | None = None) -> set[str]:
    """Groups of regions of the first target region that holds a place; of a target region, none."""
    used = config or tagging_config()
    for name in used.target_regions:
        if receptor in gazetteer().region(name).places:
            return own_regions(name)
    return set()


def receptor_names(receptor: str) -> Group:
    """Names of a place or target region; its id where the gazetteer does not know it."""
    known: dict[str, Place | Region] = {place.id: place for place in gazetteer().places}
    known |= {region.id: region for region in gazetteer().regions}
    found = known.get(receptor)
    return Group(receptor, found.chinese, found.english) if found else Group(receptor, receptor, receptor)
