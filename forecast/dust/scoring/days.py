"""The learned forecast of dust by the day, judged on the last spring of a record, not fitted on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import xarray as xr

from forecast.dust.learned.cases import Cases, cases_of, measured_quantities
from forecast.dust.learned.configuration import Coefficients, LearnedDustConfig, learned_dust_config
from forecast.dust.learned.fitting import fit_cases
from forecast.dust.scoring.judging import Judged, judged_document
from forecast.dust.scoring.published import published_scores
from forecast.dust.scoring.quantiles import quantile_document
from forecast.dust.scoring.rivals import Record, rival_chances
from foundation.errors import InputError
from foundation.times import DAY, beijing_from_utc, shown, start_of_day

__all__ = ["LEARNED", "Season", "day_benchmark", "last_spring"]

LEARNED = "learned"
_GUARD_DAYS = 7
_MARCH, _MAY = 3, 5


@dataclass(frozen=True)
class Season:
    """What is judged, and what may be fitted on.

    Attributes:
        judged_from: first day judged, UTC start.
        judged_until: last.
        fitted_until: last day fitted on: a guard of days lies between.
    """

    judged_from: np.datetime64
    judged_until: np.datetime64
    fitted_until: np.datetime64


def last_spring(times: np.ndarray) -> Season:
    """March to May of the last year of a daily record that holds all of it.

    Raises:
        InputError: when there is no spring with a year before it.
    """
    days = beijing_from_utc(times).astype("datetime64[D]")
    for year in range(int(str(days[-1])[:4]), int(str(days[0])[:4]), -1):
        first, last = np.datetime64(f"{year}-{_MARCH:02}-01"), np.datetime64(f"{year}-{_MAY:02}-31")
        if days[-1] >= last and first - days[0] >= np.timedelta64(365, "D"):
            ends = np.array([first, last, first - np.timedelta64(_GUARD_DAYS + 1, "D")])
            starts: list[np.datetime64] = list(start_of_day(ends).astype("datetime64[ns]"))
            return Season(*starts)
    raise InputError("measurements: expected a spring and a year before it", where="days of dust")


def day_benchmark(
    dataset: xr.Dataset,
    source: str,
    progress: Callable[[str], None] = lambda _step: None,
    config: LearnedDustConfig | None = None,
) -> dict[str, Any]:
    """Fit before the last spring, forecast every day of it one to three days ahead, and judge.

    An issue knows the day that has ended; the first lead is the day that begins. Every rival is judged on the
    same days and places, and warns by what was known at the issue.

    Args:
        dataset: places, daily, keeps `place_observations`.
        source: of the measurements, for the reader.
        progress: told each step.
        config: the choices; those shipped by default.
    """
    config = config or learned_dust_config()
    progress("cases")
    cases = cases_of(dataset, config)
    season = last_spring(cases.times)
    progress("fit")
    coefficients = fit_cases(cases, season.fitted_until, source, config)
    progress("what was known at each issue")
    at_issue = _known_at_issues(dataset, cases, season, config)
    progress("scores")
    scores = [
        judged_document(judged) for judged in _judgements(cases, at_issue, season, coefficients, config)
    ]
    return {
        "source": source, "fitted_until": shown(season.fitted_until), "guard_days": _GUARD_DAYS,
        "judged": {"from": shown(season.judged_from), "to": shown(season.judged_until)},
        "cases_fitted": coefficients.cases, "places": list(cases.places), "scores": scores,
        "quantiles": quantile_document(cases, season.judged_from, season.judged_until, coefficients),
        "published_for_orientation_only": [one.model_dump() for one in published_scores()],
    }  # fmt: skip


def _known_at_issues(
    dataset: xr.Dataset, cases: Cases, season: Season, config: LearnedDustConfig
) -> dict[str, np.ndarray]:
    """PM10, PM10 of dust and dust at every issue judged, from the days up to it; as measured before."""
    memory, longest = config.steps["day"].memory, max(config.steps["day"].leads)
    first = int(np.searchsorted(cases.times, season.judged_from)) - longest
    last = int(np.searchsorted(cases.times, season.judged_until))
    found = {name: values.copy() for name, values in cases.measured.items()}
    for issue in range(first, last):
        upto = dataset.sel(time=slice(cases.times[max(0, issue - memory + 1)], cases.times[issue]))
        for name, values in measured_quantities(upto).items():
            found[name][issue] = values[-1]
    return found


def _judgements(
    cases: Cases, at_issue: dict[str, np.ndarray], season: Season, coefficients: Coefficients,
    config: LearnedDustConfig,
) -> Iterator[Judged]:  # fmt: skip
    for law in coefficients.laws:
        predictors = coefficients.standardised(cases.predictors[law.lead])
        chances = law.law().above(predictors, np.array(list(law.limits)))
        valid = cases.times + law.lead * DAY
        inside = np.asarray((valid >= season.judged_from) & (valid <= season.judged_until))
        known = cases.usable(law.quantity, law.lead) & inside[:, None]
        for number, (mark, limit) in enumerate(law.limits.items()):
            record = Record(
                _over(cases.measured[law.quantity], mark), _over(at_issue[law.quantity], mark), cases.times,
                cases.places, cases.times <= season.fitted_until, config.limits,
            )  # fmt: skip
            models = {LEARNED: (chances[..., number], limit), **rival_chances(record, law.lead)}
            whole = Judged(
                law.quantity, mark, law.lead, valid, cases.places, record.ahead(law.lead), known, models
            )
            yield replace(whole, at_issue=record.at_issue, values=cases.ahead(law.quantity, law.lead)).within(
                inside
            )


def _over(values: np.ndarray, mark: float) -> np.ndarray:
    return np.where(np.isfinite(values), (values > mark).astype(float), np.nan)
