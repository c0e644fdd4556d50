"""Emission schemes against published values, closed forms and their own zeros."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emissions_inventory.natural.configuration import SCHEMES, SchemeName, dust_config
from emissions_inventory.natural.ground import Ground
from emissions_inventory.natural.region_configuration import Population, dust_regions
from emissions_inventory.natural.schemes import MarticorenaBergametti, emission_scheme
from emissions_inventory.natural.sizes import bin_shares, cross_section_shares, dust_bins, volume_by_logarithm
from emissions_inventory.natural.thresholds import drag_partition, iversen_white, moisture_factor, shao_lu
from foundation.errors import InputError

CONFIG = dust_config()
SAND = (Population(median_um=100, sigma=1.6, share=1.0),)
SMOOTH = CONFIG.drag_partition.smooth_roughness_m.value

# Friction velocity, m s-1, and flux, kg m-2 s-1, after a public port of CESM2's scheme of Kok et al. 2014
# (clay 15 %, air of 1.2 kg m-3, grains of 75 µm, gravity 9.80616): dry, and with 5 % of moisture.
KOK_DRY = {
    0.2: 0.0, 0.25: 5.1535e-07, 0.3: 1.4030e-06, 0.4: 4.3005e-06, 0.5: 8.9676e-06, 0.6: 1.5716e-05,
    0.8: 3.6640e-05, 1.0: 6.9325e-05,
}  # fmt: skip
KOK_WET = {0.3: 0.0, 0.4: 8.4415e-08, 0.6: 2.1062e-06, 0.8: 1.1036e-05}

# Diameter, µm, and threshold, m s-1, after RegCM's function of Iversen and White, air of 1.225 kg m-3.
IVERSEN_WHITE = {
    20: 0.3512, 40: 0.2341, 60: 0.2079, 75: 0.2046, 100: 0.2098, 130: 0.2218, 200: 0.2523, 300: 0.2906,
    500: 0.3906, 1000: 0.5847,
}  # fmt: skip


def ground(**changes: object) -> Ground:
    one = Ground(np.array(1.2), np.array(0.0), np.array(1.0), np.array(1.0), SMOOTH, 15.0, SAND)
    return replace(one, **changes)  # type: ignore[arg-type]


def test_kok_reproduces_the_published_curves() -> None:
    scheme = emission_scheme("kok", CONFIG)
    for table, moisture in ((KOK_DRY, 0.0), (KOK_WET, 5.0)):
        made = scheme.flux(np.array(list(table)), ground(moisture=np.array(moisture)))
        np.testing.assert_allclose(made, list(table.values()), rtol=2e-3, atol=0)


def test_thresholds_reproduce_published_ones() -> None:
    sizes = np.array(list(IVERSEN_WHITE)) * 1e-6
    made = iversen_white(sizes, np.array(1.225), CONFIG)
    np.testing.assert_allclose(made, list(IVERSEN_WHITE.values()), atol=6e-5)
    fine = np.arange(20, 300) * 1e-6
    curve = iversen_white(fine, np.array(1.225), CONFIG)
    assert fine[curve.argmin()] == pytest.approx(75e-6, abs=2e-6)
    assert curve.min() == pytest.approx(0.20, abs=0.01)
    assert shao_lu(np.array(75e-6), np.array(1.225), CONFIG) == pytest.approx(0.2041, abs=1e-4)


def test_sandblasting_spans_what_was_published() -> None:
    """10^-6 cm-1 without clay, 479 times that at 20 %, no more beyond (doi:10.1029/2023GL106540)."""
    scheme = MarticorenaBergametti(CONFIG)
    velocity = np.array(0.5)
    efficiency = [
        float(scheme.flux(velocity, ground(clay=clay)) / scheme.saltation(velocity, ground(clay=clay)))
        for clay in (0.0, 20.0, 40.0)
    ]
    assert efficiency[0] == pytest.approx(1e-4, rel=1e-12)
    assert efficiency[1] / efficiency[0] == pytest.approx(479, abs=1)
    assert efficiency[2] == pytest.approx(efficiency[1], rel=1e-12)


def test_white_s_flux_is_greatest_against_the_cube_at_three_times_the_threshold() -> None:
    """(1 + R)(1 - R^2) has its maximum 32/27 at R = 1/3: for grains of one size."""
    scheme = MarticorenaBergametti(CONFIG)
    one = ground(populations=(Population(median_um=100, sigma=1.001, share=1.0),))
    held = cross_section_shares(one.populations)
    assert held.max() > 0.999
    onset = float(scheme.threshold(one))
    velocity = onset * np.linspace(1.001, 8, 2000)
    shape = scheme.saltation(velocity, one) / velocity**3
    assert velocity[shape.argmax()] / onset == pytest.approx(3.0, abs=0.05)
    law = CONFIG.marticorena_bergametti.saltation.value
    assert shape.max() == pytest.approx(law * 1.2 / 9.80665 * 32 / 27, rel=1e-4)


@pytest.mark.parametrize("name", SCHEMES)
def test_nothing_at_or_below_the_threshold_and_something_just_above(name: SchemeName) -> None:
    scheme, one = emission_scheme(name, CONFIG), ground(roughness=6e-4, moisture=np.array(3.0))
    onset = float(scheme.threshold(one))
    assert np.all(scheme.flux(np.linspace(0, onset, 200), one) == 0)
    assert scheme.flux(np.array(1.02 * onset), one) > 0
    assert np.all(np.diff(scheme.flux(np.linspace(onset, 3, 500), one)) > 0)


@pytest.mark.parametrize("name", SCHEMES)
def test_the_threshold_factor_moves_the_onset_by_itself(name: SchemeName) -> None:
    scheme, one = emission_scheme(name, CONFIG), ground()
    factors = np.array([0.8, 1.0, 1.25])[:, None]
    onset = scheme.threshold(one, factors)
    np.testing.assert_allclose(onset.ravel() / float(scheme.threshold(one)), factors.ravel(), rtol=1e-12)
    velocity = np.linspace(0.05, 1.2, 300)
    ensemble = scheme.flux(velocity, one, factors)
    assert ensemble.shape == (3, 300)
    for row, factor in zip(ensemble, factors.ravel(), strict=True):
        np.testing.assert_allclose(row, scheme.flux(velocity, one, float(factor)), rtol=1e-12)


@pytest.mark.parametrize(("name", "power"), [("marticorena_bergametti", 3.0), ("ginoux", 3.0), ("kok", None)])
def test_powers_far_above_the_threshold(name: SchemeName, power: float | None) -> None:
    """A cube; of Kok et al. the square and the exponent of fragmentation, 2.7 (0.206 - 0.16) / 0.16 here."""
    scheme, one = emission_scheme(name, CONFIG), ground(air_density=np.array(1.225))
    velocity = np.array([8.0, 9.9])
    slope = float(np.diff(np.log(scheme.flux(velocity, one)))[0] / np.diff(np.log(velocity))[0])
    expected = power if power is not None else 2 + 2.7 * (0.20411 - 0.16) / 0.16
    assert slope == pytest.approx(expected, abs=0.06)


@pytest.mark.parametrize("name", SCHEMES)
def test_nothing_from_closed_ground_and_in_proportion_else(name: SchemeName) -> None:
    scheme, velocity = emission_scheme(name, CONFIG), np.array(0.7)
    assert scheme.flux(velocity, ground(open_share=np.array(0.0))) == 0
    whole, half = (scheme.flux(velocity, ground(open_share=np.array(part))) for part in (1.0, 0.5))
    assert half == pytest.approx(0.5 * whole, rel=1e-12)


def test_moisture_and_stones_raise_the_threshold_as_published() -> None:
    clay = 10.0
    bound = 0.0014 * clay**2 + 0.17 * clay
    assert moisture_factor(np.array(bound), clay, CONFIG.moisture) == 1.0
    assert moisture_factor(np.array(bound + 1), clay, CONFIG.moisture) == pytest.approx(np.sqrt(2.21))
    assert drag_partition(np.array(SMOOTH), CONFIG.drag_partition) == 1.0
    assert drag_partition(np.array(6e-4), CONFIG.drag_partition) == pytest.approx(0.6172, abs=1e-4)
    assert drag_partition(np.array(1e-7), CONFIG.drag_partition) == 1.0


def test_thresholds_of_regions_lie_where_they_were_measured() -> None:
    """Taklamakan 0.24 to 0.36 (Yang et al. 2022), Gobi 0.34 to 0.42 m s-1 (doi:10.1029/2010JD015572)."""
    known = {one.id: one for one in dust_regions().regions}
    for name, (low, high) in {"taklamakan": (0.24, 0.36), "hami_turpan_gobi": (0.34, 0.42)}.items():
        region = known[name]
        air = np.array(1.08)
        one = ground(air_density=air, roughness=region.roughness_m.value, clay=region.clay.value,
                     populations=region.populations, moisture=np.array(region.moisture.value))  # fmt: skip
        for scheme in SCHEMES:
            assert low <= float(emission_scheme(scheme, CONFIG).threshold(one)) <= high


def test_sizes_of_emitted_dust_are_the_published_ones() -> None:
    """The integral is Kok's c_V = 12.62 µm; four bins have CESM's shares, 1.1, 8.7, 27.7 and 62.5 %."""
    edges = np.linspace(np.log(1e-8), np.log(60e-6), 4001)
    middle = np.exp(0.5 * (edges[1:] + edges[:-1]))
    total = float((volume_by_logarithm(middle, CONFIG.sizes) * np.diff(edges)).sum())
    assert total == pytest.approx(12.62e-6, rel=3e-3)
    bins = dust_bins()
    shares = bin_shares(bins, CONFIG.sizes)
    assert list(bins) == ["dust_1", "dust_2", "dust_3", "dust_4", "dust_5"]
    assert shares.sum() == pytest.approx(1.0, rel=1e-12)
    np.testing.assert_allclose(shares[:4] / shares[:4].sum(), [0.011, 0.087, 0.277, 0.625], atol=6e-4)


def test_cross_sections_lean_towards_small_grains() -> None:
    shares = cross_section_shares(SAND)
    assert shares.sum() == pytest.approx(1.0)
    from emissions_inventory.natural.sizes import GRAIN_DIAMETERS

    median = GRAIN_DIAMETERS[np.searchsorted(np.cumsum(shares), 0.5)]
    assert median == pytest.approx(100e-6 * np.exp(-(np.log(1.6) ** 2)), rel=0.08)


@settings(max_examples=25, deadline=None)
@given(
    st.floats(0, 10), st.floats(0.5, 1.5), st.floats(0, 60), st.floats(0, 1), st.floats(1e-6, 0.5),
    st.sampled_from(SCHEMES),
)  # fmt: skip
def test_any_ground_gives_a_finite_flux_of_zero_or_more(
    velocity: float, density: float, moisture: float, part: float, roughness: float, name: SchemeName
) -> None:
    for clay in (0.0, 12.0, 100.0):
        one = ground(
            air_density=np.array(density), moisture=np.array(moisture), open_share=np.array(part),
            roughness=roughness, clay=clay,
        )  # fmt: skip
        made = emission_scheme(name, CONFIG).flux(np.array(velocity), one)
        assert np.isfinite(made)
        assert made >= 0


@pytest.mark.parametrize("wrong", [np.nan, -0.1, np.inf])
def test_what_is_no_number_is_refused(wrong: float) -> None:
    with pytest.raises(InputError, match="friction velocity: 1 of 2"):
        emission_scheme("kok", CONFIG).flux(np.array([0.3, wrong]), ground())
    with pytest.raises(InputError, match="ground, moisture"):
        ground(moisture=np.array([wrong, 1.0]))
