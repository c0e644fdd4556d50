"""The contracts between rooms, checked at every door; a breach says expected and got.

Every data set that crosses a door is an xarray data set in SI units with times in UTC.
`docs/contracts.md` shows one example of each.
"""

from __future__ import annotations

import numpy as np
import xarray as xr

from foundation.contract_checks import Contract, Variable
from foundation.errors import ContractError
from foundation.pollutants import POLLUTANTS, pollutants_of
from foundation.units import CONCENTRATION

__all__ = [
    "CONTRIBUTIONS",
    "FORECAST",
    "Contract",
    "Variable",
    "check_closure",
    "concentration_attributes",
    "observations",
    "place_observations",
]
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
    optional={
        "component": Variable(("component",), None, _TEXT),
        "fine_share": Variable(("component",), "1", "f", 0.0, 1.0),
        "component_contribution": _concentration(*_CELL, "component", "source"),
        "carried_over": _concentration(*_CELL, "pollutant", "source"),
        "component_carried_over": _concentration(*_CELL, "component", "source"),
        "model_ratio": Variable((*_CELL, "pollutant"), "1", "f", 0.0),
    },
    attributes=("averaging",),
)
"""What each source adds. A component is what PM10 is made of, `fine_share` of it PM2.5; `carried_over` is the
part that was in the air at the reference time already; `model_ratio` is published over modelled value."""


def check_closure(contributions: xr.Dataset, concentration: xr.DataArray, tolerance: float = 1e-6) -> None:
    """Check that contributions sum over `source` to the published concentration.

    Args:
        contributions: a data set that keeps `CONTRIBUTIONS`.
        concentration: published values, kg m-3, on the same dimensions less `source`.
        tolerance: largest difference allowed, relative to the published value.

    Raises:
        ContractError: naming the worst place and lead time, or when the two have other coordinates.
    """
    total = contributions["contribution"].sum("source", skipna=False)
    try:
        total, published = xr.align(total, concentration, join="exact")
    except ValueError as error:
        raise ContractError(
            f"contributions contract: expected the coordinates of the published values, got {error}"
        ) from error
    excess = abs(total - published) - tolerance * abs(published)
    excess = excess.where(total.isnull() == published.isnull(), np.inf).fillna(-np.inf)
    if bool((excess > 1e-15).any()):
        worst = excess.argmax(...)
        where = ", ".join(f"{dim}={excess[dim].values[index.item()]}" for dim, index in worst.items())
        cell = {dim: index.item() for dim, index in worst.items()}
        raise ContractError(
            "contributions contract: expected the sources to sum to the published value "
            f"{float(published[cell]):g}, got {float(total[cell]):g}",
            where=where,
            remedy="Every product must close over its sources",
        )


def concentration_attributes(pollutant: str) -> dict[str, str]:
    """CF attributes of a concentration variable."""
    known = POLLUTANTS[pollutant]
    return {"standard_name": known.standard_name, "long_name": known.chinese, "units": CONCENTRATION}
