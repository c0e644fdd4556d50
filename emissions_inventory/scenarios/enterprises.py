"""The enterprises of a list among the points of an inventory."""

from __future__ import annotations

import numpy as np

from emissions_inventory.inventory import SPECIES, Inventory
from emissions_inventory.scenarios.cut import Cut
from emissions_inventory.scenarios.enterprise_list import read_enterprise_list
from foundation.errors import InputError

__all__ = ["listed_shares"]

_NAMED = 20


def listed_shares(inventory: Inventory, cut: Cut, reached: np.ndarray) -> tuple[np.ndarray, list[str]]:
    """Share that the enterprise list of a cut says for each point.

    Args:
        inventory: the inventory.
        cut: a cut with an enterprise list.
        reached: points that its sectors and areas reach, (point,).

    Returns:
        Shares, (point, species), NaN where the point is not listed or not reached; and notes that name the
        enterprises the inventory does not hold, or holds elsewhere.

    Raises:
        InputError: when neither the list nor the cut gives an amount for an enterprise.
    """
    listed = read_enterprise_list(cut.enterprises)
    own = listed.shares[:, [SPECIES.index(name) for name in inventory.species]]
    wanted = np.isin(inventory.species, cut.species) if cut.species else np.ones(own.shape[1], bool)
    if cut.amount is None and np.isnan(own[:, wanted]).any():
        row = int(np.isnan(own[:, wanted]).any(axis=1).argmax())
        raise InputError(
            f"no cut for {listed.permits[row]!r}", where=f"{cut.enterprises}, row {listed.rows[row]}",
            remedy=f"Fill a column cut, or write enterprises:{cut.enterprises}=0.4",
        )  # fmt: skip
    shares = np.where(np.isnan(own), 0.0 if cut.amount is None else cut.amount, own)
    place = listed.enterprise_of(inventory.points.id)
    there = place >= 0
    notes = []
    absent = sorted(set(range(len(listed.permits))) - set(place[there]))
    if absent:
        names = ", ".join(listed.permits[one] for one in absent[:_NAMED])
        more = f" and {len(absent) - _NAMED} more" if len(absent) > _NAMED else ""
        how_many = f"{len(absent)} of {len(listed.permits)} enterprises"
        notes.append(f"{cut.text}: {how_many} are not in the inventory: {names}{more}")
    outside = int((there & ~reached).sum())
    if outside:
        notes.append(f"{cut.text}: {outside} points of listed enterprises lie outside its sectors or area")
    result = np.full((len(place), len(inventory.species)), np.nan)
    result[there & reached] = shares[place[there & reached]]
    return result, notes
