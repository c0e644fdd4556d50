"""Inversions of all columns of a grid at once are those of each column alone."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from atmosphere.meteorology.diagnostics.air_profile import Profile
from atmosphere.meteorology.diagnostics.inversion import inversions, strongest
from atmosphere.meteorology.diagnostics.inversion_fields import inversion_fields

HEIGHT = np.array([2.0, 110.0, 260.0, 420.0, 600.0, 900.0, 1400.0, 2200.0, 3500.0])


def profile(temperature: np.ndarray) -> Profile:
    pressure = 95000.0 * np.exp(-HEIGHT / 8000.0)
    missing = np.full(len(HEIGHT), np.nan)
    return Profile(
        87.6, 43.8, np.datetime64("2026-01-01", "ns"), "made", pressure, temperature, HEIGHT,
        missing, missing, missing, starts_at_surface=True,
    )  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_a_grid_says_what_each_of_its_columns_says(seed: int) -> None:
    steps = np.random.default_rng(seed).normal(0.0, 2.0, (len(HEIGHT), 3, 4)).round(2)
    temperature = 265.0 + np.cumsum(steps, axis=0)
    found = inversion_fields(temperature, np.broadcast_to(HEIGHT[:, None, None], temperature.shape))
    for row in range(3):
        for column in range(4):
            alone = strongest(inversions(profile(temperature[:, row, column])))
            here = found.strength[row, column], found.base[row, column], found.depth[row, column]
            if alone is None:
                assert here[0] == here[2] == 0.0
                assert np.isnan(here[1])
            else:
                truth = alone.strength, alone.base_height, alone.top_height - alone.base_height
                np.testing.assert_allclose(here, truth)


def test_a_surface_inversion_of_known_strength() -> None:
    temperature = np.where(HEIGHT <= 600.0, 255.0 + HEIGHT / 100.0, 261.0 - (HEIGHT - 600.0) * 0.006)
    found = inversion_fields(temperature[:, None], HEIGHT[:, None])
    np.testing.assert_allclose(found.strength, [5.98])
    np.testing.assert_allclose((found.base, found.depth), [[2.0], [598.0]])
