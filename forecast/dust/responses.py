"""PM10 of dust as a function of the factor of the thresholds, by region: one run of many factors.

Every tag is carried on its own, so that a region's dust does not depend on the factors of the others, and a
run whose tags are regions at several factors holds them all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import xarray as xr

from emissions_inventory.natural import DustEmissionConfig, dust_emissions
from emissions_inventory.natural.fields import dust_sources
from emissions_inventory.natural.joining import joined_emissions
from emissions_inventory.natural.regions import RegionMap
from foundation.emission_contracts import EMISSIONS
from foundation.errors import InputError
from foundation.grids import Grid

__all__ = ["NoDustError", "Response", "emissions_at_factors", "emitting_only", "response_of"]

_MARK = "@"


class NoDustError(InputError):
    """No threshold is passed with any factor: there is nothing to correct."""


def emissions_at_factors(
    weather: xr.Dataset, grid: Grid, factors: Sequence[float], times: np.ndarray,
    sources: RegionMap | None = None, config: DustEmissionConfig | None = None,
) -> xr.Dataset:  # fmt: skip
    """Dust of every hour with several factors side by side; sources are such as `dust.taklamakan@0.8`.

    Args:
        weather: as `dust_emissions` takes it.
        grid: the model's grid.
        factors: of the thresholds.
        times: beginnings of hours, UTC.
        sources: regions on the grid; made when None.
        config: scheme and constants; those shipped by default.

    Raises:
        InputError: as `dust_emissions`.
        NoDustError: when nothing is emitted with any factor.
    """
    sources = sources or dust_sources(grid, config)
    made: xr.Dataset | None = None
    for factor in factors:
        one = dust_emissions(weather, grid, config, factor, times, sources).dataset
        names = [f"{name}{_MARK}{factor:g}" for name in one["source"].values]
        marked = emitting_only(one.assign_coords(source=names))
        if marked.sizes["source"]:
            made = marked if made is None else joined_emissions(made, marked)
    if made is None:
        raise NoDustError(
            "dust: no threshold is passed with any factor", remedy="There is nothing to correct"
        )
    return made


def emitting_only(emissions: xr.Dataset) -> xr.Dataset:
    """The same without sources that have no stream.

    Args:
        emissions: keeps `EMISSIONS`; without points.
    """
    used = np.unique(emissions["stream_source"].values)
    place = np.searchsorted(used, emissions["stream_source"].values)
    kept = emissions.isel(source=used).assign(stream_source=("stream", place.astype(np.int64)))
    return EMISSIONS.check(kept, "emissions of dust")


@dataclass(frozen=True)
class Response:
    """PM10 at places by region and factor.

    Attributes:
        regions: of dust, such as `dust.taklamakan`.
        factors: rising, (factor,).
        pm10: kg m-3, (region, factor, hour, place).
        times: ends of the hours, UTC, (hour,).
        places: names, (place,).
    """

    regions: tuple[str, ...]
    factors: np.ndarray
    pm10: np.ndarray
    times: np.ndarray
    places: tuple[str, ...]

    def at(self, factors: Mapping[str, float], late_h: float = 0.0) -> np.ndarray:
        """PM10 of dust, kg m-3, (hour, place), with one factor for each region; 1 for regions not named.

        Between the factors run, by a monotone cubic of the factor (Fritsch and Butland 1984,
        doi:10.1137/0905021), beyond them as at the nearest.

        Args:
            factors: by region.
            late_h: hours by which all of it comes later than in the run; linear between hours.
        """
        pm10 = np.sum([self.of_region(name, factors.get(name, 1.0)) for name in self.regions], axis=0)
        whole = int(np.floor(late_h))
        hours = np.arange(len(pm10)) - whole
        now, before = (pm10[np.clip(one, 0, len(pm10) - 1)] for one in (hours, hours - 1))
        return np.asarray(now + (late_h - whole) * (before - now))

    def of_region(self, region: str, factor: float) -> np.ndarray:
        """PM10 of one region, kg m-3, (hour, place)."""
        held = np.clip(factor, self.factors[0], self.factors[-1])
        return np.asarray(np.maximum(self._curves[self.regions.index(region)](held), 0.0))

    @cached_property
    def _curves(self) -> list[Callable[[float], np.ndarray]]:
        """PM10 of each region as a function of the factor."""
        from scipy.interpolate import PchipInterpolator

        return [PchipInterpolator(self.factors, one, axis=0) for one in self.pm10]

    def places_only(self, count: int) -> Response:
        """The first places."""
        return replace(self, pm10=self.pm10[..., :count], places=self.places[:count])


def response_of(tags: xr.Dataset, places: Sequence[str] | None = None) -> Response:
    """The response that a run with `emissions_at_factors` found.

    Args:
        tags: its contributions, which keep `CONTRIBUTIONS`.
        places: those wanted; all by default.
    """
    names = [str(name) for name in tags["source"].values if _MARK in str(name)]
    regions = tuple(dict.fromkeys(name.partition(_MARK)[0] for name in names))
    factors = sorted({float(name.partition(_MARK)[2]) for name in names})
    found = tags["contribution"].isel(reference_time=0).sel(pollutant="pm10")
    wanted = [str(name) for name in tags["place"].values] if places is None else list(places)
    found = found.sel(place=wanted).transpose("source", "lead_time", "place")
    pm10 = np.zeros((len(regions), len(factors), found.sizes["lead_time"], len(wanted)))
    for name in names:
        region, _, factor = name.partition(_MARK)
        pm10[regions.index(region), factors.index(float(factor))] = found.sel(source=name).values
    return Response(regions, np.array(factors), pm10, tags["valid_time"].values[0], tuple(wanted))
