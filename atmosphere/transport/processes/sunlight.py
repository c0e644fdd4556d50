"""Where the sun stands, and how much of its light comes through clouds."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch

from atmosphere.transport.processes.weather_fields import WeatherFields

__all__ = ["cloud_transmission", "cosine_of_zenith", "ozone_photolysis", "sun_position"]

_J2000 = np.datetime64("2000-01-01T12:00:00", "ns")
_DAY = np.timedelta64(86400, "s")


def sun_position(time: np.datetime64) -> tuple[float, float]:
    """Declination of the sun and the longitude over which it stands, radians (east positive).

    The Astronomical Almanac's low-precision formulas, good to 0.01° between 1950 and 2050.
    """
    days = float((time.astype("datetime64[ns]") - _J2000) / _DAY)
    mean_longitude = 280.460 + 0.9856474 * days
    anomaly = np.deg2rad(357.528 + 0.9856003 * days)
    ecliptic = np.deg2rad(mean_longitude + 1.915 * np.sin(anomaly) + 0.020 * np.sin(2 * anomaly))
    obliquity = np.deg2rad(23.439 - 4e-7 * days)
    ascension = np.arctan2(np.cos(obliquity) * np.sin(ecliptic), np.cos(ecliptic))
    declination = np.arcsin(np.sin(obliquity) * np.sin(ecliptic))
    sidereal = np.deg2rad((280.46062 + 360.98564737 * days) % 360)
    longitude = (ascension - sidereal + np.pi) % (2 * np.pi) - np.pi
    return float(declination), float(longitude)


def cosine_of_zenith(times: Sequence[np.datetime64], lon: torch.Tensor, lat: torch.Tensor) -> torch.Tensor:
    """Cosine of the sun's zenith angle, negative at night, (member, y, x).

    Args:
        times: UTC, one for each member.
        lon: degrees east, (x,).
        lat: degrees north, (y,).
    """
    east, north = torch.deg2rad(lon)[None, :], torch.deg2rad(lat)[:, None]
    cosines = []
    for time in times:
        declination, longitude = sun_position(time)
        hour = torch.cos(east - longitude)
        cosines.append(np.sin(declination) * torch.sin(north) + np.cos(declination) * torch.cos(north) * hour)
    return torch.stack(cosines)


def cloud_transmission(fields: WeatherFields, cosine: torch.Tensor) -> torch.Tensor:
    """Share of clear-sky sunlight at the ground, 0 to 1, (member, y, x); 1 where nothing is known.

    From the shortwave flux over that of a clear sky (Haurwitz 1945,
    doi:10.1175/1520-0469(1945)002<0154:IIRTCD>2.0.CO;2) while the sun is 5° up or more, else from cloud cover
    (Kasten and Czeplak 1980, doi:10.1016/0038-092X(80)90391-6).
    """
    flux = fields.surface.get("surface_downwelling_shortwave_flux")
    cover = fields.surface.get("cloud_area_fraction")
    by_cover = torch.ones_like(cosine) if cover is None else 1 - 0.75 * cover**3.4
    if flux is None:
        return by_cover
    up = cosine.clamp_min(0.087)
    return torch.where(
        cosine > 0.087, (flux / (1098 * up * torch.exp(-0.059 / up))).clamp(0.0, 1.0), by_cover
    )


def ozone_photolysis(cosine: torch.Tensor) -> torch.Tensor:
    """Photolysis of ozone to O(1D) under a clear sky, s-1, 0 at night.

    Saunders et al. 2003, doi:10.5194/acp-3-161-2003, table 2: 6.073e-5 cos^1.743 exp(-0.474 / cos).
    """
    up = cosine.clamp_min(0.01)
    return torch.where(cosine > 0.01, 6.073e-5 * up**1.743 * torch.exp(-0.474 / up), torch.zeros_like(up))
