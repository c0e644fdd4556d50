"""Measurements made of known factors with known errors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr

from foundation.times import HOUR, beijing_day
from sources.inversion.arrays import Array, Index
from sources.inversion.configuration import InversionConfig
from sources.inversion.errors import PER_UG
from sources.inversion.samples import Source

__all__ = ["Noise", "drawn_factors", "made_measurements"]

_WIDEST = float(np.log(2.0))
_OUTLIER = 4.0


@dataclass(frozen=True)
class Noise:
    """Errors of made measurements.

    Attributes:
        config: as the choices say; the twin's may be other ones than the inversion's.
        heavy: degrees of freedom of a Student distribution in place of the normal one of the transport
            model's error, of the same variance; None for normal.
        outliers: share of the hours that are four times too high.
    """

    config: InversionConfig
    heavy: float | None = None
    outliers: float = 0.0


def drawn_factors(
    sources: Sequence[Source], config: InversionConfig, generator: np.random.Generator
) -> Array:
    """Logarithms of true factors: log-uniform from 0.5 to 2; inflow and initial state by their prior."""
    own = {"boundary": config.prior.boundary, "initial": config.prior.initial}
    return np.array([
        generator.uniform(-_WIDEST, _WIDEST) if one.emitted else own[one.sector] * generator.normal()
        for one in sources
    ])  # fmt: skip


def made_measurements(
    tags: xr.Dataset, places: Sequence[str], factors: Array, noise: Noise, generator: np.random.Generator
) -> xr.Dataset:
    """Hourly measurements of places as they would be with these factors, (time, place), kg m-3.

    Args:
        tags: hourly contributions of one run.
        places: where is measured.
        factors: of the sources, (source,).
        noise: errors.
        generator: of all that is drawn.
    """
    config = noise.config
    pollutants = [name for name in config.pollutants if name in tags["pollutant"].values]
    run = tags["contribution"].isel(reference_time=0).sel(place=list(places), pollutant=pollutants)
    true = run.transpose("lead_time", "place", "pollutant", "source").values @ factors
    valid = (tags["reference_time"].values[0] + tags["lead_time"].values).astype("datetime64[ns]")
    days = beijing_day(valid - HOUR)
    error = _lasting(true.shape, (days - days[0]).astype(int), config, generator)
    error += config.transport.deviation * _changing(true.shape, noise, generator)
    error += config.measurement.deviation * generator.normal(size=true.shape)
    error += np.log(_OUTLIER) * (generator.random(true.shape) < noise.outliers)
    absolute = np.array([config.measurement.absolute_ug_m3[name] for name in pollutants]) * PER_UG
    made = np.maximum(true * np.exp(error) + absolute * generator.normal(size=true.shape), 0.0)
    values = {name: (("time", "place"), made[..., number]) for number, name in enumerate(pollutants)}
    return xr.Dataset(
        values,
        {"time": valid, "place": list(places)},
        {"averaging": "hour", "source": "made", "synthetic": 1},
    )


def _lasting(
    shape: tuple[int, ...], day: Index, config: InversionConfig, generator: np.random.Generator
) -> Array:
    """Biases of places, pollutants and cells, and errors of whole days."""
    transport, (_, places, pollutants) = config.transport, shape
    return np.asarray(
        transport.place * generator.normal(size=(1, places, 1))
        + transport.pollutant * generator.normal(size=(1, 1, pollutants))
        + transport.cell * generator.normal(size=(1, places, pollutants))
        + transport.day * generator.normal(size=int(day.max()) + 1)[day][:, None, None]
    )


def _changing(shape: tuple[int, ...], noise: Noise, generator: np.random.Generator) -> Array:
    """The transport model's error of variance one: AR(1) in time, correlated between pollutants."""
    transport = noise.config.transport
    alike = transport.between_pollutants
    root = np.linalg.cholesky(alike + (1.0 - alike) * np.eye(shape[2]))
    if noise.heavy is None:
        drawn = generator.normal(size=shape)
    else:
        drawn = generator.standard_t(noise.heavy, shape) / np.sqrt(noise.heavy / (noise.heavy - 2.0))
    fresh = drawn @ root.T
    kept = np.exp(-1.0 / transport.hours)
    for hour in range(1, shape[0]):
        fresh[hour] = kept * fresh[hour - 1] + np.sqrt(1.0 - kept**2) * fresh[hour]
    return np.asarray(fresh)
