"""Which fields are taken out of published model runs, from `configs/acquisition.yaml`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from flows.acquisition.configuration import GriddedConfig
from flows.acquisition.indexes import Entry, read_ecmwf_index, read_gfs_index
from flows.acquisition.not_arrived import NotArrivedError
from flows.acquisition.ranges import Span, joined
from foundation.configuration import Config, load_shipped

__all__ = ["Era5Fields", "Publication", "chosen", "fields_config", "publication"]

_KIB = 1 << 10


class SurfaceField(Config):
    """A field without levels: name and level as the index has them."""

    name: str
    level: str


class GriddedFields(Config):
    """Fields of one model, as its index names them."""

    levels_hpa: tuple[float, ...]
    volumes_needed: tuple[str, ...]
    volumes: tuple[str, ...]
    surfaces_needed: tuple[SurfaceField, ...]
    surfaces: tuple[SurfaceField, ...]


class Era5Fields(Config):
    """Fields of ERA5, as the Climate Data Store names them."""

    levels_hpa: tuple[int, ...]
    volumes: tuple[str, ...]
    surfaces: tuple[str, ...]


class FieldsConfig(Config):
    """All of them."""

    gfs: GriddedFields
    ecmwf: GriddedFields
    era5: Era5Fields


@lru_cache(maxsize=1)
def fields_config() -> FieldsConfig:
    """What ships."""
    return load_shipped(FieldsConfig, "acquisition.yaml")


@dataclass(frozen=True)
class Publication:
    """How a model's files are published.

    Attributes:
        kind: as `WeatherConfig.kind` has it.
        fields: what is taken.
        index_url: address of the index by that of the file.
        entries_of: reads an index.
    """

    kind: str
    fields: GriddedFields
    index_url: Callable[[str], str]
    entries_of: Callable[[str], list[Entry]]


def publication(kind: str) -> Publication:
    """How the model of a source is published; `kind` is `gfs` or `ecmwf`."""
    if kind == "gfs":
        return Publication("GFS", fields_config().gfs, lambda url: f"{url}.idx", read_gfs_index)
    return Publication(
        "ECMWF", fields_config().ecmwf, lambda url: f"{url.removesuffix('.grib2')}.index", read_ecmwf_index
    )


def chosen(entries: Sequence[Entry], fields: GriddedFields, config: GriddedConfig) -> tuple[Span, ...]:
    """The bytes of the fields that are taken, near ones joined.

    Raises:
        NotArrivedError: when a field that is needed is not in the index.
    """
    levels = set(config.levels_hpa or fields.levels_hpa)
    volumes = {*fields.volumes_needed, *fields.volumes}
    surfaces = {(one.name, one.level) for one in (*fields.surfaces_needed, *fields.surfaces)}
    taken = [
        entry
        for entry in entries
        if (entry.pressure_hpa in levels and entry.name in volumes) or (entry.name, entry.level) in surfaces
    ]
    _refuse_lack(taken, fields)
    return joined((entry.span for entry in taken), round(config.gap_kib * _KIB))


def _refuse_lack(taken: Sequence[Entry], fields: GriddedFields) -> None:
    held = {(entry.name, entry.level) for entry in taken}
    lacking = [name for name in fields.volumes_needed if (name, "pl") not in held]
    lacking += [one.name for one in fields.surfaces_needed if (one.name, one.level) not in held]
    if lacking:
        named = ", ".join(lacking)
        raise NotArrivedError("wrong-layout", f"索引中缺少要素 {named}", f"not in the index: {named}")
