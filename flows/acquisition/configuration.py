"""The sources of a site, as its file names them; secrets stand in the environment, and are given by name."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from flows.acquisition.file_parts import FilesConfig, SftpConfig
from flows.acquisition.source_parts import (
    LONG,
    CyclePattern,
    CyclesConfig,
    DailyUrl,
    EnvironmentName,
    GriddedUrl,
    HourlyUrl,
    HttpConfig,
    KeepingConfig,
    LateConfig,
    LineConfig,
    PlainUrl,
    SourceConfig,
)


class GriddedConfig(SourceConfig, LineConfig, CyclesConfig):
    """A model run published as GRIB files by lead time, with an index beside.

    Attributes:
        urls: templates with `cycle` (UTC), `lead` (hours) and `stream`; the first that has it is used.
        last_lead_h: longest lead that is published.
        steps: up to which lead, every how many hours, such as [[144, 3], [240, 6]]; all leads when empty.
        levels_hpa: pressure levels taken; those of configs/acquisition.yaml when empty.
        gap_kib: two parts this near to each other are asked for at once, with what lies between.
        at_once: files under way together.
    """

    urls: tuple[GriddedUrl, ...] = Field(min_length=1)
    last_lead_h: int = Field(default=240, ge=0, le=1000)
    steps: tuple[tuple[int, int], ...] = ()
    levels_hpa: tuple[float, ...] = ()
    gap_kib: float = Field(default=256.0, ge=0)
    at_once: int = Field(default=2, ge=1, le=8)


class GfsConfig(GriddedConfig):
    """NCEP's GFS: the index is the address and `.idx`."""

    kind: Literal["gfs"]


class EcmwfConfig(GriddedConfig):
    """ECMWF open data: the index is the address with `.index` for `.grib2`."""

    kind: Literal["ecmwf"]


class Era5Config(HttpConfig):
    """ERA5 by the Climate Data Store, for hindcasts; it has no cycles and is never live.

    Attributes:
        url: of the service.
        area: west, east, south, north; degrees.
        every_h: hours of the day taken.
    """

    kind: Literal["era5"]
    url: PlainUrl = "https://cds.climate.copernicus.eu/api"
    credential_env: EnvironmentName = "BOGDA_CDS_KEY"
    area: tuple[float, float, float, float]
    every_h: int = Field(default=3, ge=1, le=24)
    levels_hpa: tuple[int, ...] = ()


class WeatherFilesConfig(FilesConfig, CyclesConfig):
    """Weather files that others put there, such as WRF output.

    Attributes:
        path: folder, here or on the server; may have the `cycle`.
        pattern: names of its files, with `cycle` (UTC) and * as wildcard.
    """

    path: CyclePattern
    pattern: CyclePattern
    holds: Literal["GFS", "ECMWF", "ERA5", "WRF"]


class WeatherFolderConfig(WeatherFilesConfig):
    """In a folder of this machine or a share."""

    kind: Literal["folder"]


class WeatherSftpConfig(WeatherFilesConfig, SftpConfig):
    """On a server, by SFTP."""

    kind: Literal["sftp"]


class CnemcConfig(HttpConfig, LateConfig):
    """One CSV an hour in the layout of configs/providers/cnemc.yaml.

    Attributes:
        urls: templates with `hour` (Beijing time, end of the hour) or `utc`; the first that has it is used.
        least_stations: fewer rows of the hour than this are not the whole hour.
    """

    kind: Literal["cnemc"]
    urls: tuple[HourlyUrl, ...] = Field(min_length=1)
    least_stations: int = Field(default=1, ge=1)
    keep: KeepingConfig = LONG
    at_once: int = Field(default=2, ge=1, le=8)


class OpenaqConfig(HttpConfig, LateConfig):
    """OpenAQ's public archive: one csv.gz per location and day, some three days after it.

    Attributes:
        urls: templates with `location` and `day`.
        locations: identifiers of the locations.
        final_after_h: after the end of its day a file is not asked for again.
    """

    kind: Literal["openaq"]
    urls: tuple[DailyUrl, ...] = Field(min_length=1)
    locations: tuple[int, ...] = Field(min_length=1)
    keep: KeepingConfig = LONG
    final_after_h: float = Field(default=120.0, ge=0)
    at_once: int = Field(default=2, ge=1, le=8)


class MeasurementFilesConfig(FilesConfig, LateConfig):
    """Files of measurements that others put there.

    Attributes:
        pattern: their names, with * as wildcard.
        provider: whose layout they have.
    """

    pattern: str = "*.csv"
    keep: KeepingConfig = LONG
    provider: Literal["cnemc", "openaq", "pm25in", "aqistudy"]


class MeasurementsFolderConfig(MeasurementFilesConfig):
    """In a folder of this machine or a share."""

    kind: Literal["folder"]


class MeasurementsSftpConfig(MeasurementFilesConfig, SftpConfig):
    """On a server, by SFTP."""

    kind: Literal["sftp"]


class InventoryFilesConfig(FilesConfig):
    """Updates of the inventory that others put there: the newest is used.

    Attributes:
        pattern: their names, with * as wildcard.
        holds: `inventory` that Bogda wrote, or `monitoring` of stacks.
    """

    pattern: str = "*.nc"
    holds: Literal["inventory", "monitoring"] = "inventory"


class InventoryFolderConfig(InventoryFilesConfig):
    """In a folder of this machine or a share."""

    kind: Literal["folder"]


class InventorySftpConfig(InventoryFilesConfig, SftpConfig):
    """On a server, by SFTP."""

    kind: Literal["sftp"]


class InventoryHttpConfig(HttpConfig):
    """Under one address, which always has the newest."""

    kind: Literal["http"]
    url: PlainUrl
    holds: Literal["inventory", "monitoring"] = "inventory"


WeatherSourceConfig = Annotated[
    GfsConfig | EcmwfConfig | Era5Config | WeatherFolderConfig | WeatherSftpConfig,
    Field(discriminator="kind"),
]
MeasurementsConfig = Annotated[
    CnemcConfig | OpenaqConfig | MeasurementsFolderConfig | MeasurementsSftpConfig,
    Field(discriminator="kind"),
]
InventoryConfig = Annotated[
    InventoryFolderConfig | InventorySftpConfig | InventoryHttpConfig, Field(discriminator="kind")
]
