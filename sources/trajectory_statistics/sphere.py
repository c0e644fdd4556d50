"""Places on the sphere as unit vectors."""

from __future__ import annotations

import numpy as np

from foundation.constants import EARTH_RADIUS

__all__ = ["arc_m", "bearing_vectors", "place_of", "unit_vectors"]


def unit_vectors(lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    """Unit vectors of places in degrees, one axis more of length 3: to 0° E, to 90° E, to the north pole."""
    turn, rise = np.deg2rad(lon), np.deg2rad(lat)
    return np.stack([np.cos(rise) * np.cos(turn), np.cos(rise) * np.sin(turn), np.sin(rise)], axis=-1)


def place_of(vectors: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Longitude, -180 to 180, and latitude of vectors of any length above 0, degrees."""
    x, y, z = np.moveaxis(vectors, -1, 0)
    return np.rad2deg(np.arctan2(y, x)), np.rad2deg(np.arctan2(z, np.hypot(x, y)))


def arc_m(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Great-circle distance between the directions of vectors, m; exact for small and large distances."""
    across = np.linalg.norm(np.cross(one, other), axis=-1)
    along = (one * other).sum(axis=-1)
    return np.asarray(EARTH_RADIUS * np.arctan2(across, along))


def bearing_vectors(
    lon: np.ndarray, lat: np.ndarray, other_lon: np.ndarray, other_lat: np.ndarray
) -> np.ndarray:
    """Initial bearing from places to others as (east, north) of length 1; 0 where the two are one place."""
    across = np.deg2rad(other_lon - lon)
    phi, other_phi = np.deg2rad(lat), np.deg2rad(other_lat)
    east = np.sin(across) * np.cos(other_phi)
    north = np.cos(phi) * np.sin(other_phi) - np.sin(phi) * np.cos(other_phi) * np.cos(across)
    both = np.stack(np.broadcast_arrays(east, north), axis=-1)
    length = np.linalg.norm(both, axis=-1, keepdims=True)
    return np.asarray(np.divide(both, length, out=np.zeros_like(both), where=length > 1e-12))
