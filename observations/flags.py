"""Flags of a measured value: one bit each, as CF describes them; a flag never deletes a value."""

from __future__ import annotations

from types import MappingProxyType

import numpy as np
import xarray as xr

FLAGS = MappingProxyType(
    {
        "missing": 1,
        "out_of_range": 2,
        "stuck": 4,
        "spike": 8,
        "pm25_above_pm10": 16,
        "duplicate": 32,
        "gap": 64,
        "time_zone_slip": 128,
        "provisional": 256,
    }
)
"""Name to bit; CF conventions 1.11, section 3.5, `flag_masks` and `flag_meanings`."""

FLAG_TYPE = np.int16


def flag_attributes(pollutant: str) -> dict[str, object]:
    """CF attributes of a flag variable."""
    return {
        "long_name": f"quality flags of {pollutant}",
        "flag_masks": np.asarray(list(FLAGS.values()), dtype=FLAG_TYPE),
        "flag_meanings": " ".join(FLAGS),
    }


def flag_mask(*names: str) -> int:
    """Bits of the named flags together."""
    return sum(FLAGS[name] for name in names)


def flagged(dataset: xr.Dataset, pollutant: str, *names: str) -> xr.DataArray:
    """Where a value carries any of the named flags."""
    return (dataset[f"{pollutant}_flag"] & FLAG_TYPE(flag_mask(*names))) != 0
