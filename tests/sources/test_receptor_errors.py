from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize

from foundation.errors import InputError
from sources.receptor.errors.bootstrap import block_counts, bootstrap
from sources.receptor.errors.displacement import displace
from sources.receptor.factorisation import factorise
from sources.receptor.proofs import synthetic_samples
from sources.receptor.results import Factorisation
from sources.receptor.samples import prepare


@pytest.fixture(scope="module")
def base() -> Factorisation:
    return factorise(prepare(synthetic_samples(6, factors=2, shape=(40, 6))[0]), 2, starts=6)


def test_every_sample_is_drawn_as_often_as_any_other() -> None:
    counts = block_counts(50, 7, 4000, seed=0)
    assert (counts.sum(1) == 50).all()
    np.testing.assert_allclose(counts.mean(0), 1.0, atol=0.1)
    run = block_counts(50, 7, 1, seed=3)[0]
    assert (run == np.roll(run, 1)).mean() > 0.5  # whole blocks, not single samples
    with pytest.raises(InputError, match="blocks of 51 of 50"):
        block_counts(50, 51, 1, seed=0)


def test_bootstrap_maps_well_separated_factors_and_brackets_the_base(base: Factorisation) -> None:
    runs = bootstrap(base, 30, block=4, seed=1)
    assert runs.converged.all()
    assert runs.mapping.sum() == 30 * base.factors
    assert np.trace(runs.mapping[:, : base.factors]) >= 0.8 * 30 * base.factors
    large = base.profiles > 0.3 * base.profiles.max()
    low, high = runs.quantiles[0], runs.quantiles[-1]
    assert ((low <= base.profiles) & (base.profiles <= high))[large].mean() > 0.8
    assert (low[large] < high[large]).all()


def test_what_follows_nothing_is_reported_as_unmapped(base: Factorisation) -> None:
    runs = bootstrap(base, 5, correlation=0.999999, seed=1)
    assert runs.mapping[:, -1].sum() > 0
    assert runs.mapping.sum() == 5 * base.factors


def refitted(found: Factorisation, factor: int, species: int, value: float) -> float:
    """Q under a stiff hold on one element, all else free, by a general optimiser."""
    shape = found.contributions.shape
    held, doubts = found.samples.concentrations, found.samples.uncertainties
    stiffness = 1e8 / max(value, found.profiles.mean()) ** 2

    def cost(flat: np.ndarray) -> tuple[float, np.ndarray]:
        contributions, profiles = flat[: shape[0] * shape[1]].reshape(shape), flat[shape[0] * shape[1] :]
        profiles = profiles.reshape(found.profiles.shape)
        scaled = (contributions @ profiles - held) / doubts**2
        mean = contributions[:, factor].mean()
        off = profiles[factor, species] * mean - value
        by_contribution, by_profile = 2.0 * scaled @ profiles.T, 2.0 * contributions.T @ scaled
        by_contribution[:, factor] += 2.0 * stiffness * off * profiles[factor, species] / shape[0]
        by_profile[factor, species] += 2.0 * stiffness * off * mean
        total = float((scaled**2 * doubts**2).sum() + stiffness * off**2)
        return total, np.concatenate([by_contribution.ravel(), by_profile.ravel()])

    start = np.concatenate([found.contributions.ravel(), found.profiles.ravel()])
    best = minimize(
        cost, start, jac=True, method="L-BFGS-B", bounds=[(0.0, None)] * len(start),
        options={"maxiter": 20000, "maxfun": 40000, "ftol": 1e-13, "gtol": 1e-7, "maxcor": 50},
    )  # fmt: skip
    return float(best.fun)


def test_displacement_is_that_of_a_full_refit(base: Factorisation) -> None:
    levels = (4.0, 15.0)
    moved = displace(base, levels)
    assert moved.reached.all()
    assert (moved.lower <= base.profiles + 1e-12).all()
    assert (moved.upper >= base.profiles).all()
    assert (moved.upper[1] >= moved.upper[0]).all()
    assert (moved.lower[1] <= moved.lower[0] + 1e-12).all()
    assert moved.largest_decrease < 0.01
    factor, species = np.unravel_index(int(base.profiles.argmax()), base.profiles.shape)
    for at, level in enumerate(levels):
        np.testing.assert_allclose(moved.rise_upper[at], level, rtol=0.02)
        for end in (moved.lower, moved.upper):
            value = float(end[at, factor, species])
            assert refitted(base, int(factor), int(species), value) - base.q_true == pytest.approx(
                level, rel=0.02
            )


def test_levels_must_rise(base: Factorisation) -> None:
    with pytest.raises(InputError, match="levels"):
        displace(base, (8.0, 4.0))
    with pytest.raises(InputError, match="unknown species 'Xe'"):
        displace(base, (4.0,), ["Xe"])
