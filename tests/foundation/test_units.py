"""Units at the border: known conversions, the way back, and everything that is no concentration."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foundation.errors import InputError
from foundation.pollutants import DAILY, HOURLY, POLLUTANTS
from foundation.units import si_factor, to_display, to_si

MICROGRAM = ("ug/m3", "µg/m³", "μg/m³", "ug m-3", "µg m^-3", "ug m**-3", "ug.m-3", "µg·m⁻³", " ug/m^3 ")


@pytest.mark.parametrize("unit", MICROGRAM)
def test_spellings_of_micrograms(unit: str) -> None:
    assert si_factor(unit, "pm25") == pytest.approx(1e-9, rel=1e-14)


@pytest.mark.parametrize(("unit", "factor"), [("mg/m3", 1e-6), ("kg m-3", 1.0), ("ng m-3", 1e-12)])
def test_other_masses_in_a_volume(unit: str, factor: float) -> None:
    assert si_factor(unit, "co") == pytest.approx(factor, rel=1e-14)


@pytest.mark.parametrize(
    ("pollutant", "microgram_per_ppb"), [("so2", 2.6185), ("no2", 1.8804), ("co", 1.1449), ("o3", 1.9618)]
)
def test_gases_at_298_15_k(pollutant: str, microgram_per_ppb: float) -> None:
    """One ppb is M / 24.4654 L mol-1: the molar volume of an ideal gas at 298.15 K and 1013.25 hPa."""
    assert si_factor("ppb", pollutant) == pytest.approx(microgram_per_ppb * 1e-9, rel=1e-4)


@pytest.mark.parametrize("unit", ["ppb", "PPB", "ppbv", "1e-9", "nmol mol-1", "nmol/mol"])
def test_spellings_of_parts_per_billion(unit: str) -> None:
    assert si_factor(unit, "o3") == pytest.approx(si_factor("ppm", "o3") / 1000, rel=1e-12)


def test_the_eight_hour_ozone_is_ozone() -> None:
    assert si_factor("ppb", "o3_8h") == si_factor("ppb", "o3")


@pytest.mark.parametrize(
    "unit",
    [
        "",
        " ",
        "%",
        "1",
        "-",
        "ug",
        "m3",
        "ug/g",
        "kg kg-1",
        "K",
        "degC",
        "rad",
        "ug/m2",
        "ug m3",
        "mol m-3",
        "furlong/m3",
        "微克/立方米",
        "1/0",
        "9**9**9",
        "nan",
        "-1 ug/m3",
        "2 ug/m3",
        "(",
        "ug/m3/s",
        "x" * 500,
    ],
)
def test_what_is_no_concentration_is_refused_by_name(unit: str) -> None:
    with pytest.raises(InputError) as caught:
        si_factor(unit, "no2")
    assert repr(unit).strip() in str(caught.value) or unit.isspace()
    assert "not a concentration" in str(caught.value)
    assert "µg/m3" in str(caught.value)


def test_particles_have_no_mixing_ratio() -> None:
    with pytest.raises(InputError, match="pm25 is not a gas"):
        si_factor("ppb", "pm25")


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=30), st.sampled_from(HOURLY))
def test_any_text_is_a_unit_or_one_clear_line(unit: str, pollutant: str) -> None:
    try:
        factor = si_factor(unit, pollutant)
    except InputError as error:
        assert "\n" not in str(error)
    else:
        assert np.isfinite(factor)
        assert factor > 0


@settings(max_examples=200, deadline=None)
@given(
    st.integers(min_value=0, max_value=100_000).map(lambda tenths: tenths / 10),
    st.sampled_from([*HOURLY, *DAILY]),
)
def test_what_people_read_comes_back_exactly(shown: float, pollutant: str) -> None:
    unit = POLLUTANTS[pollutant].display_unit
    assert to_display(to_si(shown, unit, pollutant), pollutant) == shown


def test_arrays_keep_shape_and_missing_values() -> None:
    shown = np.array([[0.0, 60.5], [np.nan, 3494.0]])
    back = to_display(to_si(shown, "ug m-3", "pm10"), "pm10")
    np.testing.assert_array_equal(back, shown)


def test_carbon_monoxide_is_shown_in_milligrams() -> None:
    assert to_display(1.2e-6, "co") == 1.2
    assert to_display(1.2e-6, "pm25") == 1200.0


def test_threads_that_begin_together_know_the_units() -> None:
    program = (
        "import threading\n"
        "from foundation.units import si_factor\n"
        "start, found = threading.Barrier(8), []\n"
        "def ask():\n"
        "    start.wait()\n"
        "    found.append(si_factor('µg/m3', 'pm25'))\n"
        "threads = [threading.Thread(target=ask) for _ in range(8)]\n"
        "[one.start() for one in threads]\n"
        "[one.join() for one in threads]\n"
        "assert len(found) == 8\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, timeout=60)
