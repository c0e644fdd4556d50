"""Draws from the posterior itself, to judge the normal approximation of `solving`."""

from __future__ import annotations

import numpy as np

from sources.inversion.arrays import Array
from sources.inversion.solving import Solution
from sources.inversion.threads import one_thread

__all__ = ["posterior_draws"]


def posterior_draws(solution: Solution, draws: int, seed: int = 0, burn_in: int = 500) -> tuple[Array, float]:
    """Draw states from their posterior by a Markov chain.

    Independence steps from a multivariate t distribution about the solution (Tierney 1994), each accepted by
    the rule of Metropolis and Hastings: the chain is exact whatever the approximation, and how often it moves
    tells how good that is. The covariance of the errors is held.

    Args:
        solution: of the problem.
        draws: length of the chain after the burn-in.
        seed: of all that is drawn.
        burn_in: steps that are not kept.

    Returns:
        States, (draw, state), and the share of steps accepted.
    """
    generator = np.random.default_rng(seed)
    root, size = np.linalg.cholesky(solution.covariance), len(solution.state)
    prior = solution.problem.states.root
    freedom = 10.0

    def weight(u: Array) -> float:
        """Logarithm of the posterior over that of the proposal, at the solution + root u."""
        x = solution.state + root @ u
        residual = solution.errors.whitened(solution.problem.measured - solution.problem.predicted(x))
        before = np.linalg.solve(prior, x)
        proposal = -0.5 * (freedom + size) * np.log1p(u @ u / freedom)
        return float(-0.5 * (residual @ residual + before @ before) - proposal)

    made, accepted = np.empty((draws, size)), 0
    with one_thread():
        present = np.zeros(size)
        height = weight(present)
        for step in range(draws + burn_in):
            stretch = np.sqrt(generator.chisquare(freedom) / freedom)
            tried = generator.normal(size=size) / stretch
            reached = weight(tried)
            if np.log(generator.random()) < reached - height:
                present, height = tried, reached
                accepted += step >= burn_in
            if step >= burn_in:
                made[step - burn_in] = solution.state + root @ present
    return made, accepted / draws
