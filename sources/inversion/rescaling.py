"""Emissions of a run, and inventories, multiplied by the factors of their sources."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import xarray as xr

from emissions_inventory.inventory import Inventory
from emissions_inventory.labels import source_labels
from emissions_inventory.scenarios.factors import Factors
from foundation.emission_contracts import EMISSIONS
from foundation.errors import InputError
from sources.inversion.arrays import Array

__all__ = ["corrected_inventory", "rescaled"]

_NOT_EMITTED = {"boundary", "initial"}


def rescaled(emissions: xr.Dataset, factors: Mapping[str, float]) -> xr.Dataset:
    """Emissions in which every source is multiplied by its factor; above 1 is possible.

    Args:
        emissions: keeps `EMISSIONS`.
        factors: by source, `sector.region`, 0 or more; sources that are not named stay as they are,
            and what flowed in and was there is passed over.

    Raises:
        InputError: when a source is unknown or a factor is no number of 0 or more.
    """
    factor = _checked(factors, [str(name) for name in emissions["source"].values])
    streams = xr.DataArray(factor[emissions["stream_source"].values], dims="stream")
    points = xr.DataArray(factor[emissions["point_source"].values], dims="point")
    changed = {
        name: (emissions[name] * by).transpose(*emissions[name].dims).assign_attrs(emissions[name].attrs)
        for name, by in (("emission_flux", streams), ("point_emission", points))
    }
    return EMISSIONS.check(emissions.assign(changed), "rescaled emissions")


def corrected_inventory(inventory: Inventory, factors: Mapping[str, float]) -> Inventory:
    """An inventory in which every source is multiplied by the factor of its tag, all species alike.

    Args:
        inventory: before.
        factors: by tag, `sector group.region group`, 0 or more; tags that are not named stay as they are.

    Returns:
        An inventory of another version, with one more step on its trail.

    Raises:
        InputError: as `rescaled`.
    """
    tags = source_labels().tag_ids()
    by_tag = dict(zip(tags, _checked(factors, tags).tolist(), strict=True))
    made = Factors.ones(inventory)
    for held, entries in ((made.points, inventory.points), (made.areas, inventory.areas)):
        of_entry = [by_tag[tag] for tag in source_labels().tags_of(entries.sector, entries.region)]
        np.multiply(held, np.array(of_entry).reshape(-1, 1), out=held)
    changed = sum(factor != 1.0 for factor in by_tag.values())
    detail = f"factors from measurements, {changed} sources changed"
    return made.applied(inventory).after("scenario", detail, parents=(inventory.version,))


def _checked(factors: Mapping[str, float], sources: list[str]) -> Array:
    """Factors of sources in their order, 1 where none is given."""
    unknown = sorted(set(factors) - set(sources) - _NOT_EMITTED)
    if unknown:
        raise InputError(f"unknown source {unknown[0]!r}", where="factors",
                         remedy=f"Known: {', '.join(sources)}")  # fmt: skip
    wrong = [name for name, factor in factors.items() if not (np.isfinite(factor) and factor >= 0)]
    if wrong:
        raise InputError(
            f"{wrong[0]}: expected a factor of 0 or more, got {factors[wrong[0]]:g}", where="factors"
        )
    return np.array([factors.get(name, 1.0) for name in sources])
