"""Grades of dust weather and signals at places, and their probabilities from draws of visibility."""

from __future__ import annotations

import numpy as np
import xarray as xr

from atmosphere.transport.species import load_species
from emissions_inventory.natural import dust_config
from emissions_inventory.natural.sizes import bin_shares, dust_bins
from forecast.calibration.probabilities import dust_grade_probability
from forecast.dust.configuration import dust_forecast_config
from forecast.dust.extinction import mass_extinction, visibility
from foundation.errors import InputError
from foundation.units import si_factor
from observations.dust.configuration import detection_config
from standards.dust import BLOWING_SAND, UNKNOWN, dust_grade, dust_signal, dust_standard

__all__ = ["DUST_STORM", "drawn_visibility", "dust_grades"]

DUST_STORM = 3
"""Number of 沙尘暴 in `configs/standards/dust.yaml`."""

_DIMS = ("lead_time", "place")
_KG_PER_UG = si_factor("ug m-3", "pm10")


def dust_grades(
    visibility_m: xr.DataArray, wind_speed: xr.DataArray, leads_h: np.ndarray, pm10_dust: xr.DataArray,
    drawn_visibility: xr.DataArray | None = None,
) -> xr.Dataset:  # fmt: skip
    """Grade, signal and probabilities of every place and hour.

    Dust is what lowers the visibility where PM10 of dust is above the value above which an event may start
    (`pm10_above` of `configs/dust_detection.yaml`), or where the model's own visibility, which knows dust
    alone, was drawn. The signal looks at visibility alone, and is that of the hour: the highest over the
    hours is issued. Probabilities are those of the draws; the wind is the same in all of them.

    Args:
        visibility_m: horizontal visibility, m, (lead_time, place).
        wind_speed: at 10 m, m s-1, (lead_time, place); NaN where not known.
        leads_h: hours from the issue, (lead_time,).
        pm10_dust: PM10 of dust, kg m-3, (lead_time, place).
        drawn_visibility: m, (draw, lead_time, place), lowered by dust alone; None where nothing was drawn.

    Returns:
        `grade` (lead_time, place), int8: 0 none, 1 浮尘, 2 扬沙, 3 沙尘暴, 4 强沙尘暴, 5 特强沙尘暴, -1 where
        visibility, dust, or a wind that decides is missing; `signal` (lead_time, place), int8: 0 none,
        1 yellow, 2 orange, 3 red; with draws `probability_blowing_sand` and `probability_dust_storm`
        (lead_time, place): of 扬沙 or stronger and of 沙尘暴 or stronger, NaN where no draw has a grade.

    Raises:
        InputError: when the arrays do not fit each other, or one of them is negative.
    """
    seen, wind, dust = _together(visibility_m, wind_speed, pm10_dust)
    leads = np.asarray(leads_h, dtype=float)
    if leads.shape != (seen.sizes["lead_time"],):
        raise InputError(f"leads: expected {seen.sizes['lead_time']} hours, got {leads.shape}")
    amount = dust.values
    if (amount < 0).any():
        raise InputError(f"PM10 of dust: expected 0 or more, got {amount[amount < 0].flat[0]:g} kg m-3")
    present = amount > detection_config().pm10_above * _KG_PER_UG
    grade = dust_grade(seen.values, wind.values, present)
    grade[np.isnan(amount)] = UNKNOWN
    signal = dust_signal(np.where(present, seen.values, np.nan), leads[:, None])
    attributes = {"source": dust_standard().source, "units": "1"}
    made = xr.Dataset(
        {
            "grade": (_DIMS, grade, {**attributes, "long_name": "grade of dust weather"}),
            "signal": (
                _DIMS, signal, {**attributes, "source": dust_standard().signals_source,
                                "long_name": "dust-storm warning signal"},
            ),
        },
        dict(seen.coords),
    )  # fmt: skip
    return made if drawn_visibility is None else made.assign(_probabilities(drawn_visibility, wind))


def drawn_visibility(
    drawn_pm10: xr.DataArray, pm10_dust: xr.DataArray, visibility_m: xr.DataArray
) -> xr.DataArray:
    """Visibility where PM10 of dust is another, with the sizes that the run has there.

    The extinction of a kilogram of PM10 is the run's own, dust above 10 µm included, where its visibility is
    below the highest that is told apart; elsewhere the median of those, and where there is none, that of dust
    as it is emitted.

    Args:
        drawn_pm10: PM10 of dust, kg m-3, (draw, lead_time, place).
        pm10_dust: of the run, kg m-3, (lead_time, place).
        visibility_m: of the run, by dust and clear air alone, m, (lead_time, place).

    Returns:
        m, (draw, lead_time, place).

    Raises:
        InputError: when the arrays do not fit each other, or a draw is negative.
    """
    seen, dust = _together(visibility_m, pm10_dust)
    try:
        draws = xr.align(drawn_pm10.transpose("draw", *_DIMS), dust, join="exact")[0]
    except ValueError as error:
        raise InputError(f"draws: expected draw, lead_time and place as of the run, got {error}") from error
    if (draws.values < 0).any():
        raise InputError(f"drawn PM10: expected 0 or more, got {float(draws.min()):g} kg m-3")
    per_kilogram = _extinction_of_pm10(seen.values, dust.values)
    return draws.copy(data=visibility(draws.values * per_kilogram)).assign_attrs(units="m")


def _extinction_of_pm10(seen: np.ndarray, dust: np.ndarray) -> np.ndarray:
    """Extinction by dust for a kilogram of PM10 of dust, m2 kg-1, (lead_time, place)."""
    config = dust_forecast_config().visibility
    clear = config.clear_air_per_km.value / 1000
    told = (seen < config.highest_km.value * 1000) & (dust > 0)
    own = np.full(seen.shape, np.nan)
    own[told] = (-np.log(config.contrast.value) / seen[told] - clear) / dust[told]
    usual = float(np.median(own[told])) if told.any() else _extinction_as_emitted()
    return np.where(told, own, usual)


def _extinction_as_emitted() -> float:
    table = load_species().select(dust_forecast_config().model.species)
    held = dust_bins()
    mass = bin_shares({name: held[name] for name in table.names}, dust_config().sizes)
    coarse = np.array([one.pm10 for one in table.species])
    return float(mass @ mass_extinction(table) / (mass @ coarse))


def _together(first: xr.DataArray, *others: xr.DataArray) -> list[xr.DataArray]:
    """The arrays on the same hours and places, in the same order."""
    try:
        ordered = [one.transpose(*_DIMS) for one in (first, *others)]
        return list(xr.align(*ordered, join="exact"))
    except ValueError as error:
        raise InputError(
            f"expected the same lead_time and place in all: {error}", where="grades of dust"
        ) from error


def _probabilities(drawn: xr.DataArray, wind: xr.DataArray) -> dict[str, xr.DataArray]:
    try:
        draws, speed = xr.align(drawn.transpose("draw", *_DIMS), wind, join="exact")
    except ValueError as error:
        raise InputError(f"drawn visibility: expected draw, lead_time and place: {error}") from error
    shares = dust_grade_probability(draws.values, speed.values[None], np.ones(draws.shape, dtype=bool))
    told = {"units": "1", "source": dust_standard().source}
    return {
        name: speed.copy(data=shares[..., number:].sum(-1)).assign_attrs(told, long_name=words)
        for name, number, words in (
            ("probability_blowing_sand", BLOWING_SAND, "probability of blowing sand or stronger"),
            ("probability_dust_storm", DUST_STORM, "probability of a sandstorm or stronger"),
        )
    }
