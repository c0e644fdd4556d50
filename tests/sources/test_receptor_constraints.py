from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from foundation.errors import BogdaError, ConfigurationError, InputError
from sources.receptor.archive import read_folder
from sources.receptor.constraints.application import constrain
from sources.receptor.constraints.bounded_step import Bounds, bounded_step
from sources.receptor.constraints.normalised_fit import curved, normalised_fit
from sources.receptor.constraints.record import RECORD, refuse_constrained, write_constrained
from sources.receptor.constraints.wording import read_constraints, understood
from sources.receptor.factorisation import factorise
from sources.receptor.proofs import synthetic_samples
from sources.receptor.results import Factorisation
from sources.receptor.samples import prepare
from sources.receptor.weighted_table import WeightedTable


@pytest.fixture(scope="module")
def base() -> Factorisation:
    return factorise(prepare(synthetic_samples(3, factors=3, shape=(60, 8))[0]), 3, starts=6, seed=1)


def best_under(found: Factorisation, held: dict[tuple[int, int], float]) -> float:
    """Least Q with some profile elements (contributions of mean one) fixed, by a general optimiser."""
    doubts, values = found.samples.uncertainties, found.samples.concentrations
    shape, other = found.contributions.shape, found.profiles.shape
    cut = shape[0] * shape[1]

    def cost(flat: np.ndarray) -> tuple[float, np.ndarray]:
        # Contributions are divided by their means, so that elements are mean contributions by themselves.
        raw, profiles = flat[:cut].reshape(shape), flat[cut:].reshape(other).copy()
        mean = raw.mean(0)
        contributions = raw / mean
        scaled = (contributions @ profiles - values) / doubts**2
        by_contribution = 2.0 * scaled @ profiles.T
        by_raw = (by_contribution - (by_contribution * contributions).mean(0)) / mean
        by_profile = 2.0 * contributions.T @ scaled
        return float((scaled**2 * doubts**2).sum()), np.concatenate([by_raw.ravel(), by_profile.ravel()])

    profiles = found.profiles.copy()
    bounds = [(0.0, None)] * (cut + profiles.size)
    for (factor, species), value in held.items():
        profiles[factor, species] = value
        bounds[cut + factor * other[1] + species] = (value, value)
    best = minimize(
        cost, np.concatenate([found.contributions.ravel(), profiles.ravel()]), jac=True, method="L-BFGS-B",
        bounds=bounds, options={"maxiter": 20000, "maxfun": 40000, "ftol": 1e-13, "gtol": 1e-7, "maxcor": 50},
    )  # fmt: skip
    return float(best.fun)


@pytest.mark.parametrize("counted", [False, True])
def test_slope_and_curvature_with_means_of_one_are_those_of_differences(counted: bool) -> None:
    source = torch.Generator().manual_seed(5)
    values = torch.rand(40, 6, generator=source, dtype=torch.float64)
    weights = 1.0 + torch.rand(40, 6, generator=source, dtype=torch.float64)
    counts = torch.randint(0, 3, (2, 40), generator=source).double() if counted else None
    table = WeightedTable(values, weights, counts)
    start = normalised_fit(table, torch.rand(2, 3, 6, generator=source, dtype=torch.float64))
    step = 1e-6 * torch.randn(2, 3, 6, generator=source, dtype=torch.float64)

    def at(profiles: torch.Tensor) -> object:
        force = start.force
        for _ in range(40):
            fit = normalised_fit(table, profiles, force)
            scale = fit.profiles[:, :, 0] / profiles[:, :, 0]
            _, _, _, answer = curved(table, fit)
            moved = (profiles - fit.profiles).flatten(1)[:, :, None]
            force = fit.force + (answer @ moved)[:, :, 0]
            if float((scale - 1.0).abs().max()) < 1e-12:
                break
        return fit

    fit, more, less = at(start.profiles), at(start.profiles + step), at(start.profiles - step)
    slope, curvature, _, _ = curved(table, fit)
    np.testing.assert_allclose((more.q - less.q) / 4.0, (slope * step.flatten(1)).sum(1), rtol=1e-3)
    change = (curved(table, more)[0] - curved(table, less)[0]) / 2.0
    np.testing.assert_allclose(
        change, (curvature @ step.flatten(1)[:, :, None])[:, :, 0], rtol=1e-3, atol=1e-9
    )


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 5))
def test_a_bounded_step_from_within_minimises_a_parabola(seed: int, size: int) -> None:
    draw = np.random.default_rng(seed)
    root = draw.normal(size=(size, size))
    curvature, slope = root @ root.T + 0.1 * np.eye(size), draw.normal(size=size)
    lower = draw.uniform(-1.0, 0.0, size)
    upper = lower + draw.uniform(0.0, 2.0, size) * (draw.random(size) > 0.2)
    bounds = Bounds(torch.tensor(lower)[None], torch.tensor(upper)[None])
    point = torch.tensor((lower + upper) / 2.0)[None]
    for _ in range(12):
        grown = torch.tensor(slope + curvature @ point[0].numpy())[None]
        point, _ = bounded_step(point, grown, torch.tensor(curvature)[None], torch.zeros(1, size), bounds)
    best = minimize(
        lambda x: slope @ x + 0.5 * x @ curvature @ x, (lower + upper) / 2.0,
        jac=lambda x: slope + curvature @ x, method="L-BFGS-B", bounds=list(zip(lower, upper, strict=True)),
        options={"ftol": 1e-15, "gtol": 1e-10},
    )  # fmt: skip
    found = point[0].numpy()
    assert (found >= lower - 1e-12).all()
    assert (found <= upper + 1e-12).all()
    assert slope @ found + 0.5 * found @ curvature @ found <= best.fun + 1e-6


def test_a_fixed_element_costs_what_a_general_optimiser_finds(base: Factorisation) -> None:
    factor, species = np.unravel_index(int(base.profiles.argmax()), base.profiles.shape)
    value = 0.9 * float(base.profiles[factor, species])
    made = constrain(base, [f"factor {factor + 1} {base.samples.species[species]}={value!r}"])
    assert made.solution.profiles[factor, species] == pytest.approx(value, rel=1e-6)
    np.testing.assert_allclose(made.solution.contributions.mean(0), 1.0, rtol=1e-9)
    assert made.solution.q_true == pytest.approx(made.q, rel=1e-9)
    assert made.applied[0].rise == pytest.approx(made.q - base.q_true, abs=1e-4)
    expected = best_under(base, {(int(factor), int(species)): value}) - base.q_true
    assert made.applied[0].rise == pytest.approx(expected, rel=0.01)


def test_a_pull_stops_at_its_limit_and_no_further_element_would_be_cheaper(base: Factorisation) -> None:
    name = base.samples.species[2]
    made = constrain(base, [f"factor 2 {name}=max dQ=0.5%"])
    limit = 0.005 * base.q_true
    (one,) = made.applied
    assert one.limit == pytest.approx(limit)
    assert one.limit_reached
    assert 0.98 * limit <= one.rise <= limit * (1.0 + 1e-9)
    assert one.after is not None
    assert one.before is not None
    assert one.after > one.before
    reached = best_under(base, {(1, 2): one.after}) - base.q_true
    assert one.rise == pytest.approx(reached, rel=0.02)


def test_a_pull_within_its_limit_comes_to_its_goal(base: Factorisation) -> None:
    factor, species = np.unravel_index(int(base.profiles.argmax()), base.profiles.shape)
    value = 0.999 * float(base.profiles[factor, species])
    made = constrain(base, [f"factor {factor + 1} {base.samples.species[species]}={value!r} dQ=50"])
    assert not made.applied[0].limit_reached
    assert made.applied[0].after == pytest.approx(value, rel=1e-6)
    assert made.applied[0].rise < 50.0


def test_ratios_and_contributions_are_kept_exactly(base: Factorisation) -> None:
    ratio = float(base.profiles[0, 0] / base.profiles[0, 1])
    names, day = base.samples.species, base.samples.times[7]
    made = constrain(base, [f"factor 1 {names[0]}/{names[1]}={0.9 * ratio!r}", f"factor 3 sample {day}=zero"])
    profiles = made.solution.profiles
    assert profiles[0, 0] / profiles[0, 1] == pytest.approx(0.9 * ratio, rel=2e-6)
    assert made.solution.contributions[7, 2] == pytest.approx(0.0, abs=1e-6)
    assert all(one.rise > -1e-6 for one in made.applied)
    assert made.q - made.base_q == pytest.approx(sum(one.rise for one in made.applied))


def test_bounds_that_hold_already_cost_nothing(base: Factorisation) -> None:
    name = base.samples.species[0]
    value = float(base.profiles[0, 0])
    made = constrain(base, [f"factor 1 {name}<={1.5 * value + 1.0!r}", f"factor 1 {name}>=0"])
    assert [one.rise for one in made.applied] == [0.0, 0.0]
    np.testing.assert_allclose(made.solution.profiles, base.profiles, atol=1e-4 * base.profiles.max())


def test_earlier_constraints_stay_while_later_ones_are_applied(base: Factorisation) -> None:
    names, value = base.samples.species, float(base.profiles[0, 0])
    made = constrain(base, [f"factor 1 {names[0]}<={0.95 * value!r}", f"factor 1 {names[0]}=max dQ=20"])
    assert made.applied[0].after == pytest.approx(0.95 * value, rel=1e-6)
    assert made.applied[1].rise == 0.0
    with pytest.raises(InputError, match="contradicts an earlier one"):
        constrain(base, [f"factor 1 {names[0]}<={0.95 * value!r}", f"factor 1 {names[0]}={value!r}"])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("factor 9 species 1=0", "no factor 9"),
        ("factor 1 Xe=0", "unknown species 'Xe'"),
        ("factor 1 species 1=max", "max needs '=' and a permitted rise"),
        ("factor 1 species 1>=max dQ=1%", "max needs '='"),
        ("factor 1 species 1=-2", "-2 is not at least 0"),
        ("factor 1 species 1=much", "'much' is not a number"),
        ("factor 1 species 1=nan", "nan is not at least 0"),
        ("factor 1 species 1=2 dQ=0", "0 is not above 0"),
        ("factor 1 species 1/species 1=2", "to itself"),
        ("factor 1 species 1/species 2=0", "a ratio of zero"),
        ("factor 1 sample day 999=0", "no sample 'day 999'"),
        ("species 1 up", "cannot be read"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(base: Factorisation, text: str, message: str) -> None:
    with pytest.raises(ConfigurationError, match=message) as caught:
        understood([text], base)
    assert "\n" not in str(caught.value)
    assert text in str(caught.value)


def test_a_constrained_solution_is_archived_with_its_constraints(base: Factorisation, tmp_path: Path) -> None:
    wishes = tmp_path / "wishes.yaml"
    wishes.write_text("constraints: ['factor 2 species 3=max dQ=1%', 'factor 1 species 1<=100']\n")
    made = constrain(base, read_constraints(wishes))
    folder = write_constrained(made, tmp_path / "held")
    back = read_folder(folder)
    np.testing.assert_array_equal(back.profiles, made.solution.profiles)
    record = json.loads((folder / RECORD).read_text())
    assert [one["constraint"] for one in record["constraints"]] == list(read_constraints(wishes))
    assert record["q"] == pytest.approx(back.q_true, rel=1e-9)
    with pytest.raises(BogdaError, match="held by constraints"):
        refuse_constrained(folder)
