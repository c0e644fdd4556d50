"""Who may become the champion: judged on hindcasts of models whose skill is known."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
import xarray as xr

from forecast.learned import NAME
from forecast.learned.configuration import NetworkConfig
from forecast.learned.source_kinds import SourcesConfig
from forecast.models import published_with
from forecast.verification.table import score_table
from foundation.errors import ContractError
from tests.forecast.releases import document
from tests.training.made_hindcast import LEADS, USUAL, made_hindcast
from training.promotion import judge, promotion_config
from training.verdict import Verdict

OWN, FORMER = "a" * 64, "b" * 64


LEADING = NetworkConfig(
    windows=document().network.windows, width=8, lead_width=8, sources=SourcesConfig(names=("boundary",))
)
AMONG = published_with(NAME)
CANDIDATE = {name: error for name, error in USUAL.items() if name != NAME}


def judged(hindcast: xr.Dataset, champion: str | None = None, **changes: object) -> Verdict:
    """The verdict on a release that leads alone."""
    fields: dict[str, Any] = {"network": LEADING, "source_names": ("boundary",), **changes}
    return judge(hindcast, document(**fields), OWN, champion)


def judged_among(error: float, errors: dict[str, float] | None = None, former: str | None = None) -> Verdict:
    """The verdict on a release without sources, with the error of what would be published with it."""
    hindcast = made_hindcast(
        {**CANDIDATE, **(errors or {}), AMONG: error}, release=OWN, champion=former or ""
    )
    return judge(hindcast, document(), OWN, former)


def codes(verdict: Verdict) -> list[str]:
    return [reason.code for reason in verdict.against]


def with_champion(error: float, **errors: float) -> xr.Dataset:
    return made_hindcast({**USUAL, **errors, "champion": error}, release=OWN, champion=FORMER)


def test_a_better_model_is_promoted_and_every_reason_is_told_in_both_languages() -> None:
    verdict = judged(made_hindcast(release=OWN))
    assert verdict.promoted, codes(verdict)
    asked = {reason.code for reason in verdict.reasons}
    rivals = promotion_config().baselines
    assert {f"{score}:{rival}" for score in ("crps", "mae") for rival in rivals} <= asked
    assert {"unseen", "release_identity", "cases", "coverage80:all", "coverage80:1-24"} <= asked
    for reason in verdict.reasons:
        assert any("\u4e00" <= letter <= "\u9fff" for letter in reason.chinese)
        assert reason.english.isascii() or "µ" in reason.english
    told = json.loads(json.dumps(verdict.as_document(), allow_nan=False))
    assert told["verdict"] == "promote"
    assert told["period"]["issues"] == 84


def test_the_figures_are_those_of_the_table_of_scores() -> None:
    hindcast = made_hindcast(release=OWN)
    figures = judged(hindcast).figures
    table = [one for one in score_table(hindcast) if one["place"] == "mean" and one["pollutant"] == "pm25"]
    for score in ("crps", "mae"):
        by_model = {model: np.mean([one[score] for one in table if one["model"] == model]) for model in USUAL}
        for one in figures["differences"]:
            if one["score"] == score and one["leads"] == "all":
                assert one["candidate"] == pytest.approx(by_model["learned network"], abs=1e-4)
                assert one["value"] == pytest.approx(by_model[one["rival"]], abs=1e-4)
                assert one["low"] < one["difference"] < one["high"]
    assert figures["cases"] == 84 * len(LEADS) * 2


def test_the_errors_are_those_of_normal_forecasts() -> None:
    """CRPS of a right normal forecast is sd / sqrt(pi), its mean absolute error sd sqrt(2 / pi)."""
    figures = judged(made_hindcast(release=OWN, days=300)).figures
    one = {r["score"]: r["candidate"] for r in figures["differences"] if r["leads"] == "all"}
    assert one["crps"] == pytest.approx(20 / np.sqrt(np.pi), rel=0.03)
    assert one["mae"] == pytest.approx(20 * np.sqrt(2 / np.pi), rel=0.03)
    (overall,) = [group for group in figures["groups"] if group["leads"] == "all"]
    assert overall["coverage80"] == pytest.approx(0.8, abs=0.01)


def test_what_may_not_have_been_known_at_the_issues_refuses() -> None:
    hindcast = made_hindcast(release=OWN)
    assert judged(hindcast.assign_attrs(perfect_weather='["tagged transport model"]')).promoted
    assert codes(judged(hindcast.assign_attrs(perfect_weather='["learned network"]'))) == ["perfect_inputs"]


def test_the_champion_must_be_beaten() -> None:
    assert judged(with_champion(20.0), FORMER).promoted
    better = judged(with_champion(0.0, **{"learned network": 20.0}), FORMER)
    assert not better.promoted
    assert {"crps:champion", "mae:champion"} <= set(codes(better))


def test_the_same_model_again_is_no_better() -> None:
    hindcast = with_champion(10.0)
    names = list(hindcast["model"].values)
    values = hindcast["concentration"].values
    values[names.index("champion")] = values[names.index("learned network")]
    assert codes(judged(hindcast, FORMER)) == ["crps:champion", "mae:champion"]
    assert "not better than champion on average" in judged(hindcast, FORMER).against[0].english


def test_one_bad_group_of_leads_is_enough_to_refuse() -> None:
    """Better by far on average, worse on the first day."""
    hindcast = with_champion(25.0)
    names = list(hindcast["model"].values)
    values = hindcast["concentration"].values
    values[names.index("champion"), :, 0] = values[names.index("learned network"), :, 0]
    values[names.index("learned network"), :, 0] += 15.0
    verdict = judged(hindcast, FORMER)
    assert {"crps:champion", "mae:champion"} <= set(codes(verdict))
    (reason,) = [one for one in verdict.against if one.code == "mae:champion"]
    assert "worse than champion at leads 1-24 h, beyond chance" in reason.english


def test_a_group_that_is_worse_by_chance_only_does_not_refuse() -> None:
    hindcast = with_champion(25.0)
    names = list(hindcast["model"].values)
    values = hindcast["concentration"].values
    own = values[names.index("learned network"), :, 0]
    random = np.random.default_rng(8)
    values[names.index("champion"), :, 0] = own - random.normal(0.0, 5.0, own.shape[:2])[..., None, None]
    one_group = [
        r for r in judged(hindcast, FORMER).figures["differences"]
        if r["rival"] == "champion" and r["leads"] == "1-24"
    ]  # fmt: skip
    assert all(r["low"] < 0 < r["high"] for r in one_group)
    assert judged(hindcast, FORMER).promoted


@pytest.mark.parametrize(("factor", "share"), [(0.7, 0.63), (1.3, 0.90)])
def test_intervals_too_narrow_or_too_wide_refuse(factor: float, share: float) -> None:
    hindcast = made_hindcast(release=OWN)
    values = hindcast["concentration"].values
    middle = values[0, ..., 9:10]
    values[0] = middle + factor * (values[0] - middle)
    verdict = judged(hindcast)
    assert {"coverage80:all", "coverage80:73-168"} <= set(codes(verdict))
    (overall,) = [group for group in verdict.figures["groups"] if group["leads"] == "all"]
    assert overall["coverage80"] == pytest.approx(share, abs=0.03)


def test_nothing_judged_may_lie_in_the_training() -> None:
    verdict = judged(made_hindcast(release=OWN), trained_until="2015-11-04T16:00:00Z")
    assert codes(verdict) == ["unseen"]
    assert verdict.against[0].english.endswith("2015-11-04T16:00:00Z: 3.")
    assert judged(made_hindcast(release=OWN), trained_until="2015-11-01T16:00:00Z").promoted


def test_the_hindcast_must_be_of_this_release_and_of_this_champion() -> None:
    assert codes(judged(made_hindcast())) == ["release_identity"]
    assert codes(judged(made_hindcast(release=FORMER))) == ["release_identity"]
    hindcast = with_champion(20.0).assign_attrs(champion_release=OWN)
    assert codes(judged(hindcast, FORMER)) == ["champion_release_identity"]


def test_a_model_of_the_future_or_of_made_up_data_is_refused() -> None:
    hindcast = made_hindcast(release=OWN)
    assert codes(judged(hindcast, perfect_weather=True, weather_ahead=True)) == ["perfect_weather"]
    assert codes(judged(hindcast, synthetic=True)) == ["synthetic"]


def test_absent_models_are_named_and_nothing_is_compared() -> None:
    hindcast = made_hindcast({"learned network": 0.0, "persistence": 1.0, "published": 3.0}, release=OWN)
    verdict = judged(hindcast, FORMER)
    assert "damped persistence, climatology, champion" in verdict.against[-1].english
    assert verdict.figures == {}
    assert not verdict.promoted


def test_too_short_a_period_tells_nothing() -> None:
    assert "cases" in codes(judged(made_hindcast(days=40, release=OWN)))
    empty = made_hindcast(release=OWN)
    empty["observed"][:] = np.nan
    assert codes(judged(empty)) == ["cases"]


def test_only_cases_that_all_models_forecast_count() -> None:
    """Errors of the candidate where a rival said nothing are left out, as are those of the rival."""
    hindcast = made_hindcast(release=OWN)
    names = list(hindcast["model"].values)
    values = hindcast["concentration"].values
    values[names.index("climatology"), :20] = np.nan
    values[names.index("learned network"), :20] += 1000.0
    verdict = judged(hindcast)
    assert verdict.promoted
    assert verdict.figures["cases"] == 64 * len(LEADS) * 2


def test_the_interval_is_that_of_dependent_weeks() -> None:
    """A candidate that is worse in one long spell only cannot be told from its rival."""
    hindcast = with_champion(0.0)
    names = list(hindcast["model"].values)
    values = hindcast["concentration"].values
    values[names.index("champion")] = values[names.index("learned network")]
    values[names.index("learned network"), 40:54] += 60.0
    differences = judged(hindcast, FORMER).figures["differences"]
    (mae,) = [
        one for one in differences
        if (one["rival"], one["score"], one["leads"]) == ("champion", "mae", "all")
    ]  # fmt: skip
    assert mae["difference"] > 0
    assert mae["low"] == 0.0


def test_a_candidate_that_helps_is_promoted_however_it_is_alone() -> None:
    verdict = judged_among(15.0, {NAME: 90.0})
    assert verdict.promoted, codes(verdict)
    (told,) = [reason for reason in verdict.reasons if reason.code == "candidate"]
    assert "只是统计组合的一个成员" in told.chinese
    assert "what would be published with it is judged" in told.english
    assert {one["rival"] for one in verdict.figures["differences"]} == set(promotion_config().baselines)
    assert all(one["difference"] < 0 for one in verdict.figures["differences"])


def _as_published(factor: float) -> xr.Dataset:
    """A hindcast whose candidate says by itself, and among the others, a factor of what is published."""
    hindcast = made_hindcast({**CANDIDATE, AMONG: 1.0, NAME: 1.0}, release=OWN)
    names = list(hindcast["model"].values)
    values = hindcast["concentration"].values
    for name in (AMONG, NAME):
        values[names.index(name)] = factor * values[names.index("published")]
    return hindcast


def test_a_candidate_without_a_weight_is_not_known() -> None:
    verdict = judge(_as_published(1.0), document(), OWN, None)
    assert codes(verdict) == ["part"]
    (told,) = verdict.against
    assert "had a weight at 0% of the issues (asked: 50%)" in told.english


def test_a_candidate_that_changes_little_is_promoted_and_one_that_leads_alone_is_not() -> None:
    hindcast = _as_published(1 + 2e-6)
    verdict = judge(hindcast, document(), OWN, None)
    assert verdict.promoted, codes(verdict)
    (told,) = [reason for reason in verdict.reasons if reason.code == "mae:published"]
    assert "不显著差于published" in told.chinese
    assert "not worse than published beyond chance" in told.english
    assert codes(judged(hindcast)) == ["crps:published", "mae:published"]


def test_a_candidate_that_does_harm_is_refused() -> None:
    assert codes(judged_among(29.0)) == ["crps:published", "mae:published"]
    hindcast = made_hindcast({**CANDIDATE, AMONG: 20.0}, release=OWN)
    values = hindcast["concentration"].values
    values[-1, :, 0] = values[list(hindcast["model"].values).index("published"), :, 0] + 25.0
    first_day = judge(hindcast, document(), OWN, None)
    assert {"crps:published", "mae:published"} <= set(codes(first_day))
    (told,) = [one for one in first_day.against if one.code == "mae:published"]
    assert "worse than published at leads 1-24 h, beyond chance" in told.english


def test_a_candidate_must_beat_the_other_baselines_and_the_champion() -> None:
    assert {"crps:persistence", "mae:persistence"} <= set(codes(judged_among(45.0, {"published": 45.0})))
    with_former = {"champion": 0.0, published_with("champion"): 24.0}
    assert judged_among(15.0, with_former, FORMER).promoted
    better = {"champion": 90.0, published_with("champion"): 15.0}
    rival = published_with("champion")
    assert {f"crps:{rival}", f"mae:{rival}"} <= set(codes(judged_among(24.0, better, FORMER)))
    assert {"crps:champion", "mae:champion"} <= set(codes(judged_among(24.0, {"champion": 15.0}, FORMER)))


def test_a_candidate_is_not_judged_by_what_it_says_alone() -> None:
    verdict = judge(made_hindcast(release=OWN), document(), OWN, None)
    assert codes(verdict) == ["models"]
    assert verdict.against[0].english == f"The hindcast lacks the models: {AMONG}."


def test_unevenly_spaced_quantiles_are_refused() -> None:
    hindcast = made_hindcast(release=OWN).isel(quantile=[1, 2, 9, 17])
    with pytest.raises(ContractError, match="equally spaced"):
        judged(hindcast)


def test_the_names_of_groups_follow_the_leads_that_are_there() -> None:
    config = promotion_config()
    hindcast = made_hindcast(release=OWN).sel(lead=[24, 96])
    verdict = judge(hindcast, document(network=LEADING), OWN, None, config)
    assert [group["leads"] for group in verdict.figures["groups"]] == ["all", "1-24", "73-168"]
