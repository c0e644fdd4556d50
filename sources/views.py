"""What each method says of the categories, as `agreement` compares it: of tags, footprints, factors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import xarray as xr

from emissions_inventory.labels import source_labels
from foundation.errors import InputError
from foundation.times import shown
from sources.agreement import CATEGORY, SECTOR, Interval, View, row_key
from sources.categories import ComparedGroup, source_categories
from sources.tagging.correction import corrected
from sources.tagging.groups import receptor_names
from sources.tagging.means import Means
from sources.tagging.published import UNATTRIBUTED
from sources.tagging.uncertainty import drawn_contributions

__all__ = ["footprint_view", "receptor_view", "tag_view"]

_ENDS = (5.0, 95.0)
_Z_90 = 1.645
_TINY = 1e-30


def tag_view(means: Means, place: str, factors: Mapping[str, tuple[float, float]] | None = None) -> View:
    """What the tags say of the published PM2.5 at a place; corrected by an inversion where one is given.

    What no sector is known of (areas that are one tag, inflow, the first state, what is unattributed) may be
    anybody's: it stands in the upper ends.

    Args:
        means: of PM2.5, with components.
        place: id of a place or target region.
        factors: of an inversion: factor and standard deviation of its logarithm by source.

    Raises:
        InputError: when the means are not of PM2.5, know no components, or lack the place.
    """
    data = means.dataset
    if means.pollutant != "pm25" or "component_contribution" not in data:
        raise InputError(
            "tags: expected PM2.5 with its components", remedy="Make the run again with this version"
        )
    if place not in data["place"].values:
        raise InputError(f"tags: no contributions at {place!r}", remedy="Choose a place of the run")
    drawn = drawn_contributions(means, dict(factors) if factors else None).sel(place=place)
    parts = _component_shares(data.sel(place=place))
    best = corrected(data, factors)["contribution"].sel(place=place)
    total = float(data["published"].sel(place=place))
    one = _Tagged(best.expand_dims("draw") / total, parts)
    many = _Tagged(drawn / total, parts)
    name = ("标签（反演订正）", "Tags corrected by inversion") if factors else ("标签", "Tags")
    shares = {
        key: _interval(value, draws, room)
        for (key, value, room), (_, draws, _) in zip(one.rows(), many.rows(), strict=True)
    }
    span = f"{shown(means.begins)} – {shown(means.ends)} 北京时间 Beijing time"
    told = f"{receptor_names(place).chinese}, {span}"
    return View("inversion" if factors else "tags", *name, shares, float(one.unresolved()[0]), told)


def footprint_view(footprints: xr.Dataset, place: str) -> View:
    """What the footprints of the days of a place say, by groups of sectors; they do not know components.

    The interval is the spread over the receptors (days); with one receptor it is a point.

    Args:
        footprints: keeps `FOOTPRINTS`, of PM2.5.
        place: id of a place or region.

    Raises:
        InputError: when there is none of PM2.5 at that place.
    """
    here = (footprints["place"] == place) & (footprints["pollutant"] == "pm25")
    chosen = footprints.isel(receptor=np.flatnonzero(here.values))
    if not chosen.sizes["receptor"]:
        held = ", ".join(sorted(set(map(str, footprints["place"].values))))
        raise InputError(f"footprints: none of PM2.5 at {place!r}", remedy=f"There are: {held}")
    weights = chosen["concentration"].values
    share = chosen["contribution"].values / weights[:, None]
    sectors = np.array([str(name) for name in chosen["sector"].values])
    groups = [group.id for group in source_labels().sector_groups]
    rest = share[:, ~np.isin(sectors, groups)].sum(1)
    shares = {}
    for group in groups:
        values = share[:, sectors == group].sum(1)
        room = float(np.average(rest, weights=weights))
        best = float(np.average(values, weights=weights))
        shares[row_key(SECTOR, [group])] = _bounded(best, float(values.min()), float(values.max()), room)
    told = f"{receptor_names(place).chinese}, {chosen.sizes['receptor']} 个平均 means"
    return View(
        "footprints",
        "足迹（伴随）",
        "Footprints (adjoint)",
        shares,
        float(rest @ weights / weights.sum()),
        told,
    )


def receptor_view(factors: Sequence[Mapping[str, Any]], told: str = "") -> View:
    """What factors of a receptor model say, once they are named.

    Args:
        factors: of each, `share` of the modelled total, `share_error` (one standard deviation) and
            `category`, None where it maps to nothing.
        told: place and period of the samples.

    Raises:
        InputError: when there is no factor.
    """
    if not factors:
        raise InputError("receptor model: no factor is given")
    unresolved = sum(float(one["share"]) for one in factors if not one["category"])
    shares = {}
    for group in source_categories().compared_groups():
        mine = [one for one in factors if one["category"] in group.categories]
        if mine:
            best = sum(float(one["share"]) for one in mine)
            error = _Z_90 * float(np.sqrt(sum(float(one["share_error"]) ** 2 for one in mine)))
            shares[row_key(CATEGORY, group.categories)] = _bounded(
                best, best - error, best + error, unresolved
            )
        elif unresolved > 0:
            shares[row_key(CATEGORY, group.categories)] = _bounded(0.0, 0.0, 0.0, unresolved)
    return View("receptor", "受体模型", "Receptor model", shares, unresolved, told)


class _Tagged:
    """Shares of tags, (draw, source), with what each consists of, (component, source)."""

    def __init__(self, share: xr.DataArray, parts: xr.DataArray) -> None:
        self.share = share.transpose("draw", "source").values
        self.parts = {str(name): parts.sel(component=name).values for name in parts["component"].values}
        self.sectors = np.array([str(name) for name in share["sector"].values])
        self.known = np.isin(self.sectors, [group.id for group in source_labels().sector_groups])
        self.nobody = np.array([str(name) == UNATTRIBUTED for name in share["source"].values])

    def unresolved(self) -> np.ndarray:
        """Share of what no sector is known of, (draw,)."""
        return np.asarray(self.share[:, ~self.known].sum(1))

    def rows(self) -> list[tuple[str, np.ndarray, np.ndarray]]:
        """Key, share and what may be added to it, each (draw,)."""
        found = [
            (row_key(CATEGORY, group.categories), *self._category(group))
            for group in source_categories().compared_groups()
        ]
        for one in source_labels().sector_groups:
            value = self.share[:, self.sectors == one.id].sum(1)
            found.append((row_key(SECTOR, [one.id]), value, self.unresolved()))
        return found

    def _category(self, group: ComparedGroup) -> tuple[np.ndarray, np.ndarray]:
        fraction = sum(
            (self.parts[name] for name in group.components if name in self.parts), np.zeros(len(self.sectors))
        )
        whole = self.share * fraction
        nobody = self.share[:, self.nobody].sum(1)
        if not group.sector_groups:
            return whole.sum(1), nobody
        mine = np.isin(self.sectors, group.sector_groups)
        return whole[:, mine].sum(1), whole[:, ~self.known].sum(1) + nobody


def _component_shares(data: xr.Dataset) -> xr.DataArray:
    """Which part of each tag's PM2.5 is which component, (component, source); they sum to 1 or to 0."""
    fine = (data["component_contribution"] * data["fine_share"]).fillna(0.0).transpose("component", "source")
    return fine / fine.sum("component").clip(min=_TINY)


def _interval(best: np.ndarray, draws: np.ndarray, room: np.ndarray) -> Interval:
    low, high = np.percentile(draws, _ENDS)
    value = float(best[0])
    return _bounded(value, min(float(low), value), max(float(high), value), float(room[0]))


def _bounded(best: float, low: float, high: float, room: float = 0.0) -> Interval:
    """An interval within 0 to 1, its upper end with the room."""
    known, whole = min(high, 1.0), min(high + room, 1.0)
    return Interval(best, max(low, 0.0), whole, whole - known)
