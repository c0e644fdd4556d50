"""Every proof of the trajectories, with its value and its bound."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np

from atmosphere import native
from atmosphere.trajectories.configuration import TrajectoryConfig, TurbulenceConfig

__all__ = ["hysplit_comparisons", "proofs"]

Proof = dict[str, Any]

_HYSPLIT_FOLDER = Path("meteorology") / "hysplit_ngm"


def proofs(real_data: str | Path | None = None) -> list[Proof]:
    """Run all proofs; half a minute on one core.

    Args:
        real_data: folder of real files; by default the environment's `BOGDA_REAL_DATA`, or `../shared/data`.

    Returns:
        For each proof its name, value, bound and whether it passed; one that cannot be run has no value, None
        for `passed`, and `skipped` with the reason.
    """
    return [*_orbits(), *_mixing(), *_engines(), *_hysplit(_folder(real_data))]


def hysplit_comparisons(folder: Path, coordinate: str = "height") -> list[Any]:
    """Our trajectories beside all of HYSPLIT's in a folder of `tdump*` files and one ARL-packed file.

    Args:
        folder: holds both.
        coordinate: of `TrajectoryConfig`.
    """
    from atmosphere.meteorology.readers.arl import read_arl
    from atmosphere.trajectories.hysplit import compare, read_tdump
    from atmosphere.trajectories.weather_nodes import weather_nodes

    config = TrajectoryConfig.model_validate({"coordinate": coordinate})
    nodes = weather_nodes(read_arl(sorted(folder.glob("*.BIN"))), config)
    found = [theirs for path in sorted(folder.glob("tdump*")) for theirs in read_tdump(path)]
    return [compare(nodes, theirs, config) for theirs in found]


def _at_most(name: str, value: float, bound: float) -> Proof:
    return {"name": name, "value": value, "bound": bound, "passed": bool(abs(value) <= bound)}


def _at_least(name: str, value: float, bound: float) -> Proof:
    return {"name": name, "value": value, "bound": bound, "passed": bool(value >= bound)}


def _skipped(name: str, bound: float, reason: str) -> Proof:
    return {"name": name, "value": None, "bound": bound, "passed": None, "skipped": reason}


def _orbits() -> list[Proof]:
    from atmosphere.trajectories.orbits import (
        closure_on_the_sphere,
        gridded_closure,
        order_of_convergence,
        return_error,
    )

    return [
        _at_least("order of convergence, midpoint", order_of_convergence("midpoint"), 1.95),
        _at_least("order of convergence, Runge-Kutta", order_of_convergence("runge_kutta_4"), 3.9),
        _at_most("closed orbit, midpoint, 180 s (m)", closure_on_the_sphere("midpoint", 480), 200.0),
        _at_most("closed orbit, Runge-Kutta, 180 s (m)", closure_on_the_sphere("runge_kutta_4", 480), 0.01),
        _at_most("closed orbit in gridded weather, 0.25° (share of the orbit)", gridded_closure(0.25), 1e-5),
        _at_least(
            "order in the grid spacing, 1° to 0.25°",
            float(np.log2(gridded_closure(1.0) / gridded_closure(0.25)) / 2.0), 1.8,
        ),
        _at_most("24 h forward and back (share of the way)", return_error(24.0, 50), 1e-6),
    ]  # fmt: skip


def _mixing() -> list[Proof]:
    from atmosphere.trajectories.basin_proof import basin_deviation
    from atmosphere.trajectories.mixing_proofs import mean_rise_error, spread_error, well_mixed_deviation

    proofs: list[Proof] = []
    for way, hours in (("forward", 12.0), ("backward", -12.0)):
        value, count = well_mixed_deviation(hours)
        name = f"well mixed after 12 h {way}, {count} particles (standard deviations of the sampling)"
        proofs.append(_at_most(name, value, 4.0))
    value, count = basin_deviation()
    name = f"well mixed after 4 h over the basin, {count} particles (standard deviations of the sampling)"
    proofs.append(_at_most(name, value, 4.0))
    return [
        *proofs,
        _at_most("mean rise from the ground, 180 s (relative)", mean_rise_error(180.0), 0.02),
        _at_most("spread under constant diffusivity, 180 s (relative)", spread_error(180.0), 0.03),
    ]


def _engines() -> list[Proof]:
    from atmosphere.trajectories.engine_proofs import engine_difference, paths_that_depend_on_company

    cases: dict[str, tuple[str, TurbulenceConfig | None, float]] = {
        "midpoint": ("midpoint", None, 1e-6), "Runge-Kutta": ("runge_kutta_4", None, 1e-6),
        "midpoint with turbulence": ("midpoint", TurbulenceConfig(seed=3), 1e-5),
    }  # fmt: skip
    if native.compiler() is None:
        reason = "no C++ compiler on this machine"
        same = [
            _skipped(f"compiled engine = plain PyTorch, {name}", case[2], reason)
            for name, case in cases.items()
        ]
    else:
        same = [
            _at_most(f"compiled engine = plain PyTorch, {name}", engine_difference(*case[:2]), case[2])
            for name, case in cases.items()
        ]
    return [
        *same,
        _at_most("paths that depend on company or threads", float(paths_that_depend_on_company()), 0.0),
    ]


def _folder(real_data: str | Path | None) -> Path:
    return (
        Path(real_data or os.environ.get("BOGDA_REAL_DATA") or Path("..") / "shared" / "data")
        / _HYSPLIT_FOLDER
    )


def _hysplit(folder: Path) -> list[Proof]:
    name, bound = "distance to HYSPLIT's end points, {} (share of the way, mean)", 0.05
    if not folder.is_dir():
        reason = f"no HYSPLIT trajectories at {folder}; set BOGDA_REAL_DATA"
        return [_skipped(name.format(kind), bound, reason) for kind in ("height", "pressure")]
    return [
        _at_most(
            name.format(kind),
            float(np.mean([found.share for found in hysplit_comparisons(folder, kind)])),
            bound,
        )
        for kind in ("height", "pressure")
    ]
