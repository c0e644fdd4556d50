"""The emission schemes against published curves and closed forms."""

from __future__ import annotations

import numpy as np

from atmosphere.transport.proofs.proof import Proof
from emissions_inventory.natural.configuration import SCHEMES, dust_config
from emissions_inventory.natural.ground import Ground
from emissions_inventory.natural.region_configuration import Population
from emissions_inventory.natural.schemes import emission_scheme
from emissions_inventory.natural.thresholds import iversen_white
from foundation.configuration import Config, load_shipped

__all__ = ["DustCurvesConfig", "curve_proofs"]

_SAND = (Population(median_um=100, sigma=1.6, share=1.0),)
_FAR = np.array([8.0, 9.9])
"""Friction velocities some forty times the threshold, m s-1: where the law of power stands alone."""

_STANDARD_DENSITY, _KOK_THRESHOLD, _KOK_MARK, _KOK_SLOPE = 1.225, 0.20411, 0.16, 2.7


class _Curve(Config):
    moisture_percent: float
    velocity: tuple[float, ...]
    flux: tuple[float, ...]


class _Kok(Config):
    source: str
    clay_percent: float
    air_density: float
    curves: tuple[_Curve, ...]


class _IversenWhite(Config):
    source: str
    air_density: float
    diameter_um: tuple[float, ...]
    threshold: tuple[float, ...]


class DustCurvesConfig(Config):
    """The file `configs/dust_curves.yaml`, which explains the keys."""

    kok: _Kok
    iversen_white: _IversenWhite


def curve_proofs() -> list[Proof]:
    """Flux and threshold against published values, zeros, and the powers far above the threshold."""
    config, published = dust_config(), load_shipped(DustCurvesConfig, "dust_curves.yaml")
    held = published.iversen_white
    made = iversen_white(np.array(held.diameter_um) * 1e-6, np.array(held.air_density), config)
    threshold = float(np.abs(made - held.threshold).max())
    return [
        Proof("flux of Kok et al. 2014, relative", _kok(published.kok), 2e-3, note="12 points, dry and wet"),
        Proof("threshold of Iversen and White, m/s", threshold, 1e-4, note="20 to 1000 µm"),
        Proof("flux at and below the threshold, on ground that is closed", _zeros(), 0.0, note="all schemes"),
        *_powers(),
    ]


def _ground(air_density: float, moisture: float, clay: float, open_share: float = 1.0) -> Ground:
    smooth = dust_config().drag_partition.smooth_roughness_m.value
    density, wet, bare = (np.array(one) for one in (air_density, moisture, open_share))
    return Ground(density, wet, bare, np.array(1.0), smooth, clay, _SAND)


def _kok(published: _Kok) -> float:
    """Largest relative difference; a flux where none is published counts whole."""
    scheme, worst = emission_scheme("kok", dust_config()), 0.0
    for curve in published.curves:
        ground = _ground(published.air_density, curve.moisture_percent, published.clay_percent)
        made, wanted = scheme.flux(np.array(curve.velocity), ground), np.array(curve.flux)
        off = np.where(wanted > 0, np.abs(made / np.where(wanted > 0, wanted, 1.0) - 1), made > 0)
        worst = max(worst, float(off.max()))
    return worst


def _zeros() -> float:
    """Largest flux where there must be none, kg m-2 s-1."""
    worst = 0.0
    for name in SCHEMES:
        scheme, ground = emission_scheme(name, dust_config()), _ground(1.2, 3.0, 15.0)
        below = scheme.flux(np.linspace(0, float(scheme.threshold(ground)), 200), ground)
        closed = scheme.flux(np.array(0.7), _ground(1.2, 3.0, 15.0, open_share=0.0))
        worst = max(worst, float(below.max()), float(closed))
    return worst


def _powers() -> list[Proof]:
    kok = 2 + _KOK_SLOPE * (_KOK_THRESHOLD - _KOK_MARK) / _KOK_MARK
    proofs = []
    for name, power in zip(SCHEMES, (kok, 3.0, 3.0), strict=True):
        scheme, ground = emission_scheme(name, dust_config()), _ground(_STANDARD_DENSITY, 0.0, 15.0)
        made = float(np.diff(np.log(scheme.flux(_FAR, ground)))[0] / np.diff(np.log(_FAR))[0])
        note = f"{made:.2f} found, {power:.2f} expected"
        proofs.append(
            Proof(
                f"power of friction velocity far above the threshold, {name}",
                abs(made - power),
                0.06,
                note=note,
            )
        )
    return proofs
