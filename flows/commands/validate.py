"""`bogda validate`."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from flows.output import print_json, print_line, progress_bar

GROUPS_OF_TRANSPORT = 7
_GROUPS = {"transport": GROUPS_OF_TRANSPORT, "trajectories": 1, "sources": 9, "learned": 2, "dust": 5}
_REPLICATES, _FULL_REPLICATES = 10, 100
_DRAWS, _FULL_DRAWS = 40, 200
_TRUTHS, _FULL_TRUTHS = 5, 20
_MARKS = {True: "✓", False: "✗", None: "–"}

Advance = Callable[[str], None]
Documents = Iterable[dict[str, Any]]


@dataclass(frozen=True)
class _Choice:
    """Folder of real files, found like that of the cases when None, and whether all twins are run."""

    data: str | None
    full: bool


def run(what: str, *, as_json: bool, data: str | None = None, full: bool = False) -> None:
    """Run every proof of transport, trajectories, sources, learned or dust; exits with 1 when one fails.

    Args:
        what: `transport`, `trajectories`, `sources`, `learned` or `dust`.
        as_json: print JSON.
        full: of sources and learned, the twin experiments of the published tables instead of fewer.
        data: folder of real files for the proofs that need them; found like that of the cases by default.
    """
    with progress_bar(f"validate {what}", _GROUPS[what]) as advance:
        proofs = list(_PROOFS[what](advance, _Choice(data, full)))
    if as_json:
        print_json({"proofs": proofs})
    else:
        _print(proofs)
    if any(proof["passed"] is False for proof in proofs):
        sys.exit(1)


def _transport(advance: Advance, _: _Choice) -> Documents:
    from atmosphere.transport.proofs.validation import all_proofs
    from forecast.physical.agreement import agreement_proofs

    for proof in all_proofs(advance):
        yield proof.document()
    for proof in agreement_proofs(progress=advance):
        yield proof.document()


def _trajectories(advance: Advance, _: _Choice) -> Documents:
    from atmosphere.trajectories.validation import proofs

    advance("trajectories")
    return proofs()


def _sources(advance: Advance, choice: _Choice) -> Documents:
    from flows.case_inputs import real_folder
    from flows.source_proofs import demonstration_run, run_proofs
    from sources.receptor.cmb.proofs import proofs as balance_proofs
    from sources.receptor.errors.proofs import error_proofs
    from sources.receptor.proofs import receptor_proofs
    from sources.trajectory_statistics.proofs import proofs as map_proofs

    folder = real_folder(choice.data) / "receptor"
    held = folder if folder.is_dir() else None
    advance("trajectory statistics")
    yield from map_proofs()
    advance("receptor models")
    for proof in (*receptor_proofs(held), *balance_proofs(held)):
        yield proof.document()
    for proof in error_proofs(held, _FULL_REPLICATES if choice.full else _REPLICATES, lambda _step: None):
        yield proof.document()
    with tempfile.TemporaryDirectory(prefix="bogda-proofs-") as store:
        run_folder = demonstration_run(store, lambda step: advance(f"demo · {step}"))
        for proof in run_proofs(run_folder, _FULL_DRAWS if choice.full else _DRAWS, advance):
            yield proof.document()


def _learned(advance: Advance, choice: _Choice) -> Documents:
    from flows.learned_proofs import SeriesChoice, learned_proofs

    with tempfile.TemporaryDirectory(prefix="bogda-proofs-") as store:
        series = SeriesChoice(step_deg=None) if choice.full else SeriesChoice()
        for proof in learned_proofs(store, _FULL_TRUTHS if choice.full else _TRUTHS, series, advance):
            yield proof.document()


def _dust(advance: Advance, _: _Choice) -> Documents:
    from forecast.dust.validation import dust_proofs

    for proof in dust_proofs(advance):
        yield proof.document()


_PROOFS: dict[str, Callable[[Advance, _Choice], Documents]] = {
    "transport": _transport, "trajectories": _trajectories, "sources": _sources, "learned": _learned,
    "dust": _dust,
}  # fmt: skip


def _print(proofs: list[dict[str, Any]]) -> None:
    for proof in proofs:
        value = "未运行 not run" if proof["value"] is None else f"{proof['value']:.3g}"
        sign = "≥" if proof.get("bound_is") == "least" else "≤"
        said = proof.get("note") or proof.get("skipped") or ""
        against = f"{value} ({sign} {proof['bound']:.3g})"
        print_line(f"{_MARKS[proof['passed']]} {proof['name']}: {against} {said}".rstrip())
