"""The contracts between rooms, checked at every door; a breach says expected and got.

Every data set that crosses a door is an xarray data set with a `contract` attribute, SI units and
times in UTC. `docs/contracts.md` shows one example of each.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import xarray as xr

from foundation.errors import ContractError
from foundation.pollutants import POLLUTANTS, pollutants_of
from foundation.units import CONCENTRATION


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
        for name in ("time", "reference_time", "lead_time"):
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
            raise self._breach(f"{array.name!r}: expected no missing value", where)
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
        steps = np.diff(axis.values).astype("int64")
        if (steps <= 0).any():
            first = int(np.argmax(steps <= 0)) + 1
            raise self._breach(
                f"{axis.name!r}: expected strictly increasing values, got {axis.values[first]} "
                f"after {axis.values[first - 1]}",
                where,
            )

    def _breach(self, what: str, where: str) -> ContractError:
        return ContractError(f"{self.name} contract: {what}", where=where)


_CONCENTRATION_LIMIT = 0.1
"""kg m-3; far above anything measured in air, catches a value left in µg m-3."""


def _concentration(*dims: str) -> Variable:
    return Variable(dims, CONCENTRATION, "f", 0.0, _CONCENTRATION_LIMIT)


def _measured(name: str, averaging: str, where_dim: str, extra: dict[str, Variable]) -> Contract:
    dims = ("time", where_dim)
    variables = {p: _concentration(*dims) for p in pollutants_of(averaging)}
    flags = {f"{p}_flag": Variable(dims, None, "iu") for p in pollutants_of(averaging)}
    return Contract(
        name,
        {"time": Variable(("time",), None, "M"), **extra},
        {**variables, **flags},
        attributes=("averaging", "source"),
    )


_TEXT = "OUST"


def observations(averaging: str) -> Contract:
    """Measurements at stations, `averaging` `hour` or `day`; dims (time, station)."""
    return _measured(
        "observations",
        averaging,
        "station",
        {
            name: Variable(("station",), unit, kind)
            for name, unit, kind in (
                ("station", None, _TEXT),
                ("station_name", None, _TEXT),
                ("place", None, _TEXT),
                ("lon", "degrees_east", "f"),
                ("lat", "degrees_north", "f"),
            )
        },
    )


def place_observations(averaging: str) -> Contract:
    """Means over the stations of a place, `averaging` `hour` or `day`; dims (time, place)."""
    return _measured("place observations", averaging, "place", {"place": Variable(("place",), None, _TEXT)})


_CELL = ("reference_time", "lead_time", "place")

FORECAST = Contract(
    "forecast",
    {
        "reference_time": Variable(("reference_time",), None, "M"),
        "lead_time": Variable(("lead_time",), None, "m"),
        "valid_time": Variable(("reference_time", "lead_time"), None, "M"),
        "place": Variable(("place",), None, _TEXT),
        "pollutant": Variable(("pollutant",), None, _TEXT),
        "quantile": Variable(("quantile",), "1", "f", 0.0, 1.0),
    },
    {
        "concentration": _concentration(*_CELL, "pollutant", "quantile"),
        "aqi": Variable((*_CELL, "quantile"), "1", "f", 0, 500),
        "aqi_low": Variable(_CELL, "1", "f", 0, 500),
        "aqi_high": Variable(_CELL, "1", "f", 0, 500),
        "level": Variable(_CELL, "1", "iu", 0, 6),
        "primary": Variable((*_CELL, "pollutant"), "1", "iu", 0, 1),
        "level_probability": Variable((*_CELL, "aqi_level"), "1", "f", 0, 1),
        "dust": Variable(_CELL, "1", "iu", 0, 1),
    },
    optional={"aqi_scenario": Variable((*_CELL, "scenario"), "1", "f", 0, 500)},
    attributes=("averaging", "rules", "model"),
)
"""What is published. `level` 0 means not available. Each quantile of `aqi` is the index of the same
quantile of every pollutant; `aqi_scenario` holds joint courses of the index in time."""

CONTRIBUTIONS = Contract(
    "contributions",
    {
        "reference_time": Variable(("reference_time",), None, "M"),
        "lead_time": Variable(("lead_time",), None, "m"),
        "place": Variable(("place",), None, _TEXT),
        "pollutant": Variable(("pollutant",), None, _TEXT),
        "source": Variable(("source",), None, _TEXT),
    },
    {"contribution": _concentration(*_CELL, "pollutant", "source")},
    attributes=("averaging",),
)


def check_closure(contributions: xr.Dataset, concentration: xr.DataArray, tolerance: float = 1e-6) -> None:
    """Check that contributions sum over `source` to the published concentration.

    Args:
        contributions: a data set that keeps `CONTRIBUTIONS`.
        concentration: published values, kg m-3, on the same dimensions less `source`.
        tolerance: largest difference allowed, relative to the published value.

    Raises:
        ContractError: naming the worst place and lead time.
    """
    total = contributions["contribution"].sum("source", skipna=False)
    excess = abs(total - concentration) - tolerance * abs(concentration)
    if bool((excess > 1e-15).any()) or bool((total.isnull() != concentration.isnull()).any()):
        worst = excess.where(excess.notnull(), np.inf).argmax(...)
        where = ", ".join(f"{dim}={excess[dim].values[index.item()]}" for dim, index in worst.items())
        raise ContractError(
            "contributions contract: expected the sources to sum to the published value",
            where=where,
            remedy="Every product must close over its sources",
        )


def concentration_attributes(pollutant: str) -> dict[str, str]:
    """CF attributes of a concentration variable."""
    known = POLLUTANTS[pollutant]
    return {"standard_name": known.standard_name, "long_name": known.chinese, "units": CONCENTRATION}
