"""Contributions to the published forecast: shares of the transport model's tags, and what they leave open.

The published number comes from measurements and statistics as well; the tags say of whom the modelled number
is. So every tag of a place, time and pollutant is multiplied by the same ratio, published over modelled.
Where that ratio is larger than the model's error allows, or where the model says nothing, the rest is named
`unattributed`. Where the published PM2.5 is itself a sum of scaled tags, as a learned model gives it, the
parts are those, each with its own ratio. The sum over the sources is the published median.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import xarray as xr

from foundation.contracts import CONTRIBUTIONS, check_closure
from foundation.errors import ContractError
from foundation.times import DAY, day_of_hour, start_of_day
from foundation.units import CONCENTRATION
from sources.tagging.fine_and_coarse import FINE, WHOLE, coarse_apart, component_factor, fine_kept, joined

__all__ = ["UNATTRIBUTED", "published_contributions"]

UNATTRIBUTED = "unattributed"
"""Source of what the model cannot explain."""

_NAMES = {
    "sector": UNATTRIBUTED,
    "region": UNATTRIBUTED,
    "source_chinese": "未解析",
    "source_english": "Unattributed",
}
_CELL = ("reference_time", "lead_time", "place")
_PARTS = {
    "contribution": "pollutant", "carried_over": "pollutant",
    "component_contribution": "component", "component_carried_over": "component",
}  # fmt: skip
_HOURS_OF_DAY = 24
_ROUNDING = 1e-12


def published_contributions(
    published: xr.Dataset, tags: xr.Dataset | None, largest_factor: float,
    members: Mapping[str, Sequence[str]] | None = None, fewest_hours: int = _HOURS_OF_DAY,
    own: xr.DataArray | None = None,
) -> xr.Dataset:  # fmt: skip
    """Share out a published forecast to sources.

    PM10 is shared out in two parts, PM2.5 as it is and the rest by the model's coarse particles; so are the
    components that both are made of.

    Args:
        published: keeps `FORECAST`, of hours or of days, for one reference time.
        tags: hourly contributions of the transport model for the same reference time, kg m-3; None where
            there are none.
        largest_factor: the tags are multiplied by this at most.
        members: places of each region, when the forecast is of regions; their mean is taken.
        fewest_hours: of a day that the tags must hold to tell its shares.
        own: (lead_time, place, source) kg m-3, parts of the published PM2.5 by source of the tags, where what
            is published was made of them; NaN elsewhere.

    Returns:
        A data set that keeps `CONTRIBUTIONS` and sums to `published` at the median, with `model_ratio`.

    Raises:
        ContractError: when the two are of different reference times, or do not close.
    """
    median = published["concentration"].sel(quantile=0.5, method="nearest", drop=True)
    averaging = str(published.attrs["averaging"])
    model = None if tags is None else _modelled(published, tags, members, fewest_hours)
    made = _nothing_known(median) if model is None else _shared_out(median, model, largest_factor, own)
    told = (
        {}
        if tags is None
        else {name: tags.attrs[name] for name in tags.attrs if name.startswith("inventory")}
    )
    made = made.assign_attrs(averaging=averaging, largest_factor=largest_factor, **told)
    check_closure(made, median)
    return CONTRIBUTIONS.check(made, "published contributions")


def _modelled(
    published: xr.Dataset, tags: xr.Dataset, members: Mapping[str, Sequence[str]] | None, fewest_hours: int
) -> xr.Dataset:
    """The tags on the places and lead times of the forecast; missing where the model does not reach."""
    if tags["reference_time"].values[0] != published["reference_time"].values[0]:
        raise ContractError(
            "contributions contract: the tags are of another reference time than the forecast"
        )
    model = tags[[name for name in _PARTS if name in tags]]
    if members is not None:
        model = _means_of(model, members)
    if published.attrs["averaging"] == "day":
        model = _daily(model, tags, published, fewest_hours)
    wanted = {"lead_time": published["lead_time"].values, "place": published["place"].values}
    return model.reindex(wanted).assign_coords(reference_time=published["reference_time"].values)


def _means_of(model: xr.Dataset, members: Mapping[str, Sequence[str]]) -> xr.Dataset:
    """Means over the places of each region; regions of which the model lacks a place are left out."""
    held = set(map(str, model["place"].values))
    whole = {region: list(places) for region, places in members.items() if held >= set(places)}
    parts = [model.sel(place=places).mean("place") for places in whole.values()]
    if not parts:
        return model.isel(place=[])
    return xr.concat(parts, "place", coords="minimal", compat="override").assign_coords(place=list(whole))


def _daily(model: xr.Dataset, tags: xr.Dataset, published: xr.Dataset, fewest_hours: int) -> xr.Dataset:
    """Means over the Beijing days of the forecast of which so many hours are there."""
    hours = tags["reference_time"].values[0] + tags["lead_time"].values
    ends = published["reference_time"].values[0] + published["lead_time"].values
    days, parts = day_of_hour(hours), {}
    for lead, end in zip(published["lead_time"].values, ends, strict=True):
        chosen = np.flatnonzero(start_of_day(days) + DAY == end)
        if len(chosen) >= fewest_hours:
            parts[lead] = model.isel(lead_time=chosen).mean("lead_time")
    if not parts:
        return model.isel(lead_time=[])
    leads = xr.DataArray(list(parts), dims="lead_time", name="lead_time")
    return xr.concat(list(parts.values()), leads, coords="minimal", compat="override")


def _nothing_known(median: xr.DataArray) -> xr.Dataset:
    """All of it unattributed."""
    names = {name: ("source", [value]) for name, value in _NAMES.items()}
    whole = median.expand_dims(source=[UNATTRIBUTED]).transpose(*_CELL, "pollutant", "source")
    ratio = xr.full_like(median, np.nan).assign_attrs(units="1")
    return xr.Dataset({"contribution": whole, "model_ratio": ratio}).assign_coords(names)


def _shared_out(
    median: xr.DataArray, model: xr.Dataset, largest_factor: float, own: xr.DataArray | None
) -> xr.Dataset:
    names = {name: ("source", [*map(str, model[name].values), value]) for name, value in _NAMES.items()}
    model = model.drop_vars(list(_NAMES)).reindex(pollutant=median["pollutant"].values)
    modelled = model["contribution"].sum("source", skipna=False)
    known = median.sel(pollutant=FINE, drop=True).notnull()
    wanted, apart = coarse_apart(median, known), coarse_apart(modelled, known)
    factor = (wanted / apart).where(apart > 0).clip(max=largest_factor)
    kept = fine_kept(median)
    explained = (apart * factor).fillna(0.0)
    if own is not None:
        factor, explained = _with_own(factor, explained, own, model)
    rest = wanted - explained
    rest = rest.where(rest > _ROUNDING * wanted, 0.0).where(wanted.notnull())
    attributed = coarse_apart(model["contribution"], known) * factor.fillna(0.0)
    both = [joined(attributed, kept), joined(rest, kept).expand_dims(source=[UNATTRIBUTED])]
    parts = {"contribution": xr.concat(both, "source", coords="minimal", compat="override")}
    if "carried_over" in model:
        parts["carried_over"] = joined(coarse_apart(model["carried_over"], known) * factor, kept)
    for name in ("component_contribution", "component_carried_over"):
        if name in model:
            parts[name] = model[name] * component_factor(model, factor, kept)
    sources = [str(name) for name in parts["contribution"]["source"].values]
    made = xr.Dataset({
        name: part.reindex(source=sources, fill_value=0.0).fillna(0.0).where(_known(part, median))
        .transpose(*_CELL, _PARTS[name], "source").assign_attrs(units=CONCENTRATION)
        for name, part in parts.items()
    })  # fmt: skip
    ratio = (median / modelled).where(modelled > 0)
    made["model_ratio"] = ratio.transpose(*median.dims).assign_attrs(units="1")
    return made.assign_coords(names)


def _with_own(
    factor: xr.DataArray, explained: xr.DataArray, own: xr.DataArray, model: xr.Dataset
) -> tuple[xr.DataArray, xr.DataArray]:
    """Factors, now of each source, and what they explain, with PM2.5 made of parts of its own where known."""
    parts = own.reset_coords(drop=True).reindex(source=model["source"].values).expand_dims(pollutant=[FINE])
    tags = model["contribution"].sel(pollutant=[FINE])
    ratios = (
        (parts / tags)
        .where(tags > 0, 0.0)
        .where(parts.notnull())
        .reindex(pollutant=factor["pollutant"].values)
    )
    whole = (tags * ratios).sum("source", skipna=False).reindex(pollutant=factor["pollutant"].values)
    return ratios.fillna(factor), whole.fillna(explained)


def _known(part: xr.DataArray, median: xr.DataArray) -> xr.DataArray:
    """Where the forecast has a value; components are known where PM10 is."""
    if "pollutant" in part.dims:
        return median.notnull()
    return median.sel(pollutant=WHOLE, drop=True).notnull()
