"""Predictors of dust at a place some steps ahead, by name, from what is known at the issue.

Missing PM10 and shares are the place's mean of the last days; a place without any has no predictors (NaN).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from forecast.dust.learned.configuration import StepsConfig
from forecast.dust.learned.known import Known
from foundation.times import beijing_from_utc
from observations.dust.configuration import detection_config

__all__ = ["MODEL", "Foreseen", "matrix_of", "predictor_names", "predictors_of"]

MODEL = "model "
"""How names of predictors of the transport model begin."""

_POLLUTED = np.log(150.0)
_OFFSET_UG_M3 = 20.0
_HARMONICS = (1, 2)


@dataclass(frozen=True)
class Foreseen:
    """The transport model's dust at the places of what is known.

    Attributes:
        pm10_dust: foreseen at the issue for the step asked, µg/m³, (place,); NaN where it did not run.
        highest_near: highest within the hours by which it may err, µg/m³, (place,).
        recent_error: mean of ln((measured + 20) / (foreseen + 20)) over the steps before the issue, (place,).
    """

    pm10_dust: np.ndarray
    highest_near: np.ndarray
    recent_error: np.ndarray

    @classmethod
    def nowhere(cls, places: int) -> Foreseen:
        """Where the model did not run."""
        none = np.full(places, np.nan)
        return cls(none, none, none)

    def predictors(self) -> dict[str, np.ndarray]:
        """By name, (place,) each."""
        now, near = (np.log1p(part / _OFFSET_UG_M3) for part in (self.pm10_dust, self.highest_near))
        return {
            f"{MODEL}ln dust": now, f"{MODEL}ln dust near": near, f"{MODEL}recent error": self.recent_error,
            f"{MODEL}ln dust x recent error": now * self.recent_error,
        }  # fmt: skip


def predictors_of(
    known: Known, lead: int, steps: StepsConfig, places: Sequence[str], foreseen: Foreseen | None = None
) -> dict[str, np.ndarray]:
    """Predictors by name, (place,) each.

    Args:
        known: at the issue.
        lead: steps ahead.
        steps: lengths of the running means.
        places: those that may have a deviation of their own.
        foreseen: by the transport model, where it ran.
    """
    own = _own(known, steps)
    time = _seasonal(known, lead)
    made = {**own, **{name: np.full(len(known.places), value) for name, value in time.items()}}
    made |= _around(known, own, time)
    made |= {f"place {name}": np.array([float(one == name) for one in known.places]) for name in places}
    return made | (foreseen.predictors() if foreseen is not None else {})


def matrix_of(made: dict[str, np.ndarray], names: Sequence[str]) -> np.ndarray:
    """The predictors in the order of their names, (place, predictor)."""
    return np.stack([made[name] for name in names], axis=-1)


def predictor_names(averaging: str, places: Sequence[str], *, physical: bool) -> tuple[str, ...]:
    """Names in order, as `predictors_of` makes them."""
    none = np.zeros((2, 1))
    empty = Known(np.datetime64("2000-01-01", "ns"), averaging, ("",), none, none, none)
    foreseen = Foreseen(none[0], none[0], none[0]) if physical else None
    steps = StepsConfig(memory=2, short=1, long=1, leads=(1,))
    return tuple(predictors_of(empty, 1, steps, places, foreseen))


def _own(known: Known, steps: StepsConfig) -> dict[str, np.ndarray]:
    """Of the place itself."""
    short, long = (_mean(known.ln_pm10[-count:]) for count in (steps.short, steps.long))
    share, usual_share = (_mean(known.logit_share[-count:]) for count in (steps.short, steps.long))
    now, before = (_filled(known.ln_pm10, -back, short) for back in (1, 2))
    share_now, share_before = (_filled(known.logit_share, -back, share) for back in (1, 2))
    return {
        "ln pm10": now, "ln pm10 change": now - before, "ln pm10 short mean": short,
        "ln pm10 long mean": long, "fine share": share_now, "fine share change": share_now - share_before,
        "fine share long mean": usual_share, "ln pm10 above 150": np.maximum(now - _POLLUTED, 0.0),
        "anomaly x fine share": (now - long) * share_now,
        "odds": known.odds[-1], "odds before": known.odds[-2] if len(known.odds) > 1 else known.odds[-1],
        "odds short mean": known.odds[-steps.short :].mean(0),
        "odds long mean": known.odds[-steps.long :].mean(0),
    }  # fmt: skip


def _seasonal(known: Known, lead: int) -> dict[str, float]:
    """Of the time forecast, Beijing time; the hour of the day only for hours."""
    valid = beijing_from_utc(known.ahead(lead))
    year = 2 * np.pi * float((valid - valid.astype("datetime64[Y]")) / np.timedelta64(1, "h")) / 8766.0
    found: dict[str, float] = {}
    for order in _HARMONICS:
        found |= {f"year sine {order}": np.sin(order * year), f"year cosine {order}": np.cos(order * year)}
    if known.averaging == "hour":
        day = 2 * np.pi * float((valid - valid.astype("datetime64[D]")) / np.timedelta64(1, "h")) / 24.0
        found |= {"day sine": np.sin(day), "day cosine": np.cos(day)}
    return {name: float(value) for name, value in found.items()}


def _around(known: Known, own: dict[str, np.ndarray], time: dict[str, float]) -> dict[str, np.ndarray]:
    """Of all places, of the place's region, and of every region for places in each."""
    config = detection_config()
    regions = np.array([config.region_of(place).name for place in known.places])
    anomaly = own["ln pm10"] - own["ln pm10 long mean"]
    share = own["fine share"] - own["fine share long mean"]
    made = {
        "anomaly of all": np.full(len(regions), _mean_or(anomaly, 0.0)),
        "fine share of all": np.full(len(regions), _mean_or(share, 0.0)),
        "anomaly of region": np.array([_mean_or(anomaly[regions == one], 0.0) for one in regions]),
    }
    usual = _mean_or(known.odds[-1], 0.0)
    names = [region.name for region in config.regions]
    odds = {name: _mean_or(known.odds[-1][regions == name], usual) for name in names}
    for name in names:
        inside = (regions == name).astype(float)
        made |= {
            f"in {name}": inside, f"in {name} x year sine 1": inside * time["year sine 1"],
            f"in {name} x year cosine 1": inside * time["year cosine 1"],
            f"in {name} x odds": inside * known.odds[-1],
        }  # fmt: skip
        made |= {f"in {name} x odds of {other}": inside * odds[other] for other in names if other != name}
    return made


def _mean(values: np.ndarray) -> np.ndarray:
    """Of what is known down each column; NaN where nothing is."""
    known = np.isfinite(values)
    count = known.sum(0)
    return np.where(count > 0, np.where(known, values, 0.0).sum(0) / np.maximum(count, 1), np.nan)


def _mean_or(values: np.ndarray, otherwise: float) -> float:
    held = values[np.isfinite(values)]
    return float(held.mean()) if held.size else otherwise


def _filled(values: np.ndarray, step: int, usual: np.ndarray) -> np.ndarray:
    at = values[step] if len(values) >= -step else np.full(values.shape[1], np.nan)
    return np.where(np.isfinite(at), at, usual)
