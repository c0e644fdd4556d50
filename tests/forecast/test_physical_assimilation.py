"""Optimal interpolation against closed forms; shares of tags, bounds, and what is skipped."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from atmosphere.transport.species import load_species
from forecast.physical.assimilation import assimilate, upward_share
from forecast.physical.configuration import AssimilationConfig, physical_config
from forecast.physical.driving import GroundAir
from forecast.physical.interpolation import distance_km, increments
from forecast.physical.measured import Measured, latest
from forecast.physical.near_ground import NearGround
from observations.flags import FLAGS
from tests.forecast.physical_case import GRID, REFERENCE, observed

CONFIG = physical_config().assimilation
TABLE = load_species().select(["ppm_fine", "ppm_coarse", "so2", "sulfate", "nox", "nitrate"])
NEAR = NearGround(TABLE)
AIR = GroundAir(torch.full((1, *GRID.shape[1:]), 1.2), torch.full((1, *GRID.shape[1:]), 0.8))
HEIGHT = torch.full((1, *GRID.shape[1:]), 300.0)


def some_state(seed: int = 0) -> torch.Tensor:
    draw = torch.Generator().manual_seed(seed)
    return torch.rand(1, *GRID.shape, 6, 5, generator=draw) * 1e-8


def measured(pollutant: str, values: dict[tuple[int, int], float]) -> Measured:
    rows, columns = (np.array(part, int) for part in zip(*values, strict=True))
    codes = tuple(f"S{row}-{column}" for row, column in values)
    return Measured(
        pollutant, codes, np.array(list(values.values())), GRID.lon[columns], GRID.lat[rows], rows, columns
    )


def test_one_station_takes_its_part_by_the_errors() -> None:
    """Kalnay 2003: weight of one measurement is B / (B + R), falling as the correlation does."""
    found = increments(np.array([0.7]), GRID.lon[[4]], GRID.lat[[2]], GRID, CONFIG)
    gain = CONFIG.model_error**2 / (CONFIG.model_error**2 + CONFIG.measurement_error**2)
    assert found[2, 4] == pytest.approx(0.7 * gain, rel=1e-12)
    north = 6371.229 * math.radians(0.4)
    assert found[3, 4] == pytest.approx(
        0.7 * gain * math.exp(-((north / CONFIG.length_km) ** 2) / 2), rel=1e-9
    )


def test_two_stations_at_one_place_count_as_one_of_half_the_error() -> None:
    at = np.array([4, 4])
    found = increments(np.array([0.5, 0.9]), GRID.lon[at], GRID.lat[[2, 2]], GRID, CONFIG)
    gain = CONFIG.model_error**2 / (CONFIG.model_error**2 + CONFIG.measurement_error**2 / 2)
    assert found[2, 4] == pytest.approx(0.7 * gain, rel=1e-12)


def test_distances_are_those_of_the_sphere() -> None:
    quarter = distance_km(np.array(0.0), np.array(0.0), np.array(90.0), np.array(0.0))
    assert float(quarter) == pytest.approx(6371.229 * math.pi / 2, rel=1e-12)
    assert float(distance_km(np.array(87.0), np.array(44.0), np.array(87.0), np.array(44.0))) == 0.0


def test_the_increment_reaches_through_the_mixed_layer() -> None:
    share = upward_share(GRID, np.full(GRID.shape[1:], 400.0), 200.0)
    assert (share[0] == 1).all()
    assert (np.diff(share, axis=0) < 0).all()
    expected = math.exp(-(((GRID.layer_height_m[5] - 10.0) / 400.0) ** 2) / 2)
    assert share[5, 0, 0] == pytest.approx(expected, rel=1e-12)
    assert (share[-1] < 1e-3).all()


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 99),
    fine=st.floats(0.0, 2e-3), coarse=st.floats(0.0, 5e-3), sulfur=st.floats(0.0, 1e-3),
)  # fmt: skip
def test_shares_of_tags_are_kept_and_nothing_is_negative(
    seed: int, fine: float, coarse: float, sulfur: float
) -> None:
    state = some_state(seed)
    state[..., 2] = 0
    given_values = [
        measured("pm25", {(2, 4): fine, (1, 8): 3e-8}), measured("pm10", {(2, 4): fine + coarse}),
        measured("so2", {(3, 3): sulfur}), measured("no2", {(3, 3): 2e-8}),
    ]  # fmt: skip
    corrected, reports = assimilate(state, AIR, HEIGHT, given_values, GRID, NEAR, CONFIG)
    before, after = (one.double() / one.double().sum(-1, keepdim=True) for one in (state, corrected))
    assert float((after - before).abs().max()) < 1e-6
    assert bool((corrected >= 0).all())
    assert bool(torch.isfinite(corrected).all())
    ratio = (corrected / state)[..., 0]
    assert CONFIG.largest_factor * 1.0001 > float(ratio.max())
    assert float(ratio.min()) > 0.9999 / CONFIG.largest_factor
    assert all(1 / 8.001 < low <= high < 8.001 for low, high in (report.factors for report in reports))


def test_each_pollutant_corrects_its_own_species() -> None:
    state = some_state()
    for pollutant, changed in (("pm25", {0, 3, 5}), ("so2", {2}), ("no2", {4})):
        corrected, _ = assimilate(
            state, AIR, HEIGHT, [measured(pollutant, {(2, 4): 5e-7})], GRID, NEAR, CONFIG
        )
        moved = {
            number for number in range(6) if not torch.equal(corrected[..., number, :], state[..., number, :])
        }
        assert moved == changed
    both = [measured("pm25", {(2, 4): 5e-8}), measured("pm10", {(2, 4): 9e-7})]
    with_coarse, _ = assimilate(state, AIR, HEIGHT, both, GRID, NEAR, CONFIG)
    fine_only, _ = assimilate(state, AIR, HEIGHT, both[:1], GRID, NEAR, CONFIG)
    assert torch.equal(with_coarse[..., [0, 2, 3, 4, 5], :], fine_only[..., [0, 2, 3, 4, 5], :])
    assert bool((with_coarse[0, 0, 2, 4, 1] > state[0, 0, 2, 4, 1]).all())


def test_pm10_alone_or_below_pm25_corrects_nothing_and_is_told() -> None:
    state = some_state()
    pair = [measured("pm25", {(2, 4): 9e-8}), measured("pm10", {(2, 4): 8e-8, (1, 1): 5e-7})]
    corrected, reports = assimilate(state, AIR, HEIGHT, pair, GRID, NEAR, CONFIG)
    assert torch.equal(corrected[..., 1, :], state[..., 1, :])
    assert reports[1].skipped == {"without_excess": ("S2-4", "S1-1")}
    assert reports[1].stations == ()


def test_a_perfect_measurement_is_met() -> None:
    sharp = AssimilationConfig(**{**CONFIG.model_dump(), "measurement_error": 1e-6})
    corrected, _ = assimilate(some_state(), AIR, HEIGHT, [measured("so2", {(2, 4): 4e-8})], GRID, NEAR, sharp)
    assert float(corrected[0, 0, 2, 4, 2].sum()) * 1.2 == pytest.approx(4e-8, rel=1e-5)


def test_stations_outside_missing_or_flagged_are_left_out() -> None:
    where = {
        "IN": (87.6, 43.8),
        "OUT": (100.0, 43.8),
        "BAD": (86.0, 44.3),
        "NONE": (85.0, 44.3),
        "NOWHERE": (np.nan, 44.0),
    }
    table = observed({"pm25": {"IN": 80.0, "OUT": 70.0, "BAD": 999.0, "NOWHERE": 5.0}}, where, hours=4)
    table["pm25_flag"].values[:, 2] = FLAGS["spike"]
    table["pm25"].values[-1, 0] = np.nan
    table["pm25"].values[-2, 0] = 60e-9
    found = latest(table, "pm25", REFERENCE, 3, GRID)
    assert found.station == ("IN",)
    assert found.value == pytest.approx([60e-9])
    assert (int(found.row[0]), int(found.column[0])) == GRID.cell_of(87.6, 43.8)
    assert found.skipped == {"outside": ("OUT", "NOWHERE"), "missing": ("NONE",), "flagged": ("BAD",)}
    assert latest(table, "pm25", REFERENCE, 1, GRID).station == ()


def test_sums_of_known_concentrations() -> None:
    """10 µg/kg of every species in air of 1.2 kg/m3, four fifths of the nitrate particle."""
    state = torch.zeros(1, *GRID.shape, 6, 2, dtype=torch.float64)
    state[..., 1] = 10e-9
    rows = torch.tensor([1])
    found = NEAR.by_tag(state, AIR, rows, rows)[0, 0] * 1e9
    pm25 = 12 * (1 + 1.3756 + 0.8 * 1.2909)
    expected = [[0, pm25], [0, pm25 + 12], [0, 12], [0, 9]]
    np.testing.assert_allclose(found.numpy(), expected, rtol=1e-6)
    weights = NEAR.weights("pm25", AIR, 1, 1)
    assert float(weights.sum()) * 10 == pytest.approx(pm25, rel=1e-6)
