"""Whether a response to heavy pollution cuts what it must: 10, 20 or 30 % of all society's emissions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr

from emissions_inventory.inventory import Inventory
from emissions_inventory.labels import source_labels
from emissions_inventory.scenarios.change_table import aligned_totals
from emissions_inventory.scenarios.configuration import LEVELS, CutOf, ResponseRules, responses_config
from emissions_inventory.scenarios.cut import Cut
from emissions_inventory.scenarios.naming import scope_named
from emissions_inventory.scenarios.uncertainty import sector_multipliers
from foundation.errors import InputError

__all__ = ["check_response", "response_regions"]

_ROUNDING = 1e-9


@dataclass(frozen=True)
class _Cut:
    """Cut of a species: t before and after, the share, and drawn shares, (draw,)."""

    before_t: float
    after_t: float
    share: float
    drawn: np.ndarray


def check_response(
    before: Inventory, after: Inventory, regions: Sequence[str] | None = None, day: dt.date | None = None
) -> dict[str, Any]:
    """Lay what cuts achieve beside what each level requires.

    All sectors of the regions count, over all months of the inventories: the rule speaks of all society's
    emissions. The chance that a requirement is met comes from the uncertainty of the sectors' totals
    (`uncertainty`): what a cut of a badly known sector is worth is badly known.

    Args:
        before: the inventory.
        after: the same after cuts.
        regions: ids of regions; those of 乌昌石 by default (`default_area` of `responses.yaml`).
        day: whose rules apply; today's by default.

    Returns:
        Plain data: `rules` with `verified` and `source`; `regions`; `species`, for each the cut in t and in
        percent with its 95 % range; `levels`, for each whether it is met, the chance of that, and by
        pollutant what is required, achieved and lacking (in percent of the total, and t); `highest`, the
        strictest level met, or None.

    Raises:
        InputError: when a species of the rule is not in the inventories, or is not emitted in the regions.
    """
    config = responses_config()
    rules = config.rules_on(day or dt.datetime.now(dt.UTC).date())
    wanted = response_regions(()) if regions is None else regions
    area = [source_labels().region(name).id for name in wanted]
    cuts = _cuts(before, after, area)
    levels = [_level(name, rules, cuts) for name in LEVELS]
    met = [level["level"] for level in levels if level["met"]]
    return {
        "before": before.version, "after": after.version, "months": list(before.months), "regions": area,
        "rules": rules.name, "verified": rules.verified, "source": rules.source,
        "exchange": config.exchange.enabled,
        "species": [
            {
                "species": name, "before_t": cut.before_t, "after_t": cut.after_t,
                "cut_t": cut.before_t - cut.after_t, "cut_percent": 100 * cut.share,
                "range_95_percent": [float(100 * np.quantile(cut.drawn, one)) for one in (0.025, 0.975)],
            }
            for name, cut in cuts.items()
        ],
        "levels": levels,
        "highest": met[-1] if met else None,
    }  # fmt: skip


def response_regions(cuts: Iterable[Cut]) -> tuple[str, ...]:
    """Ids of the regions over which a response is judged.

    Those that the cuts name, also where they name only a county of one; the default area of `responses.yaml`
    when none names any.
    """
    named = {region for cut in cuts for scope in cut.scopes for region in (*scope.regions, *scope.partly)}
    default = scope_named(responses_config().default_area)
    return tuple(one for one in source_labels().region_ids() if one in named) or default.regions


def _cuts(before: Inventory, after: Inventory, regions: list[str]) -> dict[str, _Cut]:
    """The cut of each species of the rule."""
    wanted = [name for entry in responses_config().cut_of for name in entry.species]
    lacking = sorted(set(wanted) - (set(before.species) & set(after.species)))
    if lacking:
        raise InputError(f"the inventory holds no {', '.join(lacking)}", remedy="A response needs them all")
    if before.months != after.months:
        raise InputError("expected the same months before and after the cuts")
    first, second = (one.sel(region=[name for name in regions if name in one["region"]]).sum("region")
                     for one in aligned_totals(before, after, before.months))  # fmt: skip
    drawn = sector_multipliers(before)
    return {name: _cut(name, first, second, drawn, regions) for name in wanted}


def _cut(
    name: str, before: xr.DataArray, after: xr.DataArray, drawn: xr.DataArray, regions: list[str]
) -> _Cut:
    old, new = before.sel(species=name), after.sel(species=name)
    total, left = float(old.sum()), float(new.sum())
    if not total > 0:
        raise InputError(f"no {name} is emitted in {', '.join(regions)}", remedy="Name other regions")
    factor = drawn.sel(species=name)
    shares = 1.0 - (factor * new).sum("sector") / (factor * old).sum("sector")
    return _Cut(total, left, 1.0 - left / total, np.asarray(shares.values))


def _level(level: str, rules: ResponseRules, cuts: dict[str, _Cut]) -> dict[str, Any]:
    required = rules.required_cut[level]
    entries = [_pollutant(entry, required, cuts) for entry in responses_config().cut_of]
    met, drawn = _met(required, cuts)
    return {
        "level": level, "required_percent": 100 * required, "met": met,
        "probability": float(drawn.mean()), "pollutants": entries,
    }  # fmt: skip


def _pollutant(entry: CutOf, required: float, cuts: dict[str, _Cut]) -> dict[str, Any]:
    first, *others = (cuts[name] for name in entry.species)
    lacking = max(required - first.share, 0.0) if not _reaches(first.share, required) else 0.0
    return {
        "pollutant": entry.pollutant, "chinese": entry.chinese, "species": entry.species[0],
        "cut_percent": 100 * first.share, "met": bool(_reaches(first.share, required)),
        "lacking_percent": 100 * lacking, "lacking_t": lacking * first.before_t,
        "probability": float(_reaches(first.drawn, required).mean()),
        "beside": {
            name: {"cut_percent": 100 * cut.share, "met": bool(_reaches(cut.share, required)),
                   "probability": float(_reaches(cut.drawn, required).mean())}
            for name, cut in zip(entry.species[1:], others, strict=True)
        },
    }  # fmt: skip


def _met(required: float, cuts: dict[str, _Cut]) -> tuple[bool, np.ndarray]:
    """Whether all pollutants reach a requirement, and in which draws."""
    config = responses_config()
    deciding = [entry.species[0] for entry in config.cut_of]
    met, drawn = True, np.ones_like(cuts[deciding[0]].drawn, dtype=bool)
    if config.exchange.enabled:
        deciding = [name for name in deciding if name not in ("so2", "nox")]
        met = bool(_reaches(cuts["so2"].share + cuts["nox"].share, 2 * required))
        drawn = _reaches(cuts["so2"].drawn + cuts["nox"].drawn, 2 * required)
    for name in deciding:
        met = met and bool(_reaches(cuts[name].share, required))
        drawn = drawn & _reaches(cuts[name].drawn, required)
    return met, drawn


def _reaches(share: Any, required: float) -> Any:
    """At least the requirement, rounding apart: 1 - 0.7 is a cut of 30 %."""
    return np.asarray(share) >= required - _ROUNDING
