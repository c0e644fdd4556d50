"""Physical constants, each once, with unit and source."""

from __future__ import annotations

from types import MappingProxyType

GAS_CONSTANT = 8.31446261815324
"""Molar gas constant, J mol-1 K-1 (CODATA 2018, exact)."""

REFERENCE_TEMPERATURE = 298.15
"""Temperature to which gas concentrations are stated, K (GB 3095-2012 amendment of 2018)."""

REFERENCE_PRESSURE = 101325.0
"""Pressure to which gas concentrations are stated, Pa (GB 3095-2012 amendment of 2018)."""

MOLAR_MASS = MappingProxyType({"so2": 0.064064, "no2": 0.0460055, "co": 0.0280101, "o3": 0.0479982})
"""Molar mass, kg mol-1 (IUPAC standard atomic weights 2021, abridged)."""
