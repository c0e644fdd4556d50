from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import nnls

from foundation.errors import InputError, RunError
from sources.receptor.archive import read_folder
from sources.receptor.choices import Choices
from sources.receptor.command import Fit, run_pmf
from sources.receptor.curvature import fit_contributions, shape_of
from sources.receptor.factorisation import factorise
from sources.receptor.figures import draw_contributions, draw_profiles
from sources.receptor.least_squares import solve
from sources.receptor.proofs import BEST_KNOWN, matched, receptor_proofs, synthetic_samples
from sources.receptor.results import Factorisation
from sources.receptor.rotation import rotated
from sources.receptor.samples import Samples, prepare
from sources.receptor.weighted_table import WeightedTable, q_robust, q_true, robust_weights


@pytest.fixture(scope="module")
def base() -> Factorisation:
    return factorise(prepare(synthetic_samples(3, factors=3, shape=(80, 9))[0]), 3, starts=6, seed=1)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 6))
def test_batched_solution_is_that_of_lawson_and_hanson(seed: int, unknowns: int) -> None:
    draw = np.random.default_rng(seed)
    matrices, sides = draw.normal(size=(7, 12, unknowns)), draw.normal(size=(7, 12))
    normal = np.einsum("pik,pil->klp", matrices, matrices)
    right = np.einsum("pik,pi->kp", matrices, sides)
    free = torch.tensor(draw.random((unknowns, 7)) > 0.5)
    found, inverse, free = solve(torch.tensor(normal), torch.tensor(right), free)
    expected = np.stack([nnls(one, side)[0] for one, side in zip(matrices, sides, strict=True)], axis=1)
    np.testing.assert_allclose(found.numpy(), expected, atol=1e-9)
    np.testing.assert_array_equal(free.numpy(), expected > 1e-12)
    back = torch.einsum("klp,lmp->kmp", inverse, torch.tensor(normal)) * free[None]
    wanted = torch.eye(unknowns, dtype=torch.float64)[:, :, None] * free[None]
    np.testing.assert_allclose((back * free[:, None]).numpy(), wanted.numpy(), atol=1e-7)


@pytest.mark.parametrize("counted", [False, True])
def test_slope_and_curvature_are_those_of_differences(counted: bool) -> None:
    source = torch.Generator().manual_seed(5)
    values = torch.rand(40, 6, generator=source, dtype=torch.float64)
    weights = 1.0 + torch.rand(40, 6, generator=source, dtype=torch.float64)
    counts = torch.randint(0, 3, (2, 40), generator=source).double() if counted else None
    table = WeightedTable(values, weights, counts)
    profiles = torch.rand(2, 3, 6, generator=source, dtype=torch.float64)
    step = 1e-6 * torch.randn(2, 3, 6, generator=source, dtype=torch.float64)
    fitted = fit_contributions(table, profiles)
    more, less = fit_contributions(table, profiles + step), fit_contributions(table, profiles - step)
    shape = shape_of(table, fitted)
    np.testing.assert_allclose((more.q - less.q) / 4.0, (shape.slope * step).sum((1, 2)), rtol=1e-3)
    change = (shape_of(table, more).slope - shape_of(table, less).slope).flatten(1) / 2.0
    np.testing.assert_allclose(
        change, (shape.curvature @ step.flatten(1)[:, :, None])[:, :, 0], rtol=1e-4, atol=1e-9
    )


def test_known_factors_are_found_again() -> None:
    for proof in receptor_proofs(None, seed=0)[:2]:
        assert proof.passed, proof


def test_exact_data_are_factorised_exactly() -> None:
    samples, contributions, profiles = synthetic_samples(2, factors=3, noise=0.0, missing=0.0, shape=(60, 10))
    exact = dataclasses.replace(samples, concentrations=contributions @ profiles)
    found = factorise(exact, 3, starts=5)
    assert found.q_true < 1e-3 * found.q_expected
    correlation, _ = matched(found.contributions, contributions)
    assert correlation.min() > 0.999


def test_results_hold_together(base: Factorisation) -> None:
    assert (base.contributions >= 0.0).all()
    assert (base.profiles >= 0.0).all()
    np.testing.assert_allclose(base.contributions.mean(0), 1.0)
    assert base.q_expected == 80 * 9 - 3 * 89
    assert base.shares().sum() == pytest.approx(1.0)
    assert list(base.shares()) == sorted(base.shares(), reverse=True)
    np.testing.assert_allclose(base.explained_variation.sum(0), 1.0)
    np.testing.assert_allclose(base.species_shares.sum(0), 1.0)
    np.testing.assert_allclose(base.mass_contributions().sum(1), (base.contributions @ base.profiles).sum(1))
    assert base.starts.q_true.min() == pytest.approx(base.q_true)
    assert base.starts.converged.all()


def test_the_same_seed_gives_the_same_digits(base: Factorisation) -> None:
    again = factorise(base.samples, 3, starts=6, seed=1)
    np.testing.assert_array_equal(again.profiles, base.profiles)


def test_robust_weights_bound_q_robust_from_above() -> None:
    source = torch.Generator().manual_seed(1)
    values = 20.0 * torch.rand(30, 5, generator=source, dtype=torch.float64)
    table = WeightedTable(values, torch.ones_like(values))
    here = torch.rand(1, 2, 30, generator=source, dtype=torch.float64)
    profiles = 9.0 * torch.rand(1, 2, 5, generator=source, dtype=torch.float64)
    bound = table.own_weights(robust_weights(table, here, profiles))
    lift = q_robust(table, here, profiles) - q_true(bound, here, profiles)
    for size in (0.1, 0.5, 2.0):
        there = here * (1.0 + size * torch.rand(1, 2, 30, generator=source, dtype=torch.float64))
        assert q_robust(table, there, profiles) <= q_true(bound, there, profiles) + lift + 1e-9


def test_robust_mode_lowers_q_robust_and_withstands_outliers() -> None:
    samples, contributions, _ = synthetic_samples(5, factors=3, missing=0.0, shape=(120, 10))
    spoilt = samples.concentrations.copy()
    draw = np.random.default_rng(0)
    hit = draw.random(spoilt.shape) < 0.03
    spoilt[hit] *= draw.uniform(4.0, 12.0, int(hit.sum()))
    spoilt_samples = prepare(dataclasses.replace(samples, concentrations=spoilt))
    plain = factorise(spoilt_samples, 3, starts=6)
    robust = factorise(spoilt_samples, 3, starts=6, robust=True)
    assert robust.q_robust < 0.99 * plain.q_robust
    assert robust.q_true > plain.q_true
    worst = [matched(found.contributions, contributions)[0].min() for found in (plain, robust)]
    assert worst[0] < 0.9
    assert worst[1] > 0.97


def test_refusals_name_what_is_wrong(base: Factorisation) -> None:
    samples = base.samples
    with pytest.raises(InputError, match="10 factors are more than the 9 species"):
        factorise(samples, 10)
    with pytest.raises(InputError, match="0 factors"):
        factorise(samples, 0)
    for value, doubt, words in (
        (-1.0, 1.0, "'species 3' has a negative concentration at day 2"),
        (1.0, 0.0, "'species 3' has an uncertainty that is not above zero at day 2"),
        (float("nan"), 1.0, "'species 3' has a missing concentration"),
    ):
        values, doubts = samples.concentrations.copy(), samples.uncertainties.copy()
        values[1, 2], doubts[1, 2] = value, doubt
        with pytest.raises(InputError, match=words):
            factorise(dataclasses.replace(samples, concentrations=values, uncertainties=doubts), 3)


def test_starts_that_do_not_converge_are_told(base: Factorisation) -> None:
    found = factorise(base.samples, 3, starts=4, max_sweeps=10)
    assert found.summary()["starts_converged"] == int(found.starts.converged.sum()) < 4


def test_a_folder_gives_back_every_digit(base: Factorisation, tmp_path: Path) -> None:
    folder = base.to_folder(tmp_path / "pmf")
    back = read_folder(folder)
    np.testing.assert_array_equal(back.profiles, base.profiles)
    np.testing.assert_array_equal(back.contributions, base.contributions)
    assert back.summary() == base.summary()
    base.to_folder(folder)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["pmf"]
    (folder / "profiles.csv").unlink()
    with pytest.raises(InputError, match=r"profiles\.csv"):
        read_folder(folder)


def test_a_folder_of_something_else_is_left_alone(base: Factorisation, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(RunError, match="something other"):
        base.to_folder(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


@pytest.mark.parametrize("fpeak", [0.5, -0.5])
def test_a_rotation_sharpens_its_side_and_costs_q(base: Factorisation, fpeak: float) -> None:
    turned = rotated(base, fpeak)
    assert base.q_true < turned.q_true < 2.0 * base.q_true
    np.testing.assert_allclose(turned.contributions.mean(0), 1.0)

    def overlap(rows: np.ndarray) -> float:
        unit = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        return float((unit @ unit.T).sum())

    side = [one.profiles if fpeak > 0 else one.contributions.T for one in (base, turned)]
    assert overlap(side[1]) < overlap(side[0])


@pytest.mark.real_data
@pytest.mark.parametrize("name", ["StLouis", "BatonRouge"])
def test_published_sets_reach_the_best_known_q(real_data: Path, tmp_path: Path, name: str) -> None:
    folder = real_data / "receptor"
    choices = Choices(str(folder / f"{name}-con.csv"), str(folder / f"{name}-unc.csv"))
    report = run_pmf(choices, Fit(6, 20, 7), tmp_path / "out")
    assert report["q_true"] == pytest.approx(BEST_KNOWN[name], rel=1e-3)
    assert report["starts_converged"] == 20
    assert report["starts_near_best"] >= (5 if name == "StLouis" else 1)
    assert read_folder(tmp_path / "out").summary()["q_true"] == report["q_true"]


def test_weak_species_do_not_count_for_the_expected_q() -> None:
    samples = Samples(("a", "b", "c"), ("x", "y"), np.ones((3, 2)), np.ones((3, 2)))
    assert factorise(prepare(samples, {"y": "weak"}), 1, starts=1).q_expected == 3 * 1 - 1 * 5


def test_figures_are_drawn(base: Factorisation, tmp_path: Path) -> None:
    draw_profiles(base, tmp_path / "profiles.png")
    draw_contributions(base, tmp_path / "contributions.png")
    assert all(path.stat().st_size > 10_000 for path in tmp_path.glob("*.png"))
    assert len(list(tmp_path.glob("*.png"))) == 2
