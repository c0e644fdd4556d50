"""Optical depth and visibility of a run, hour by hour, on the grid and by source at places."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import torch
import xarray as xr

from atmosphere.transport.species import SpeciesTable
from forecast.dust.extinction import mass_extinction, visibility
from forecast.physical.products import places_in
from forecast.physical.source_names import source_coordinates
from forecast.physical.threads import one_thread
from foundation.grids import Grid
from foundation.times import HOUR

__all__ = ["ColumnRecorder"]

_FIELD = ("lead_time", "y", "x")
_STANDARD_NAME = "atmosphere_optical_thickness_due_to_dust_ambient_aerosol_particles"
_OPTICAL_DEPTH = {"units": "1", "standard_name": _STANDARD_NAME, "wavelength_um": 0.55}
_VISIBILITY = {"units": "m", "standard_name": "visibility_in_air"}


@dataclass
class ColumnRecorder:
    """Keeps means over hours from the reference time on: half of an hour's beginning and half of its end.

    Visibility is that of the mean extinction near the ground, by dust and clear air alone.

    Attributes:
        grid: the model's grid.
        table: bins of dust.
        reference_time: UTC.
        emissions: names of the sources stand in it.
    """

    grid: Grid
    table: SpeciesTable
    reference_time: np.datetime64
    emissions: xr.Dataset
    _last: tuple[np.ndarray, np.ndarray, np.ndarray] | None = None
    _hours: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Find the cells of the places."""
        self._weight = torch.from_numpy(mass_extinction(self.table))
        self._area = torch.from_numpy(self.grid.cell_area_m2)
        self._places = places_in(self.grid)
        cells = [self.grid.cell_of(place.lon, place.lat) or (0, 0) for place in self._places]
        self._rows, self._columns = (torch.tensor(part) for part in zip(*cells, strict=True))

    def watch(self, time: np.datetime64, state: torch.Tensor, mass: torch.Tensor) -> None:
        """Take the state of the first member at the beginning of an hour, or at the end of the run.

        Args:
            time: UTC.
            state: mixing ratios, (member, z, y, x, species, tag).
            mass: air mass, kg, (member, z, y, x).
        """
        if time < self.reference_time:
            return
        with one_thread():
            now = self._optics(state[0], mass[0].double())
        if self._last is not None:
            both = zip(self._last, now, strict=True)
            self._hours.append(tuple(0.5 * (old + new) for old, new in both))
        self._last = now

    def _optics(self, state: torch.Tensor, mass: torch.Tensor) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Optical depth (y, x), extinction near the ground (y, x), m-1, optical depth at places by tag."""
        per_air = torch.einsum("zyxst,s->zyxt", state, self._weight.to(state.dtype))
        depth = torch.einsum("zyxt,zyx->yxt", per_air.double(), mass) / self._area[..., None]
        thickness = float(self.grid.layer_thickness_m[0])
        ground = per_air[0].sum(-1).double() * mass[0] / (self._area * thickness)
        return depth.sum(-1).numpy(), ground.numpy(), depth[self._rows, self._columns].numpy()

    def fields(self) -> xr.Dataset:
        """`dust_optical_depth` and `visibility`, both (lead_time, y, x)."""
        depth, ground = (np.stack([hour[part] for hour in self._hours]) for part in (0, 1))
        return xr.Dataset(
            {
                "dust_optical_depth": (_FIELD, depth, _OPTICAL_DEPTH),
                "visibility": (_FIELD, visibility(ground), _VISIBILITY),
            },
            {
                "lead_time": self._leads(),
                "y": ("y", self.grid.lat, {"units": "degrees_north"}),
                "x": ("x", self.grid.lon, {"units": "degrees_east"}),
            },
        )

    def places(self) -> xr.Dataset:
        """`dust_optical_depth` (lead_time, place, source) and `visibility` (lead_time, place)."""
        ground = np.stack([hour[1][self._rows, self._columns] for hour in self._hours])
        depth = np.stack([hour[2] for hour in self._hours])
        return xr.Dataset(
            {
                "dust_optical_depth": (("lead_time", "place", "source"), depth, _OPTICAL_DEPTH),
                "visibility": (("lead_time", "place"), visibility(ground), _VISIBILITY),
            },
            {
                "lead_time": self._leads(), "place": [place.id for place in self._places],
                **source_coordinates(self.emissions),
            },
        )  # fmt: skip

    def _leads(self) -> np.ndarray:
        return (np.arange(1, len(self._hours) + 1) * HOUR).astype("timedelta64[ns]")
