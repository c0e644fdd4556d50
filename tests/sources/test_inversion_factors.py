"""Factors of sources from measurements: closed forms, known truth, outliers, what cannot be seen."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from sources.inversion.configuration import InversionConfig, inversion_config
from sources.inversion.inversion import Inversion, invert
from sources.inversion.least_squares import least_squares_factors
from sources.inversion.made_measurements import Noise, made_measurements
from sources.inversion.precursors import precursor_shares
from sources.inversion.proofs import gradient_error, interval_error
from sources.inversion.twin import twins
from sources.inversion.visibility import visibility_of
from tests.sources.made_tags import PLACES, UG, made_tags

CONFIG = inversion_config()


def with_changed(config: InversionConfig, part: str, **values: object) -> InversionConfig:
    changed = getattr(config, part).model_copy(update=values)
    return config.model_copy(update={part: changed})


@lru_cache(maxsize=1)
def one() -> tuple[xr.Dataset, np.ndarray, xr.Dataset, Inversion]:
    """Tags, true factors, their measurements, and what is found."""
    tags = made_tags()
    truth = np.array([2.0, 0.5, 0.6, 1.7, 1.0, 1.1, 1.0])
    made = made_measurements(tags, PLACES, truth, Noise(CONFIG), np.random.default_rng(3))
    return tags, truth, made, invert(tags, made, CONFIG)


def test_one_source_alone_has_the_normal_closed_form() -> None:
    """One source, one row, errors small against the value: a mean of prior and data by their precisions."""
    tags = made_tags(hours=3).isel(source=[0], place=[0])
    tags["contribution"][:] = 80 * UG
    config = with_changed(CONFIG, "transport", place=0.0, pollutant=0.0, day=0.0, cell=0.2)
    config = config.model_copy(update={"pollutants": ("pm25",), "averaging_hours": 3, "outlier": 50.0})
    config = config.model_copy(update={"lowest_values_ug_m3": {"pm25": 1e-6}})
    valid = tags["reference_time"].values[0] + tags["lead_time"].values
    made = xr.Dataset(
        {"pm25": (("time", "place"), np.full((3, 1), 120 * UG))},
        {"time": valid, "place": tags["place"].values}, {"averaging": "hour"},
    )  # fmt: skip
    found = invert(tags, made, config)
    lag = np.abs(np.arange(3)[:, None] - np.arange(3))
    changing = config.transport.deviation**2 * np.exp(-lag / config.transport.hours).mean()
    fitted = 80 * np.exp(found.solution.state.sum())
    passing = (config.measurement.deviation**2 + (2.0 / fitted) ** 2) / 3
    noise = changing + passing + config.transport.cell**2
    before = config.prior.deviation**2
    assert found.logarithm[0] == pytest.approx(np.log(1.5) * before / (before + noise), rel=2e-3)
    assert found.covariance[0, 0] == pytest.approx(1 / (1 / before + 1 / noise), rel=5e-3)
    assert found.kernel[0, 0] == pytest.approx(before / (before + noise), rel=5e-3)


def test_known_factors_lie_in_their_intervals() -> None:
    _, truth, _, found = one()
    low, high = found.interval
    assert ((low < truth) & (truth < high)).sum() >= 6
    assert np.abs(np.log(found.factor / truth))[:4].mean() < 0.5 * np.abs(np.log(truth))[:4].mean()
    assert (found.factor > 0).all()


def test_gradient_is_exact_with_every_kind_of_state() -> None:
    tags, _, made, found = one()
    assert gradient_error(found) < 1e-7
    config = with_changed(CONFIG, "prior", precursor=0.2, drift=0.1)
    varied = invert(tags, made.isel(time=slice(0, 48)), config)
    assert len(varied.solution.state) > 7 * (1 + 3 + 3)
    assert gradient_error(varied) < 1e-7


def test_second_derivative_is_that_of_the_gradient() -> None:
    found = one()[3]
    problem, x = found.solution.problem, found.solution.state
    weight = np.random.default_rng(0).normal(size=len(problem.measured))
    step = 1e-5 * np.random.default_rng(1).normal(size=len(x))
    ahead, behind = (problem.predicted_with_gradient(x + sign * step)[1].T @ weight for sign in (1, -1))
    assert problem.bending(x, weight) @ step == pytest.approx((ahead - behind) / 2, rel=1e-4, abs=1e-9)


def test_intervals_agree_with_draws_from_the_posterior() -> None:
    tags, _, made, _ = one()
    small = CONFIG.model_copy(update={"pollutants": ("pm25", "so2"), "averaging_hours": 6})
    found = invert(tags, made.isel(time=slice(0, 36), place=[0, 1]), small)
    assert interval_error(found, 2500) < 0.35


def test_the_unseen_source_is_named_and_keeps_its_prior() -> None:
    found = one()[3]
    visible = visibility_of(found)
    assert [source.id for source in visible.unseen if source.emitted] == ["all.zhundong"]
    at = [source.id for source in found.sources].index("all.zhundong")
    assert found.factor[at] == pytest.approx(1.0, abs=0.1)
    assert found.removed[at] < 0.05


def test_two_sources_with_one_pattern_are_not_told_apart() -> None:
    tags = made_tags()
    tags["contribution"][..., 1] = tags["contribution"][..., 0]
    truth = np.array([1.5, 1.5, 1, 1, 1, 1, 1.0])
    made = made_measurements(tags, PLACES, truth, Noise(CONFIG), np.random.default_rng(5))
    pairs = [{pair.first.id, pair.second.id} for pair in visibility_of(invert(tags, made, CONFIG)).together]
    assert {"industry.urumqi", "traffic.urumqi"} in pairs


def test_wild_values_hardly_move_the_factors() -> None:
    tags, _, made, found = one()
    spoilt = made.copy(deep=True)
    spoilt["pm25"][10::37, 0] *= 15.0
    again = invert(tags, spoilt, CONFIG)
    assert again.solution.outliers.sum() >= 2
    assert np.abs(again.logarithm - found.logarithm).max() < 0.5 * found.deviation.max()


def test_residuals_larger_than_assumed_widen_the_intervals() -> None:
    tags, _, made, found = one()
    tight = with_changed(with_changed(CONFIG, "transport", deviation=0.05), "measurement", deviation=0.03)
    surprised = invert(tags, made, tight)
    assert surprised.assumed_chi_square > 5 > CONFIG.misfit > found.assumed_chi_square
    assert surprised.widening > 5
    assert surprised.deviation.mean() > 0.5 * found.deviation.mean()


def test_least_squares_finds_the_strong_sources_too() -> None:
    _, truth, _, found = one()
    assert least_squares_factors(found).min() >= 0
    exact = made_measurements(made_tags(), PLACES, truth, Noise(without_errors()), np.random.default_rng(0))
    seen = truth[[0, 1, 2, 3]]
    assert least_squares_factors(invert(made_tags(), exact, CONFIG))[:4] == pytest.approx(seen, rel=0.05)


def without_errors() -> InversionConfig:
    config = with_changed(CONFIG, "transport", place=0.0, pollutant=0.0, day=0.0, cell=1e-6, deviation=1e-6)
    return with_changed(
        config, "measurement", deviation=1e-6, absolute_ug_m3=dict.fromkeys(CONFIG.pollutants, 1e-6)
    )


def test_a_factor_of_sulphur_alone_is_found_by_components() -> None:
    """Emitted sulphur off by 1.8, all else right: one factor cannot say so, factors by precursor can."""
    tags = made_tags()
    shares = precursor_shares(
        tags.isel(reference_time=0).rename(lead_time="time"), tuple(map(str, tags["pollutant"].values))
    )
    assert shares is not None
    assert shares.sum(-1) == pytest.approx(1.0)
    sulphur = 1.0 + 0.8 * shares[..., 1]
    true = tags.copy(deep=True)
    true["contribution"][0] = true["contribution"][0].values * sulphur
    made = made_measurements(true, PLACES, np.ones(7), Noise(without_errors()), np.random.default_rng(0))
    found = invert(tags, made, with_changed(CONFIG, "prior", precursor=0.4))
    count = len(found.sources)
    parts = found.solution.state[count : count + 3 * count].reshape(count, 3) + found.logarithm[:, None]
    strong = [0, 2]
    assert np.exp(parts[strong, 1]) == pytest.approx(1.8, rel=0.2)
    assert np.exp(parts[strong, 0]) == pytest.approx(1.0, rel=0.15)
    assert (np.exp(parts[strong, 1] - parts[strong, 0]) > 1.35).all()


def test_twins_cover_at_the_nominal_rate() -> None:
    made = twins(made_tags(), PLACES, CONFIG, Noise(CONFIG), 25, seed=1)
    assert 0.8 <= made.inside.mean() <= 0.98
    assert np.median(made.ratio[:, 0]) < 0.7
    assert abs(made.chi_square.mean() - 1.0) < 0.1
    assert made.skill[[source.id for source in made.sources].index("all.zhundong")] < 0.1


@settings(max_examples=6, deadline=None)
@given(scale=st.floats(1e-3, 1e3), gaps=st.floats(0.0, 0.9), seed=st.integers(0, 99))
def test_any_measurements_give_positive_finite_factors(scale: float, gaps: float, seed: int) -> None:
    tags, _, made, _ = one()
    generator = np.random.default_rng(seed)
    wild = made.isel(time=slice(0, 36)) * scale
    for name in wild:
        wild[name] = wild[name].where(generator.random(wild[name].shape) >= gaps)
    found = invert(tags, wild.assign_attrs(averaging="hour"), CONFIG)
    assert np.isfinite(found.interval).all()
    assert (found.interval > 0).all()
    assert np.linalg.eigvalsh(found.covariance).min() > 0
