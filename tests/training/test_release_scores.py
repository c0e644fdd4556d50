"""Scores that travel with a release."""

from __future__ import annotations

import numpy as np
import pytest

from forecast.verification.table import score_table
from foundation.errors import InputError
from tests.training.made_hindcast import made_hindcast
from training.release import scores_of


def test_scores_are_those_of_the_table_with_their_period() -> None:
    hindcast = made_hindcast(days=30)
    table, issues = score_table(hindcast), hindcast["issue"].values
    kept = scores_of(table, ("learned network", "persistence"), issues)
    assert {one.model for one in kept} == {"learned network", "persistence"}
    assert {one.judged_from for one in kept} == {"2015-11-01T16:00:00Z"}
    assert {one.judged_until for one in kept} == {"2015-11-30T16:00:00Z"}
    (mae,) = [one for one in kept if (one.model, one.lead_hours, one.score) == ("persistence", 48, "mae")]
    (record,) = [
        one for one in table
        if (one["model"], one["lead_hours"], one["place"]) == ("persistence", 48, "mean")
    ]  # fmt: skip
    assert (mae.value, mae.cases) == (record["mae"], 60)


def test_a_score_that_was_not_made_is_not_released() -> None:
    hindcast = made_hindcast(days=30)
    table = score_table(hindcast)
    with pytest.raises(InputError, match="no scores of physical"):
        scores_of(table, ("learned network", "physical"), hindcast["issue"].values)
    with pytest.raises(InputError, match="no issue"):
        scores_of(table, ("persistence",), np.array([], "datetime64[ns]"))
