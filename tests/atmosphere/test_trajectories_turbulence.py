"""Random numbers against published vectors, and turbulence against closed forms."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from atmosphere.trajectories.configuration import TrajectoryConfig, TurbulenceConfig
from atmosphere.trajectories.figures import uncorrected_height
from atmosphere.trajectories.idealised_flows import FlowSettings, flow_weather
from atmosphere.trajectories.random_numbers import philox, unit_interval
from atmosphere.trajectories.runs import Release, run_trajectories
from atmosphere.trajectories.turbulence import (
    MixingColumn,
    horizontal_shift,
    mixed_height,
    plane_diffusivity,
    random_numbers,
)
from atmosphere.trajectories.weather_nodes import weather_nodes
from foundation.constants import VON_KARMAN

KNOWN_ANSWERS = [
    ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    ((0xFFFFFFFF,) * 4, (0xFFFFFFFF,) * 2, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344), (0xA4093822, 0x299F31D0),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
]  # fmt: skip
"""philox4x32 with 10 rounds, from kat_vectors of Random123 (D. E. Shaw Research)."""


@pytest.mark.parametrize(("counter", "key", "words"), KNOWN_ANSWERS)
def test_philox_gives_the_published_words(
    counter: tuple[int, ...], key: tuple[int, int], words: tuple[int, ...]
) -> None:
    c0, c1, c2, c3 = (torch.tensor([word]) for word in counter)
    assert tuple(int(word) for word in philox((c0, c1, c2, c3), key)) == words


def test_unit_interval_is_open() -> None:
    found = unit_interval(torch.tensor([0, 0xFFFFFFFF]), torch.float32)
    assert 0.0 < float(found[0]) < float(found[1]) < 1.0


def column(count: int, top: float, speed: float, thinning: float = 0.0) -> MixingColumn:
    full = [torch.full((count,), value, dtype=torch.float64) for value in (top, speed, 0.0, thinning)]
    return MixingColumn(full[0], full[1], full[2], full[3], free=0.1, depth=50.0)


def layers_after(step: object, count: int = 20000, seconds: float = 180.0) -> np.ndarray:
    """Deviation of layer counts after six hours from uniform, in standard deviations of the sampling."""
    filled, edges = 2000.0, np.array([0.0, 10.0, 30.0, 100.0, 300.0, 600.0, 900.0, 1200.0])
    air, numbers = column(count, 1000.0, 0.12), torch.arange(count)
    heights = filled * torch.rand(count, dtype=torch.float64, generator=torch.Generator().manual_seed(4))
    for number in range(round(21600 / seconds)):
        normals, chance, _ = random_numbers(TurbulenceConfig(seed=9), numbers, number, torch.float64)
        heights = step(air, heights, seconds, normals, chance)  # type: ignore[operator]
    share = np.diff(edges) / filled
    found = np.histogram(heights.numpy(), bins=edges)[0]
    return np.asarray((found - count * share) / np.sqrt(count * share * (1.0 - share)))


@pytest.mark.parametrize("seconds", [30.0, 180.0, 900.0])
def test_well_mixed_air_stays_so_with_any_step(seconds: float) -> None:
    assert np.abs(layers_after(mixed_height, seconds=seconds)).max() < 4.0


def test_a_random_walk_without_correction_fails_the_same_test() -> None:
    deviation = layers_after(uncorrected_height)
    assert deviation[0] > 20.0
    assert deviation[3] < -20.0


def test_an_exponential_atmosphere_stays_exponential() -> None:
    count, scale = 20000, 1000.0
    air, numbers = column(count, 3000.0, 0.3, 1.0 / scale), torch.arange(count)
    draw = torch.rand(count, dtype=torch.float64, generator=torch.Generator().manual_seed(2))
    heights = -scale * torch.log1p(-draw * -np.expm1(-5.0))
    for number in range(120):
        normals, chance, _ = random_numbers(TurbulenceConfig(seed=1), numbers, number, torch.float64)
        heights = mixed_height(air, heights, 180.0, normals, chance)
    edges = np.array([0.0, 20.0, 100.0, 300.0, 700.0, 1500.0, 2500.0])
    share = np.diff(-np.expm1(-edges / scale)) / -np.expm1(-5.0)
    found = np.histogram(heights.numpy(), bins=edges)[0]
    assert (np.abs(found - count * share) / np.sqrt(count * share * (1 - share))).max() < 4.0


@given(
    top=st.floats(10.0, 5000.0), speed=st.floats(0.0, 2.0), damping=st.floats(0.0, 5.0),
    height=st.floats(0.0, 12000.0), seconds=st.floats(1.0, 3600.0), first=st.floats(-6.0, 6.0),
    second=st.floats(-6.0, 6.0), chance=st.floats(1e-7, 1.0 - 1e-7),
)  # fmt: skip
@settings(max_examples=200, deadline=None)
def test_no_column_sends_a_particle_below_ground_or_nowhere(  # noqa: PLR0917 - one for each number drawn
    top: float, speed: float, damping: float, height: float, seconds: float, first: float, second: float,
    chance: float,
) -> None:  # fmt: skip
    one = [
        torch.tensor([value], dtype=torch.float64) for value in (top, speed, damping, 1e-4, height, chance)
    ]
    air = MixingColumn(one[0], one[1], one[2], one[3], free=0.1, depth=50.0)
    normals = (torch.tensor([first], dtype=torch.float64), torch.tensor([second], dtype=torch.float64))
    found = float(mixed_height(air, one[4], seconds, normals, one[5]))
    assert np.isfinite(found)
    assert found >= 0.0


def test_the_derivative_of_the_diffusivity_is_its_derivative() -> None:
    heights = torch.tensor([5.0, 100.0, 500.0, 990.0, 1500.0], dtype=torch.float64)
    air = MixingColumn(
        torch.full_like(heights, 1000.0), torch.full_like(heights, 0.2), torch.full_like(heights, 0.05),
        torch.zeros_like(heights), free=0.1, depth=50.0,
    )  # fmt: skip
    _, slope = plane_diffusivity(air, heights)
    numerical = (plane_diffusivity(air, heights + 1e-4)[0] - plane_diffusivity(air, heights - 1e-4)[0]) / 2e-4
    assert torch.allclose(slope, numerical, rtol=1e-6)


def test_horizontal_spread_has_the_variance_of_its_diffusivity() -> None:
    _, _, words = random_numbers(TurbulenceConfig(), torch.arange(200000), 0, torch.float64)
    metre = torch.ones(200000, dtype=torch.float64)
    for shift in horizontal_shift(words, (metre, metre), 50.0, 180.0):
        assert float(shift.var()) == pytest.approx(2.0 * 50.0 * 180.0, rel=0.01)
        assert abs(float(shift.mean())) < 1.5


def test_mixing_height_and_strength_come_from_the_weather() -> None:
    def nodes(heat_flux: float, depth: float) -> np.ndarray:
        flow = FlowSettings(
            np.arange(80.0, 83.0), np.arange(40.0, 43.0), np.array([10.0, 1000.0, 5000.0]), np.arange(2.0),
            lambda lon, _lat, _time: depth + 0.0 * lon, 0.3, heat_flux,
        )  # fmt: skip
        data = flow_weather(flow, lambda _lon, _lat, z, _time: (0 * z, 0 * z, 0 * z))
        surface = weather_nodes(data, TrajectoryConfig(turbulence=TurbulenceConfig())).surface
        assert surface is not None
        return np.asarray(surface[0, 1, 1].numpy(), dtype=float)

    neutral, unstable, stable = nodes(0.0, 800.0), nodes(200.0, 800.0), nodes(-20.0, 5.0)
    assert neutral[0] == pytest.approx(800.0)
    assert neutral[1] == pytest.approx(VON_KARMAN * 0.3)
    assert neutral[2] == 0.0
    assert 1.0 / neutral[3] == pytest.approx(287.0423 * 280.0 / 9.80665, rel=1e-3)
    buoyancy = 9.80665 / 280.0 * 200.0 / (101325.0 / (287.0423 * 280.0) * 1004.648)
    assert unstable[1] == pytest.approx(VON_KARMAN * np.cbrt(0.3**3 + 0.6 * buoyancy * 800.0), rel=1e-3)
    assert stable[0] == 20.0
    flux = 20.0 / (101325.0 / (287.0423 * 280.0) * 1004.648)
    assert stable[2] == pytest.approx(5.0 * VON_KARMAN * 9.80665 * flux / (280.0 * 0.3**3), rel=1e-3)


def test_the_seed_and_the_number_of_a_particle_decide_its_path() -> None:
    flow = FlowSettings(
        np.arange(80.0, 85.1, 0.5), np.arange(40.0, 45.1, 0.5), np.array([10.0, 1000.0, 5000.0]),
        np.array([0.0, 1.0]), lambda lon, _lat, _time: 800.0 + 0.0 * lon, dtype="float32",
    )  # fmt: skip
    data = flow_weather(flow, lambda _lon, _lat, z, _time: (0 * z, 0 * z, 0 * z))

    def heights(seed: int, first_number: int) -> np.ndarray:
        config = TrajectoryConfig(turbulence=TurbulenceConfig(seed=seed))
        release = Release(
            np.full(5, 82.0), np.full(5, 42.0), np.full(5, 300.0), data["time"].values[0], first_number
        )  # fmt: skip
        return run_trajectories(data, release, 1.0, config).height_m[-1]

    assert np.array_equal(heights(1, 0), heights(1, 0))
    assert not np.isclose(heights(1, 0), heights(2, 0)).any()
    assert np.array_equal(heights(1, 0)[3:], heights(1, 3)[:2])
    assert len(np.unique(heights(1, 0))) == 5
