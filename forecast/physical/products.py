"""The products of a run: fields, contributions by source, and series at places."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import torch
import xarray as xr

from forecast.physical.driving import GroundAir
from forecast.physical.near_ground import NearGround
from forecast.physical.source_names import source_coordinates
from forecast.physical.threads import one_thread
from foundation.atmospheric_contracts import FIELDS
from foundation.contracts import CONTRIBUTIONS, check_closure
from foundation.errors import InputError
from foundation.grids import Grid
from foundation.places import Place, gazetteer
from foundation.times import HOUR
from foundation.units import CONCENTRATION

__all__ = ["Recorder", "places_in"]

_OF_INVENTORY = ("inventory", "inventory_version")
_SYNTHETIC = {"synthetic": 1, "title": "合成数据，非实测 SYNTHETIC, not measured"}
_CELL = ("reference_time", "lead_time", "place", "pollutant")
_COMPONENT = ("reference_time", "lead_time", "place", "component")


def places_in(grid: Grid) -> tuple[Place, ...]:
    """The places of the gazetteer that lie in a grid.

    Raises:
        InputError: when there is none.
    """
    inside = tuple(place for place in gazetteer().places if grid.cell_of(place.lon, place.lat) is not None)
    if not inside:
        raise InputError("no place of configs/places.yaml lies in the grid", remedy="Choose another domain")
    return inside


@dataclass
class Recorder:
    """Keeps means over hours: half of an hour's beginning and half of its end.

    Attributes:
        grid: the model's grid.
        near_ground: from mixing ratios to concentrations.
        reference_time: UTC.
        emissions: names of the sources stand in it.
        synthetic: whether anything was invented.
    """

    grid: Grid
    near_ground: NearGround
    reference_time: np.datetime64
    emissions: xr.Dataset
    synthetic: bool
    _fields: list[np.ndarray] = field(default_factory=list)
    _tags: list[np.ndarray] = field(default_factory=list)
    _last: tuple[np.ndarray, np.ndarray] | None = None

    def __post_init__(self) -> None:
        """Find the cells of the places."""
        self._places = places_in(self.grid)
        cells = [self.grid.cell_of(place.lon, place.lat) or (0, 0) for place in self._places]
        self._rows, self._columns = (torch.tensor(part) for part in zip(*cells, strict=True))

    def add(self, state: torch.Tensor, faded: torch.Tensor, air: GroundAir) -> None:
        """Take the state at the reference time, and then at the end of every hour.

        Args:
            state: mixing ratios, (member, z, y, x, species, tag).
            faded: what of it was there at the reference time, see `Fading`.
            air: near the ground at that instant.
        """
        with one_thread():
            fields = self.near_ground.total(state, air).numpy()
            tags = np.stack([self._by_tag(part, air) for part in (state, faded)])
        if self._last is not None:
            self._fields.append(0.5 * (self._last[0] + fields))
            self._tags.append(0.5 * (self._last[1] + tags))
        self._last = fields, tags

    def _by_tag(self, state: torch.Tensor, air: GroundAir) -> np.ndarray:
        """Pollutants and then components at the places, kg m-3, (member, place, either, tag)."""
        cells = self._rows, self._columns
        parts = (
            self.near_ground.by_tag(state, air, *cells),
            self.near_ground.components_by_tag(state, air, *cells),
        )
        return torch.cat(parts, 2).numpy()

    def fields(self, member: int) -> xr.Dataset:
        """Gridded fields of a member; keeps `FIELDS`."""
        values = np.stack([hour[member] for hour in self._fields])
        dims = ("lead_time", "species", "y", "x")
        made = xr.Dataset(
            {"concentration": (dims, values, {"units": CONCENTRATION})},
            {
                "reference_time": self.reference_time,
                "lead_time": self._leads(),
                "valid_time": ("lead_time", self.reference_time + self._leads()),
                "species": list(self.near_ground.fields),
                "y": ("y", self.grid.lat, {"units": "degrees_north"}),
                "x": ("x", self.grid.lon, {"units": "degrees_east"}),
            },
            self._attributes(),
        )
        return FIELDS.check(made, "physical forecast")

    def tags(self, member: int) -> xr.Dataset:
        """Contributions of every source at places, of a member; keeps `CONTRIBUTIONS`."""
        values = np.stack([hour[:, member] for hour in self._tags])
        pollutants = len(self.near_ground.pollutants)
        parts = {
            "contribution": (_CELL, values[None, :, 0, :, :pollutants]),
            "component_contribution": (_COMPONENT, values[None, :, 0, :, pollutants:]),
            "carried_over": (_CELL, values[None, :, 1, :, :pollutants]),
            "component_carried_over": (_COMPONENT, values[None, :, 1, :, pollutants:]),
        }
        made = xr.Dataset(
            {
                name: ((*dims, "source"), part, {"units": CONCENTRATION})
                for name, (dims, part) in parts.items()
            },
            {
                **self._coordinates(), **source_coordinates(self.emissions),
                "component": list(self.near_ground.components),
                "fine_share": ("component", list(self.near_ground.fine_shares), {"units": "1"}),
            },
            self._attributes(),
        )  # fmt: skip
        return CONTRIBUTIONS.check(made, "physical forecast")

    def places(self, tags: xr.Dataset) -> xr.Dataset:
        """Series at places: the sum over the sources, which defines the total."""
        values = tags["contribution"].sum("source").values
        made = xr.Dataset(
            {"concentration": (_CELL, values, {"units": CONCENTRATION})},
            self._coordinates(),
            self._attributes(),
        )
        check_closure(tags, made["concentration"])
        return made

    def _leads(self) -> np.ndarray:
        return (np.arange(1, len(self._fields) + 1) * HOUR).astype("timedelta64[ns]")

    def _coordinates(self) -> dict[str, object]:
        valid = self.reference_time + self._leads()
        return {
            "reference_time": np.array([self.reference_time]),
            "lead_time": self._leads(),
            "valid_time": (("reference_time", "lead_time"), valid[None]),
            "place": [place.id for place in self._places],
            "lon": ("place", [place.lon for place in self._places], {"units": "degrees_east"}),
            "lat": ("place", [place.lat for place in self._places], {"units": "degrees_north"}),
            "pollutant": list(self.near_ground.pollutants),
        }

    def _attributes(self) -> dict[str, object]:
        base: dict[str, object] = {"averaging": "hour", "source": "transport model"}
        base |= {name: self.emissions.attrs[name] for name in _OF_INVENTORY if name in self.emissions.attrs}
        return {**base, **_SYNTHETIC} if self.synthetic else base
