"""Physical constants, each once, with unit and source."""

from __future__ import annotations

from types import MappingProxyType

GAS_CONSTANT = 8.31446261815324
"""Molar gas constant, J mol-1 K-1 (CODATA 2018, exact)."""

REFERENCE_TEMPERATURE = 298.15
"""Temperature to which gas concentrations are stated, K (GB 3095-2012 amendment of 2018)."""

ZERO_CELSIUS = 273.15
"""0 °C, K (International Temperature Scale of 1990)."""

REFERENCE_PRESSURE = 101325.0
"""Pressure to which gas concentrations are stated, Pa (GB 3095-2012 amendment of 2018)."""

MOLAR_MASS = MappingProxyType({"so2": 0.064064, "no2": 0.0460055, "co": 0.0280101, "o3": 0.0479982})
"""Molar mass, kg mol-1 (IUPAC standard atomic weights 2021, abridged)."""

EARTH_RADIUS = 6371229.0
"""Radius of the spherical earth, m (WMO GRIB2 code table 3.2, value 6)."""

GRAVITY = 9.80665
"""Standard acceleration of free fall, m s-2 (3rd CGPM 1901)."""

DRY_AIR_GAS_CONSTANT = 287.0423113
"""Gas constant of dry air, J kg-1 K-1 (molar gas constant over 28.96546e-3 kg mol-1, Picard et al. 2008)."""

DRY_AIR_HEAT_CAPACITY = 1004.6480896
"""Specific heat of dry air at constant pressure, J kg-1 K-1 (7/2 of the gas constant of dry air)."""

VON_KARMAN = 0.4
"""Von Kármán constant, 1 (Högström 1988, doi:10.1007/BF00119875)."""
