"""The stable-weather index on days whose truth is known, and on Urumqi's real winters."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from atmosphere.meteorology.diagnostics.dispersion import grade_of_index
from atmosphere.meteorology.diagnostics.stagnation import read_index, write_index
from atmosphere.meteorology.diagnostics.stagnation_fit import fit_index
from foundation.errors import ConfigurationError, InputError

LIMIT = 115e-9


def days(count: int, seed: int) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Days whose chance of pollution is 0.6, 0.3 or 0.1 by the inversion alone; wind speed is noise."""
    chance = np.random.default_rng(seed)
    third = chance.integers(0, 3, count)
    inversion = 5.0 * third + chance.uniform(0.0, 4.9, count)
    polluted = chance.uniform(size=count) < np.array([0.1, 0.3, 0.6])[third]
    pm25 = np.where(polluted, LIMIT + 50e-9, LIMIT - 50e-9)
    return {"inversion_strength_k": inversion, "wind_speed_m_s": chance.gamma(2.0, 1.0, count)}, pm25


def auc(scores: np.ndarray, positive: np.ndarray) -> float:
    """Chance that a positive day scores above another one (Mann and Whitney 1947)."""
    ranks = pd.Series(scores).rank().to_numpy()
    count = positive.sum()
    return float((ranks[positive].sum() - count * (count + 1) / 2) / (count * (~positive).sum()))


def test_points_are_the_true_odds_of_each_interval() -> None:
    weather, pm25 = days(12000, 1)
    index = fit_index(weather, pm25, LIMIT, "nowhere", intervals=3)
    inversion, wind = index.elements
    assert inversion.edges == pytest.approx((5.0, 10.0), abs=0.3)
    assert inversion.points == pytest.approx(np.array([0.1, 0.3, 0.6]) / (1.0 / 3.0), abs=0.06)
    assert wind.points == pytest.approx((1.0, 1.0, 1.0), abs=0.08)
    # Somers' D of the truth: pairs won less pairs lost, over all; shares (.1, .3, .6) and (.9, .7, .4).
    won = (0.3 * 0.9 + 0.6 * (0.9 + 0.7) - 0.1 * (0.7 + 0.4) - 0.3 * 0.4) / (1.0 * 2.0)
    assert inversion.weight / (inversion.weight + wind.weight) == pytest.approx(won / (won + 0.015), abs=0.05)
    assert inversion.weight + wind.weight == pytest.approx(2.0)
    assert index.polluted_share == pytest.approx(1.0 / 3.0, abs=0.015)
    assert sum(inversion.days) == index.days == 12000


def test_it_ranks_days_it_has_not_seen_nearly_as_well_as_the_truth() -> None:
    index = fit_index(*days(3000, 2), LIMIT, "nowhere")
    weather, pm25 = days(6000, 3)
    truth = np.digitize(weather["inversion_strength_k"], [5.0, 10.0]).astype(float)
    polluted = pm25 > LIMIT
    assert auc(index.apply(weather), polluted) > auc(truth, polluted) - 0.02
    assert auc(np.random.default_rng(0).permutation(index.apply(weather)), polluted) == pytest.approx(
        0.5, abs=0.03
    )


def test_grades_hold_the_shares_of_days_they_are_made_of_and_worsen_with_pollution() -> None:
    weather, pm25 = days(6000, 4)
    index = fit_index(weather, pm25, LIMIT, "nowhere")
    values = index.apply(weather)
    grades = np.array([grade_of_index(value, index.grade_edges).grade for value in values])
    shares = np.cumsum([np.mean(grades == grade) for grade in range(1, 6)])
    assert shares == pytest.approx(index.grade_quantiles, abs=0.06)
    polluted = [np.mean(pm25[grades == grade] > LIMIT) for grade in (1, 3, 6)]
    assert polluted[0] < polluted[1] < polluted[2]


def test_a_saved_index_is_the_same_index(tmp_path: Path) -> None:
    index = fit_index(*days(500, 5), LIMIT, "乌鲁木齐")
    write_index(index, tmp_path / "index.yaml")
    again = read_index(tmp_path / "index.yaml")
    assert again == index
    weather, _ = days(50, 6)
    assert np.array_equal(again.apply(weather), index.apply(weather))
    (tmp_path / "index.yaml").write_text("place: x\n", encoding="utf-8")
    with pytest.raises(ConfigurationError, match="is required and missing"):
        read_index(tmp_path / "index.yaml")


def test_incomplete_days_are_left_out_of_the_fit_and_counted() -> None:
    weather, pm25 = days(400, 7)
    weather["wind_speed_m_s"][:30] = np.nan
    pm25[50:60] = np.nan
    index = fit_index(weather, pm25, LIMIT, "nowhere")
    assert (index.days, index.days_left_out) == (360, 40)


def test_a_constant_element_says_nothing() -> None:
    weather, pm25 = days(400, 8)
    weather["wind_speed_m_s"] = np.full(400, 2.0)
    wind = fit_index(weather, pm25, LIMIT, "nowhere").elements[1]
    assert (wind.edges, wind.points) == ((), (pytest.approx(1.0),))


def test_what_cannot_be_used_is_refused_in_one_line() -> None:
    weather, pm25 = days(400, 9)
    index = fit_index(weather, pm25, LIMIT, "nowhere")
    with pytest.raises(InputError, match=r"element 'wind_speed_m_s' is missing; got inversion_strength_k"):
        index.apply({"inversion_strength_k": np.array([3.0])})
    with pytest.raises(InputError, match=r"1 days without 'inversion_strength_k'"):
        index.apply({"inversion_strength_k": np.array([np.nan]), "wind_speed_m_s": np.array([1.0])})
    with pytest.raises(InputError, match=r"60 complete days or more, .* got 400 days, 0 polluted"):
        fit_index(weather, pm25, 1.0, "nowhere")
    with pytest.raises(InputError, match=r"'wind_speed_m_s': expected \(400,\) days, got \(399,\)"):
        fit_index({**weather, "wind_speed_m_s": np.zeros(399)}, pm25, LIMIT, "nowhere")
    with pytest.raises(InputError, match="expected a number, got nan"):
        grade_of_index(float("nan"), index.grade_edges)


@pytest.mark.real_data
def test_urumqi_two_winters_to_learn_one_to_judge(real_data: Path) -> None:
    weather = pd.read_csv(real_data / "weather" / "urumqi_daily.csv", index_col=0, parse_dates=True)
    table = _urumqi_pm25(real_data).to_frame("pm25").join(_elements(weather), how="inner")
    winter = table[table.index.month.isin([11, 12, 1, 2])].dropna()
    learnt, judged = winter[winter.index < "2015-07-01"], winter[winter.index >= "2015-07-01"]
    names = [name for name in winter if name != "pm25"]
    index = fit_index(
        {name: learnt[name].to_numpy() for name in names}, learnt["pm25"].to_numpy(), LIMIT, "乌鲁木齐"
    )
    scores = index.apply({name: judged[name].to_numpy() for name in names})
    polluted = judged["pm25"].to_numpy() > LIMIT
    assert min(polluted.sum(), (~polluted).sum()) > 20
    assert auc(scores, polluted) > 0.82
    rank = pd.Series(scores).corr(pd.Series(judged["pm25"].to_numpy()), method="spearman")
    assert rank > 0.6
    grades = np.array([grade_of_index(score, index.grade_edges).grade for score in scores])
    means = [judged["pm25"].to_numpy()[grades == grade].mean() for grade in (1, 3, 5)]
    assert means[0] < means[1] < means[2]


def _urumqi_pm25(real_data: Path) -> pd.Series:
    """Daily PM2.5, kg m-3; columns as the folder's README gives them, 0 is missing."""
    frames = []
    for path in sorted((real_data / "observations" / "city_daily").glob("*.csv")):
        frame = pd.read_csv(path, header=None, encoding="utf-8-sig")
        frames.append(frame[frame[0].astype(str).str.contains("乌鲁木齐")])
    table = pd.concat(frames)
    values = pd.to_numeric(table[5]).replace(0, np.nan).to_numpy() * 1e-9
    series = pd.Series(values, index=pd.to_datetime(table[1]))
    return series[~series.index.duplicated()].sort_index()


def _elements(weather: pd.DataFrame) -> pd.DataFrame:
    airport = 0.5 * (weather["airport_tmax_c"] + weather["airport_tmin_c"])
    return pd.DataFrame(
        {
            "inversion_strength_k": weather["mtn_tavg_c"] - airport,
            "daily_range_k": weather["airport_tmax_c"] - weather["airport_tmin_c"],
            "humidity_aloft_percent": weather["mtn_rh_pct"],
            "wind_aloft_m_s": weather["mtn_ws_ms"],
            "pressure_change_24h_hpa": weather["mtn_p_hpa"].diff(),
        }
    )
