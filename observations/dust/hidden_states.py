"""Two hidden states, air without dust and air with dust: their probability given all measurements.

The forward-backward recursions of a hidden Markov model with two states (Rabiner 1989, doi:10.1109/5.18626,
equations 19-27), each step scaled to a sum of one. A step without a measurement has no evidence: the state
passes through it by the transitions alone.
"""

from __future__ import annotations

import numpy as np


def dust_posterior(evidence: np.ndarray, frequency: np.ndarray, mean_duration: float) -> np.ndarray:
    """Probability of dust in each step given the evidence of all steps.

    Args:
        evidence: log of the likelihood with dust over the likelihood without, 0 where nothing was measured,
            shape (step, column).
        frequency: how often there is dust at that time of the year, 0 to 1 exclusive, shape (step, column).
        mean_duration: steps that dust lasts on average, above 1.

    Returns:
        Probabilities, shape (step, column).
    """
    if not evidence.size:
        return np.zeros(evidence.shape)
    ratio = np.exp(evidence)
    leave = np.full(frequency.shape, 1.0 / mean_duration)
    enter = np.minimum(frequency / (1.0 - frequency) * leave, 0.5)
    forward = _forward(ratio, frequency, enter, leave)
    backward = _backward(ratio, enter, leave)
    dusty, clean = forward * backward, (1.0 - forward) * (1.0 - backward)
    return np.asarray(dusty / (dusty + clean))


def _forward(ratio: np.ndarray, frequency: np.ndarray, enter: np.ndarray, leave: np.ndarray) -> np.ndarray:
    """Probability of dust given the evidence up to each step."""
    found = np.empty(ratio.shape)
    prior = frequency[0]
    for step in range(len(ratio)):
        dusty = prior * ratio[step]
        found[step] = dusty / (dusty + 1.0 - prior)
        if step + 1 < len(ratio):
            prior = found[step] * (1.0 - leave[step + 1]) + (1.0 - found[step]) * enter[step + 1]
    return found


def _backward(ratio: np.ndarray, enter: np.ndarray, leave: np.ndarray) -> np.ndarray:
    """Likelihood of what follows each step, with dust over the sum of with and without."""
    found = np.empty(ratio.shape)
    found[-1] = 0.5
    for step in range(len(ratio) - 2, -1, -1):
        dusty, clean = found[step + 1] * ratio[step + 1], 1.0 - found[step + 1]
        with_dust = (1.0 - leave[step + 1]) * dusty + leave[step + 1] * clean
        without = enter[step + 1] * dusty + (1.0 - enter[step + 1]) * clean
        found[step] = with_dust / (with_dust + without)
    return found
