"""`bogda sources pmf-bootstrap`, `pmf-displacement`, `pmf-bs-displacement` and `pmf-constrain`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from flows.output import print_json, print_line, progress_bar


def run_bootstrap(folder: str, runs: int, block: int, seed: int, *, as_json: bool) -> None:
    """Bootstrap a factorisation and print which factors map.

    Raises:
        BogdaError: when the folder holds no factorisation, or runs and block do not fit it.
    """
    from sources.receptor.errors.bootstrap import bootstrap

    found = _unconstrained(folder)
    with progress_bar("sources pmf-bootstrap", 1) as advance:
        advance(f"{runs} runs")
        made = bootstrap(found, runs, block=block, seed=seed)
    document = {
        "folder": folder, "runs": runs, "block": block, "species": list(found.samples.species),
        "mapping": made.mapping.tolist(), "unmapped": made.mapping[:, -1].tolist(),
        "converged": int(made.converged.sum()), "quantiles_percent": [5, 25, 50, 75, 95],
        "quantiles": _numbers(made.quantiles),
    }  # fmt: skip
    _print(document, as_json=as_json)


def run_displacement(folder: str, levels: Sequence[float], *, as_json: bool) -> None:
    """Displace the profiles of a factorisation and print their intervals and swaps.

    Raises:
        BogdaError: when the folder holds no factorisation, or a level is none.
    """
    from sources.receptor.errors.displacement import displace

    found = _unconstrained(folder)
    with progress_bar("sources pmf-displacement", 1) as advance:
        advance(f"{found.profiles.size} elements")
        made = displace(found, levels)
    base = found.q_robust if found.robust else found.q_true
    document = {
        "folder": folder, "levels": list(made.levels), "species": list(found.samples.species),
        "lower": _numbers(made.lower), "upper": _numbers(made.upper), "swaps": made.swaps.tolist(),
        "reached": int(made.reached.sum()), "ends": int(made.reached.size),
        "largest_decrease_percent": 100.0 * float(made.largest_decrease) / base,
    }  # fmt: skip
    _print(document, as_json=as_json)


@dataclass(frozen=True)
class BsDisplacementRequest:
    """What was asked for on the command line; no species and no levels mean the usual ones."""

    folder: str
    runs: int
    block: int
    seed: int
    species: tuple[str, ...]
    levels: tuple[float, ...]


def run_bs_displacement(asked: BsDisplacementRequest, *, as_json: bool) -> None:
    """Displace chosen elements on bootstrap resamples and print intervals, swaps and what does not count.

    Raises:
        BogdaError: when the folder holds no factorisation, or a choice does not fit it.
    """
    from sources.receptor.errors.bs_displacement import BS_LEVELS, bs_displace

    found = _unconstrained(asked.folder)
    with progress_bar("sources pmf-bs-displacement", 1) as advance:
        advance(f"{asked.runs} resamples")
        made = bs_displace(
            found, asked.runs, species=asked.species or None, levels=asked.levels or BS_LEVELS,
            block=asked.block, seed=asked.seed,
        )  # fmt: skip
    document = {
        "folder": asked.folder, "runs": asked.runs, "block": asked.block, "levels": list(made.levels),
        "species": list(made.species), "accepted": list(made.accepted),
        "dropped": {str(number): reason for number, reason in made.dropped.items()},
        "swaps": made.swaps.tolist(), "largest_decrease_percent": 100.0 * made.largest_decrease,
        "unreached": made.unreached, "lower": _numbers(made.lower), "upper": _numbers(made.upper),
    }  # fmt: skip
    _print(document, as_json=as_json)


def run_constrain(folder: str, pulls: Sequence[str], file: str | None, out: str, *, as_json: bool) -> None:
    """Constrain a factorisation, write the solution and print what each constraint cost.

    Raises:
        BogdaError: when the folder holds no factorisation, a constraint cannot be read or kept, or the folder
            for the solution cannot be written.
    """
    from sources.receptor.constraints.application import constrain
    from sources.receptor.constraints.record import write_constrained
    from sources.receptor.constraints.wording import read_constraints

    found = _unconstrained(folder)
    texts = [*(read_constraints(file) if file else ()), *pulls]
    with progress_bar("sources pmf-constrain", 1) as advance:
        advance(f"{len(texts)} constraints")
        made = constrain(found, texts)
    document = {"base": folder, "folder": str(write_constrained(made, out)), **made.document()}
    if as_json:
        print_json(document)
        return
    for name in ("folder", "base_q", "q", "rise", "rise_percent"):
        value = document[name]
        print_line(f"{name}: {value:.6g}" if isinstance(value, float) else f"{name}: {value}")
    for one in made.applied:
        limit = "" if one.limit is None else f" / {one.limit:.4g}"
        mark = "已到上限 limit reached" if one.limit_reached else "已满足 kept"
        print_line(f"{one.text}: {one.before} → {one.after}, dQ {one.rise:.4g}{limit}, {mark}")


def _unconstrained(folder: str) -> Any:
    from sources.receptor.archive import read_folder
    from sources.receptor.constraints.record import refuse_constrained

    refuse_constrained(folder)
    return read_folder(folder)


def _numbers(values: np.ndarray) -> Any:
    """Nested lists in which what is not a number is null."""
    plain = values.astype(object)
    plain[~np.isfinite(values)] = None
    return plain.tolist()


def _print(document: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json(document)
        return
    for name, value in document.items():
        if name not in {"quantiles", "lower", "upper"}:
            print_line(f"{name}: {value:.6g}" if isinstance(value, float) else f"{name}: {value}")
    _print_intervals(document)


def _print_intervals(document: dict[str, Any]) -> None:
    """A line for each species, an interval for each factor."""
    if "quantiles" in document:
        percents, quantiles = document["quantiles_percent"], document["quantiles"]
        ends, what = (quantiles[0], quantiles[-1]), f"{percents[0]}–{percents[-1]} %"
    else:
        ends, what = (document["lower"][0], document["upper"][0]), f"dQ {document['levels'][0]:g}"
    low, high = (np.array(part, dtype=float) for part in ends)
    numbers = "".join(f"{f'因子 factor {number}':>25}" for number in range(1, len(low) + 1))
    print_line(f"成分谱区间 intervals of the profiles, {what}\n{'':12}{numbers}")
    for column, name in enumerate(document["species"]):
        spans = "".join(f"{f'{low[k, column]:.4g} – {high[k, column]:.4g}':>27}" for k in range(len(low)))
        print_line(f"{name:12}{spans}")
