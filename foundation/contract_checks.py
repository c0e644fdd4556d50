"""How a data set is checked against a contract: presence, dimensions, types, units, values, axes."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import xarray as xr

from foundation.errors import ContractError


@dataclass(frozen=True)
class Variable:
    """What a contract says of one variable or coordinate.

    Attributes:
        dims: its dimensions, in order.
        units: its `units` attribute; None where there is none (text, times).
        kind: NumPy kinds allowed, such as `f` or `iu`.
        lowest: smallest value allowed.
        highest: largest value allowed.
        may_be_missing: whether NaN is allowed.
    """

    dims: tuple[str, ...]
    units: str | None = None
    kind: str = "f"
    lowest: float | None = None
    highest: float | None = None
    may_be_missing: bool = True


@dataclass(frozen=True)
class Contract:
    """What a data set must hold to pass a door."""

    name: str
    coords: dict[str, Variable]
    variables: dict[str, Variable]
    optional: dict[str, Variable] = field(default_factory=dict)
    attributes: tuple[str, ...] = ()

    def check(self, dataset: xr.Dataset, where: str = "") -> xr.Dataset:
        """Return the data set as it is, or say what is wrong with it.

        Raises:
            ContractError: naming variable, what was expected and what was got.
        """
        self._check_presence(dataset, where)
        for name, expected in {**self.coords, **self.variables}.items():
            self._check_variable(dataset[name], expected, where)
        for name, expected in self.optional.items():
            if name in dataset.variables:
                self._check_variable(dataset[name], expected, where)
        for name in ("time", "reference_time", "lead_time", "quantile"):
            if name in dataset.dims:
                self._check_axis(dataset[name], where)
        return dataset

    def _check_presence(self, dataset: xr.Dataset, where: str) -> None:
        for name in self.attributes:
            if name not in dataset.attrs:
                raise self._breach(f"attribute {name!r} is missing", where)
        for name in (*self.coords, *self.variables):
            if name not in dataset.variables:
                held = ", ".join(map(str, dataset.variables)) or "nothing"
                raise self._breach(f"variable {name!r} is missing; got {held}", where)

    def _check_variable(self, array: xr.DataArray, expected: Variable, where: str) -> None:
        name = array.name
        if tuple(map(str, array.dims)) != expected.dims:
            raise self._breach(f"{name!r}: expected dimensions {expected.dims}, got {array.dims}", where)
        if array.dtype.kind not in expected.kind:
            raise self._breach(
                f"{name!r}: expected a type of kind {expected.kind!r}, got {array.dtype}", where
            )
        if expected.units is not None and array.attrs.get("units") != expected.units:
            got = array.attrs.get("units")
            raise self._breach(f"{name!r}: expected units {expected.units!r}, got {got!r}", where)
        self._check_values(array, expected, where)

    def _check_values(self, array: xr.DataArray, expected: Variable, where: str) -> None:
        if array.dtype.kind not in "fiu" or array.size == 0:
            return
        values = array.values
        if not expected.may_be_missing and not np.isfinite(values).all():
            missing = int((~np.isfinite(values)).sum())
            raise self._breach(f"{array.name!r}: expected no missing value, got {missing}", where)
        if np.isinf(values).any():
            raise self._breach(f"{array.name!r}: expected finite values, got infinity", where)
        present = values[np.isfinite(values)]
        if present.size and expected.lowest is not None and present.min() < expected.lowest:
            raise self._breach(
                f"{array.name!r}: expected at least {expected.lowest:g}, got {present.min():g}", where
            )
        if present.size and expected.highest is not None and present.max() > expected.highest:
            raise self._breach(
                f"{array.name!r}: expected at most {expected.highest:g}, got {present.max():g}", where
            )

    def _check_axis(self, axis: xr.DataArray, where: str) -> None:
        missing = int(axis.isnull().sum())
        if missing:
            raise self._breach(f"{axis.name!r}: expected no missing value, got {missing}", where)
        later = axis.values[1:] > axis.values[:-1]
        if not later.all():
            first = int(np.argmin(later)) + 1
            raise self._breach(
                f"{axis.name!r}: expected strictly increasing values, got {axis.values[first]} "
                f"after {axis.values[first - 1]}",
                where,
            )

    def _breach(self, what: str, where: str) -> ContractError:
        remedy = "docs/contracts.md says what each data set holds"
        return ContractError(f"{self.name} contract: {what}", where=where, remedy=remedy)
