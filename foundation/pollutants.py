"""The six pollutants of the ambient air standard, under their names, in Chinese and in CF."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True)
class Pollutant:
    """One pollutant as the product names it.

    Attributes:
        name: short name used for variables, options and keys.
        chinese: name in Chinese products.
        label: name with proper subscripts for figures and pages.
        standard_name: name in the CF standard name table.
        display_unit: unit in what people read (GB 3095): CO in mg m-3, all others in µg m-3.
        decimals: decimals shown to people (HJ 633: CO to 0.1, others to the integer).
    """

    name: str
    chinese: str
    label: str
    standard_name: str
    display_unit: str = "ug m-3"
    decimals: int = 0

    @property
    def shown_unit(self) -> str:
        """The display unit as people write it."""
        return {"ug m-3": "µg/m³", "mg m-3": "mg/m³"}[self.display_unit]


_ALL = (
    Pollutant(
        "pm25", "细颗粒物(PM2.5)", "PM₂.₅", "mass_concentration_of_pm2p5_ambient_aerosol_particles_in_air"
    ),
    Pollutant(
        "pm10", "可吸入颗粒物(PM10)", "PM₁₀", "mass_concentration_of_pm10_ambient_aerosol_particles_in_air"
    ),
    Pollutant("so2", "二氧化硫", "SO₂", "mass_concentration_of_sulfur_dioxide_in_air"),
    Pollutant("no2", "二氧化氮", "NO₂", "mass_concentration_of_nitrogen_dioxide_in_air"),
    Pollutant("co", "一氧化碳", "CO", "mass_concentration_of_carbon_monoxide_in_air", "mg m-3", 1),
    Pollutant("o3", "臭氧", "O₃", "mass_concentration_of_ozone_in_air"),
    Pollutant("o3_8h", "臭氧8小时", "O₃-8h", "mass_concentration_of_ozone_in_air"),
)

POLLUTANTS = MappingProxyType({pollutant.name: pollutant for pollutant in _ALL})

HOURLY = ("pm25", "pm10", "so2", "no2", "co", "o3")
"""Pollutants of an hourly data set; `o3` is the 1 h mean."""

DAILY = ("pm25", "pm10", "so2", "no2", "co", "o3_8h")
"""Pollutants of a daily data set; `o3_8h` is the day's largest 8 h mean."""


def pollutants_of(averaging: str) -> tuple[str, ...]:
    """Names of the six pollutants for an averaging of `hour` or `day`."""
    return {"hour": HOURLY, "day": DAILY}[averaging]
