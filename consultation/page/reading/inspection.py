"""Whether a run can be shown: looked at cheaply, without reading what is large."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import xarray as xr
from pydantic import ValidationError

from consultation.page.faults import PageError
from consultation.page.reading.run_files import FetchedFiles, RunFiles
from consultation.products import FORECAST_FILE, HDF5, first_line
from foundation.contracts import FORECAST
from foundation.errors import BogdaError
from foundation.provenance import Manifest
from foundation.store import MANIFEST, RunStore

__all__ = ["STAMP", "Run", "Skipped", "inspect", "run_id"]

STAMP = re.compile(r"\d{8}T\d{6}Z")


def run_id(domain: str, stamp: str) -> str:
    """The name of a run in addresses."""
    return f"{domain}.{stamp}"


@dataclass(frozen=True)
class Skipped:
    """A run that is not shown, and why."""

    id: str
    chinese: str
    english: str


@dataclass(frozen=True)
class Run:
    """A run that can be shown.

    Attributes:
        id: `domain.stamp`.
        revision: changes when the run is made again.
        lacking: products that the manifest names and that are not there.
        groups: parts of the forecast: `day` and, where it has them, `region` and `hour`.
    """

    id: str
    domain: str
    reference_time: np.datetime64
    revision: str
    manifest: Manifest
    files: RunFiles
    lacking: tuple[str, ...] = ()
    groups: tuple[str, ...] = field(default=("day",))


def inspect(store: RunStore, fetched: FetchedFiles, domain: str, stamp: str) -> Run | Skipped:
    """Look at a run: its manifest, and its daily forecast against the contract.

    Args:
        store: that holds it.
        fetched: where copies of files lie, for a store that is no folder.
        domain: folder under `runs`.
        stamp: folder of the reference time.
    """
    name, root = run_id(domain, stamp), f"{store.root}/runs/{domain}/{stamp}"
    try:
        text = store.filesystem.cat_file(f"{root}/{MANIFEST}")
        manifest = Manifest.model_validate_json(text)
        size = store.filesystem.size(f"{root}/{FORECAST_FILE}")
        revision = hashlib.sha256(text + str(size).encode()).hexdigest()[:12]
        files = RunFiles(store, root, f"{name}-{revision}", fetched)
        reference, groups = _forecast(files)
        _same(manifest, domain, stamp, reference)
    except FileNotFoundError as error:
        lost = str(error.filename or error).rsplit("/", 1)[-1][:60]
        return Skipped(name, f"不完整：缺少 {lost}", f"not whole: {lost} is missing")
    except ValidationError as error:
        told = error.errors()[0]
        key = ".".join(map(str, told["loc"])) or MANIFEST
        return Skipped(name, f"{MANIFEST} 已损坏：{key}", f"{MANIFEST} is broken: {key}: {told['msg']}")
    except (PageError, BogdaError, OSError, RuntimeError, ValueError, KeyError) as error:
        said = error.what if isinstance(error, BogdaError) else first_line(error)
        return Skipped(name, f"{FORECAST_FILE} 无法读取：{said}", f"{FORECAST_FILE} cannot be read: {said}")
    lacking = tuple(sorted(file for file in set(manifest.products.values()) if not files.has(file)))
    return Run(name, domain, reference, revision, manifest, files, lacking, groups)


def _forecast(files: RunFiles) -> tuple[np.datetime64, tuple[str, ...]]:
    """The reference time and the parts of a forecast; its days are read and checked."""
    import netCDF4

    path = files.path(FORECAST_FILE)
    with HDF5:
        daily = xr.load_dataset(path, engine="netcdf4", decode_timedelta=True)
        with netCDF4.Dataset(path) as opened:
            groups = tuple(group for group in ("region", "hour") if group in opened.groups)
    FORECAST.check(daily, FORECAST_FILE)
    if daily.sizes["reference_time"] != 1:
        raise ValueError("expected one reference time")
    if not np.isclose(daily["quantile"].values, 0.5).any():
        raise ValueError("the median is missing")
    return np.datetime64(daily["reference_time"].values[0], "ns"), ("day", *groups)


def _same(manifest: Manifest, domain: str, stamp: str, reference: np.datetime64) -> None:
    told = pd.Timestamp(reference).strftime("%Y%m%dT%H%M%SZ")
    if (manifest.domain, told) != (domain, stamp):
        raise ValueError(f"expected the run {domain} {stamp}, got {manifest.domain} {told}")
