"""The prior beside what is published: totals, shares of Urumqi-Changji-Shihezi, coal."""

from __future__ import annotations

from dataclasses import dataclass

from emissions_inventory.prior.budget import year_budget
from emissions_inventory.prior.configuration import PriorConfig, prior_config

__all__ = ["Constraint", "constraints"]

_KG_PER_KT = 1e6
_T_PER_MT = 1e6
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Constraint:
    """A published figure and what the prior has.

    Attributes:
        name: such as `so2 share of the region`.
        lowest: that the words of the source allow.
        highest: that they allow.
        value: of the prior.
        unit: of all three.
        source: where it is published.
    """

    name: str
    lowest: float
    highest: float
    value: float
    unit: str
    source: str

    @property
    def held(self) -> bool:
        """Whether the prior lies within."""
        return self.lowest <= self.value <= self.highest


def constraints(year: int, config: PriorConfig | None = None) -> tuple[Constraint, ...]:
    """Every published figure for a year beside the prior: totals of the year, shares of any year.

    Args:
        year: the year.
        config: the prior; the shipped one by default.

    Raises:
        ConfigurationError: when the prior contradicts itself.
        InputError: when totals and shares cannot both be met.
    """
    config = config or prior_config()
    budget = year_budget(config, year)
    totals = dict(zip(config.species, budget.totals / _KG_PER_KT, strict=True))
    shares = dict(zip(config.species, budget.shares, strict=True))
    found = []
    published = config.totals_kt.get(year)
    if published is not None:
        for name in published.published:
            wanted = published.values[name]
            low, high = wanted * (1 - _ROUNDING), wanted * (1 + _ROUNDING)
            found.append(Constraint(f"{name} of Xinjiang", low, high, totals[name], "kt", published.source))
    balance = config.balance
    ranges = [(name, shares[name], span) for name, span in balance.ranges.items()]
    if year >= balance.coal_from_year:
        ranges.append(("coal", float(budget.coal_t[0] / budget.coal_t.sum()), balance.coal_share))
    for name, value, (lowest, highest) in ranges:
        found.append(Constraint(f"{name}, share of the region", lowest, highest, value, "1", balance.source))
    if year < balance.coal_from_year:
        return tuple(found)
    heat = budget.heat_coal_t / _T_PER_MT
    found.append(
        Constraint("coal of power and heat", *balance.heat_coal_mt, heat, "Mt", balance.heat_coal_source)
    )
    return tuple(found)
