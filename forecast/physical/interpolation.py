"""Optimal interpolation of logarithms: from ratios at stations to one factor in every column.

With background errors of ln(model) that are Gaussian and correlated in space, and independent errors of
ln(measurement), the analysis increment is B H' (H B H' + R)^-1 d (Daley 1991, Atmospheric Data Analysis,
chapter 4; Kalnay 2003, Atmospheric Modeling, Data Assimilation and Predictability, chapter 5). Logarithms
keep concentrations positive and their errors Gaussian (Fletcher and Zupanski 2006, doi:10.1256/qj.05.128).
"""

from __future__ import annotations

import numpy as np

from forecast.physical.configuration import AssimilationConfig
from foundation.constants import EARTH_RADIUS
from foundation.grids import Grid

__all__ = ["distance_km", "increments"]


def increments(
    innovation: np.ndarray, lon: np.ndarray, lat: np.ndarray, grid: Grid, config: AssimilationConfig
) -> np.ndarray:
    """Analysis increment of ln(concentration), shape (y, x).

    Args:
        innovation: ln(measurement) less ln(model) at the stations, (station,).
        lon: of the stations, degrees east, (station,).
        lat: of the stations, degrees north, (station,).
        grid: the model's grid.
        config: errors and length.
    """
    if not len(innovation):
        return np.zeros(grid.shape[1:])
    columns = np.meshgrid(grid.lon, grid.lat)
    to_stations = _covariance(columns[0][..., None], columns[1][..., None], lon, lat, config)
    among = _covariance(lon[:, None], lat[:, None], lon, lat, config)
    among[np.diag_indices(len(lon))] += config.measurement_error**2
    return np.asarray(to_stations @ np.linalg.solve(among, innovation))


def distance_km(lon_1: np.ndarray, lat_1: np.ndarray, lon_2: np.ndarray, lat_2: np.ndarray) -> np.ndarray:
    """Distance along great circles, km (haversine)."""
    east, north = np.deg2rad(lon_2 - lon_1), np.deg2rad(lat_2 - lat_1)
    across = np.cos(np.deg2rad(lat_1)) * np.cos(np.deg2rad(lat_2)) * np.sin(east / 2) ** 2
    chord = np.clip(np.sin(north / 2) ** 2 + across, 0.0, 1.0)
    return np.asarray(2e-3 * EARTH_RADIUS * np.arcsin(np.sqrt(chord)))


def _covariance(
    lon_1: np.ndarray, lat_1: np.ndarray, lon_2: np.ndarray, lat_2: np.ndarray, config: AssimilationConfig
) -> np.ndarray:
    apart = distance_km(lon_1, lat_1, lon_2, lat_2) / config.length_km
    return np.asarray(config.model_error**2 * np.exp(-0.5 * apart**2))
