"""A hindcast of models with known skill."""

from __future__ import annotations

import numpy as np
import xarray as xr
from scipy.stats import norm

QUANTILES = np.round(np.arange(0.05, 0.951, 0.05), 2)
LEADS = np.array([24, 48, 72, 96, 120, 144, 168])
PLACES = ("urumqi", "changji")
FIRST = np.datetime64("2015-11-01T16:00", "ns")
SPREAD = 20.0
"""Standard deviation of what was measured about what could be known, µg m-3."""

USUAL = {
    "learned network": 0.0, "persistence": 40.0, "damped persistence": 30.0, "climatology": 60.0,
    "published": 25.0,
}  # fmt: skip
"""Standard deviation of the error that each model adds to what could be known."""


def made_hindcast(
    errors: dict[str, float] | None = None, *, days: int = 84, seed: int = 3, release: str = "",
    champion: str = "",
) -> xr.Dataset:  # fmt: skip
    """Measurements normal about a known course; each model knows the course with an error of its own."""
    random = np.random.default_rng(seed)
    shape = (days, len(LEADS), len(PLACES))
    course = 300 + 40 * np.sin(np.arange(days) / 9.0)[:, None, None] + np.zeros(shape)
    observed = course + random.normal(0, SPREAD, shape)
    added = USUAL if errors is None else errors
    models = [
        (course + random.normal(0, 1, shape) * error)[..., None]
        + norm.ppf(QUANTILES) * np.hypot(SPREAD, error)
        for error in added.values()
    ]
    dims = ("model", "issue", "lead", "place", "pollutant", "quantile")
    made = xr.Dataset(
        {
            "concentration": (dims, np.stack(models)[..., None, :]),
            "observed": (dims[1:5], observed[..., None]),
        },
        {
            "model": list(added), "issue": FIRST + np.arange(days) * np.timedelta64(1, "D"), "lead": LEADS,
            "place": list(PLACES), "pollutant": ["pm25"], "quantile": QUANTILES,
        },
    )  # fmt: skip
    marks = {"release": release, "champion_release": champion}
    return made.assign_attrs({name: value for name, value in marks.items() if value})
