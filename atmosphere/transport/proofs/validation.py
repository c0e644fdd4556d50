"""Every proof of the transport model, in the order in which they are told."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from atmosphere.transport.proofs.adjoint import adjoint_proofs
from atmosphere.transport.proofs.advection import advection_proofs
from atmosphere.transport.proofs.analytic import analytic_proofs
from atmosphere.transport.proofs.conservation import conservation_proofs
from atmosphere.transport.proofs.devices import device_proofs
from atmosphere.transport.proofs.proof import Proof
from atmosphere.transport.proofs.tags import tag_proofs

__all__ = ["GROUPS", "all_proofs"]

GROUPS: dict[str, Callable[[], list[Proof]]] = {
    "advection": advection_proofs, "conservation": conservation_proofs, "tags": tag_proofs,
    "adjoint": adjoint_proofs, "closed forms": analytic_proofs, "devices": device_proofs,
}  # fmt: skip


def all_proofs(progress: Callable[[str], None] = lambda _name: None) -> Iterator[Proof]:
    """Run every group of proofs; `progress` is told the name of each group before it runs."""
    for name, group in GROUPS.items():
        progress(name)
        yield from group()
