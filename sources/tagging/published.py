"""Contributions to the published forecast: shares of the transport model's tags, and what they leave open.

The published number comes from measurements and statistics as well; the tags say of whom the modelled number
is. So every tag of a place, time and pollutant is multiplied by the same ratio, published over modelled.
Where that ratio is larger than the model's error allows, or where the model says nothing, the rest is named
`unattributed`. The sum over the sources is the published median.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import xarray as xr

from foundation.contracts import CONTRIBUTIONS, check_closure
from foundation.errors import ContractError
from foundation.times import DAY, day_of_hour, start_of_day
from foundation.units import CONCENTRATION

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
_FINE, _WHOLE = "pm25", "pm10"


def published_contributions(
    published: xr.Dataset, tags: xr.Dataset | None, largest_factor: float,
    members: Mapping[str, Sequence[str]] | None = None, fewest_hours: int = _HOURS_OF_DAY,
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

    Returns:
        A data set that keeps `CONTRIBUTIONS` and sums to `published` at the median, with `model_ratio`.

    Raises:
        ContractError: when the two are of different reference times, or do not close.
    """
    median = published["concentration"].sel(quantile=0.5, method="nearest", drop=True)
    averaging = str(published.attrs["averaging"])
    model = None if tags is None else _modelled(published, tags, members, fewest_hours)
    made = _nothing_known(median) if model is None else _shared_out(median, model, largest_factor)
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


def _shared_out(median: xr.DataArray, model: xr.Dataset, largest_factor: float) -> xr.Dataset:
    own = {name: ("source", [*map(str, model[name].values), value]) for name, value in _NAMES.items()}
    model = model.drop_vars(list(_NAMES)).reindex(pollutant=median["pollutant"].values)
    modelled = model["contribution"].sum("source", skipna=False)
    known = median.sel(pollutant=_FINE, drop=True).notnull()
    wanted, apart = _coarse_apart(median, known), _coarse_apart(modelled, known)
    factor = (wanted / apart).where(apart > 0).clip(max=largest_factor)
    kept = _fine_kept(median)
    rest = wanted - (apart * factor).fillna(0.0)
    rest = rest.where(rest > _ROUNDING * wanted, 0.0).where(wanted.notnull())
    attributed = _coarse_apart(model["contribution"], known) * factor.fillna(0.0)
    both = [_joined(attributed, kept), _joined(rest, kept).expand_dims(source=[UNATTRIBUTED])]
    parts = {"contribution": xr.concat(both, "source", coords="minimal", compat="override")}
    if "carried_over" in model:
        parts["carried_over"] = _joined(_coarse_apart(model["carried_over"], known) * factor, kept)
    for name in ("component_contribution", "component_carried_over"):
        if name in model:
            parts[name] = model[name] * _component_factor(model, factor, kept)
    sources = [str(name) for name in parts["contribution"]["source"].values]
    made = xr.Dataset({
        name: part.reindex(source=sources, fill_value=0.0).fillna(0.0).where(_known(part, median))
        .transpose(*_CELL, _PARTS[name], "source").assign_attrs(units=CONCENTRATION)
        for name, part in parts.items()
    })  # fmt: skip
    ratio = (median / modelled).where(modelled > 0)
    made["model_ratio"] = ratio.transpose(*median.dims).assign_attrs(units="1")
    return made.assign_coords(own)


def _coarse_apart(values: xr.DataArray, known: xr.DataArray) -> xr.DataArray:
    """The same with what is PM10 but not PM2.5 in the place of PM10; all of PM10 where no PM2.5 is known."""
    fine, whole = (values.sel(pollutant=name, drop=True) for name in (_FINE, _WHOLE))
    coarse = (whole - fine.where(known, 0.0)).clip(min=0.0)
    return values.where(values["pollutant"] != _WHOLE, coarse)


def _joined(apart: xr.DataArray, kept: xr.DataArray) -> xr.DataArray:
    """The inverse: PM10 is the coarse part and what is kept of the fine one."""
    fine = apart.sel(pollutant=_FINE, drop=True).fillna(0.0)
    return apart.where(apart["pollutant"] != _WHOLE, apart + fine * kept)


def _fine_kept(median: xr.DataArray) -> xr.DataArray:
    """Share of PM2.5 that PM10 has room for: 1 unless the published PM10 is below the published PM2.5."""
    fine, whole = (median.sel(pollutant=name, drop=True) for name in (_FINE, _WHOLE))
    return (whole / fine).where(fine > 0, 0.0).clip(max=1.0).fillna(0.0)


def _component_factor(model: xr.Dataset, factor: xr.DataArray, kept: xr.DataArray) -> xr.DataArray:
    """Factor of each component: that of PM2.5 for its fine share, that of coarse particles for the rest.

    Components are those of PM10: of PM2.5 what PM10 has room for. Where no PM2.5 is known, all of PM10 has
    one factor.
    """
    fine, coarse = (factor.sel(pollutant=name, drop=True) for name in (_FINE, _WHOLE))
    fine = (fine * kept).where(fine.notnull(), coarse)
    return model["fine_share"] * fine.fillna(0.0) + (1.0 - model["fine_share"]) * coarse.fillna(0.0)


def _known(part: xr.DataArray, median: xr.DataArray) -> xr.DataArray:
    """Where the forecast has a value; components are known where PM10 is."""
    if "pollutant" in part.dims:
        return median.notnull()
    return median.sel(pollutant=_WHOLE, drop=True).notnull()
