"""The grid of the transport model: longitude by latitude by terrain-following layers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from pydantic import model_validator

from foundation.configuration import Config
from foundation.constants import EARTH_RADIUS


class GridConfig(Config):
    """A model domain.

    Attributes:
        name: its name.
        west: western edge, degrees east.
        east: eastern edge.
        south: southern edge, degrees north.
        north: northern edge.
        step_deg: width of a cell in both directions, degrees.
        layer_tops_m: height above ground of the top of each layer, upward, m.
    """

    name: str
    west: float
    east: float
    south: float
    north: float
    step_deg: float
    layer_tops_m: tuple[float, ...]

    @model_validator(mode="after")
    def _sound(self) -> GridConfig:
        if not (-90 < self.south < self.north < 90 and -360 <= self.west < self.east <= self.west + 360):
            raise ValueError("expected west < east and south < north, without the poles")
        if self.step_deg <= 0:
            raise ValueError("step_deg: expected more than 0")
        for low, high in ((self.west, self.east), (self.south, self.north)):
            cells = (high - low) / self.step_deg
            if cells < 3 or abs(cells - round(cells)) > 1e-6:
                raise ValueError(
                    f"expected three or more whole cells of {self.step_deg:g}° from {low} to {high}"
                )
        if not self.layer_tops_m or any(np.diff([0.0, *self.layer_tops_m]) <= 0):
            raise ValueError("layer_tops_m: expected heights above 0 that grow")
        return self

    def grid(self) -> Grid:
        """The grid itself."""
        nx = round((self.east - self.west) / self.step_deg)
        ny = round((self.north - self.south) / self.step_deg)
        return Grid(
            np.linspace(self.west, self.east, nx + 1),
            np.linspace(self.south, self.north, ny + 1),
            np.array([0.0, *self.layer_tops_m]),
        )


@dataclass(frozen=True)
class Grid:
    """A longitude-latitude grid with layers of fixed height above ground.

    Attributes:
        lon_edges: degrees east, ascending, shape (x + 1,).
        lat_edges: degrees north, ascending, shape (y + 1,).
        layer_edges_m: height above ground, from 0 upward, shape (z + 1,).
    """

    lon_edges: np.ndarray
    lat_edges: np.ndarray
    layer_edges_m: np.ndarray

    @property
    def shape(self) -> tuple[int, int, int]:
        """Number of layers, rows (south to north) and columns (west to east)."""
        return len(self.layer_edges_m) - 1, len(self.lat_edges) - 1, len(self.lon_edges) - 1

    @property
    def lon(self) -> np.ndarray:
        """Longitude of the centres, degrees east, shape (x,)."""
        return np.asarray(0.5 * (self.lon_edges[1:] + self.lon_edges[:-1]))

    @property
    def lat(self) -> np.ndarray:
        """Latitude of the centres, degrees north, shape (y,)."""
        return np.asarray(0.5 * (self.lat_edges[1:] + self.lat_edges[:-1]))

    @property
    def layer_thickness_m(self) -> np.ndarray:
        """Thickness of each layer, m, shape (z,)."""
        return np.diff(self.layer_edges_m)

    @property
    def layer_height_m(self) -> np.ndarray:
        """Height of the middle of each layer above ground, m, shape (z,)."""
        return np.asarray(0.5 * (self.layer_edges_m[1:] + self.layer_edges_m[:-1]))

    @property
    def cell_area_m2(self) -> np.ndarray:
        """Area of each column on the sphere, m2, shape (y, x)."""
        bands = EARTH_RADIUS**2 * np.diff(np.sin(np.deg2rad(self.lat_edges)))
        return np.asarray(bands[:, None] * np.deg2rad(np.diff(self.lon_edges))[None, :])

    @property
    def x_face_length_m(self) -> np.ndarray:
        """Length of the eastern and western side of a cell, m, shape (y,)."""
        return np.asarray(EARTH_RADIUS * np.deg2rad(np.diff(self.lat_edges)))

    @property
    def y_face_length_m(self) -> np.ndarray:
        """Length of the southern and northern sides of the cells, m, shape (y + 1, x)."""
        width = np.deg2rad(np.diff(self.lon_edges))[None, :]
        return np.asarray(EARTH_RADIUS * np.cos(np.deg2rad(self.lat_edges))[:, None] * width)

    def cell_of(self, lon: float, lat: float) -> tuple[int, int] | None:
        """Row and column of the cell that holds a point; None outside the grid."""
        row, column, inside = self.cells_of(np.array([lon]), np.array([lat]))
        return (int(row[0]), int(column[0])) if inside[0] else None

    def cells_of(self, lon: np.ndarray, lat: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Row and column of the cells that hold points, and whether they lie inside, each (point,).

        A cell owns its western and southern side. Rows and columns outside are -1 or beyond the last.

        Args:
            lon: degrees east, (point,).
            lat: degrees north, (point,).
        """
        column = np.searchsorted(self.lon_edges, lon, side="right") - 1
        row = np.searchsorted(self.lat_edges, lat, side="right") - 1
        _, rows, columns = self.shape
        return row, column, (row >= 0) & (row < rows) & (column >= 0) & (column < columns)
