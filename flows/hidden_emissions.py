"""Emissions as a twin's truth has them and no forecaster knows: other hours, and a source nobody counted."""

from __future__ import annotations

import numpy as np
import xarray as xr

from foundation.constants import EARTH_RADIUS
from foundation.emission_contracts import EMISSIONS
from foundation.places import gazetteer
from training.source_twin import HIDDEN, RETIMED

__all__ = ["RETIMED_SECTORS", "emissions_of_truth", "with_hidden"]

RETIMED_SECTORS = ("traffic", "scattered_coal", "other")
"""Sectors of whose hours a truth may have others."""

_STREAM_PARTS = ["emission_flux", "layer_share", "time_factor", "stream_source"]
_LABELS = ["source", "sector", "region", "source_chinese", "source_english"]
_TOWNS, _SPREAD_KM = ("shihezi", "kuitun"), 8.0
_SHARE_OF_FINE = 0.05
_SHIFT_HOURS = 3
_WEEKEND, _WEEKDAY = 0.6, 1.16
_CHINA_TIME = np.timedelta64(8, "h")


def with_hidden(emissions: xr.Dataset) -> xr.Dataset:
    """The emissions with tags beside theirs: of sectors at other hours, and of the uncounted source.

    A tag's result does not depend on which others run, so one run carries what the forecaster believes and
    all that a truth may be made of.

    Args:
        emissions: keeps `EMISSIONS`; sources are named `sector.region`.

    Returns:
        Emissions that keep `EMISSIONS`: the sources as they were, then those that are retimed, then `HIDDEN`.
    """
    sources = [str(name) for name in emissions["source"].values]
    chosen = [name for name in sources if name.partition(".")[0] in RETIMED_SECTORS]
    number = {name: len(sources) + place for place, name in enumerate(chosen)}
    moved = [
        (stream, number[sources[source]])
        for stream, source in enumerate(emissions["stream_source"].values)
        if sources[source] in number
    ]
    at = [stream for stream, _ in moved]
    retimed = emissions.isel(stream=at)
    factor = _retimed(retimed["time_factor"].values, emissions["time"].values)
    streams = [
        emissions[_STREAM_PARTS],
        retimed[_STREAM_PARTS].assign(
            time_factor=(("time", "stream"), factor, {"units": "1"}),
            stream_source=("stream", np.array([new for _, new in moved], dtype=np.int64)),
        ),
        _uncounted(emissions, len(sources) + len(chosen)),
    ]
    names = [*sources, *(RETIMED + name for name in chosen), HIDDEN]
    alone = [part.drop_vars("source", errors="ignore") for part in streams]
    joined = xr.concat(alone, "stream", data_vars="all")
    others = emissions.drop_vars([*_STREAM_PARTS, *_LABELS], errors="ignore")
    made = others.merge(joined, combine_attrs="override", compat="override", join="override")
    told = made.assign_coords(source=names).assign_attrs(emissions.attrs)
    return EMISSIONS.check(told, "hidden emissions")


def emissions_of_truth(emissions: xr.Dataset, amounts: dict[str, float]) -> xr.Dataset:
    """The emissions of a truth, for a run of its own.

    Args:
        emissions: as `with_hidden` makes them.
        amounts: factor of every source; those that are not named do not emit.
    """
    by = np.array([amounts.get(str(name), 0.0) for name in emissions["source"].values])
    changed = {
        name: (emissions[name] * xr.DataArray(by[emissions[of].values], dims=dim))
        .transpose(*emissions[name].dims)
        .assign_attrs(emissions[name].attrs)
        for name, of, dim in (
            ("emission_flux", "stream_source", "stream"),
            ("point_emission", "point_source", "point"),
        )
    }
    return EMISSIONS.check(emissions.assign(changed), "emissions of a truth")


def _retimed(factor: np.ndarray, times: np.ndarray) -> np.ndarray:
    """Hourly factors (time, stream) three hours later, less at weekends and more on working days."""
    rows = np.maximum(np.arange(len(times)) - _SHIFT_HOURS, 0)
    days = (times.astype("datetime64[ns]") + _CHINA_TIME).astype("datetime64[D]").astype(int)
    of_day = np.where((days + 3) % 7 >= 5, _WEEKEND, _WEEKDAY)
    return np.asarray(factor[rows] * of_day[:, None])


def _uncounted(emissions: xr.Dataset, source: int) -> xr.Dataset:
    """One stream of fine particles near the ground, twice as strong by night."""
    area = _cell_area(emissions)
    lon, lat = np.meshgrid(emissions["x"].values, emissions["y"].values)
    shape = np.zeros(lon.shape)
    for name in _TOWNS:
        place = gazetteer().place(name)
        east = EARTH_RADIUS * np.deg2rad(lon - place.lon) * np.cos(np.deg2rad(place.lat))
        north = EARTH_RADIUS * np.deg2rad(lat - place.lat)
        blob = np.exp(-0.5 * (east**2 + north**2) / (1000.0 * _SPREAD_KM) ** 2) * area
        shape += blob / blob.sum() / len(_TOWNS)
    fine = [str(name) for name in emissions["species"].values].index("ppm_fine")
    known = emissions["emission_flux"].values[:, fine]
    total = float((known * area).sum())
    flux = np.zeros((1, *emissions["emission_flux"].shape[1:]))
    flux[0, fine] = np.where(shape > 1e-4 * shape.max(), shape, 0.0) * _SHARE_OF_FINE * total / area
    layers = np.zeros((1, emissions.sizes["layer"]))
    layers[0, 0] = 1.0
    hour = (emissions["time"].values.astype("datetime64[h]").astype(int) + 8) % 24
    night = np.where((hour >= 19) | (hour < 9), 4.0 / 3.0, 2.0 / 3.0)
    parts = {
        "emission_flux": (("stream", "species", "y", "x"), flux, {"units": "kg m-2 s-1"}),
        "layer_share": (("stream", "layer"), layers, {"units": "1"}),
        "time_factor": (("time", "stream"), night[:, None], {"units": "1"}),
        "stream_source": ("stream", np.array([source])),
    }
    coords = {name: emissions[name] for name in ("time", "species", "y", "x", "layer")}
    return xr.Dataset(parts, coords)


def _cell_area(emissions: xr.Dataset) -> np.ndarray:
    """Area of the columns (y, x), m2, from evenly spaced centres."""
    lat, lon = emissions["y"].values, emissions["x"].values
    half = 0.5 * (lat[1] - lat[0])
    bands = EARTH_RADIUS**2 * (np.sin(np.deg2rad(lat + half)) - np.sin(np.deg2rad(lat - half)))
    return np.asarray(bands[:, None] * np.full(len(lon), np.deg2rad(lon[1] - lon[0])))
