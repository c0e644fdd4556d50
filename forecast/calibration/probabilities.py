"""Probabilities of what is decided by: levels of the index, levels of warning, dust.

Of one day at one place, from quantiles; of what must last, cover a region or join pollutants, from joint
courses (`forecast.calibration.scenarios`), as the share of the courses. Between and beyond quantiles the
distribution is that of `forecast.calibration.distribution`: beyond the outermost levels of 5 and 95 % a
lognormal tail, so that what was not seen in one of twenty cases is given less than 5 %, but not none.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import xarray as xr

from forecast.calibration.distribution import quantile_at, share_below
from forecast.calibration.past_errors import QUANTILES
from forecast.configuration import DustLikeConfig
from standards.dust import UNKNOWN, dust_grade, dust_standard
from standards.levels import levels as index_levels
from standards.warning_chance import member_levels, share_reaching
from standards.warning_rules import WarningRules, regional_aqi, warning_book

_SAME_LEVELS = np.arange(0.005, 1.0, 0.01)


def above(aqi: np.ndarray, threshold: float, levels: np.ndarray = QUANTILES) -> np.ndarray:
    """Probability of an index above a threshold.

    Args:
        aqi: (..., level) index, not decreasing.
        threshold: whole number; the index is one too, so that the bound lies half a unit above it.
        levels: (level,).

    Returns:
        (...); NaN where the index is missing.
    """
    return np.asarray(1.0 - share_below(aqi, levels, threshold + 0.5))


def level_probability(aqi: np.ndarray, levels: np.ndarray = QUANTILES) -> np.ndarray:
    """Probability of each of the six levels.

    Args:
        aqi: (..., level) index, not decreasing.
        levels: (level,).

    Returns:
        (..., 6), which sum to one; NaN where the index is missing.
    """
    over = [above(aqi, known.highest, levels) for known in index_levels()[:-1]]
    missing = np.where(np.isfinite(aqi).all(axis=-1), 0.0, np.nan)
    return np.asarray(-np.diff(np.stack([1.0 + missing, *over, missing], axis=-1), axis=-1))


def warning_probability(
    aqi: xr.DataArray, rules: WarningRules, *, counts: xr.DataArray | None = None,
    region: Sequence[str] | None = None, step_hours: int = 24,
) -> xr.DataArray:  # fmt: skip
    """Probability that at least a level of warning is called for within the forecast.

    The bulletin's chance of a warning is the same calculation, `standards.warning_chance`.

    Args:
        aqi: index of joint courses, dims (member, time, place); `time` as
            `standards.warning_rules.warning_level` wants it.
        rules: the rule set.
        counts: False where a window does not escalate (`standards.warning_chance.escalates`), dims
            (time, place); None counts all.
        region: ids of the places over whose mean a regional rule set decides; None judges each place.
        step_hours: hours from one window to the next.

    Returns:
        Dims (warning_level, place), less `place` for a region; `warning_level` 1 yellow, 2 orange, 3 red.
    """
    counted = aqi if counts is None else aqi.where(counts)
    area = counted if region is None else regional_aqi(counted, rules, members=region)
    met = member_levels(area, rules, step_hours)
    numbers = [level.number for level in warning_book().levels]
    shares = [share_reaching(met, number) for number in numbers]
    return xr.concat(shares, xr.DataArray(numbers, dims="warning_level", name="warning_level"))


def dust_probability(coarse: np.ndarray, fine: np.ndarray, rule: DustLikeConfig) -> np.ndarray:
    """Probability that a day looks like dust, from joint courses of PM10 and PM2.5.

    Args:
        coarse: (member, ...) PM10, µg m-3.
        fine: (member, ...) PM2.5 of the same courses, µg m-3.
        rule: how much PM10, and how little of it PM2.5 (`configs/forecast.yaml`).

    Returns:
        (...) share of the courses with both; NaN where no course has both.
    """
    known = np.isfinite(coarse) & np.isfinite(fine)
    dusty = known & (coarse > rule.pm10_above) & (fine <= rule.pm25_share_at_most * coarse)
    count = known.sum(axis=0)
    return np.where(count > 0, dusty.sum(axis=0) / np.maximum(count, 1), np.nan)


def dust_probability_of_quantiles(
    coarse: np.ndarray, fine: np.ndarray, levels: np.ndarray, rule: DustLikeConfig
) -> np.ndarray:
    """The same where there are no joint courses: PM10 and PM2.5 stand at one level in every case.

    On dust days PM10 stands high with PM2.5 lower than that, so that this is rather too low than too high;
    use courses where there are any.

    Args:
        coarse: (..., level) quantiles of PM10, µg m-3.
        fine: (..., level) quantiles of PM2.5, µg m-3.
        levels: (level,).
        rule: how much PM10, and how little of it PM2.5.
    """
    wanted = _SAME_LEVELS.reshape(-1, *([1] * (coarse.ndim - 1)))
    joint = [quantile_at(quantiles, levels, wanted) for quantiles in (coarse, fine)]
    return dust_probability(joint[0], joint[1], rule)


def dust_grade_probability(visibility_m: np.ndarray, wind_speed: np.ndarray, dust: np.ndarray) -> np.ndarray:
    """Probability of each grade of dust weather (GB/T 20480-2017), from joint courses.

    Args:
        visibility_m: (member, ...) horizontal visibility, m.
        wind_speed: (member, ...) 10 m wind, m s-1.
        dust: (member, ...) whether dust is what lowers the visibility.

    Returns:
        (..., grade): none, 浮尘, 扬沙, 沙尘暴, 强沙尘暴, 特强沙尘暴; shares of the members whose grade is
        known, NaN where none is.

    Raises:
        InputError: when a visibility or wind is negative.
    """
    grade = dust_grade(visibility_m, wind_speed, dust)
    count = (grade != UNKNOWN).sum(axis=0)
    numbers = sorted(known.number for known in dust_standard().grades)
    shares = np.stack([(grade == number).sum(axis=0) for number in numbers], axis=-1)
    return np.where(count[..., None] > 0, shares / np.maximum(count, 1)[..., None], np.nan)
