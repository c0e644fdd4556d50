"""Published schemes of dust emission behind one signature.

All give the vertical flux of dust of all sizes carried, kg m-2 s-1, from the friction velocity over the
ground with its stones, m s-1, and the ground. `factor` multiplies the threshold: a number, or an array that
broadcasts, so that an ensemble of thresholds is one call.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from emissions_inventory.natural import thresholds
from emissions_inventory.natural.configuration import DustEmissionConfig, SchemeName
from emissions_inventory.natural.ground import Ground
from emissions_inventory.natural.sizes import GRAIN_DIAMETERS, cross_section_shares
from foundation.constants import GRAVITY, VON_KARMAN
from foundation.errors import InputError

__all__ = ["EmissionScheme", "Ginoux", "Kok", "MarticorenaBergametti", "emission_scheme"]

Factor = float | np.ndarray
_PER_CM_TO_PER_M = 100.0
_WIND_HEIGHT_M = 10.0
_LEAST_SECTION = 1e-3
"""Grains of less than this share of the cross section do not decide when a soil begins to move."""


class EmissionScheme(Protocol):
    """What every scheme can do."""

    def threshold(self, ground: Ground, factor: Factor = 1.0) -> np.ndarray:
        """Friction velocity over the whole surface at which dust begins to rise, m s-1."""

    def flux(self, friction_velocity: np.ndarray, ground: Ground, factor: Factor = 1.0) -> np.ndarray:
        """Dust emitted, kg m-2 s-1; exactly 0 at the threshold and below."""


def emission_scheme(name: SchemeName, config: DustEmissionConfig) -> EmissionScheme:
    """The scheme of a name, with its constants."""
    if name == "kok":
        return Kok(config)
    return MarticorenaBergametti(config) if name == "marticorena_bergametti" else Ginoux(config)


@dataclass(frozen=True)
class MarticorenaBergametti:
    """Saltation by grain size, and dust in proportion to it by the soil's clay.

    Horizontal flux of White (1979), c rho / g u^3 (1 + R)(1 - R^2) with R = threshold / u, summed over the
    grains by their share of the cross section; dust is 10^(0.134 clay - 6) cm-1 of it (Marticorena and
    Bergametti 1995, doi:10.1029/95JD00690, eq. 28 to 34 and 47).
    """

    config: DustEmissionConfig

    def threshold(self, ground: Ground, factor: Factor = 1.0) -> np.ndarray:
        """Of the grains that move first."""
        held = cross_section_shares(ground.populations) > _LEAST_SECTION
        dry = thresholds.iversen_white(GRAIN_DIAMETERS[held], self._standard_air(), self.config)
        return _raised(float(dry.min()), ground, self.config) * factor

    def flux(self, friction_velocity: np.ndarray, ground: Ground, factor: Factor = 1.0) -> np.ndarray:
        """Share of the horizontal flux."""
        law = self.config.marticorena_bergametti
        velocity = _checked(friction_velocity)
        clay = min(ground.clay, law.most_clay_percent)
        efficiency = _PER_CM_TO_PER_M * 10 ** (law.clay_slope * clay + law.clay_intercept)
        source = ground.source_strength if law.uses_source_function else 1.0
        return np.asarray(self.saltation(velocity, ground, factor) * efficiency * ground.open_share * source)

    def saltation(self, velocity: np.ndarray, ground: Ground, factor: Factor = 1.0) -> np.ndarray:
        """Horizontal flux over ground that is open altogether, kg m-1 s-1."""
        dry = thresholds.iversen_white(GRAIN_DIAMETERS, self._standard_air(), self.config)
        raised = _raised(1.0, ground, self.config) * factor
        shape: np.ndarray = np.zeros(np.broadcast_shapes(np.shape(velocity), np.shape(raised)))
        for share, one in zip(cross_section_shares(ground.populations), dry, strict=True):
            if share > 0:
                ratio = np.minimum(one * raised / np.maximum(velocity, 1e-9), 1.0)
                shape += share * (1 + ratio) * (1 - ratio**2)
        law = self.config.marticorena_bergametti
        return np.asarray(law.saltation.value * ground.air_density / GRAVITY * velocity**3 * shape)

    def _standard_air(self) -> np.ndarray:
        return np.asarray(self.config.air_density.value)


@dataclass(frozen=True)
class Kok:
    """Dust of brittle fragments, from soils that are harder to erode the higher their threshold.

    F = C_d f_clay rho (u_s^2 - u_t^2) / u_st (u_s / u_t)^a with C_d = C_d0 exp(-C_e x), a = C_a x and
    x = (u_st - u_st0) / u_st0, where u_s is the friction velocity at the soil and u_st the threshold at
    standard density (Kok et al. 2014, doi:10.5194/acp-14-13023-2014, eq. 18). The factor moves the onset
    alone and leaves u_st, the mark of the soil's state, as it is.
    """

    config: DustEmissionConfig

    def threshold(self, ground: Ground, factor: Factor = 1.0) -> np.ndarray:
        """Of Shao and Lu, raised by moisture and by what stones take of the stress."""
        reached = thresholds.drag_partition(np.asarray(ground.roughness), self.config.drag_partition)
        return np.asarray(self._at_soil(ground) * factor / reached)

    def flux(self, friction_velocity: np.ndarray, ground: Ground, factor: Factor = 1.0) -> np.ndarray:
        """Eq. 18, with the open share for the bare one."""
        law, velocity = self.config.kok, _checked(friction_velocity)
        reached = thresholds.drag_partition(np.asarray(ground.roughness), self.config.drag_partition)
        onset = self._at_soil(ground) * factor
        blowing = np.maximum(velocity * reached, onset)
        standard = self._at_soil(ground) * np.sqrt(ground.air_density / self.config.air_density.value)
        harder = (standard - law.least_threshold) / law.least_threshold
        erodibility = law.coefficient.value * np.exp(-law.coefficient_exponent.value * harder)
        exponent = np.minimum(law.fragmentation.value * harder, law.largest_fragmentation_exponent.value)
        beyond = (blowing**2 - onset**2) / standard * (blowing / onset) ** exponent
        clay = min(ground.clay, law.most_clay_percent) / 100.0
        source = ground.source_strength if law.uses_source_function else 1.0
        return np.asarray(erodibility * clay * ground.air_density * beyond * ground.open_share * source)

    def _at_soil(self, ground: Ground) -> np.ndarray:
        size = np.asarray(1e-6 * self.config.thresholds.shao_lu.diameter_um.value)
        dry = thresholds.shao_lu(size, ground.air_density, self.config)
        return np.asarray(
            dry * thresholds.moisture_factor(ground.moisture, ground.clay, self.config.moisture)
        )


@dataclass(frozen=True)
class Ginoux:
    """Dust from the wind at 10 m, C S U^2 (U - U_t) (Ginoux et al. 2001, doi:10.1029/2000JD000053, eq. 2).

    The wind is that of the friction velocity by the logarithmic law over the ground's roughness, the
    threshold that of the grains which move first, in place of the paper's by the size of the dust.
    """

    config: DustEmissionConfig

    def threshold(self, ground: Ground, factor: Factor = 1.0) -> np.ndarray:
        """As for saltation."""
        return MarticorenaBergametti(self.config).threshold(ground, factor)

    def flux(self, friction_velocity: np.ndarray, ground: Ground, factor: Factor = 1.0) -> np.ndarray:
        """Eq. 2, with the shares of sizes added up."""
        law, velocity = self.config.ginoux, _checked(friction_velocity)
        to_wind = np.log(_WIND_HEIGHT_M / ground.roughness) / VON_KARMAN
        wind, onset = velocity * to_wind, self.threshold(ground, factor) * to_wind
        source = ground.source_strength if law.uses_source_function else 1.0
        return np.asarray(
            law.coefficient.value * source * wind**2 * np.maximum(wind - onset, 0.0) * ground.open_share
        )


def _raised(dry: float, ground: Ground, config: DustEmissionConfig) -> np.ndarray:
    """A threshold at standard density, brought to the ground's density, moisture and roughness."""
    thinner = np.sqrt(config.air_density.value / ground.air_density)
    wet = thresholds.moisture_factor(ground.moisture, ground.clay, config.moisture)
    reached = thresholds.drag_partition(np.asarray(ground.roughness), config.drag_partition)
    return np.asarray(dry * thinner * wet / reached)


def _checked(friction_velocity: np.ndarray) -> np.ndarray:
    values = np.asarray(friction_velocity, dtype=float)
    wrong = int((~((values >= 0) & (values <= 10))).sum())
    if wrong:
        raise InputError(
            f"friction velocity: {wrong} of {values.size} values are not within 0 to 10 m s-1",
            remedy="Check the wind",
        )
    return values
