import numpy as np
import pytest
import torch
from scores.continuous import quantile_score
from xarray import DataArray

from training.losses import LossConfig, Objective, crps, pinball, pushed_up

LEVELS = torch.linspace(0.005, 0.995, 199)


def test_pinball_is_that_of_the_library() -> None:
    random = np.random.default_rng(0)
    forecast, observed = random.normal(size=50), random.normal(size=50)
    ours = pinball(
        torch.tensor(forecast)[:, None], torch.tensor(observed), torch.tensor([0.2], dtype=torch.float64)
    )
    theirs = quantile_score(DataArray(forecast, dims="n"), DataArray(observed, dims="n"), 0.2)
    assert float(ours.mean()) == pytest.approx(float(theirs), abs=1e-12)


def test_crps_of_a_normal_distribution() -> None:
    """Closed form: sigma [z (2 Phi(z) - 1) + 2 phi(z) - 1/sqrt(pi)] (Gneiting and Raftery 2007, 21)."""
    normal = torch.distributions.Normal(1.0, 2.0)
    observed = torch.tensor([0.0, 1.0, 4.0])
    z = (observed - 1.0) / 2.0
    unit = torch.distributions.Normal(0.0, 1.0)
    expected = 2.0 * (z * (2 * unit.cdf(z) - 1) + 2 * unit.log_prob(z).exp() - 1 / np.sqrt(np.pi))
    ours = crps(normal.icdf(LEVELS).expand(3, -1), observed, LEVELS)
    torch.testing.assert_close(ours, expected, rtol=0.01, atol=0.005)


def test_the_true_quantiles_have_the_least_loss() -> None:
    torch.manual_seed(0)
    observed = torch.distributions.Normal(0.0, 1.0).sample((20_000,))
    levels = torch.tensor([0.1, 0.5, 0.9])
    true = torch.distributions.Normal(0.0, 1.0).icdf(levels)
    best = pinball(true.expand(20_000, -1), observed, levels).mean()
    for other in (true * 0.7, true * 1.4, true + 0.3):
        assert pinball(other.expand(20_000, -1), observed, levels).mean() > best


def test_below_a_threshold_nothing_counts() -> None:
    levels = torch.tensor([0.1, 0.5, 0.9])
    forecast = torch.tensor([[10.0, 20.0, 30.0], [10.0, 20.0, 160.0]])
    loss = pinball(*pushed_up(forecast, torch.tensor([40.0, 40.0]), torch.tensor(115.0)), levels)
    assert loss[0] == 0.0
    assert loss[1] == pytest.approx(0.1 * 45.0 / 3)


def _objective(config: LossConfig) -> Objective:
    return Objective(config, torch.tensor([0.1, 0.5, 0.9]), torch.full((4, 2), 10.0), torch.ones(2))


def test_what_was_not_measured_and_stations_held_out_do_not_count() -> None:
    torch.manual_seed(1)
    objective, leads = _objective(LossConfig()), torch.tensor([1, 4])
    forecast = torch.randn(3, 2, 2, 2, 3).sort(-1).values.requires_grad_()
    observed = torch.randn(3, 2, 2, 2)
    observed[0, 0, 0, 0] = torch.nan
    objective(forecast, observed, leads, torch.tensor([1.0, 0.0])).backward()
    assert forecast.grad is not None
    assert torch.isfinite(forecast.grad).all()
    assert (forecast.grad[:, :, 1] == 0).all()
    assert (forecast.grad[0, 0, 0, 0] == 0).all()
    assert (forecast.grad[1, 0, 0] != 0).any()


def test_either_score_is_minimised_as_asked() -> None:
    """The forecast is 10 away at every level: the quantile loss in units of 10, by the score's own mean."""
    forecast = torch.log(torch.full((1, 1, 1, 2, 3), 20.0))
    observed = torch.log(torch.full((1, 1, 1, 2), 30.0))
    of_levels = np.array([0.1, 0.5, 0.9])
    for score, expected in (("pinball", of_levels.mean()), ("crps", 2 * of_levels @ [0.3, 0.4, 0.3])):
        objective = _objective(LossConfig.model_validate({"score": score, "logarithmic": 0.0}))
        assert objective(forecast, observed, torch.tensor([1]), torch.ones(1)) == pytest.approx(expected)


def test_thresholds_weigh_heavy_pollution_more() -> None:
    usual = _objective(LossConfig(logarithmic=0.0))
    heavy = _objective(LossConfig(logarithmic=0.0, thresholds=(115.0, 150.0), threshold_weight=1.0))
    leads, counted = torch.tensor([1]), torch.ones(1)
    light = torch.log(torch.tensor([20.0, 30.0, 40.0])).expand(1, 1, 1, 2, 3)
    low, high = (torch.log(torch.full((1, 1, 1, 2), value)) for value in (50.0, 250.0))
    assert heavy(light, low, leads, counted) == usual(light, low, leads, counted)
    assert heavy(light, high, leads, counted) > usual(light, high, leads, counted)
