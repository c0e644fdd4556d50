"""From weather on the grid to the coefficients of all processes, and a report of what was assumed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
import xarray as xr

from atmosphere.transport.forcing import Processes
from atmosphere.transport.processes.chemistry import conversion_rates
from atmosphere.transport.processes.deposition import deposition_flux
from atmosphere.transport.processes.mixing import mixing_exchange
from atmosphere.transport.processes.nitrate_split import particle_share
from atmosphere.transport.processes.parameters import Rates, parameter_values
from atmosphere.transport.processes.scavenging import scavenging_rate
from atmosphere.transport.processes.settling import settling_flux
from atmosphere.transport.processes.surface_layer import surface_layer
from atmosphere.transport.processes.weather_fields import WeatherFields, weather_fields
from atmosphere.transport.species import SpeciesTable
from foundation.grids import Grid

__all__ = ["Assembled", "ProcessReport", "assemble", "nitrate_particle_share", "process_report", "processes"]


@dataclass(frozen=True)
class ProcessReport:
    """What a reader of a product should know of its processes.

    Attributes:
        fallbacks: a line for each variable that the weather does not hold, and what stands in for it.
        ranges: lowest, middle and highest value of quantities by name and unit.
    """

    fallbacks: tuple[str, ...]
    ranges: dict[str, tuple[float, float, float]]


@dataclass(frozen=True)
class Assembled:
    """The coefficients of all processes at one time.

    Attributes:
        processes: the coefficients.
        report: what was assumed.
        fields: the weather they are of.
    """

    processes: Processes
    report: ProcessReport
    fields: WeatherFields


def processes(
    weather: xr.Dataset | Sequence[xr.Dataset], grid: Grid, table: SpeciesTable, rates: Rates | None = None,
    dtype: torch.dtype = torch.float32, device: torch.device | str = "cpu",
) -> Processes:  # fmt: skip
    """Coefficients of all processes at one time.

    Args:
        weather: on the grid's columns and layers, at one time; several data sets are members of an ensemble.
        grid: the model's grid.
        table: the species of the run.
        rates: values that replace those of `configs/processes.yaml`; tensors may require gradients.
        dtype: floating type.
        device: where the coefficients lie.

    Raises:
        InputError: when the weather is not fit, with the variable and what is wrong.
        ConfigurationError: when a rate is unknown or out of bounds.
    """
    return assemble(weather, grid, table, rates, dtype, device).processes


def process_report(
    weather: xr.Dataset | Sequence[xr.Dataset], grid: Grid, table: SpeciesTable, rates: Rates | None = None
) -> ProcessReport:
    """The report alone; arguments and errors as for `processes`."""
    return assemble(weather, grid, table, rates).report


def assemble(
    weather: xr.Dataset | Sequence[xr.Dataset], grid: Grid, table: SpeciesTable, rates: Rates | None = None,
    dtype: torch.dtype = torch.float32, device: torch.device | str = "cpu",
) -> Assembled:  # fmt: skip
    """The coefficients, the report and the weather they are of; arguments and errors as for `processes`."""
    parameters = parameter_values(rates, dtype, device)
    fields = weather_fields(weather, grid, parameters)
    layer = surface_layer(fields, parameters)
    share = particle_share(fields.temperature, fields.relative_humidity, parameters)
    made = Processes(
        mixing=mixing_exchange(fields, layer, parameters),
        deposition=deposition_flux(fields, layer, table, share[:, 0], parameters),
        settling=settling_flux(fields, table),
        settling_species=table.settling,
        scavenging=scavenging_rate(fields, table, share, parameters),
        conversion=conversion_rates(fields, table, parameters),
        reactions=table.reactions,
    )
    fallbacks = (*fields.fallbacks, *layer.fallbacks, *_light_and_water(fields))
    ranges = {
        "friction_velocity m s-1": _range(layer.friction_velocity),
        "inverse_obukhov_length m-1": _range(layer.inverse_obukhov_length),
        "boundary_layer_height m": _range(layer.boundary_layer_height),
        "nitrate_particle_share 1": _range(share),
    }
    if made.conversion is not None:
        for place, rule in enumerate(table.reaction_rules):
            ranges[f"{rule.rate} s-1"] = _range(made.conversion[:, place])
    return Assembled(made, ProcessReport(fallbacks, ranges), fields)


def nitrate_particle_share(
    weather: xr.Dataset | Sequence[xr.Dataset], grid: Grid, rates: Rates | None = None,
    dtype: torch.dtype = torch.float32, device: torch.device | str = "cpu",
) -> torch.Tensor:  # fmt: skip
    """Share of total nitrate that is particle, (member, z, y, x), for the sums PM2.5 and PM10."""
    parameters = parameter_values(rates, dtype, device)
    fields = weather_fields(weather, grid, parameters)
    return particle_share(fields.temperature, fields.relative_humidity, parameters)


def _light_and_water(fields: WeatherFields) -> list[str]:
    notes = []
    if "precipitation_rate" not in fields.surface:
        notes.append(
            "precipitation_rate: not in the weather; used instead: no precipitation, no wet scavenging"
        )
    if not {"surface_downwelling_shortwave_flux", "cloud_area_fraction"} & set(fields.surface):
        notes.append("cloud_area_fraction and shortwave flux: not in the weather; used instead: a clear sky")
    return notes


def _range(values: torch.Tensor) -> tuple[float, float, float]:
    flat = values.detach().reshape(-1)
    return float(flat.min()), float(flat.median()), float(flat.max())
