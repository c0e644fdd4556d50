"""`bogda validate`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from typing import Any

from flows.output import print_json, print_line, progress_bar

GROUPS_OF_TRANSPORT = 7
_MARKS = {True: "✓", False: "✗", None: "–"}


def run(what: str, *, as_json: bool) -> None:
    """Run every proof of the transport model or of the trajectories; exits with 1 when one fails.

    Args:
        what: `transport` or `trajectories`.
        as_json: print JSON.
    """
    with progress_bar(f"validate {what}", GROUPS_OF_TRANSPORT if what == "transport" else 1) as advance:
        proofs = list(_PROOFS[what](advance))
    if as_json:
        print_json({"proofs": proofs})
    else:
        _print(proofs)
    if any(proof["passed"] is False for proof in proofs):
        sys.exit(1)


def _transport(advance: Callable[[str], None]) -> Iterable[dict[str, Any]]:
    from atmosphere.transport.proofs.validation import all_proofs
    from forecast.physical.agreement import agreement_proofs

    for proof in all_proofs(advance):
        yield proof.document()
    for proof in agreement_proofs(progress=advance):
        yield proof.document()


def _trajectories(advance: Callable[[str], None]) -> Iterable[dict[str, Any]]:
    from atmosphere.trajectories.validation import proofs

    advance("trajectories")
    return proofs()


_PROOFS: dict[str, Callable[[Callable[[str], None]], Iterable[dict[str, Any]]]] = {
    "transport": _transport, "trajectories": _trajectories,
}  # fmt: skip


def _print(proofs: list[dict[str, Any]]) -> None:
    for proof in proofs:
        value = "未运行 not run" if proof["value"] is None else f"{proof['value']:.3g}"
        sign = "≥" if proof.get("bound_is") == "least" else "≤"
        said = proof.get("note") or proof.get("skipped") or ""
        against = f"{value} ({sign} {proof['bound']:.3g})"
        print_line(f"{_MARKS[proof['passed']]} {proof['name']}: {against} {said}".rstrip())
