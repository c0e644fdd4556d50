"""A site whose sources are a local provider, and the archive that it has gathered so far."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np

from foundation.times import HOUR, parse_reference_time
from tests.flows.acquisition.published import (
    CNEMC_HEADER,
    CNEMC_PATH,
    CNEMC_PATTERN,
    ECMWF_PATH,
    ECMWF_PATTERN,
    GFS_PATH,
    GFS_PATTERN,
    ecmwf_of,
    gfs_of,
)
from tests.flows.acquisition.server import Provider

ISSUED = "2026-11-20T16:00"
REFERENCE = parse_reference_time(ISSUED)
_STATIONS = ("1490A,87.5801,43.8303,乌鲁木齐市,监测站", "1491A,87.6046,43.768,乌鲁木齐市,收费所",
             "2692A,87.2717,44.0297,昌吉州,新区政务中心")  # fmt: skip

SITE = """
name: local
chinese: 本地站点
english: A local site
case: {{domain: local, physical: {physical}, emissions: {{provider: {emissions}}}, synthetic: true}}
weather:
  - {{kind: gfs, name: gfs, chinese: GFS, english: GFS, urls: ["{url}{gfs}"], bounds: {bounds}}}
  - {{kind: ecmwf, name: ecmwf, chinese: 欧洲, english: ECMWF, urls: ["{url}/ec{ecmwf}"], bounds: {bounds}}}
measurements:
  - {{kind: cnemc, name: cnemc, chinese: 总站, english: CNEMC, urls: ["{url}{cnemc}"], bounds: {bounds}}}
{further}
schedule:
  slots: [{{name: draft, start: "14:00", done_by: "15:30", chinese: 初稿, english: draft}}]
"""
BOUNDS = "{connect_s: 2, idle_s: 1, whole_s: 20, attempts: 1, spare_mib: 0}"


def publish(provider: Provider, real: Path | None = None) -> None:
    """All sources of the site, as they should be."""
    provider.publish_all(GFS_PATTERN, gfs_of(real))
    ecmwf = ecmwf_of()
    provider.publish_all("/ec" + ECMWF_PATTERN, lambda path: ecmwf(path.removeprefix("/ec")))
    provider.publish_all(CNEMC_PATTERN, lambda path: hour_body(path[-14:-4]))


def site_file(
    folder: Path, url: str, further: str = "", physical: str = "demo", emissions: str = "idealised"
) -> Path:
    """The file of the site."""
    text = SITE.format(
        physical=physical, emissions=emissions, url=url, gfs=GFS_PATH, ecmwf=ECMWF_PATH, cnemc=CNEMC_PATH,
        bounds=BOUNDS, further=further,
    )  # fmt: skip
    (folder / "site.yaml").write_text(text, encoding="utf-8")
    return folder / "site.yaml"


def hour_body(beijing: str) -> bytes:
    """One hour of three stations in CNEMC's layout, that follows the clock and the day."""
    hour = np.datetime64(f"{beijing[:4]}-{beijing[4:6]}-{beijing[6:8]}T{beijing[8:]}:00:00")
    number = int((hour - np.datetime64("2026-01-01T00:00:00")) / HOUR)
    rows = io.StringIO()
    writer = csv.writer(rows, lineterminator="\n")
    writer.writerow(CNEMC_HEADER.split(","))
    for at, station in enumerate(_STATIONS):
        swing = 1 + 0.3 * np.sin(number / 24 * 2 * np.pi + at) + 0.4 * np.sin(number / 190 + at)
        fine = round(90 * swing + (number * 7 + at * 3) % 11)
        values = [round(1.5 * fine), 150, fine, 100, 20 + number % 7, 18, 20, 20, 50 + number % 9, 60]
        row = [
            f"{hour}",
            *station.split(","),
            "细颗粒物(PM2.5)",
            150,
            *values,
            8 + number % 5,
            9,
            1 + number % 8 / 10,
            1.4,
        ]
        writer.writerow(row)
    return rows.getvalue().encode()
