from dataclasses import replace

import numpy as np
import pytest

from forecast.learned.normalisation import fit_normalisation
from forecast.learned.panel import PerfectAhead
from forecast.learned.windows import Cutter
from foundation.errors import ContractError
from tests.training.made_up import SHAPE, panel
from training.guard import check_blind, shuffled_future


def test_what_comes_after_an_issue_changes_no_window() -> None:
    record = panel()
    check_blind(record, SHAPE, fit_normalisation(record, np.arange(500)), np.arange(60, 500))


def test_a_cutter_that_looks_ahead_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    record = panel()
    scales = fit_normalisation(record, np.arange(500))
    honest = Cutter._mean
    monkeypatch.setattr(
        Cutter, "_mean", lambda self, issues, back, length: honest(self, issues + 1, back, length)
    )
    with pytest.raises(ContractError, match="depends on what came after it"):
        check_blind(record, SHAPE, scales, np.arange(60, 500))


def test_scales_do_not_see_what_follows_the_training_part() -> None:
    record = panel()
    changed = shuffled_future(record, 500, np.random.default_rng(1))
    wild = replace(changed, recent=np.where(np.arange(900)[:, None, None] > 500, 99.0, changed.recent))
    rows = np.arange(501)
    assert fit_normalisation(record, rows) == fit_normalisation(wild, rows)


def test_perfect_weather_is_marked() -> None:
    record = panel(ahead=True)
    assert isinstance(record.ahead, PerfectAhead)
    assert record.ahead.perfect
