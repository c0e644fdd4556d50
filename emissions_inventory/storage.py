"""Inventories on file: NetCDF, one version to a file, never overwritten by another."""

from __future__ import annotations

import os
import uuid
from pathlib import Path

import numpy as np
import xarray as xr

from emissions_inventory.emitters import AreaSources, PointSources, Stacks, WeekProfiles
from emissions_inventory.inventory import Inventory, places_in
from emissions_inventory.trail import trail_from_json, trail_to_json
from foundation.emission_contracts import INVENTORY, STACK_UNITS
from foundation.errors import BogdaError, InputError, RunError
from foundation.grids import Grid

__all__ = ["as_dataset", "from_dataset", "read_inventory", "write_inventory"]

_PACKING = {"zlib": True, "complevel": 1, "shuffle": True}
_POINT_TEXT = ("id", "name", "county", "grade")


def as_dataset(inventory: Inventory) -> xr.Dataset:
    """An inventory as a data set that keeps `INVENTORY`."""
    areas, points = inventory.areas, inventory.points
    sectors = list(map(str, inventory.uncertainty["sector"].values))
    regions = list(inventory.regions())
    variables: dict[str, tuple[object, ...]] = {}
    for name, part in (("area", areas), ("point", points)):
        variables[f"{name}_sector"] = ((name,), places_in(part.sector, sectors).astype(np.int32))
        variables[f"{name}_region"] = ((name,), places_in(part.region, regions).astype(np.int32))
        variables[f"{name}_emission"] = (("month", name, "species"), part.emission, {"units": "kg"})
    for name in ("row", "column"):
        variables[f"area_{name}"] = (("area",), getattr(areas, name).astype(np.int32))
    for name in _POINT_TEXT:
        text = getattr(points, name)
        variables[f"point_{name}"] = (("point",), text.astype(object) if len(points) else text.astype(str))
    variables["point_lon"] = (("point",), points.lon, {"units": "degrees_east"})
    variables["point_lat"] = (("point",), points.lat, {"units": "degrees_north"})
    for name, units in STACK_UNITS.items():
        variables[f"stack_{name}"] = (("point",), getattr(points.stacks, name), {"units": units})
    variables["uncertainty"] = (("sector", "species"), inventory.uncertainty.values, {"units": "1"})
    if len(inventory.profiles.point):
        variables["profile_point"] = (("profile",), inventory.profiles.point)
        dims = ("profile", "weekday", "hour")
        variables["profile_weight"] = (dims, inventory.profiles.weight, {"units": "1"})
    coords = {
        "month": list(inventory.months), "species": list(inventory.species),
        "sector": sectors, "region": regions,
        "lon_edge": ("lon_edge", inventory.grid.lon_edges, {"units": "degrees_east"}),
        "lat_edge": ("lat_edge", inventory.grid.lat_edges, {"units": "degrees_north"}),
    }  # fmt: skip
    attributes = {
        "version": inventory.version, "title": inventory.title, "trail": trail_to_json(inventory.trail),
        "Conventions": "CF-1.11", "contract": "inventory",
    }  # fmt: skip
    return INVENTORY.check(xr.Dataset(variables, coords, attributes), "inventory")


def from_dataset(dataset: xr.Dataset, where: str) -> Inventory:
    """An inventory from a data set.

    Args:
        dataset: keeps `INVENTORY`.
        where: the file, for messages.

    Raises:
        ContractError: when it breaks `INVENTORY`.
        InputError: when it contradicts itself or was changed after it was written.
    """
    INVENTORY.check(dataset, where)
    species = tuple(map(str, dataset["species"].values))
    grid = Grid(dataset["lon_edge"].values, dataset["lat_edge"].values, np.array([0.0, 20.0]))
    areas = AreaSources(
        _names(dataset, "area_sector", "sector"), _names(dataset, "area_region", "region"),
        dataset["area_row"].values.astype(np.int64), dataset["area_column"].values.astype(np.int64),
        dataset["area_emission"].values,
    )  # fmt: skip
    points = PointSources(
        **{name: dataset[f"point_{name}"].values.astype(str) for name in _POINT_TEXT},
        sector=_names(dataset, "point_sector", "sector"), region=_names(dataset, "point_region", "region"),
        lon=dataset["point_lon"].values, lat=dataset["point_lat"].values,
        stacks=Stacks(*(dataset[f"stack_{name}"].values for name in STACK_UNITS)),
        emission=dataset["point_emission"].values,
    )  # fmt: skip
    profiles = WeekProfiles.none()
    if "profile_point" in dataset:
        profiles = WeekProfiles(
            dataset["profile_point"].values.astype(np.int64), dataset["profile_weight"].values
        )
    inventory = Inventory(
        grid, tuple(map(str, dataset["month"].values)), species, areas, points,
        dataset["uncertainty"].reset_coords(drop=True), str(dataset.attrs["title"]),
        trail_from_json(str(dataset.attrs["trail"]), where), profiles,
    )  # fmt: skip
    if inventory.version != dataset.attrs["version"]:
        raise InputError(
            f"its contents are not those of version {dataset.attrs['version']}", where=where,
            remedy="The file was changed after it was written; build or import it again",
        )  # fmt: skip
    return inventory


def _names(dataset: xr.Dataset, variable: str, coordinate: str) -> np.ndarray:
    names = dataset[coordinate].values.astype(str)
    places = dataset[variable].values
    if places.size and places.max() >= len(names):
        raise InputError(f"{variable}: place {places.max()} of {len(names)}", where="inventory")
    return np.asarray(names[places] if len(names) else np.empty(len(places), "U1"))


def write_inventory(inventory: Inventory, path: str | Path) -> Path:
    """Write a version to a file; whole or not at all.

    Args:
        inventory: the inventory.
        path: a file that is not there yet, or holds the same version.

    Raises:
        RunError: when the file is there with another content, or cannot be written.
    """
    target = Path(path)
    if target.exists():
        _refuse_another(target, inventory)
        return target
    dataset = as_dataset(inventory)
    packing = {str(name): _PACKING for name, one in dataset.data_vars.items() if one.dtype.kind in "fi"}
    beside = target.with_name(f".{target.name}.{os.getpid()}-{uuid.uuid4().hex[:6]}")
    try:
        dataset.to_netcdf(beside, engine="netcdf4", encoding=packing)
        _publish(beside, target)
    except FileExistsError:
        _refuse_another(target, inventory)
    except (OSError, RuntimeError) as error:
        raise RunError(
            f"cannot write: {getattr(error, 'strerror', None) or error}", where=str(path),
            remedy="Name a file in a folder that exists and may be written",
        ) from error  # fmt: skip
    finally:
        beside.unlink(missing_ok=True)
    return target


def _publish(beside: Path, target: Path) -> None:
    """Give a file its name unless another has it; without links, as near to that as can be."""
    try:
        os.link(beside, target)
    except FileExistsError:
        raise
    except OSError:
        if target.exists():
            raise FileExistsError(target) from None
        beside.rename(target)


def _refuse_another(target: Path, inventory: Inventory) -> None:
    try:
        held = read_inventory(target).version
    except BogdaError:
        held = "something else"
    if held != inventory.version:
        raise RunError(
            f"is there already and holds {held}, not {inventory.version}; no inventory is overwritten",
            where=str(target), remedy="Name another file",
        )  # fmt: skip


def read_inventory(path: str | Path) -> Inventory:
    """Read a version from a file.

    Raises:
        InputError: when there is no such file, or it is no inventory.
        ContractError: when it breaks the contract of inventories.
    """
    if not Path(path).is_file():
        raise InputError("no such file", where=str(path), remedy="Check the path")
    try:
        with xr.open_dataset(path, engine="netcdf4") as dataset:
            return _placed(dataset.load(), str(path))
    except (OSError, RuntimeError) as error:
        raise InputError("no NetCDF file, or it cannot be read", where=str(path),
                         remedy="Give a file written by `bogda inventory`") from error  # fmt: skip


def _placed(dataset: xr.Dataset, where: str) -> Inventory:
    """An inventory from a data set; what is wrong with its numbers is told with the file."""
    try:
        return from_dataset(dataset, where)
    except InputError as error:
        if error.where == where:
            raise
        remedy = error.remedy or "The file is damaged; build or import it again"
        raise InputError(f"{error.where}: {error.what}".lstrip(": "), where=where, remedy=remedy) from error
