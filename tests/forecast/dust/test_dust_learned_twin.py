"""The scores of the twin on made cases of which the answer is known."""

from __future__ import annotations

import numpy as np

from forecast.dust.learned.twin import Truths, twin_scores


def cases(seed: int, *, good: bool) -> Truths:
    """Dust that only the model foresees, twice too strong, or that the model does not foresee at all."""
    random = np.random.default_rng(seed)
    truth = np.exp(random.normal(5.0, 1.2, 1500))
    model = 2 * truth if good else np.exp(random.normal(5.0, 1.2, 1500))
    noise = random.normal(size=(1500, 2))
    with_model = np.column_stack([noise, np.log(model)])
    return Truths(with_model, noise, model, np.exp(random.normal(5.0, 1.2, 1500)), truth)


def test_a_model_too_strong_is_corrected() -> None:
    told = twin_scores([cases(seed, good=True) for seed in range(3)])
    assert told["brier 150"]["corrected"] < 0.3 * told["brier 150"]["model as it is"]
    assert told["error"]["corrected"] < 0.3 * told["error"]["model as it is"]


def test_a_model_without_skill_gives_nothing() -> None:
    told = twin_scores([cases(seed, good=False) for seed in range(3)])
    with_model, without = (told["brier 150"][name] for name in ("corrected", "measurements alone"))
    assert abs(with_model - without) < 0.01
    assert with_model < told["brier 150"]["model as it is"]
