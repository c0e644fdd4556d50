"""Tags of a made week: three places, seven sources, four pollutants, with components."""

from __future__ import annotations

import numpy as np
import xarray as xr

from foundation.times import HOUR

UG = 1e-9
PLACES = ("urumqi", "shihezi", "kuitun")
SOURCES = (
    ("industry", "urumqi"), ("traffic", "urumqi"), ("industry", "chang-shi"), ("traffic", "chang-shi"),
    ("all", "zhundong"), ("boundary", "boundary"), ("initial", "initial"),
)  # fmt: skip
POLLUTANTS = ("pm25", "pm10", "so2", "no2")
COMPONENTS = ("ppm_fine", "ppm_coarse", "sulfate", "nitrate")
_FINE = np.array([1.0, 0.0, 1.0, 1.0])
_REACH = {"urumqi": (1.0, 0.1, 0.02), "chang-shi": (0.15, 1.0, 0.5), "zhundong": (1e-5,) * 3,
          "boundary": (0.15,) * 3, "initial": (1.0,) * 3}  # fmt: skip
_PARTICLES = {"industry": (30, 20, 12, 3), "traffic": (12, 4, 1, 9), "all": (20, 20, 5, 5),
              "boundary": (20, 15, 5, 5), "initial": (6, 3, 1, 1)}  # fmt: skip
_GASES = {"industry": (60, 12), "traffic": (3, 45), "all": (20, 20), "boundary": (4, 4), "initial": (1, 1)}


def made_tags(hours: int = 96) -> xr.Dataset:
    """Hourly contributions with courses of their own for industry and traffic; keeps `CONTRIBUTIONS`."""
    lead = np.arange(1, hours + 1)
    course = {
        "industry": 1.0 + 0.3 * np.sin(lead / 7.0), "traffic": 1.0 + 0.6 * np.sin(2 * np.pi * lead / 12),
        "all": np.ones(hours), "boundary": 1.0 + 0.2 * np.cos(lead / 15), "initial": np.exp(-lead / 12),
    }  # fmt: skip
    shape = (hours, len(PLACES), len(COMPONENTS), len(SOURCES))
    particles, gases = np.empty(shape), np.empty((*shape[:2], 2, len(SOURCES)))
    for number, (sector, region) in enumerate(SOURCES):
        pattern = course[sector][:, None] * np.array(_REACH[region]) * (1 + 0.4 * np.cos(lead / 30))[:, None]
        particles[..., number] = pattern[..., None] * np.array(_PARTICLES[sector])
        gases[..., number] = pattern[..., None] * np.array(_GASES[sector])
    fine = np.einsum("hpcs,c->hps", particles, _FINE)[:, :, None]
    contribution = np.concatenate([fine, particles.sum(2, keepdims=True), gases], 2)
    cell = ("reference_time", "lead_time", "place")
    units = {"units": "kg m-3"}
    return xr.Dataset(
        {
            "contribution": ((*cell, "pollutant", "source"), contribution[None] * UG, units),
            "component_contribution": ((*cell, "component", "source"), particles[None] * UG, units),
        },
        {
            "reference_time": [np.datetime64("2026-11-13T08:00", "ns")],
            "lead_time": (lead * HOUR).astype("timedelta64[ns]"), "place": list(PLACES),
            "pollutant": list(POLLUTANTS), "component": list(COMPONENTS),
            "fine_share": ("component", _FINE, {"units": "1"}),
            "source": [sector if sector == region else f"{sector}.{region}" for sector, region in SOURCES],
            "sector": ("source", [sector for sector, _ in SOURCES]),
            "region": ("source", [region for _, region in SOURCES]),
            "source_chinese": ("source", [f"{region}的{sector}" for sector, region in SOURCES]),
            "source_english": ("source", [f"{sector}, {region}" for sector, region in SOURCES]),
        },
        {"averaging": "hour", "source": "transport model", "synthetic": 1},
    )  # fmt: skip
