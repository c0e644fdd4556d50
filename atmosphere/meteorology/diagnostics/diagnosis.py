"""All diagnostics of one profile, and the document that says them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from atmosphere.meteorology.diagnostics.air_profile import Profile
from atmosphere.meteorology.diagnostics.dispersion import DispersionGrade, dispersion_grade
from atmosphere.meteorology.diagnostics.inversion import Inversion, inversions, strongest
from atmosphere.meteorology.diagnostics.mixing_height import MixingHeight, mixing_height
from atmosphere.meteorology.diagnostics.stability import Stability, stability
from atmosphere.meteorology.diagnostics.thermodynamics import relative_humidity
from atmosphere.meteorology.diagnostics.ventilation import Ventilation, ventilation


@dataclass(frozen=True)
class Diagnosis:
    """What a profile says.

    Attributes:
        profile: the profile itself.
        inversions: from the ground upward.
        mixing: mixing height; None when there is none.
        ventilation: of the mixed layer; None when it cannot be said.
        stability: near the ground.
        dispersion: the grade; None without ventilation.
        unavailable: what is not said, and why.
    """

    profile: Profile
    inversions: tuple[Inversion, ...]
    mixing: MixingHeight | None
    ventilation: Ventilation | None
    stability: Stability
    dispersion: DispersionGrade | None
    unavailable: tuple[tuple[str, str], ...]

    @property
    def inversion(self) -> Inversion | None:
        """The strongest inversion; None when there is none."""
        return strongest(self.inversions)


def diagnose(profile: Profile) -> Diagnosis:
    """Everything that can be said of a profile."""
    unavailable: list[tuple[str, str]] = []
    layers = inversions(profile)
    mixing = mixing_height(profile)
    air: Ventilation | str = "no mixing height"
    if isinstance(mixing, MixingHeight):
        air = ventilation(profile, mixing.height)
        if mixing.of_model is None:
            unavailable.append(("mixing_height.model_m", "the source gives none"))
        if mixing.of_richardson is None:
            unavailable.append(("mixing_height.bulk_richardson_m", mixing.why_no_richardson))
    else:
        unavailable.append(("mixing_height", mixing))
    steadiness = stability(profile)
    if steadiness.obukhov_length is None:
        unavailable.append(("stability.obukhov_length_m", steadiness.why_no_obukhov))
    grade = None
    if isinstance(air, str):
        unavailable += [("ventilation", air), ("dispersion", f"no ventilation: {air}")]
    else:
        grade = dispersion_grade(air, layers, profile.surface.get("precipitation_rate"))
    return Diagnosis(
        profile, layers, mixing if isinstance(mixing, MixingHeight) else None,
        air if isinstance(air, Ventilation) else None, steadiness, grade, tuple(unavailable),
    )  # fmt: skip


def document(diagnosis: Diagnosis) -> dict[str, Any]:
    """The diagnosis ready for JSON: numbers with their units in the names, null for what is not there."""
    mixing, air, grade = diagnosis.mixing, diagnosis.ventilation, diagnosis.dispersion
    main = diagnosis.inversion
    return {
        "lowest_point": _lowest(diagnosis.profile),
        "inversion": _inversion(main) if main else None,
        "inversions": [_inversion(layer) for layer in diagnosis.inversions],
        "mixing_height": mixing and {
            "height_m": _plain(mixing.height), "method": mixing.method, "model_m": _plain(mixing.of_model),
            "bulk_richardson_m": _plain(mixing.of_richardson),
            "bulk_richardson_between_m": mixing.between and [_plain(level) for level in mixing.between],
        },
        "ventilation": air and {
            "index_m2_s": _plain(air.index), "mean_wind_m_s": _plain(air.mean_wind_speed, 2),
        },
        "stability": _stability(diagnosis.stability),
        "dispersion": grade and {
            "grade": grade.grade, "grades": 6, "chinese": grade.chinese, "english": grade.english,
            "evidence": [{"chinese": chinese, "english": english} for chinese, english in grade.evidence],
            "rules": grade.rules, "verified": grade.verified,
        },
        "remarks": [{"chinese": first, "english": second} for first, second in diagnosis.profile.remarks],
        "unavailable": [{"what": what, "why": why} for what, why in diagnosis.unavailable],
    }  # fmt: skip


def _plain(value: float | None, digits: int = 1) -> float | None:
    return None if value is None or not np.isfinite(value) else round(float(value), digits)


def _lowest(profile: Profile) -> dict[str, Any]:
    east, north = float(profile.eastward_wind[0]), float(profile.northward_wind[0])
    speed = float(np.hypot(east, north))
    direction = float(np.rad2deg(np.arctan2(-east, -north))) % 360.0
    humidity = relative_humidity(profile.temperature[:1], profile.dew_point[:1])[0]
    return {
        "is_surface": profile.starts_at_surface, "ground_height_m": _plain(profile.surface_height),
        "pressure_hpa": _plain(profile.pressure[0] / 100.0), "temperature_k": _plain(profile.temperature[0]),
        "dew_point_k": _plain(profile.dew_point[0]), "relative_humidity_percent": _plain(100.0 * humidity),
        "wind_speed_m_s": _plain(speed),
        "wind_from_direction_deg": _plain(direction) if speed > 0 else None,
    }  # fmt: skip


def _inversion(layer: Inversion) -> dict[str, Any]:
    return {
        "type": layer.kind, "strength_k": _plain(layer.strength, 2),
        "base_height_m": _plain(layer.base_height), "top_height_m": _plain(layer.top_height),
        "base_pressure_hpa": _plain(layer.base_pressure / 100.0),
        "top_pressure_hpa": _plain(layer.top_pressure / 100.0),
        "base_temperature_k": _plain(layer.base_temperature, 2),
        "top_temperature_k": _plain(layer.top_temperature, 2),
        "gradient_k_per_100m": _plain(100.0 * layer.gradient, 2),
    }  # fmt: skip


def _stability(found: Stability) -> dict[str, Any]:
    return {
        "temperature_gradient_k_per_100m": _plain(100.0 * found.temperature_gradient, 2),
        "lowest_layer_top_m": _plain(found.layer_top),
        "potential_temperature_gradient_k_per_100m": _plain(100.0 * found.bulk_potential_gradient, 2),
        "potential_temperature_layer_top_m": _plain(found.bulk_top),
        "pasquill_class": found.pasquill, "pasquill_from_a_coarse_layer": found.pasquill_is_coarse,
        "obukhov_length_m": _plain(found.obukhov_length), "obukhov_class": found.obukhov_class,
    }  # fmt: skip
