"""Grades, signals and probabilities of dust weather from a forecast."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from forecast.dust.extinction import visibility
from forecast.dust.grades import drawn_visibility, dust_grades
from foundation.errors import InputError

PLACES = ["urumqi", "bole"]
LEADS = np.array([3.0, 10.0, 20.0])


def laid(values: object, lead: str = "draw") -> xr.DataArray:
    array = np.asarray(values, dtype=float)
    dims = ("lead_time", "place") if array.ndim == 2 else (lead, "lead_time", "place")
    coords = {"lead_time": (LEADS * 3600e9).astype("timedelta64[ns]"), "place": PLACES}
    return xr.DataArray(array, coords, dims)


SEEN = laid([[400, 9000], [800, 20_000], [300, 800]])
WIND = laid([[12, 8], [12, 8], [12, 3]])
DUST = laid([[3000, 200], [1500, 60], [3500, 100]]) * 1e-9


def test_grade_by_visibility_and_wind_where_there_is_dust() -> None:
    made = dust_grades(SEEN, WIND, LEADS, DUST)
    np.testing.assert_array_equal(made["grade"], [[4, 2], [3, 0], [4, 0]])
    assert set(made.data_vars) == {"grade", "signal"}, "no probability without draws"
    np.testing.assert_array_equal(made["place"], PLACES)
    floating = dust_grades(SEEN, WIND * 0 + 2.0, LEADS, DUST)
    np.testing.assert_array_equal(floating["grade"], [[1, 1], [1, 0], [1, 0]])


def test_signal_of_the_hours_that_are_near() -> None:
    made = dust_grades(SEEN, WIND, LEADS, DUST)
    np.testing.assert_array_equal(made["signal"], [[2, 0], [1, 0], [0, 0]])
    near = dust_grades(SEEN, WIND, LEADS / 4, DUST)
    np.testing.assert_array_equal(near["signal"], [[2, 0], [1, 0], [2, 0]])


def test_what_is_not_known_has_no_grade() -> None:
    unknown = WIND.copy(data=np.full((3, 2), np.nan))
    np.testing.assert_array_equal(dust_grades(SEEN, unknown, LEADS, DUST)["grade"][:, 0], [-1, -1, -1])
    missing = DUST.copy(data=np.where(np.eye(3, 2) > 0, np.nan, DUST.values))
    assert dust_grades(SEEN, WIND, LEADS, missing)["grade"].values[0, 0] == -1


def test_probabilities_are_shares_of_the_draws() -> None:
    draws = laid([SEEN.values, np.full((3, 2), 15_000.0), np.full((3, 2), 700.0), np.full((3, 2), 5000.0)])
    made = dust_grades(SEEN, WIND, LEADS, DUST, draws)
    np.testing.assert_allclose(made["probability_blowing_sand"], [[0.75, 0.75], [0.75, 0.5], [0.75, 0.0]])
    np.testing.assert_allclose(made["probability_dust_storm"], [[0.5, 0.25], [0.5, 0.25], [0.5, 0.0]])
    assert (made["probability_dust_storm"] <= made["probability_blowing_sand"]).all()


def test_drawn_dust_gives_the_visibility_back_and_doubles_the_extinction() -> None:
    per_kilogram = 400.0
    seen = SEEN.copy(data=visibility(DUST.values * per_kilogram))
    same = drawn_visibility(laid([DUST.values]), DUST, seen)
    np.testing.assert_allclose(same[0], seen, rtol=1e-9)
    twice = drawn_visibility(laid([2 * DUST.values]), DUST, seen)
    np.testing.assert_allclose(twice[0], visibility(2 * DUST.values * per_kilogram), rtol=1e-9)


def test_without_dust_in_the_run_the_extinction_is_that_of_emitted_dust() -> None:
    none = DUST * 0
    clear = SEEN.copy(data=visibility(none.values))
    seen = drawn_visibility(laid([DUST.values]), none, clear)
    extinction = 3.912 / seen.values[0] - 1.16e-5
    per_kilogram = extinction[0, 0] / DUST.values[0, 0]
    assert 300 < per_kilogram < 900, "m2 kg-1 of PM10: 0.25 m2 g-1 of all sizes, of which PM10 is a part"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"leads_h": LEADS[:2]}, "expected 3 hours"),
        ({"pm10_dust": -DUST}, "expected 0 or more"),
        ({"wind_speed": WIND.isel(place=[0])}, "same lead_time and place"),
        ({"visibility_m": SEEN.rename(place="station")}, "same lead_time and place"),
        ({"drawn_visibility": SEEN}, "drawn visibility"),
    ],
)
def test_what_does_not_fit_is_refused(change: dict[str, object], said: str) -> None:
    given = {"visibility_m": SEEN, "wind_speed": WIND, "leads_h": LEADS, "pm10_dust": DUST}
    with pytest.raises(InputError, match=said):
        dust_grades(**{**given, **change})  # type: ignore[arg-type]


def test_negative_draws_are_refused() -> None:
    with pytest.raises(InputError, match="drawn PM10"):
        drawn_visibility(laid([-DUST.values]), DUST, SEEN)
