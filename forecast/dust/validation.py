"""Every proof of dust, in the order in which they are told."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from atmosphere.transport.proofs.proof import Proof
from emissions_inventory.natural.proofs import curve_proofs
from forecast.dust.budget import budget_proofs
from forecast.dust.learned.twin import learned_twin_proofs
from forecast.dust.nesting import nesting_proofs
from forecast.dust.twin import twin_proofs

__all__ = ["GROUPS", "dust_proofs"]

GROUPS = ("emission curves", "mass budget", "inner domain", "twin", "learned correction")


def dust_proofs(progress: Callable[[str], None] = lambda _name: None) -> Iterator[Proof]:
    """Run every group of proofs; `progress` is told the name of each before it runs."""
    progress(GROUPS[0])
    yield from curve_proofs()
    progress(GROUPS[1])
    yield from budget_proofs()
    progress(GROUPS[2])
    yield from nesting_proofs()
    progress(GROUPS[3])
    yield from twin_proofs(progress)
    progress(GROUPS[4])
    yield from learned_twin_proofs(progress)
