"""Light and dust: Mie's theory against a published value and its limits; visibility."""

from __future__ import annotations

import numpy as np
import pytest

from atmosphere.transport.species import load_species
from forecast.dust.configuration import dust_forecast_config
from forecast.dust.extinction import extinction_efficiency, mass_extinction, visibility
from foundation.errors import ConfigurationError


def test_the_example_of_bohren_and_huffman() -> None:
    """Appendix A: a sphere of 0.525 µm radius and index 1.55 at 0.6328 µm, 3.10543."""
    size = 2 * np.pi * 0.525 / 0.6328
    assert extinction_efficiency(size, 1.55 + 1e-12j) == pytest.approx(3.10543, abs=2e-5)


def test_small_spheres_scatter_as_rayleigh_says_and_large_ones_twice_their_shadow() -> None:
    index, size = complex(1.53, 0.0), 0.03
    ratio = (index**2 - 1) / (index**2 + 2)
    assert extinction_efficiency(size, index) == pytest.approx(8 / 3 * size**4 * abs(ratio) ** 2, rel=2e-3)
    absorbing = complex(1.53, 0.01)
    expected = 4 * size * ((absorbing**2 - 1) / (absorbing**2 + 2)).imag
    assert extinction_efficiency(size, absorbing) == pytest.approx(expected, rel=0.01)
    assert extinction_efficiency(900.0, absorbing) == pytest.approx(2.0, abs=0.05)


def test_a_kilogram_of_finer_dust_takes_more_light() -> None:
    table = load_species()
    bins = table.select([f"dust_{number}" for number in range(1, 6)])
    found = mass_extinction(bins)
    assert np.all(np.diff(found) < 0)
    coarse = 1.5 * 2.1 / (2650 * 20e-6 * np.log(2) / (1 / 0.5 - 1))
    assert found[-1] == pytest.approx(coarse, rel=0.05), "twice the shadow of spheres of 10 to 20 µm"
    with pytest.raises(ConfigurationError, match="no size bin"):
        mass_extinction(table.select(["so2"]))


def test_visibility_by_koschmieder() -> None:
    config = dust_forecast_config().visibility
    clear = config.clear_air_per_km.value / 1000
    seen = visibility(np.array([0.0, 3.912e-3 - clear, 1.0]))
    assert seen[0] == config.highest_km.value * 1000
    assert seen[1] == pytest.approx(1000.0, rel=1e-4)
    assert seen[2] == pytest.approx(3.912, rel=1e-3)
