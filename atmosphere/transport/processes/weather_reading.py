"""Reading variables of weather data sets, one for each member, into checked tensors."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
import xarray as xr

from atmosphere.meteorology.grid_fit import check_on_grid
from foundation.atmospheric_contracts import METEOROLOGY
from foundation.contract_checks import Variable
from foundation.errors import InputError
from foundation.grids import Grid

__all__ = ["WeatherReader"]

_KNOWN: dict[str, Variable] = {**METEOROLOGY.variables, **METEOROLOGY.optional}


class WeatherReader:
    """Reads variables of all members at one time and remembers what was missing.

    Args:
        members: a data set for each, with one time.
        grid: the model's grid.
        dtype: floating type of the tensors.
        device: where they lie.

    Raises:
        InputError: when there is no member, one holds several times or none, or one lies on other columns,
            layers or at another time than the grid and the first.
    """

    def __init__(
        self, members: Sequence[xr.Dataset], grid: Grid, dtype: torch.dtype, device: torch.device | str
    ) -> None:
        self.grid, self._dtype, self._device = grid, dtype, device
        self.fallbacks: list[str] = []
        dated = [_with_one_time(member, place) for place, member in enumerate(members)]
        self._members = [member.isel(time=0) for member in check_on_grid(dated, grid)]

    def volume(self, name: str) -> torch.Tensor:
        """A variable that must be there, (member, z, y, x) or (member, y, x).

        Raises:
            InputError: when it is missing, of another shape, no number or out of bounds.
        """
        value = self.optional(name)
        if value is None:
            held = ", ".join(map(str, self._members[0].data_vars)) or "nothing"
            raise InputError(f"weather: {name!r} is missing; got {held}",
                             remedy="docs/contracts.md says what weather holds")  # fmt: skip
        return value

    def optional(self, name: str, *, may_be_missing: bool = False) -> torch.Tensor | None:
        """A variable, or None when no member holds it.

        Raises:
            InputError: as `volume`, and when some members hold it and others do not.
        """
        holds = [name in member.variables for member in self._members]
        if not any(holds):
            return None
        if not all(holds):
            raise InputError(
                f"weather: {name!r} is missing in member {holds.index(False)} and there in others"
            )
        return self.tensor(np.stack([self._values(member, name, may_be_missing) for member in self._members]))

    def tensor(self, values: np.ndarray) -> torch.Tensor:
        """Numbers as a tensor of the run's type on its device."""
        return torch.as_tensor(np.ascontiguousarray(values), dtype=self._dtype, device=self._device)

    def times(self) -> tuple[np.datetime64, ...]:
        """Time of each member, UTC."""
        return tuple(np.datetime64(member["time"].values.item(), "ns") for member in self._members)

    def fall_back(self, missing: str, instead: str) -> None:
        """Remember that something stands in for what the weather does not hold."""
        self.fallbacks.append(f"{missing}: not in the weather; used instead: {instead}")

    def _values(self, member: xr.Dataset, name: str, may_be_missing: bool) -> np.ndarray:
        expected = _KNOWN[name]
        layers, rows, columns = self.grid.shape
        shape = (layers, rows, columns) if "level" in expected.dims else (rows, columns)
        values = np.asarray(member[name].values)
        if values.shape != shape:
            raise InputError(f"{name}: expected shape {shape} on the model's grid, got {values.shape}")
        units = member[name].attrs.get("units", expected.units)
        if units != expected.units:
            raise InputError(f"{name}: expected units {expected.units!r}, got {units!r}")
        finite = np.isfinite(values)
        if not (finite.all() or (may_be_missing and not np.isinf(values).any())):
            raise InputError(f"{name}: {int((~finite).sum())} values are no numbers",
                             remedy="Check the weather it was read from")  # fmt: skip
        _check_bounds(name, values[finite], expected)
        return values


def _with_one_time(member: xr.Dataset, place: int) -> xr.Dataset:
    count = member["time"].size if "time" in member.variables else 0
    if count != 1:
        raise InputError(f"weather of member {place}: expected one time, got {count}",
                         remedy="Take one time of it with isel(time=...)")  # fmt: skip
    return member if "time" in member.dims else member.expand_dims("time")


def _check_bounds(name: str, present: np.ndarray, expected: Variable) -> None:
    if not present.size or expected.lowest is None or expected.highest is None:
        return
    low, high = float(present.min()), float(present.max())
    if low < expected.lowest or high > expected.highest:
        raise InputError(
            f"{name}: expected {expected.lowest:g} to {expected.highest:g} {expected.units}, "
            f"got {low:g} to {high:g}"
        )
