"""The contracts of weather, soundings, surface reports and gridded fields; SI units, UTC.

`level` counts from the ground upward. Winds are relative to the earth (east and north), also on projected
grids. `y` grows to the north and `x` to the east, as far as the projection allows.
"""

from __future__ import annotations

from foundation.contract_checks import Contract, Variable
from foundation.units import CONCENTRATION

__all__ = ["FIELDS", "METEOROLOGY", "SOUNDINGS", "SURFACE_REPORTS"]

_VOLUME = ("time", "level", "y", "x")
_SURFACE = ("time", "y", "x")
_TEXT = "OUST"


def _volume(units: str, lowest: float, highest: float) -> Variable:
    return Variable(_VOLUME, units, "f", lowest, highest, may_be_missing=False)


def _surface(units: str, lowest: float, highest: float) -> Variable:
    return Variable(_SURFACE, units, "f", lowest, highest, may_be_missing=False)


METEOROLOGY = Contract(
    "meteorology",
    {
        "time": Variable(("time",), None, "M"),
        "lon": Variable(("y", "x"), "degrees_east", "f", -360.0, 360.0, may_be_missing=False),
        "lat": Variable(("y", "x"), "degrees_north", "f", -90.0, 90.0, may_be_missing=False),
    },
    {
        "eastward_wind": _volume("m s-1", -200.0, 200.0),
        "northward_wind": _volume("m s-1", -200.0, 200.0),
        "air_temperature": _volume("K", 150.0, 350.0),
        "air_pressure": _volume("Pa", 1.0, 115000.0),
        "height_above_ground": _volume("m", -10000.0, 90000.0),
    },
    optional={
        "upward_air_velocity": _volume("m s-1", -50.0, 50.0),
        "specific_humidity": _volume("kg kg-1", 0.0, 0.1),
        "cloud_water": _volume("kg kg-1", 0.0, 0.1),
        "surface_height": Variable(("y", "x"), "m", "f", -500.0, 9000.0, may_be_missing=False),
        "surface_pressure": _surface("Pa", 30000.0, 115000.0),
        "eastward_wind_10m": _surface("m s-1", -100.0, 100.0),
        "northward_wind_10m": _surface("m s-1", -100.0, 100.0),
        "air_temperature_2m": _surface("K", 180.0, 340.0),
        "dew_point_2m": _surface("K", 150.0, 330.0),
        "boundary_layer_height": _surface("m", 0.0, 10000.0),
        "friction_velocity": _surface("m s-1", 0.0, 10.0),
        "sensible_heat_flux": _surface("W m-2", -1500.0, 1500.0),
        "precipitation_rate": _surface("kg m-2 s-1", 0.0, 0.2),
        "snow_depth": Variable(_SURFACE, "m", "f", 0.0, 100.0),
        "soil_moisture": Variable(_SURFACE, "m3 m-3", "f", 0.0, 1.0),
        "cloud_area_fraction": _surface("1", 0.0, 1.0),
        "surface_downwelling_shortwave_flux": _surface("W m-2", 0.0, 1500.0),
    },
    attributes=("source", "crs"),
)
"""Weather on a grid. Below the ground, values of pressure-level files are kept (height negative). `crs` is
anything `pyproj.CRS.from_user_input` reads; `x` and `y` are in its units (degrees for a lon-lat grid).
`sensible_heat_flux` is upward; `snow_depth` is of snow, not of its water."""

SOUNDINGS = Contract(
    "soundings",
    {
        "station": Variable(("station",), None, _TEXT),
        "time": Variable(("station",), None, "M"),
        "lon": Variable(("station",), "degrees_east", "f", -180.0, 360.0),
        "lat": Variable(("station",), "degrees_north", "f", -90.0, 90.0),
        "station_height": Variable(("station",), "m", "f", -500.0, 9000.0),
    },
    {
        "air_pressure": Variable(("station", "level"), "Pa", "f", 1.0, 115000.0),
        "air_temperature": Variable(("station", "level"), "K", "f", 150.0, 350.0),
        "dew_point": Variable(("station", "level"), "K", "f", 100.0, 330.0),
        "height_above_sea": Variable(("station", "level"), "m", "f", -500.0, 60000.0),
        "eastward_wind": Variable(("station", "level"), "m s-1", "f", -200.0, 200.0),
        "northward_wind": Variable(("station", "level"), "m s-1", "f", -200.0, 200.0),
    },
    attributes=("source",),
)
"""Soundings, each from the ground upward, padded with missing values to the longest."""

SURFACE_REPORTS = Contract(
    "surface reports",
    {
        "report": Variable(("report",), None, "iu"),
        "station": Variable(("report",), None, _TEXT),
        "time": Variable(("report",), None, "M"),
        "lon": Variable(("report",), "degrees_east", "f", -180.0, 360.0),
        "lat": Variable(("report",), "degrees_north", "f", -90.0, 90.0),
        "station_height": Variable(("report",), "m", "f", -500.0, 9000.0),
    },
    {
        "air_temperature_2m": Variable(("report",), "K", "f", 180.0, 340.0),
        "dew_point_2m": Variable(("report",), "K", "f", 150.0, 330.0),
        "wind_speed_10m": Variable(("report",), "m s-1", "f", 0.0, 120.0),
        "wind_from_direction_10m": Variable(("report",), "degree", "f", 0.0, 360.0),
        "sea_level_pressure": Variable(("report",), "Pa", "f", 85000.0, 110000.0),
        "visibility": Variable(("report",), "m", "f", 0.0, 1e5),
        "present_weather": Variable(("report",), "1", "f", 0, 999),
        "total_cloud": Variable(("report",), "1", "f", 0.0, 1.0),
    },
    optional={"surface_pressure": Variable(("report",), "Pa", "f", 30000.0, 110000.0)},
    attributes=("source",),
)
"""Reports of weather stations. `present_weather` is the WMO code: table 4677 of manned stations to 99, and
100 added to table 4680 of automatic ones."""

FIELDS = Contract(
    "fields",
    {
        "reference_time": Variable((), None, "M"),
        "lead_time": Variable(("lead_time",), None, "m"),
        "species": Variable(("species",), None, _TEXT),
        "y": Variable(("y",), "degrees_north", "f", -90.0, 90.0, may_be_missing=False),
        "x": Variable(("x",), "degrees_east", "f", -360.0, 360.0, may_be_missing=False),
    },
    {
        "concentration": Variable(
            ("lead_time", "species", "y", "x"), CONCENTRATION, "f", 0.0, 1.0, may_be_missing=False
        ),
    },
    attributes=("averaging", "source"),
)
"""Gridded forecast near the ground; `species` also names the sums `pm25` and `pm10`."""
