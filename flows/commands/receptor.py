"""`bogda sources pmf`, `pmf-bootstrap` and `pmf-displacement`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from flows.output import print_json, print_line, progress_bar


@dataclass(frozen=True)
class PmfRequest:
    """What was asked for on the command line."""

    concentrations: str
    uncertainties: str
    factors: int
    out: str | None
    starts: int
    seed: int
    robust: bool
    fpeak: float


def run_pmf(request: PmfRequest, *, as_json: bool) -> None:
    """Factorise a pair of tables and print how well.

    Raises:
        BogdaError: when the tables cannot be used or the folder cannot be written.
    """
    from sources.receptor import command

    with progress_bar("sources pmf", 1) as advance:
        advance(f"{request.starts} starts")
        document = command.run_pmf(
            request.concentrations, request.uncertainties, request.factors, request.starts, request.seed,
            request.robust, request.fpeak, request.out,
        )  # fmt: skip
    _print(document, as_json=as_json)


def run_bootstrap(folder: str, runs: int, block: int, seed: int, *, as_json: bool) -> None:
    """Bootstrap a factorisation and print which factors map.

    Raises:
        BogdaError: when the folder holds no factorisation, or runs and block do not fit it.
    """
    from sources.receptor.archive import read_folder
    from sources.receptor.bootstrap import bootstrap

    found = read_folder(folder)
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
    from sources.receptor.archive import read_folder
    from sources.receptor.displacement import displace

    found = read_folder(folder)
    with progress_bar("sources pmf-displacement", 1) as advance:
        advance(f"{found.profiles.size} elements")
        made = displace(found, levels)
    document = {
        "folder": folder, "levels": list(made.levels), "species": list(found.samples.species),
        "lower": _numbers(made.lower), "upper": _numbers(made.upper), "swaps": made.swaps.tolist(),
        "reached": int(made.reached.sum()), "ends": int(made.reached.size),
        "largest_decrease": float(made.largest_decrease),
    }  # fmt: skip
    _print(document, as_json=as_json)


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
