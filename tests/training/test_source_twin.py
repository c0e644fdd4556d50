"""Twins of which everything is known: lasting factors found, parts that are the truth's."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from forecast.learned.source_factors import COURSES
from forecast.learned.source_kinds import SourcesConfig, kinds_of
from foundation.errors import InputError
from tests.training.made_tags import NAMES, made_run
from training import source_factors
from training.source_factors import fit_source_factors
from training.source_twin import HIDDEN, RETIMED, Twin, TwinConfig, drawn_amounts, twin
from training.source_twin_scores import judged_twin, twin_recipe
from training.tag_series import TagSeries

EVERY = (*NAMES, f"{RETIMED}traffic.urumqi", f"{RETIMED}traffic.chang-shi", HIDDEN)
EXACT = TwinConfig(hidden_share=0.0, measurement=0.05, horizon=24)


@pytest.fixture(scope="module")
def known() -> Twin:
    """Twenty days whose emissions alone are wrong."""
    return twin(made_run(480, (*NAMES, HIDDEN)), EXACT, seed=1)


def factors_of(made: Twin, tags: TagSeries, rows: np.ndarray) -> np.ndarray:
    sources = SourcesConfig(names=NAMES)
    found = fit_source_factors(made.panel, tags, rows, sources)
    return found.logarithm(torch.from_numpy(kinds_of(NAMES, sources)), torch.zeros(COURSES)).numpy()


def test_the_truth_is_the_sum_of_its_scaled_parts(known: Twin) -> None:
    physical = known.tags.ahead["pm25"].of(np.arange(100), np.array([1]))[:, 0]
    factor = np.array([known.amounts[name] for name in NAMES])
    assert np.allclose(known.truth[1:101, :, :-1], physical * factor, rtol=1e-5)
    assert (known.truth[..., -1] == 0).all()
    measured = np.exp(known.panel.recent[..., 0])
    off = measured / known.truth.sum(axis=-1) - 1.0
    assert abs(np.nanstd(off) - 0.05) < 0.005
    assert 0.01 < np.isnan(measured).mean() < 0.05


def test_drawn_amounts_move_one_sector_and_keep_the_share_of_the_unknown_source() -> None:
    run = made_run(100, EVERY)
    amounts = drawn_amounts(run, TwinConfig(), np.random.default_rng(2))
    assert amounts["traffic.urumqi"] == amounts["traffic.chang-shi"] == 0.0
    assert 0.4 <= amounts[f"{RETIMED}traffic.urumqi"] <= 2.5
    mean = run["contribution"].sel(pollutant="pm25").mean(["reference_time", "lead_time"])
    parts = mean.values * np.array([amounts[name] for name in EVERY])
    assert (parts[:, -1] / parts.sum(axis=1)).max() == pytest.approx(0.08)


def test_factors_are_found_from_ratios_of_pollutants(known: Twin) -> None:
    true = np.log([known.amounts[name] for name in NAMES])
    rows = np.arange(24, 360)
    before, after = np.abs(true[:6]), np.abs(factors_of(known, known.tags, rows) - true)[:6]
    assert after.max() < 0.15
    assert after.mean() < 0.25 * before.mean()
    alone = TagSeries({"pm25": known.tags.ahead["pm25"]})
    assert np.abs(factors_of(known, alone, rows) - true)[:6].mean() > after.mean()


def test_the_fit_looks_at_its_rows_alone(known: Twin) -> None:
    rows = np.arange(24, 240)
    later = known.panel.recent.copy()
    later[240:] = np.nan
    changed = replace(known, panel=replace(known.panel, recent=later, target=later))
    assert np.array_equal(factors_of(known, known.tags, rows), factors_of(changed, known.tags, rows))
    nothing = replace(known, panel=replace(known.panel, recent=np.full_like(later, np.nan)))
    with pytest.raises(InputError, match="was measured in the training part"):
        factors_of(nothing, known.tags, rows)


def test_errors_that_were_told_too_small_are_taken_from_what_days_leave(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = twin(made_run(240, (*NAMES, HIDDEN)), TwinConfig(mixing=0.5, horizon=24), seed=5)
    true = np.log([made.amounts[name] for name in NAMES])
    rows = np.arange(24, 240)
    widened = np.abs(factors_of(made, made.tags, rows) - true)
    monkeypatch.setattr(source_factors, "_WIDENED_FROM", np.inf)
    trusting = np.abs(factors_of(made, made.tags, rows) - true)
    assert widened.mean() < 0.8 * trusting.mean()


def test_a_network_learns_totals_and_shares() -> None:
    made = twin(made_run(480, EVERY), TwinConfig(horizon=24), seed=3)
    recipe = twin_recipe(NAMES, 24)
    short = recipe.model_copy(update={"fit": recipe.fit.model_copy(update={"epochs": 1})})
    judged = judged_twin(made, short)
    assert judged.less_error > 0.5
    assert judged.share_error() < 0.6 * judged.share_error(1)
    assert judged.unattributed_error() < 0.08
    assert judged.closure <= 3e-6
    assert np.allclose(judged.shares.sum(axis=-1), 1.0, atol=1e-6)
