"""Dust grades by visibility and wind, dust-storm signals."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.errors import InputError
from standards.dust import dust_grade, dust_signal, dust_standard


@pytest.mark.parametrize(
    ("visibility_m", "grade"),
    [(20000, 0), (10000, 0), (9999, 2), (1000, 2), (999, 3), (500, 3), (499, 4), (50, 4), (49, 5), (0, 5)],
)
def test_grade_in_strong_wind_goes_by_visibility(visibility_m, grade):
    assert dust_grade(visibility_m, 12.0) == grade


def test_in_light_wind_dust_only_floats():
    np.testing.assert_array_equal(dust_grade([9000, 700, 30, 12000], 5.4), [1, 1, 1, 0])
    assert dust_grade(9000, 5.5) == 2


def test_what_lowers_visibility_without_dust_is_no_dust():
    np.testing.assert_array_equal(dust_grade([300.0, 300.0], [10, 10], [True, False]), [4, 0])


def test_what_is_missing_is_unknown_only_where_it_decides():
    np.testing.assert_array_equal(dust_grade([np.nan, 700, 15000], [10, np.nan, np.nan]), [-1, -1, 0])


def test_arrays_broadcast():
    grades = dust_grade(np.full((3, 1), 700.0), np.array([2.0, 8.0]))
    np.testing.assert_array_equal(grades, [[1, 3]] * 3)
    assert grades.dtype == np.int8


@given(st.floats(0, 2e4), st.floats(0, 2e4), st.floats(6, 40))
def test_grade_never_falls_as_visibility_falls(one, other, wind):
    assert dust_grade(min(one, other), wind) >= dust_grade(max(one, other), wind)


@pytest.mark.parametrize(
    ("visibility_m", "lead_hours", "signal"),
    [(999, 12, 1), (1000, 1, 0), (999, 13, 0), (499, 6, 2), (499, 7, 1), (49, 6, 3), (49, 7, 1), (50, 6, 2),
     (10, -1, 0), (np.nan, 1, 0)],
)  # fmt: skip
def test_signals_by_visibility_and_lead(visibility_m, lead_hours, signal):
    assert dust_signal(visibility_m, lead_hours) == signal


def test_negative_values_are_refused():
    with pytest.raises(InputError, match="visibility: expected 0 or more, got -1"):
        dust_grade([-1.0], [3.0])
    with pytest.raises(InputError, match="wind speed"):
        dust_grade([1.0], [-3.0])


def test_names_of_the_grades():
    names = {grade.number: grade.chinese for grade in dust_standard().grades}
    assert names == {0: "无沙尘", 1: "浮尘", 2: "扬沙", 3: "沙尘暴", 4: "强沙尘暴", 5: "特强沙尘暴"}
    assert [signal.chinese for signal in dust_standard().signals] == ["红色", "橙色", "黄色"]
